import { assert, assertEquals } from "@std/assert";
import { Streams } from "../../../lib/domain/random.ts";
import {
  dueOperation,
  operationsOf,
} from "../../../lib/host/workloads/load.ts";
import { neighboursOf } from "../../../lib/host/workloads/topology.ts";
import { workloadNamed } from "../../../lib/host/workloads/workload.ts";
import { TOPOLOGIES, WORKLOADS } from "../../../lib/domain/workloads.ts";

const LOAD = {
  streams: new Streams(7),
  rate: 100,
  lifetimeTicks: 200_000,
  hasReads: true,
  nodes: 5,
};

const operations = (load = LOAD) =>
  Array.from({ length: operationsOf(load) }, (_, k) => dueOperation(load, k));

Deno.test("dueOperation() fills the time with as many operations as the rate says, in order", () => {
  const all = operations();
  assertEquals(all.length, 2000);
  for (const [k, { tick }] of all.entries()) {
    assert(tick >= 100 * k && tick < 100 * (k + 1), `${k} at ${tick}`);
  }
  assertEquals(operations({ ...LOAD, rate: 0.5 }).length, 10);
});

Deno.test("dueOperation() makes half of the operations reads, and numbers the others", () => {
  const all = operations();
  const writes = all.filter(({ isRead }) => !isRead);
  assertEquals(writes.map(({ write }) => write), [...writes.keys()]);
  assertEquals(writes.length, 1000);
  const alone = operations({ ...LOAD, hasReads: false });
  assertEquals(alone.map(({ write }) => write), [...alone.keys()]);
});

Deno.test("dueOperation() asks all nodes about as often", () => {
  const counts = [0, 0, 0, 0, 0];
  for (const { node } of operations()) counts[node]!++;
  // 2000 draws of 5: a standard deviation of 18.
  for (const count of counts) assert(Math.abs(count - 400) < 90, `${counts}`);
});

Deno.test("dueOperation() is a function of seed and number alone", () => {
  assertEquals(operations(), operations({ ...LOAD, streams: new Streams(7) }));
  const other = operations({ ...LOAD, streams: new Streams(8) });
  assert(JSON.stringify(other) !== JSON.stringify(operations()));
});

const names = (count: number) =>
  Array.from({ length: count }, (_, i) => `n${i + 1}`);

/**
 * The number of messages by which flooding reaches all nodes from the first.
 */
function floodOf(neighbours: Readonly<Record<string, readonly string[]>>) {
  const reached = new Set(["n1"]);
  const queue: [node: string, sender: string][] = [["n1", ""]];
  let messages = 0;
  for (const [node, sender] of queue) {
    for (const one of neighbours[node]!) {
      if (one === sender) continue;
      messages++;
      if (reached.has(one)) continue;
      reached.add(one);
      queue.push([one, node]);
    }
  }
  return { messages, reached: reached.size };
}

Deno.test("neighboursOf() of 25 nodes are floods of as many messages as graph theory says", () => {
  const expected = { line: 24, grid: 56, tree2: 24, tree3: 24, tree4: 24 };
  for (const topology of TOPOLOGIES) {
    const flood = floodOf(neighboursOf(topology, names(25)));
    const messages = { ...expected, total: 576 }[topology];
    assertEquals(flood, { messages, reached: 25 }, topology);
  }
});

Deno.test("neighboursOf() is mutual, connected and without oneself, of any number of nodes", () => {
  for (const topology of TOPOLOGIES) {
    for (let count = 1; count <= 30; count++) {
      const neighbours = neighboursOf(topology, names(count));
      assertEquals(Object.keys(neighbours), names(count));
      for (const [node, others] of Object.entries(neighbours)) {
        assert(!others.includes(node));
        assertEquals(new Set(others).size, others.length);
        for (const one of others) assert(neighbours[one]?.includes(node));
      }
      assertEquals(floodOf(neighbours).reached, count, `${topology} ${count}`);
    }
  }
});

const OPTIONS = { streams: new Streams(7), likesMin: 0, likesMax: 42 };

Deno.test("workloadNamed() takes the answers that the protocol has, and says what was expected", () => {
  const answers: Record<string, Record<string, unknown>> = {
    "echo": { echo: "x" },
    "unique-ids": { id: 7 },
    "broadcast": { messages: [1] },
    "g-set": { value: [1] },
    "g-counter": { value: 7 },
    "pn-counter": { value: -7 },
  };
  for (const name of WORKLOADS) {
    const workload = workloadNamed(name, OPTIONS);
    const request = workload.reading ?? workload.writing(0);
    const body = answers[name]!;
    assert(Array.isArray(request.read(body)), name);
    if (name === "echo") continue;
    const wrong = request.read({ [Object.keys(body)[0]!]: undefined });
    assert(typeof wrong === "string" && wrong.startsWith("expected"), name);
  }
});

Deno.test("workloadNamed() takes null for a list of nothing, but not for a number", () => {
  const reads = [["broadcast", "messages"], ["g-set", "value"]] as const;
  for (const [name, key] of reads) {
    const { reading } = workloadNamed(name, OPTIONS);
    assertEquals(reading?.read({ [key]: null }), [[]]);
  }
  const { reading } = workloadNamed("g-counter", OPTIONS);
  assertEquals(typeof reading?.read({ value: null }), "string");
});

Deno.test("workloadNamed() adds likes to a counter, below zero as well where it may", () => {
  for (
    const [name, isGrowOnly] of [["g-counter", true], [
      "pn-counter",
      false,
    ]] as const
  ) {
    const workload = workloadNamed(name, OPTIONS);
    const deltas = Array.from(
      { length: 1000 },
      (_, n) => workload.writing(n).body["delta"] as number,
    );
    assert(deltas.every((delta) => Math.abs(delta) <= 42));
    assertEquals(deltas.some((delta) => delta < 0), !isGrowOnly);
    assert(deltas.some((delta) => delta > 0));
  }
});
