import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  CounterChecker,
  possibleSums,
} from "../../../lib/verdict/operations/counter_checker.ts";
import type { Operation } from "../../../lib/verdict/operations/operation.ts";

const BASE = {
  index: 0,
  node: "n1",
  phase: "load",
  invokedTick: 0,
  completedTick: 10,
} as const;

function add(value: number, outcome: Operation["outcome"] = "ok"): Operation {
  return { ...BASE, f: "add", isRead: false, value, outcome };
}

function last(node: string, result: number, invokedTick = 100): Operation {
  const phase = "last";
  return {
    ...{ ...BASE, f: "read", isRead: true, node, phase, result, invokedTick },
    outcome: "ok",
  };
}

function checked(isGrowOnly: boolean, ...operations: Operation[]) {
  const checker = new CounterChecker(isGrowOnly);
  for (const operation of operations) checker.add(operation);
  return checker.check();
}

function kinds(...operations: Operation[]): string[] {
  return checked(true, ...operations).findings.map(({ kind }) => kind);
}

Deno.test("CounterChecker takes the sum of what was acknowledged, with any of what got no answer", () => {
  assertEquals(kinds(add(3), add(4), last("n1", 7)), []);
  assertEquals(kinds(add(3), add(4, "info"), last("n1", 3)), []);
  assertEquals(kinds(add(3), add(4, "info"), last("n1", 7)), []);
  assertEquals(kinds(add(3), add(4, "fail"), last("n1", 3)), []);
});

Deno.test("CounterChecker tells lost, counted twice and what no choice adds up to apart", () => {
  assertEquals(kinds(add(3), add(4), last("n1", 3)), ["lost"]);
  assertEquals(kinds(add(3), add(4), last("n1", 10)), ["counted twice"]);
  assertEquals(kinds(add(3), add(4, "fail"), last("n1", 7)), [
    "counted twice",
  ]);
  assertEquals(kinds(add(3), add(4, "info"), last("n1", 5)), ["not possible"]);
});

Deno.test("CounterChecker praises no counter that no node was left to show", () => {
  for (const outcome of ["ok", "fail", "info"] as const) {
    assertEquals(kinds(add(3, outcome)), ["never read"]);
  }
  assertEquals(kinds(add(3), add(4, "fail")), ["never read"]);
  assertEquals(kinds(), []);
});

Deno.test("CounterChecker tells by how much", () => {
  const { measures } = checked(
    true,
    ...[add(3), add(4), last("n1", 7), last("n2", 2), last("n3", 11)],
  );
  const counter = measures["counter"] as Record<string, unknown>;
  assertEquals([counter["lost"], counter["countedTwice"]], [5, 4]);
});

Deno.test("CounterChecker wants nodes to agree, also where each could be right", () => {
  assertEquals(
    kinds(add(3), add(4, "info"), last("n1", 3), last("n2", 7)),
    ["apart"],
  );
});

Deno.test("CounterChecker does not tell lost from counted twice where numbers below zero are added", () => {
  const [finding] = checked(false, add(3), add(-4), last("n1", 3)).findings;
  assert(finding?.text.includes("lost or counted twice"), finding?.text);
});

Deno.test("CounterChecker settles with the last read that shows another value than the last", () => {
  const read: Operation = { ...last("n1", 3, 50), phase: "drain" };
  assertEquals(
    checked(true, add(3), add(4), read, last("n1", 7)).settledTick,
    50,
  );
});

Deno.test("possibleSums() are the sums of all choices", () => {
  const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 8 });
  fc.assert(fc.property(fc.integer(), numbers, (base, some) => {
    let sums = new Set([base]);
    for (const number of some) {
      sums = new Set([...sums, ...[...sums].map((sum) => sum + number)]);
    }
    const found = new Set<number>();
    for (const [first, last] of possibleSums(base, some)) {
      for (let sum = first; sum <= last; sum++) found.add(sum);
    }
    assertEquals([...found].sort(), [...sums].sort());
  }));
});

Deno.test("CounterChecker judges any mixture of outcomes and final reads as the sums of all choices do", () => {
  const outcome = fc.constantFrom("ok", "fail", "info");
  const adds = fc.array(
    fc.record({ value: fc.integer({ min: -9, max: 9 }), outcome }),
    { maxLength: 7 },
  );
  const reads = fc.array(fc.integer({ min: -30, max: 30 }), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(fc.property(adds, reads, (adds, reads) => {
    const sumOf = (some: readonly { value: number }[]) =>
      some.reduce((sum, { value }) => sum + value, 0);
    const acknowledged = sumOf(adds.filter((one) => one.outcome === "ok"));
    const possible = adds.filter((one) => one.outcome === "info");
    const sums = Array.from(
      { length: 2 ** possible.length },
      (_, choice) =>
        acknowledged + sumOf(possible.filter((_, i) => choice >> i & 1)),
    );
    const expected = new Set<string>(
      reads.filter((value) => !sums.includes(value)).map((value) =>
        value < Math.min(...sums)
          ? "lost"
          : value > Math.max(...sums)
          ? "counted twice"
          : "not possible"
      ),
    );
    if (expected.size === 0 && new Set(reads).size > 1) expected.add("apart");
    const found = checked(
      false,
      ...adds.map(({ value, outcome }) => add(value, outcome)),
      ...reads.map((value, i) => last(`n${i + 1}`, value)),
    ).findings.map(({ kind }) => kind);
    assertEquals(new Set(found), expected);
  }));
});
