#!/usr/bin/env -S deno run --no-prompt
/**
 * A counter that forgets at a restart: each node tells the others its own
 * total, and they believe the newest, also when it is less than before.
 *
 * @module
 */

import { Node } from "./node.ts";

const node = new Node();
const totals = new Map<string, number>();

node.on("add", ({ body }) => {
  const total = (totals.get(node.id) ?? 0) + Number(body["delta"]);
  totals.set(node.id, total);
  return { type: "add_ok" };
});

node.on("total", ({ src, body }) => {
  totals.set(src, Number(body["total"]));
});

node.on("read", () => {
  const value = [...totals.values()].reduce((sum, total) => sum + total, 0);
  return { type: "read_ok", value };
});

node.every(100, () => {
  const total = totals.get(node.id) ?? 0;
  for (const one of node.others) node.send(one, { type: "total", total });
});

await node.run();
