import { assertEquals, assertNotEquals } from "@std/assert";
import { ComparedRuns } from "../../../lib/verdict/runs/compared_runs.ts";
import { NO_FAULTS } from "../../../lib/faults/plan.ts";
import {
  comparisonTable,
  gapLines,
} from "../../../lib/view/terminal/comparison.ts";
import { judge, type ServerAccount } from "../../../lib/verdict/verdict.ts";
import { compareTable } from "../../../lib/view/terminal/compare_table.ts";

function rowOf(...runs: Partial<ServerAccount>[]): ComparedRuns {
  return rowOfMode("crdt", runs);
}

function rowOfMode(
  delivery: string,
  runs: readonly Partial<ServerAccount>[],
): ComparedRuns {
  const verdicts = runs.map((fields, seed) =>
    judge({ delivery, seed }, [{
      ...{ name: "LikesServer0", draws: 1, pending: 0 },
      ...{ generated: 9, acknowledged: 9, counted: 9 },
      ...fields,
    }])
  );
  return ComparedRuns.of(delivery, verdicts);
}

const NO_DRAW = { draws: 0, generated: 0, acknowledged: 0, counted: 0 };

Deno.test("gapLines() says which runs of a mode show nothing, and of the first why", () => {
  assertEquals(gapLines(rowOf({}, {})), []);
  assertEquals(gapLines(rowOf(NO_DRAW)), [
    "crdt: No draw was made: whether the primary would agree is not known.",
  ]);
  assertEquals(gapLines(rowOf({}, { discarded: 2 }, NO_DRAW)), [
    "crdt, 2 of 3 runs: 2 draws were discarded by LikesServer0: they could not be logged.",
  ]);
});

Deno.test("compareTable() does not call a run without a draw as theory", () => {
  const [, row = ""] = compareTable([rowOf(NO_DRAW)]).split("\n");
  assertEquals(row.trimEnd().split(/\s{2,}/).at(-1), "–");
  assertEquals(/\bno\b/.test(row), true);
});

Deno.test("comparisonTable() predicts a number only where messages alone can fail", () => {
  const predicted = (changes: Partial<typeof NO_FAULTS>) =>
    comparisonTable({
      rows: [rowOfMode("at-most-once", [{}])],
      faults: {
        ...NO_FAULTS,
        reportLoss: { value: 0.1, text: "0.1" },
        ...changes,
      },
      command: "likes compare",
    }, false).split("\n")[1] ?? "";
  const calm = predicted({});
  const pause = { process: 0, atTick: 1, pausedTicks: 1 };
  const crash = { process: 0, atTick: 1, downTicks: 1 };
  for (
    const changes of [
      { randomCrashes: 1 },
      { crashes: [crash] },
      { pauses: [pause] },
    ]
  ) {
    assertNotEquals(predicted(changes), calm);
  }
});
