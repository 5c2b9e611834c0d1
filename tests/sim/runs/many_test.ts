import { assert, assertEquals } from "@std/assert";
import { runCommand } from "../../../lib/options/format_run.ts";
import { type Outcome, simulateMany } from "../../../lib/sim/runs/many.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { RunsSummary } from "../../../lib/sim/runs/runs_report.ts";
import { granted } from "../../permissions.ts";
import { runOf } from "../runs_of_tests.ts";

const STORM = { latency: "exp:20ms", loss: "1/5", crash: ["random:2"] };
const FIRST = runOf({ delivery: "at-least-once", faults: STORM, seed: 100 });

function runs(count: number) {
  return {
    count,
    optionsAt: (i: number) => ({ ...FIRST, seed: FIRST.seed + i }),
    check: false,
  };
}

async function reportOf(count: number, workers: number) {
  const summary = new RunsSummary(
    FIRST.delivery,
    FIRST.seed,
    (seed) => runCommand("likes", "sim", { ...FIRST, seed }),
  );
  const told: number[] = [];
  const done = await simulateMany(runs(count), {
    workers,
    onOutcome: (outcome, i) => {
      told.push(i);
      summary.add(outcome);
    },
  });
  assertEquals([done, told], [
    count,
    Array.from({ length: count }, (_, i) => i),
  ]);
  return summary.report();
}

Deno.test({
  name: "simulateMany() comes to the same with any number of cores",
  ignore: !granted({ read: ["."] }),
  fn: async () => {
    const here = await reportOf(40, 0);
    assertEquals(await reportOf(40, 2), here);
    assertEquals(await reportOf(40, 3), here);
    assertEquals(here.runs, 40);
    assert(here.converged < 40 && here.failures.length > 0);
  },
});

Deno.test("simulateMany() stops between two runs, with the results so far", async () => {
  const stop = new AbortController();
  const told: number[] = [];
  const done = await simulateMany(runs(100), {
    workers: 0,
    signal: stop.signal,
    onOutcome: (_outcome, i) => {
      told.push(i);
      if (i === 4) stop.abort();
    },
  });
  assertEquals([done, told], [5, [0, 1, 2, 3, 4]]);
});

Deno.test("simulateMany() stops in the middle of a run, which is left out", async () => {
  const stop = new AbortController();
  const shares: number[] = [];
  const done = await simulateMany({
    count: 2,
    // Hours of real time.
    optionsAt: (seed) => runOf({ seed, lifetimeTicks: 2 ** 30, servers: 1000 }),
    check: false,
  }, {
    workers: 2,
    signal: stop.signal,
    onProgress: (runs) => {
      shares.push(runs);
      if (shares.length === 3) stop.abort();
    },
    onOutcome: () => {
      throw new Error("no run can be over");
    },
  });
  assertEquals([done, shares.length], [0, 3]);
  assert(shares.every((share) => share > 0 && share < 0.01));
});

Deno.test({
  name: "simulateMany() stops its workers when it is told to",
  ignore: !granted({ read: ["."] }),
  fn: async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const done = await simulateMany(runs(10_000), {
      workers: 2,
      signal: stop.signal,
      onOutcome: (_outcome, i) => {
        told.push(i);
        if (i === 20) stop.abort();
      },
    });
    assertEquals(told, Array.from({ length: done }, (_, i) => i));
    assert(done > 20 && done < 10_000);
  },
});

Deno.test("RunsSummary names the first failing seeds, each with the command that reproduces it", async () => {
  const report = await reportOf(30, 0);
  const [failure] = report.failures;
  assert(failure !== undefined && report.failures.length <= 10);
  assertEquals(
    failure.command,
    `likes sim --servers 5 --lifetime 30s --spawn-interval 100ms --delivery at-least-once --latency exp:20ms --loss 1/5 --crash random:2 --seed ${failure.seed}`,
  );
  assert(/^likes: \d+ counted twice$/.test(failure.reason), failure.reason);
});

Deno.test("RunsSummary.report() tells how numbers are spread over the runs", () => {
  const summary = new RunsSummary(
    "crdt",
    0,
    (seed) => `likes sim --seed ${seed}`,
  );
  const verdictOf = (lost: number): Outcome => ({
    verdict: {
      delivery: "crdt",
      seed: 0,
      draws: 5,
      generated: 100,
      acknowledged: 100,
      counted: 100 - lost,
      converged: lost === 0,
      lost,
      countedTwice: 0,
      undelivered: 0,
      convergenceSeconds: lost === 0 ? 2 : null,
      findings: [],
    },
  });
  for (let lost = 0; lost < 100; lost++) summary.add(verdictOf(lost));
  summary.add({ violation: "Invariant violated" });
  const report = summary.report();
  assertEquals(report.lost, { mean: 49.5, p50: 49, p95: 94, p99: 98, max: 99 });
  assertEquals([report.runs, report.converged, report.violations], [101, 1, 1]);
  assertEquals(report.convergenceSeconds.max, 2);
  assertEquals(report.failures[0], {
    seed: 1,
    reason: "likes: 1 lost",
    command: "likes sim --seed 1",
  });
});

Deno.test("RunsSummary.report() tells of replicas and reads where there are any, and of runs that did not agree", () => {
  const none = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const summary = new RunsSummary("crdt", 7, (seed) => `sim --seed ${seed}`);
  const server = {
    ...{ name: "LikesServer0", draws: 1, generated: 9, acknowledged: 9 },
    ...{ counted: 9, pending: 0 },
  };
  for (const agreementSeconds of [1, 3, null]) {
    const verdict = judge({
      ...{ delivery: "crdt", seed: 7, agreementSeconds, apartSeconds: 14 },
      spread: { ...none, p99: 40 },
      propagationSeconds: { ...none, p99: 2 },
      areReplicasDifferent: agreementSeconds === null,
      reads: {
        ...{ count: 100, unanswered: 1, fresh: 0.9, seconds: none },
        ...{ monotonicPairs: 50, monotonicViolations: 2 },
      },
    }, [server]);
    summary.add({ verdict });
  }
  const report = summary.report();
  assertEquals([report.converged, report.agreed], [2, 2]);
  assertEquals(report.agreementSeconds?.mean, 2);
  assertEquals(report.apartSeconds?.p50, 14);
  assertEquals(report.propagationSecondsP99?.max, 2);
  assertEquals(report.spreadP99?.max, 40);
  assertEquals(report.reads?.fresh?.p50, 0.9);
  assertEquals(
    [report.reads?.count, report.reads?.unanswered],
    [300, 3],
  );
  assertEquals(report.reads?.monotonicPairs, 150);
  assertEquals(report.reads?.monotonicViolations, 6);
  assertEquals(report.failures, [{
    seed: 9,
    reason: "the replicas do not agree",
    command: "sim --seed 9",
  }]);
  const alone = new RunsSummary("crdt", 7, String);
  alone.add({ verdict: judge({ delivery: "crdt", seed: 7 }, [server]) });
  for (const key of ["agreed", "apartSeconds", "reads"]) {
    assertEquals(key in alone.report(), false, key);
  }
});

Deno.test("RunsSummary.report() tells how long acknowledgements took and what reads were told, over the runs", () => {
  const server = {
    ...{ name: "LikesServer0", draws: 1, generated: 9, acknowledged: 9 },
    ...{ counted: 9, pending: 0 },
  };
  const all = (value: number) => ({
    ...{ mean: value, p50: value, p95: value, p99: 10 * value },
    max: 20 * value,
  });
  const summary = new RunsSummary("crdt", 7, (seed) => `sim --seed ${seed}`);
  for (const value of [1, 2, 4]) {
    summary.add({
      verdict: judge({
        ...{ delivery: "crdt", seed: 7, writesUnserved: value / 100 },
        acknowledgementSeconds: all(value),
        reads: {
          ...{ count: 100, unanswered: 1, fresh: 0.9, seconds: all(value) },
          ...{ behindVersions: all(value), behindSeconds: all(value / 2) },
          ...{ monotonicPairs: 50, monotonicViolations: 2 },
          ...{ ownReads: 10, ownMissed: value },
          freshAfter: [
            { seconds: 0, reads: 10 * value, fresh: 1 / value },
            { seconds: 1, reads: 0 },
          ],
        },
      }, [server]),
    });
  }
  const report = summary.report();
  assertEquals(report.acknowledgementSecondsP50?.p50, 2);
  assertEquals(report.acknowledgementSecondsP99?.max, 40);
  assertEquals(report.writesUnserved?.p50, 0.02);
  const { reads } = report;
  assertEquals([reads?.ownReads, reads?.ownMissed], [30, 7]);
  assertEquals([reads?.secondsP50.p50, reads?.secondsP99.p50], [2, 20]);
  assertEquals(reads?.behindVersionsP99?.p50, 20);
  assertEquals(reads?.behindSecondsP99?.p50, 10);
  // Ten of each run are fresh.
  assertEquals(reads?.freshAfter, [
    { seconds: 0, reads: 70, fresh: 30 / 70 },
    { seconds: 1, reads: 0 },
  ]);
  const alone = new RunsSummary("crdt", 7, String);
  alone.add({ verdict: judge({ delivery: "crdt", seed: 7 }, [server]) });
  for (const key of ["acknowledgementSecondsP99", "writesUnserved"]) {
    assertEquals(key in alone.report(), false, key);
  }
});
