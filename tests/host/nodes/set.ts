#!/usr/bin/env -S deno run --no-prompt
/**
 * A set that is right: an element is acknowledged, and shown, when another node
 * has it as well; two nodes compare all that they have every now and then.
 *
 * @module
 */

import { Node } from "./node.ts";

const node = new Node();
const elements = new Set<unknown>();
/** Elements that no other node is known to have. */
const alone = new Set<unknown>();

node.on("add", async ({ body }) => {
  const { element } = body;
  if (!elements.has(element)) {
    elements.add(element);
    alone.add(element);
  }
  const told = node.others.map((one) =>
    node.ask(one, { type: "have", elements: [element] })
  );
  if (told.length > 0) await Promise.race(told);
  alone.delete(element);
  return { type: "add_ok" };
});

node.on("have", ({ body }) => {
  for (const element of body["elements"] as unknown[]) {
    elements.add(element);
    alone.delete(element);
  }
  return { type: "have_ok" };
});

node.on("read", () => ({
  type: "read_ok",
  value: [...elements].filter((element) => !alone.has(element)),
}));

node.every(300, () => {
  for (const one of node.others) {
    node.send(one, { type: "have", elements: [...elements] });
  }
});

await node.run();
