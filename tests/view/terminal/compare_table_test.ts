import { assert, assertEquals, assertThrows } from "@std/assert";
import { judge, type Verdict } from "../../../lib/verdict/verdict.ts";
import {
  compareTable,
  quantileOf,
} from "../../../lib/view/terminal/compare_table.ts";

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
  const table = compareTable([
    { delivery: "at-most-once", verdicts: [run("at-most-once", 897)] },
    { delivery: "original", verdicts: [run("original", 1074)] },
    { delivery: "at-least-once", verdicts: [run("at-least-once", 1111)] },
    { delivery: "dedup", verdicts: [run("dedup", 1000)] },
    { delivery: "crdt", verdicts: [run("crdt", 1000)] },
  ], { messageFaults: { reportLoss: 0.1, ackLoss: 0.1, duplicate: 0 } });
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
  const rows = [{ delivery: "crdt", verdicts: [run("crdt", 999)] }];
  assert(compareTable(rows).trimEnd().endsWith("NO"));
  assert(compareTable(rows, { isColoured: true }).includes("\x1b[31mcrdt"));
});

Deno.test("compareTable() colours modes that failed, and no others", () => {
  const rows = [
    { delivery: "original", verdicts: [run("original", 1074)] },
    { delivery: "dedup", verdicts: [run("dedup", 1000)] },
    { delivery: "crdt", verdicts: [run("crdt", 1000), run("crdt", 999)] },
  ];
  const coloured = compareTable(rows, { isColoured: true }).split("\n")
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
  const [, line] = compareTable([{ delivery: "crdt", verdicts }]).split("\n");
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
  const [, line] = compareTable([{ delivery: "crdt", verdicts: [verdict] }])
    .split("\n");
  assertEquals(
    line?.split(/ {2,}/).slice(2).join(" "),
    "– – – – 0 % – – – yes",
  );
});

Deno.test("compareTable() refuses a mode that it cannot predict", () => {
  assertThrows(
    () => compareTable([{ delivery: "twice", verdicts: [] }]),
    RangeError,
  );
});

Deno.test("quantileOf() takes the smallest value that reaches the share", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assertEquals(quantileOf(values, 0), 1);
  assertEquals(quantileOf(values, 0.5), 50);
  assertEquals(quantileOf(values, 0.99), 99);
  assertEquals(quantileOf(values, 1), 100);
  assertEquals(quantileOf([], 0.5), undefined);
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
    { delivery: "crdt", verdicts: [of("crdt", 0.9)] },
    { delivery: "at-least-once", verdicts: [of("at-least-once")] },
  ]).split("\n").map((line) => line.split(/  +/).slice(-4));
  assertEquals(head, ["agree in", "apart", "fresh reads", "as theory"]);
  assertEquals(marked, ["1.5 s", "14.1 s", "90 %", "yes"]);
  assertEquals(unmarked, ["never", "14.1 s", "–", "yes"]);
});
