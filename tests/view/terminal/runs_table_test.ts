import { assertStringIncludes } from "@std/assert";
import {
  runsTable,
  type RunsTableInput,
} from "../../../lib/view/terminal/runs_table.ts";

const NONE = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };

function runs(count: number, generated: number): RunsTableInput {
  return {
    delivery: "crdt",
    seed: 7,
    runs: count,
    converged: count,
    generated,
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
