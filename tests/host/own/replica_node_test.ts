import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ReplicaNode } from "../../../lib/host/own/replica_node.ts";
import type { JsonObject } from "../../../lib/host/protocol/message.ts";

/** A message on its way. */
interface Sent {
  readonly src: string;
  readonly dest: string;
  readonly body: JsonObject;
}

/** Nodes that send each other messages when a test lets them. */
class Cluster {
  readonly names: readonly string[];
  readonly nodes = new Map<string, ReplicaNode>();
  sent: Sent[] = [];
  #lives = 0;

  constructor(count: number) {
    this.names = Array.from({ length: count }, (_, i) => `n${i + 1}`);
    for (const name of this.names) this.start(name);
  }

  start(name: string): void {
    const life = ++this.#lives;
    const node = new ReplicaNode(
      { epoch: life, session: [life, 7] },
      (dest, body) => this.sent.push({ src: name, dest, body }),
    );
    this.nodes.set(name, node);
    const init = { type: "init", "node_id": name, "node_ids": this.names };
    assertEquals(this.ask(name, init)["type"], "init_ok");
  }

  /** Asks a node for something, and takes its answer out of what was sent. */
  ask(name: string, body: JsonObject, src = "c1"): JsonObject {
    this.nodes.get(name)!.receive({ src, dest: name, body });
    const answer = this.sent.findIndex(({ dest }) => dest === src);
    const [found] = this.sent.splice(answer, 1);
    return found?.body ?? {};
  }

  add(name: string, delta: number, id: number): JsonObject {
    return this.ask(name, { type: "add", delta, msg_id: id });
  }

  /** Lets all messages arrive, and those that they cause. */
  settle(): void {
    while (this.sent.length > 0) {
      for (const message of this.sent.splice(0)) this.deliver(message);
    }
  }

  deliver({ src, dest, body }: Sent): void {
    // As text, as they travel.
    const message = JSON.parse(JSON.stringify({ src, dest, body }));
    this.nodes.get(dest)!.receive(message);
  }

  /** Each node asks each other one. */
  exchangeAll(): void {
    for (const node of this.nodes.values()) {
      for (let peer = 0; peer < this.names.length; peer++) {
        if (peer !== node.index) node.exchange(peer);
      }
      this.settle();
    }
  }

  get values(): number[] {
    return [...this.nodes.values()].map(({ value }) => value);
  }
}

Deno.test("ReplicaNode adds up what is added and taken away, in parts of any size", () => {
  const cluster = new Cluster(1);
  for (const [id, delta] of [7, 0, -3, 100, -1000, 42, 43].entries()) {
    assertEquals(cluster.add("n1", delta, id + 1), {
      type: "add_ok",
      in_reply_to: id + 1,
    });
  }
  assertEquals(cluster.values, [-811]);
  assertEquals(cluster.ask("n1", { type: "read", msg_id: 9 }), {
    type: "read_ok",
    value: -811,
    in_reply_to: 9,
  });
});

Deno.test("ReplicaNode adds a repeated request once, and answers it again", () => {
  const cluster = new Cluster(1);
  for (let i = 0; i < 3; i++) {
    assertEquals(cluster.add("n1", 7, 1)["type"], "add_ok");
  }
  assertEquals(cluster.values, [7]);
});

Deno.test("ReplicaNode refuses what it cannot do with the codes of the protocol", () => {
  const cluster = new Cluster(1);
  const codeOf = (body: JsonObject) => cluster.ask("n1", body)["code"];
  assertEquals(codeOf({ type: "broadcast", message: 1 }), 10);
  assertEquals(codeOf({ type: "add", element: 1 }), 12);
  assertEquals(codeOf({ type: "add", delta: 0.5 }), 12);
  assertEquals(codeOf({ type: "add", delta: 1e9 }), 12);
  assertEquals(codeOf({ type: "init", "node_id": "x", "node_ids": [] }), 12);
});

Deno.test("ReplicaNode gives ids that no other life gives", () => {
  const cluster = new Cluster(2);
  const ids = new Set<unknown>();
  for (const name of ["n1", "n2", "n1"]) {
    for (let i = 0; i < 10; i++) {
      ids.add(cluster.ask(name, { type: "generate" })["id"]);
    }
    cluster.start(name);
  }
  assertEquals(ids.size, 30);
});

Deno.test("ReplicaNode agrees with others in the end, whatever is lost, repeated and out of order before", () => {
  const step = fc.record({
    node: fc.integer({ min: 0, max: 2 }),
    act: fc.constantFrom("add", "exchange", "deliver", "lose", "repeat"),
    number: fc.integer({ min: -50, max: 50 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const cluster = new Cluster(3);
    let sum = 0;
    for (const [id, { node, act, number }] of steps.entries()) {
      const name = cluster.names[node]!;
      const { sent } = cluster;
      const at = sent.length === 0 ? 0 : Math.abs(number) % sent.length;
      if (act === "add") {
        const queue = cluster.sent;
        cluster.sent = [];
        assertEquals(cluster.add(name, number, id)["type"], "add_ok");
        cluster.sent = queue;
        sum += number;
      } else if (act === "exchange") {
        cluster.nodes.get(name)!.exchange((node + 1) % 3);
      } else if (sent.length > 0) {
        const [message] = act === "repeat" ? [sent[at]] : sent.splice(at, 1);
        if (act !== "lose" && message) cluster.deliver(message);
      }
    }
    cluster.sent = [];
    cluster.exchangeAll();
    cluster.exchangeAll();
    assertEquals(cluster.values, [sum, sum, sum]);
  }));
});

Deno.test("ReplicaNode that has forgotten all is told what it had told others", () => {
  const cluster = new Cluster(3);
  cluster.add("n1", 7, 1);
  cluster.exchangeAll();
  cluster.add("n1", 5, 2);
  cluster.start("n1");
  assertEquals(cluster.values, [0, 7, 7]);
  cluster.exchangeAll();
  cluster.add("n1", 1, 1);
  cluster.exchangeAll();
  assertEquals(cluster.values, [8, 8, 8]);
});

Deno.test("ReplicaNode changes nothing for an exchange that is none, or is not from a node", () => {
  const cluster = new Cluster(2);
  cluster.add("n2", 7, 1);
  cluster.nodes.get("n2")!.exchange(0);
  const [message] = cluster.sent.splice(0);
  assert(message !== undefined);
  const lines = message.body["lines"] as string[];
  for (
    const body of [
      { type: "exchange" },
      { type: "exchange", lines: [] },
      { type: "exchange", lines: ["nonsense"] },
      { type: "exchange", lines: lines.slice(0, 1) },
      { type: "exchange", lines: [lines[0]!, "LikesServer2 x"] },
    ]
  ) cluster.deliver({ ...message, body });
  cluster.deliver({ ...message, src: "n1" });
  cluster.deliver({ ...message, src: "c1" });
  assertEquals(cluster.values, [0, 7]);
  cluster.deliver(message);
  assertEquals(cluster.values, [7, 7]);
});
