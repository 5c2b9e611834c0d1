import { assertEquals, assertThrows } from "@std/assert";
import { predict } from "../../lib/verdict/theory.ts";

const NONE = { reportLoss: 0, ackLoss: 0, duplicate: 0 };

function countedPerLike(
  delivery: string,
  faults: Partial<typeof NONE>,
): number | undefined {
  return predict(delivery, { ...NONE, ...faults }).countedPerLike;
}

Deno.test("predict() reckons with what is lost and repeated on the way there and back", () => {
  const faults = { reportLoss: 0.5, ackLoss: 0.2, duplicate: 0.1 };
  assertEquals(countedPerLike("at-most-once", faults), 0.55);
  assertEquals(countedPerLike("at-least-once", faults), 1.1 / 0.8);
  assertEquals(countedPerLike("dedup", faults), 1);
  assertEquals(countedPerLike("crdt", faults), 1);
  for (const delivery of ["at-most-once", "original", "at-least-once"]) {
    assertEquals(countedPerLike(delivery, {}), 1);
  }
});

Deno.test("predict() names no average where none is known", () => {
  assertEquals(countedPerLike("original", { ackLoss: 0.1 }), undefined);
  // No reply ever arrives: the average grows with the length of the run.
  assertEquals(countedPerLike("at-least-once", { ackLoss: 1 }), undefined);
  assertEquals(predict("at-least-once").countedPerLike, undefined);
});

Deno.test("predict() refuses a mode that there is not", () => {
  assertThrows(() => predict("twice"), RangeError, '"twice"');
});
