#!/usr/bin/env -S deno run --no-prompt
/**
 * A broadcast that does not retry: what is new is sent to each neighbour once.
 *
 * @module
 */

import { Node } from "./node.ts";

const node = new Node();
const messages = new Set<unknown>();
let neighbours: readonly string[] = [];

function learn(message: unknown, sender: string): void {
  if (messages.has(message)) return;
  messages.add(message);
  for (const one of neighbours) {
    if (one !== sender) node.send(one, { type: "news", message });
  }
}

node.on("topology", ({ body }) => {
  const topology = body["topology"] as Record<string, string[]>;
  neighbours = topology[node.id] ?? [];
  return { type: "topology_ok" };
});

node.on("broadcast", ({ src, body }) => {
  learn(body["message"], src);
  return { type: "broadcast_ok" };
});

node.on("news", ({ src, body }) => learn(body["message"], src));

node.on("read", () => ({ type: "read_ok", messages: [...messages] }));

await node.run();
