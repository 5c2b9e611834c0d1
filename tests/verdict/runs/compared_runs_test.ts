import { assertEquals, assertThrows } from "@std/assert";
import { ComparedRuns } from "../../../lib/verdict/runs/compared_runs.ts";

Deno.test("ComparedRuns tells the gap of the lowest seed, in whatever order runs come", () => {
  const none = { delivery: "crdt", draws: 0, generated: 0, converged: false };
  for (const seeds of [[7, 8, 9], [9, 8, 7], [8, 7, 9]]) {
    const runs = new ComparedRuns("crdt");
    for (const seed of seeds) {
      runs.add({ ...none, seed, draws: seed === 9 ? 5 : 0 });
    }
    assertEquals([runs.runs, runs.incomplete, runs.drawn], [3, 2, 1]);
    assertEquals(runs.gap.length, 1);
  }
  const told = new ComparedRuns("crdt");
  told.add({ ...none, seed: 8 }, ["Later."]);
  told.add({ ...none, seed: 7 }, ["First."]);
  told.add({ ...none, seed: 9 }, ["Last."]);
  assertEquals(told.gap, ["First."]);
});

Deno.test("ComparedRuns excuses what is undelivered where a primary stayed dead", () => {
  const run = {
    ...{ seed: 7, delivery: "dedup", draws: 5, generated: 10, counted: 3 },
    ...{ converged: false, undelivered: 7, findings: ["undelivered"] as const },
  };
  for (const isHealed of [true, false]) {
    const runs = new ComparedRuns("dedup", isHealed);
    runs.add(run);
    assertEquals(runs.within, isHealed ? 0 : 1);
  }
});

Deno.test("ComparedRuns refuses a mode that it cannot predict", () => {
  assertThrows(() => new ComparedRuns("twice"), RangeError);
});

Deno.test("ComparedRuns tells numbers per like, and likes counted per like over the runs of which it is known", () => {
  const runs = new ComparedRuns("at-least-once");
  assertEquals(runs.countedPerLike, undefined);
  const run = { seed: 7, delivery: "at-least-once", draws: 5 };
  runs.add({
    ...{ ...run, generated: 40, counted: 50, converged: false },
    ...{ lost: 2, countedTwice: 12, undelivered: 0, messages: 120 },
  });
  runs.add({ ...run, generated: 40, counted: 40, converged: true, reads: 3 });
  runs.add({ ...run, generated: 9 });
  assertEquals(runs.countedPerLike, 90 / 80);
  assertEquals([runs.runs, runs.known, runs.converged], [3, 2, 1]);
  assertEquals([runs.drawn, runs.read, runs.incomplete], [3, 1, 0]);
  const told = (name: Parameters<ComparedRuns["sample"]>[0]) =>
    runs.sample(name).distribution().max;
  assertEquals(told("lost"), 0.05);
  assertEquals(told("countedTwice"), 0.3);
  assertEquals(told("messages"), 3);
  assertEquals(runs.sample("lost").size, 1);
});
