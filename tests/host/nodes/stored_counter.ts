#!/usr/bin/env -S deno run --no-prompt
/**
 * A counter that is right, whatever is lost and whoever is killed: each node
 * keeps its part of the sum in `seq-kv`, under its own name, before it
 * acknowledges. `seq-kv` may answer from the past, but never from before a
 * write of the same node: so who wants to read writes first.
 *
 * @module
 */

import { type Message, Node } from "./node.ts";

const STORE = "seq-kv";

const node = new Node();
/** What clients have asked for before: a repeated request is added once. */
const requests = new Set<string>();
let own = 0;
let writes = 0;
/** One after the other. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const result = turn.then(act);
  turn = result;
  return result;
}

async function valueOf(key: string): Promise<number> {
  const { value } = await node.ask(STORE, { type: "read", key });
  return typeof value === "number" ? value : 0;
}

/** Takes this node to the newest state of the store. */
async function catchUp(): Promise<void> {
  const value = `${node.id} ${crypto.randomUUID()} ${++writes}`;
  await node.ask(STORE, { type: "write", key: `sync ${node.id}`, value });
}

node.on("init", () => {
  // An earlier life may have left something.
  inTurn(async () => {
    await catchUp();
    own = await valueOf(node.id);
  });
});

node.on("add", ({ src, body }: Message) => {
  const request = `${src} ${body["msg_id"]}`;
  const isRepeated = requests.has(request);
  requests.add(request);
  return inTurn(async () => {
    if (!isRepeated) own += Number(body["delta"]);
    await node.ask(STORE, { type: "write", key: node.id, value: own });
    return { type: "add_ok" };
  });
});

node.on("read", () =>
  inTurn(async () => {
    await catchUp();
    let value = 0;
    for (const name of node.ids) value += await valueOf(name);
    return { type: "read_ok", value };
  }));

await node.run();
