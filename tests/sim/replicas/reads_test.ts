// Virtual readers against theory, and against what their histories tell.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { TICKS_PER_SECOND } from "../../../lib/domain/ticks.ts";
import { Simulation } from "../../../lib/sim/simulation.ts";
import { HistoryDigest } from "../../../lib/verdict/digest.ts";
import type { HistoryEvent } from "../../../lib/verdict/history.ts";
import { freshWithinVersions } from "../../../lib/verdict/mod.ts";
import { historyOf, type RunChanges, runOf } from "../runs_of_tests.ts";

const STORM: RunChanges["faults"] = {
  latency: "exp:50ms",
  loss: "1/10",
  duplicate: "1/20",
  crash: ["primary@12s+2s", "random:2"],
  pause: ["primary@20s+1s"],
};

/** What readers of many items measure: a draw and a read of each at a time. */
function freshWithin(replicas: number): readonly number[] {
  const simulation = new Simulation(runOf({
    ...{ replicas, gossip: null, writeTo: "any", readFrom: "any" },
    ...{ servers: 300, lifetimeTicks: 3_000_000, spawnIntervalTicks: 0 },
    ...{ intervalMinTicks: 10_000, intervalMaxTicks: 30_000 },
    readers: 100,
    ...{ readIntervalMinTicks: 10_000, readIntervalMaxTicks: 30_000 },
  }));
  while (!simulation.advance(100_000));
  const reads = simulation.replicas?.readers?.meter.measures();
  return reads?.marked?.freshWithin ?? [];
}

for (const replicas of [2, 3, 5]) {
  Deno.test(`simulate() reads of ${replicas} replicas without gossip are as stale as PBS says`, () => {
    const measured = freshWithin(replicas);
    for (let versions = 1; versions <= 5; versions++) {
      assertAlmostEquals(
        measured[versions - 1]!,
        freshWithinVersions(replicas, 1, versions),
        0.015,
      );
    }
  });
}

/** Reads that went back, counted from the history. */
function wentBack(events: readonly HistoryEvent[]): number {
  const highest = new Map<string, number>();
  let count = 0;
  for (const { kind, reader, server, seq = 0 } of events) {
    if (kind !== "value") continue;
    const item = `${reader} ${server}`;
    const before = highest.get(item) ?? 0;
    if (seq < before) count++;
    else highest.set(item, seq);
  }
  return count;
}

Deno.test("simulate() never lets a read at home go back while the homes are up", () => {
  for (let seed = 0; seed < 10; seed++) {
    const { verdict } = historyOf({
      ...{ seed, replicas: 3, readers: 5, readFrom: "home" },
      faults: { latency: "exp:50ms" },
    });
    const { count, monotonicPairs, monotonicViolations } = verdict.reads!;
    assert(count > 300 && monotonicPairs! > 200);
    assertEquals(monotonicViolations, 0);
  }
});

Deno.test("simulate() tells how many reads went back, as the history has them", () => {
  let all = 0;
  for (let seed = 0; seed < 10; seed++) {
    const { verdict, events } = historyOf({
      ...{ seed, replicas: 3, readers: 5, readFrom: "any" },
      faults: STORM,
    });
    const { count, unanswered, monotonicViolations } = verdict.reads!;
    assertEquals(monotonicViolations, wentBack(events));
    all += monotonicViolations!;
    const ofKind = (wanted: string) =>
      events.filter(({ kind }) => kind === wanted).length;
    assertEquals(ofKind("value"), count);
    assertEquals(ofKind("read"), count + unanswered);
    assert(unanswered > 0);
  }
  assert(all > 0);
});

/** The digest of a history without its reads. */
function digestWithoutReads(events: readonly HistoryEvent[]): string {
  const digest = new HistoryDigest();
  for (const event of events) {
    if (event.reader === undefined) digest.addEvent(event);
  }
  return digest.value();
}

Deno.test("simulate() with readers has the same draws, reports and exchanges as without", () => {
  for (const replicas of [1, 3]) {
    for (const delivery of ["at-least-once", "dedup", "crdt"] as const) {
      const run = { replicas, delivery, faults: STORM, seed: 5 };
      const without = historyOf(run);
      const { verdict, events } = historyOf({
        ...{ ...run, readers: 4, readFrom: "any" },
      });
      assertEquals(digestWithoutReads(events), without.verdict.digest);
      assert(verdict.digest !== without.verdict.digest);
      assertEquals(verdict.counted, without.verdict.counted);
    }
  }
});

Deno.test("simulate() tells of modes without a mark only how many reads there were, and how long they took", () => {
  const { verdict } = historyOf({
    ...{ replicas: 2, readers: 2, delivery: "at-least-once" },
  });
  assertEquals(Object.keys(verdict.reads ?? {}), [
    "count",
    "unanswered",
    "seconds",
  ]);
});

Deno.test("simulate() answers a read at once without latency, and with the sum of two delays with one", () => {
  const latencyOf = (latency: string) =>
    historyOf({ readers: 3, faults: { latency } }).verdict.reads?.seconds;
  assertEquals(latencyOf("0ms")?.max, 0);
  assertEquals(latencyOf("20ms")?.p50, 0.04);
});

Deno.test("simulate() gives no read up whose patience would end after the end of time", () => {
  const hour = 3600 * TICKS_PER_SECOND;
  const { verdict } = historyOf({
    ...{ servers: 2, lifetimeTicks: 40 * hour, ackTimeoutTicks: 58 * hour },
    ...{ intervalMinTicks: 3 * hour, intervalMaxTicks: 4 * hour },
    ...{ readIntervalMinTicks: hour, readIntervalMaxTicks: 2 * hour },
    readers: 2,
    faults: { latency: "1s" },
  });
  const { count, unanswered } = verdict.reads!;
  assert(count > 40, `${count} reads`);
  assertEquals(unanswered, 0);
});
