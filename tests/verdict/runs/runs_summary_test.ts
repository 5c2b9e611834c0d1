import { assertEquals } from "@std/assert";
import { ReadMeter } from "../../../lib/verdict/read_meter.ts";
import { readsVerdictOf } from "../../../lib/verdict/replica_verdict.ts";
import { figuresOf } from "../../../lib/verdict/runs/figures.ts";
import { RunsSummary } from "../../../lib/verdict/runs/runs_summary.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { runsTable } from "../../../lib/view/terminal/runs_table.ts";

Deno.test("RunsSummary.report() tells how numbers are spread over the runs", () => {
  const summary = new RunsSummary(
    "crdt",
    0,
    (seed) => `likes sim --seed ${seed}`,
  );
  const figures = (lost: number) =>
    figuresOf(lost, "crdt", {
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
  for (let lost = 0; lost < 100; lost++) summary.add(figures(lost));
  summary.add(figuresOf(100, "crdt", { violation: "Invariant violated" }));
  const report = summary.report();
  assertEquals(report.lost, { mean: 49.5, p50: 49, p95: 94, p99: 98, max: 99 });
  assertEquals([report.runs, report.converged, report.violations], [101, 1, 1]);
  assertEquals(report.convergenceSeconds?.max, 2);
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
  for (const [i, agreementSeconds] of [1, 3, null].entries()) {
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
    summary.add(figuresOf(7 + i, "crdt", { verdict }));
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
  alone.add(
    figuresOf(7, "crdt", {
      verdict: judge({ delivery: "crdt", seed: 7 }, [server]),
    }),
  );
  for (const key of ["agreed", "apartSeconds", "reads"]) {
    assertEquals(key in alone.report(), false, key);
  }
});

Deno.test("RunsSummary.report() leaves out how fresh and fast reads were where none was answered", () => {
  const server = {
    ...{ name: "LikesServer0", draws: 1, generated: 9, acknowledged: 9 },
    ...{ counted: 9, pending: 0 },
  };
  const summary = new RunsSummary("crdt", 7, String);
  const add = (seed: number, meter: ReadMeter) =>
    summary.add(figuresOf(seed, "crdt", {
      verdict: judge({
        ...{ delivery: "crdt", seed, writesUnserved: 0 },
        reads: readsVerdictOf(meter.measures()),
      }, [server]),
    }));
  const none = new ReadMeter();
  none.unanswered();
  add(7, none);
  const { reads } = summary.report();
  assertEquals([reads?.count, reads?.unanswered], [0, 1]);
  for (const key of ["fresh", "secondsP50", "secondsP99"]) {
    assertEquals(key in (reads ?? {}), false, key);
  }
  const table = runsTable(summary.report());
  assertEquals(/reads fresh|read latency/.test(table), false, table);
  // One with answers is not averaged with it.
  const one = new ReadMeter();
  one.acknowledged(0, 0, 1);
  one.answered(20_000, {
    ...{ reader: 0, item: 0, startTick: 10_000, steps: one.started(0) },
    ...{ seq: 1, isOwn: false },
  });
  add(8, one);
  const both = summary.report().reads;
  assertEquals([both?.fresh?.mean, both?.secondsP50?.mean], [1, 1]);
  assertEquals(both?.behindVersionsP99?.max, 0);
  // A run without a stale read does not say how far behind its stale reads
  // were.
  const { behindVersions, behindSeconds } = readsVerdictOf(one.measures());
  assertEquals([behindVersions, behindSeconds], [undefined, undefined]);
});

Deno.test("RunsSummary.report() leaves out how soon runs converged and replicas agreed if none did", () => {
  const server = {
    ...{ name: "LikesServer0", draws: 1, generated: 9, acknowledged: 9 },
    ...{ counted: 0, pending: 0 },
  };
  const summary = new RunsSummary("crdt", 7, String);
  const none = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  summary.add(figuresOf(7, "crdt", {
    verdict: judge({
      ...{ delivery: "crdt", seed: 7, convergenceSeconds: null },
      ...{ agreementSeconds: null, apartSeconds: 5, spread: none },
    }, [server]),
  }));
  const report = summary.report();
  assertEquals(report.apartSeconds?.max, 5);
  for (const key of ["convergenceSeconds", "agreementSeconds"]) {
    assertEquals(key in report, false, key);
  }
  assertEquals(/converges in|replicas agree in/.test(runsTable(report)), false);
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
  for (const [i, value] of [1, 2, 4].entries()) {
    summary.add(figuresOf(7 + i, "crdt", {
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
    }));
  }
  const report = summary.report();
  assertEquals(report.acknowledgementSecondsP50?.p50, 2);
  assertEquals(report.acknowledgementSecondsP99?.max, 40);
  assertEquals(report.writesUnserved?.p50, 0.02);
  const { reads } = report;
  assertEquals([reads?.ownReads, reads?.ownMissed], [30, 7]);
  assertEquals([reads?.secondsP50?.p50, reads?.secondsP99?.p50], [2, 20]);
  assertEquals(reads?.behindVersionsP99?.p50, 20);
  assertEquals(reads?.behindSecondsP99?.p50, 10);
  // Ten of each run are fresh.
  assertEquals(reads?.freshAfter, [
    { seconds: 0, reads: 70, fresh: 30 / 70 },
    { seconds: 1, reads: 0 },
  ]);
  const alone = new RunsSummary("crdt", 7, String);
  alone.add(
    figuresOf(7, "crdt", {
      verdict: judge({ delivery: "crdt", seed: 7 }, [server]),
    }),
  );
  for (const key of ["acknowledgementSecondsP99", "writesUnserved"]) {
    assertEquals(key in alone.report(), false, key);
  }
});
