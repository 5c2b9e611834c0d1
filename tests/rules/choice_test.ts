import { assert, assertEquals, assertThrows } from "@std/assert";
import { exponential } from "../../lib/faults/distributions.ts";
import {
  anyReplica,
  anyReplicas,
  type GossipInterval,
  gossipPartner,
  GossipWaits,
  HomeChoice,
  READ_PATIENCE,
  Streams,
  WRITE_PATIENCE,
} from "../../lib/rules/mod.ts";

const streams = new Streams(7);

/** How far counts are from even ones, in standard deviations of chi squared. */
function unevenness(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b) / counts.length;
  const squares = counts.map((count) => (count - expected) ** 2 / expected);
  const freedom = counts.length - 1;
  return (squares.reduce((a, b) => a + b) - freedom) / Math.sqrt(2 * freedom);
}

Deno.test("HomeChoice leaves after a refused connection or two attempts running without an answer", () => {
  const clients = { clients: 10, replicas: 3 };
  const choice = new HomeChoice({ ...clients, patience: WRITE_PATIENCE });
  assertEquals([0, 1, 2, 3].map((i) => choice.replicaOf(i)), [0, 1, 2, 0]);
  choice.unanswered(4);
  choice.answered(4);
  choice.unanswered(4);
  assertEquals(choice.replicaOf(4), 1);
  choice.unanswered(4);
  assertEquals(choice.replicaOf(4), 2);
  choice.unanswered(4);
  choice.refused(4);
  choice.unanswered(4);
  assertEquals(choice.replicaOf(4), 0);
  choice.answered(4);
  assertEquals(choice.replicaOf(4), 0);
  choice.restart(4);
  assertEquals(choice.replicaOf(4), 1);
  assertEquals(choice.replicaOf(7), 1);
});

Deno.test("HomeChoice of a reader leaves after one read without an answer; without failover it never does", () => {
  const clients = { clients: 10, replicas: 3 };
  const reader = new HomeChoice({ ...clients, patience: READ_PATIENCE });
  reader.unanswered(5);
  assertEquals(reader.replicaOf(5), 0);
  const faithful = new HomeChoice({ ...clients, patience: Infinity });
  for (let i = 0; i < 300; i++) {
    faithful.unanswered(5);
    faithful.refused(5);
  }
  assertEquals(faithful.replicaOf(5), 2);
});

Deno.test("anyReplica() draws each replica as often", () => {
  const counts = Array(5).fill(0);
  for (let n = 1; n <= 10_000; n++) counts[anyReplica(streams, n % 7, n, 5)]++;
  assert(unevenness(counts) < 4);
});

Deno.test("anyReplicas() draws each set of distinct replicas as often", () => {
  const counts = new Map<string, number>();
  const into = new Int32Array(3);
  for (let n = 1; n <= 20_000; n++) {
    anyReplicas(streams, n % 11, n, 6, into);
    const key = [...into].sort().join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    assertEquals(new Set(into).size, 3);
  }
  assertEquals(counts.size, 20);
  assert(unevenness([...counts.values()]) < 4);
  const all = new Int32Array(4);
  anyReplicas(streams, 0, 1, 4, all);
  assertEquals([...all].sort(), [0, 1, 2, 3]);
});

Deno.test("gossipPartner() draws each other replica as often, never oneself", () => {
  for (const replica of [0, 2, 4]) {
    const counts = Array(5).fill(0);
    for (let n = 1; n <= 10_000; n++) {
      counts[gossipPartner(streams, replica, n, 5)]++;
    }
    assertEquals(counts.splice(replica, 1), [0]);
    assert(unevenness(counts) < 4);
  }
  assertEquals(gossipPartner(streams, 1, 1, 2), 0);
});

const INTERVALS: GossipInterval[] = [
  { kind: "constant", ticks: 1000 },
  { kind: "exponential", ticks: 1000 },
  { kind: "uniform", ticks: 500, maxTicks: 1500 },
];

for (const interval of INTERVALS) {
  Deno.test(`GossipWaits of a ${interval.kind} interval begin as if they had gone on for ever`, () => {
    const waits = new GossipWaits(streams, interval, exponential);
    assertEquals(waits.meanTicks, 1000);
    // In equilibrium each moment is as likely to see an exchange: as many in
    // each tenth of a mean interval, from the first on.
    const counts = Array(30).fill(0);
    const REPLICAS = 20_000;
    for (let replica = 0; replica < REPLICAS; replica++) {
      let at = waits.first(replica, 0);
      for (let n = 1; at < 3000; n++) {
        counts[Math.floor(at / 100)]++;
        at += waits.after(replica, n);
      }
    }
    for (const count of counts) {
      // A tenth of a mean interval has a tenth of an exchange a replica; of an
      // exponential interval the number is Poisson, of others it varies less.
      const z = (count - REPLICAS / 10) / Math.sqrt(REPLICAS / 10);
      assert(Math.abs(z) < 4, `${counts}`);
    }
  });
}

Deno.test("GossipWaits.first() draws anew at each start", () => {
  const waits = new GossipWaits(streams, INTERVALS[0]!, exponential);
  const firsts = [0, 1, 2, 3].map((life) => waits.first(3, life));
  assertEquals(new Set(firsts).size, 4);
});

Deno.test("GossipWaits refuses intervals below a tick", () => {
  assertThrows(
    () => new GossipWaits(streams, { kind: "constant", ticks: 0 }, exponential),
    RangeError,
    "every 0 ticks",
  );
});
