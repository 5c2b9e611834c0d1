import { assertEquals } from "@std/assert";
import { QuorumRuns } from "../../../lib/verdict/runs/quorum_runs.ts";

Deno.test("QuorumRuns tells shares of what each run counted, and none of what it did not", () => {
  const runs = new QuorumRuns();
  const run = { seed: 7, delivery: "crdt" };
  runs.add({
    ...run,
    ...{ reads: 30, readsUnanswered: 10, readsFresh: 0.75 },
    ...{
      ownReads: 20,
      ownMissed: 5,
      monotonicPairs: 8,
      monotonicViolations: 2,
    },
    ...{ readSecondsP50: 0.5, readSecondsP99: 2, writesUnserved: 0.1 },
    ...{ acknowledgementSecondsP50: 0.25, acknowledgementSecondsP99: 1 },
  });
  const told = (name: Parameters<QuorumRuns["sample"]>[0]) =>
    runs.sample(name).distribution().max;
  assertEquals(told("readsUnserved"), 0.25);
  assertEquals(told("fresh"), 0.75);
  assertEquals(told("ownMissed"), 0.25);
  assertEquals(told("wentBack"), 0.25);
  assertEquals([told("readSecondsP50"), told("readSecondsP99")], [0.5, 2]);
  assertEquals(told("writesUnserved"), 0.1);
  assertEquals([told("writeSecondsP50"), told("writeSecondsP99")], [0.25, 1]);
  // Nobody read, and nobody waited for an acknowledgement.
  runs.add(run);
  const silent = { ...run, reads: 0, readsUnanswered: 3 };
  runs.add(silent);
  assertEquals(runs.sample("readsUnserved").size, 2);
  assertEquals(told("readsUnserved"), 1);
  for (const name of ["fresh", "ownMissed", "wentBack"] as const) {
    assertEquals(runs.sample(name).size, 1);
  }
});
