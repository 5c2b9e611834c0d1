import { assert, assertStringIncludes } from "@std/assert";
import type { RunsReport } from "../../../lib/verdict/runs/runs_summary.ts";
import {
  QUANTILES_NOTE,
  runsTable,
} from "../../../lib/view/terminal/runs_table.ts";

const NONE = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };

function runs(count: number, generated: number): RunsReport {
  return {
    delivery: "crdt",
    seed: 7,
    runs: count,
    converged: count,
    ...{ violations: 0, generated, counted: generated, reports: count },
    convergenceSeconds: NONE,
    stalenessSecondsP99: NONE,
    lost: NONE,
    countedTwice: NONE,
    undelivered: NONE,
    failures: [],
    digest: "00ff",
  };
}

Deno.test("runsTable() tells the seeds and how many runs converged", () => {
  const text = runsTable(runs(1000, 20_912));
  assertStringIncludes(
    text,
    "\nseeds 7 to 1006, delivery crdt, 20,912 likes generated, digest 00ff\n",
  );
  assertStringIncludes(text, "\nCONVERGED: 1,000 of 1,000 runs (100 %)\n");
});

Deno.test("runsTable() of one run, where it was stopped after that, tells of one", () => {
  const text = runsTable(runs(1, 1));
  assertStringIncludes(text, "\nseed 7, delivery crdt, 1 like generated,");
  assertStringIncludes(text, "\nCONVERGED: 1 of 1 run (100 %)\n");
});

Deno.test("runsTable() tells how long replicas were apart, in how many runs they agreed, and how fresh reads were", () => {
  const apart = { mean: 14.1, p50: 14, p95: 20, p99: 21, max: 22 };
  const text = runsTable({
    ...runs(1000, 20_912),
    agreed: 998,
    agreementSeconds: NONE,
    apartSeconds: apart,
    propagationSecondsP99: apart,
    spreadP99: apart,
    acknowledgementSecondsP99: apart,
    writesUnserved: { mean: 0.01, p50: 0, p95: 0.02, p99: 0.02, max: 0.03 },
    reads: {
      count: 812_000,
      unanswered: 7,
      ...{ secondsP50: apart, secondsP99: apart },
      behindVersionsP99: apart,
      behindSecondsP99: apart,
      ...{ ownReads: 90, ownMissed: 4 },
      fresh: { mean: 0.98, p50: 0.981, p95: 0.99, p99: 1, max: 1 },
      monotonicPairs: 600_000,
      monotonicViolations: 3,
    },
  });
  const lines = text.split("\n").map((line) => line.replace(/  +/g, "  "));
  for (
    const line of [
      "replicas agree in  0 s  0 s  0 s  0 s  0 s",
      "replicas apart in all  14.1 s  14 s  20 s  21 s  22 s",
      "propagation, 99 % of the draws  14.1 s  14 s  20 s  21 s  22 s",
      "spread, 99 % of the time  14.1  14  20  21  22",
      "acknowledgement, 99 % of the draws  14.1 s  14 s  20 s  21 s  22 s",
      "writes unserved  1 %  0 %  2 %  2 %  3 %",
      "reads fresh  98 %  98.1 %  99 %  100 %  100 %",
      "versions behind, 99 % of stale reads  14.1  14  20  21  22",
      "seconds behind, 99 % of stale reads  14.1 s  14 s  20 s  21 s  22 s",
      "read latency, 99 % of the reads  14.1 s  14 s  20 s  21 s  22 s",
      "replicas agreed in 998 of 1,000 runs",
      "reads: 812,000 answered, 7 unanswered, 3 of 600,000 went back, 4 of 90 own missed",
    ]
  ) assert(lines.includes(line), `${line}\n${text}`);
});

Deno.test("runsTable() says that quantiles are not exact where they are not", () => {
  const report = runs(1000, 20_912);
  assert(!runsTable(report).includes(QUANTILES_NOTE));
  const text = runsTable({ ...report, quantileError: 1 / 1024 });
  assertStringIncludes(text, `\n${QUANTILES_NOTE}\n`);
});
