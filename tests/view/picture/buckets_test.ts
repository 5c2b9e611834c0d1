import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Buckets } from "../../../lib/view/picture/buckets.ts";

Deno.test("Buckets keeps the last, the lowest and the highest value of each bucket", () => {
  const buckets = new Buckets(["last", "min", "max"], 1);
  for (const [at, value] of [[0.1, 5], [0.5, 9], [0.9, 7], [2.5, 1]] as const) {
    buckets.add(at, value, value, value);
  }
  assertEquals(buckets.seconds, [0.9, 2.5]);
  assertEquals(buckets.columns, [[7, 1], [5, 1], [9, 1]]);
});

Deno.test("Buckets keeps a known value when an unknown one follows, and replaces an unknown one", () => {
  const buckets = new Buckets(["last", "max"], 1);
  buckets.add(0.1, NaN, NaN);
  buckets.add(0.2, 3, 3);
  buckets.add(0.3, NaN, NaN);
  assertEquals(buckets.columns, [[3], [3]]);
});

Deno.test("Buckets takes a time that goes back as the one before", () => {
  const buckets = new Buckets(["last"], 0.1);
  buckets.add(5, 1);
  buckets.add(4, 2);
  assertEquals(buckets.seconds, [5]);
  assertEquals(buckets.columns, [[2]]);
});

Deno.test("Buckets never exceeds its capacity and never hides an extreme", () => {
  const points = fc.array(
    fc.tuple(fc.double({ min: 0, max: 10, noNaN: true }), fc.integer()),
    { minLength: 1, maxLength: 300, size: "max" },
  );
  fc.assert(fc.property(points, (steps) => {
    const buckets = new Buckets(["last", "min", "max"], 0.01, 8);
    let now = 0;
    for (const [step, value] of steps) {
      now += step;
      buckets.add(now, value, value, value);
      assert(buckets.seconds.length <= 8);
    }
    const [last = [], lowest = [], highest = []] = buckets.columns;
    const values = steps.map(([, value]) => value);
    assertEquals(last.at(-1), values.at(-1));
    assertEquals(Math.min(...lowest), Math.min(...values));
    assertEquals(Math.max(...highest), Math.max(...values));
    assertEquals(buckets.seconds.at(-1), now);
    assertEquals(buckets.seconds, buckets.seconds.toSorted((a, b) => a - b));
  }));
});
