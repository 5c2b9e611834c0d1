import { assert, assertEquals, assertThrows } from "@std/assert";
import { judge, type Verdict } from "../../../lib/verdict/verdict.ts";
import { ComparedRuns } from "../../../lib/verdict/runs/compared_runs.ts";
import { compareTable } from "../../../lib/view/terminal/compare_table.ts";

function run(delivery: string, counted: number, convergence = 0.8): Verdict {
  return judge({
    delivery,
    seed: 7,
    messages: 50,
    convergenceSeconds: convergence,
    stalenessSeconds: { mean: 0, p50: 0, p95: 0, p99: 2.05, max: 3 },
  }, [{
    name: "LikesServer0",
    draws: 5,
    generated: 1000,
    acknowledged: 1000,
    counted,
    pending: 0,
  }]);
}

Deno.test("compareTable() puts theory beside what happened", () => {
  const table = compareTable(
    [
      ComparedRuns.of("at-most-once", [run("at-most-once", 897)]),
      ComparedRuns.of("original", [run("original", 1074)]),
      ComparedRuns.of("at-least-once", [run("at-least-once", 1111)]),
      ComparedRuns.of("dedup", [run("dedup", 1000)]),
      ComparedRuns.of("crdt", [run("crdt", 1000)]),
    ],
    false,
    { reportLoss: 0.1, ackLoss: 0.1, duplicate: 0 },
  );
  assertEquals(
    table,
    `delivery       theory predicts                      counted  converged    lost   twice  undelivered  converges in  stale p99  messages  as theory
at-most-once   may lose; twice if repeated, 0.900×   0.897×         no  10.3 %     0 %          0 %         never     2.05 s      0.05        yes
original       may count twice or be stuck           1.074×         no     0 %   7.4 %          0 %         never     2.05 s      0.05        yes
at-least-once  may count twice, 1.111×               1.111×         no     0 %  11.1 %          0 %         never     2.05 s      0.05        yes
dedup          exact, 1.000×                         1.000×        yes     0 %     0 %          0 %         0.8 s     2.05 s      0.05        yes
crdt           exact, 1.000×                         1.000×        yes     0 %     0 %          0 %         0.8 s     2.05 s      0.05        yes
`,
  );
});

Deno.test("compareTable() shows a mode that breaks its promise", () => {
  const rows = [ComparedRuns.of("crdt", [run("crdt", 999)])];
  assert(compareTable(rows).trimEnd().endsWith("NO"));
  assert(compareTable(rows, true).includes("\x1b[31mcrdt"));
});

Deno.test("compareTable() colours modes that failed, and no others", () => {
  const rows = [
    ComparedRuns.of("original", [run("original", 1074)]),
    ComparedRuns.of("dedup", [run("dedup", 1000)]),
    ComparedRuns.of("crdt", [run("crdt", 1000), run("crdt", 999)]),
  ];
  const coloured = compareTable(rows, true).split("\n")
    .filter((line) => line.includes("\x1b"));
  assertEquals(
    coloured.map((line) => [line.slice(0, 8), line.slice(-4)]),
    [["\x1b[31mori", "\x1b[0m"], ["\x1b[31mcrd", "\x1b[0m"]],
  );
  assert(!compareTable(rows).includes("\x1b"));
});

Deno.test("compareTable() tells many runs by median and 99th percentile", () => {
  const verdicts = [
    run("crdt", 1000, 0.1),
    run("crdt", 1000, 0.2),
    run("crdt", 990),
  ];
  const [, line] = compareTable([ComparedRuns.of("crdt", verdicts)]).split(
    "\n",
  );
  assertEquals(
    line?.split(/ {2,}/),
    [
      "crdt",
      "exact, 1.000×",
      "0.997×",
      "2 of 3",
      "0 % (1 %)",
      "0 %",
      "0 %",
      "0.2 s (never)",
      "2.05 s",
      "0.05",
      "NO, 1 not",
    ],
  );
});

Deno.test("compareTable() leaves dashes where nothing is known", () => {
  const verdict = judge({ delivery: "crdt", seed: 7 }, [{
    name: "LikesServer0",
    draws: 5,
    generated: 10,
    acknowledged: 10,
    pending: 0,
  }]);
  const [, line] = compareTable([ComparedRuns.of("crdt", [verdict])])
    .split("\n");
  assertEquals(
    line?.split(/ {2,}/).slice(2).join(" "),
    "– – – – 0 % – – – yes",
  );
});

Deno.test("compareTable() refuses a mode that it cannot predict", () => {
  assertThrows(
    () => compareTable([ComparedRuns.of("twice", [])]),
    RangeError,
  );
});

Deno.test("compareTable() tells of replicas and reads where there are any, with a dash where a mode cannot tell", () => {
  const seconds = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  const of = (delivery: string, fresh?: number): Verdict => ({
    ...run(delivery, 1000),
    agreementSeconds: fresh === undefined ? null : 1.5,
    apartSeconds: 14.1,
    reads: {
      count: 9,
      unanswered: 0,
      seconds,
      ...fresh !== undefined && { fresh },
    },
  });
  const [head, marked, unmarked] = compareTable([
    ComparedRuns.of("crdt", [of("crdt", 0.9)]),
    ComparedRuns.of("at-least-once", [of("at-least-once")]),
  ]).split("\n").map((line) => line.split(/  +/).slice(-4));
  assertEquals(head, ["agree in", "apart", "fresh reads", "as theory"]);
  assertEquals(marked, ["1.5 s", "14.1 s", "90 %", "yes"]);
  assertEquals(unmarked, ["never", "14.1 s", "–", "yes"]);
});
