import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Histogram } from "../../lib/verdict/histogram.ts";
import { quantileOf } from "./oracle.ts";

const SHARES = [0, 0.01, 0.5, 0.95, 0.99, 1];

Deno.test("Histogram tells values below 2048 exactly", () => {
  const value = fc.integer({ min: -2047, max: 2047 });
  fc.assert(fc.property(fc.array(value, { minLength: 1 }), (values) => {
    const histogram = new Histogram();
    for (const one of values) histogram.add(one, 1);
    for (const share of SHARES) {
      assertEquals(
        histogram.quantile(share) + 0,
        quantileOf(values, share) + 0,
      );
    }
    assertEquals(histogram.weight(), values.length);
  }));
});

Deno.test("Histogram tells values of any size within 0.1 %", () => {
  const value = fc.maxSafeInteger().chain((max) =>
    fc.integer({ min: Math.min(0, max), max: Math.max(0, max) })
  );
  fc.assert(fc.property(fc.array(value, { minLength: 1 }), (values) => {
    const histogram = new Histogram();
    for (const one of values) histogram.add(one, 1);
    for (const share of SHARES) {
      const wanted = quantileOf(values, share);
      const told = histogram.quantile(share);
      assert(
        Math.abs(told - wanted) <= Math.abs(wanted) / 1024,
        `${told} for ${wanted}`,
      );
    }
    assertEquals(histogram.max, Math.max(...values));
  }));
});

Deno.test("Histogram puts the ends of all bins where they belong", () => {
  for (let power = 11; power < 53; power++) {
    for (const value of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      const histogram = new Histogram();
      histogram.add(value, 1);
      histogram.add(2 ** 53 - 1, 1);
      const told = histogram.quantile(0.5);
      assert(told >= value && told <= value * (1 + 1 / 1024), `${value}`);
    }
  }
});

Deno.test("Histogram goes up to its highest value and no further, at either end of a bin", () => {
  const bins = [2046, 2047, 2048, 2049, 2050, 2051, 4095, 4096, 5000, 5001];
  for (const value of [...bins, ...bins.map((one) => -one)]) {
    const histogram = new Histogram();
    histogram.add(value, 3);
    assertEquals([histogram.weight(), histogram.max], [3, value]);
    for (const share of SHARES) {
      assertEquals(histogram.quantile(share), value, `${share} of ${value}`);
    }
  }
});

Deno.test("Histogram.addRamp() is the same as adding every value", () => {
  const ramp = fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 9_000 }));
  fc.assert(
    fc.property(fc.array(ramp, { minLength: 1, maxLength: 5 }), (ramps) => {
      const ramped = new Histogram();
      const added = new Histogram();
      for (const [from, length] of ramps) {
        ramped.addRamp(from, from + length);
        for (let value = from; value < from + length; value++) {
          added.add(value, 1);
        }
      }
      assertEquals(ramped.weight(), added.weight());
      assertAlmostEquals(ramped.mean, added.mean, 1e-6);
      for (const share of SHARES) {
        assertEquals(ramped.quantile(share), added.quantile(share));
      }
      assertEquals(ramped.max, added.max);
    }),
    { numRuns: 50 },
  );
});

Deno.test("Histogram weighs by time and not by number", () => {
  const histogram = new Histogram();
  histogram.add(5, 99);
  for (let i = 0; i < 100; i++) histogram.add(-7, 0.01);
  assertEquals(histogram.quantile(0.5), 5);
  assertAlmostEquals(histogram.mean, (5 * 99 - 7) / 100);
});

Deno.test("Histogram.summary() divides by a unit", () => {
  const histogram = new Histogram();
  histogram.addRamp(0, 100);
  assertEquals(histogram.summary(10), {
    mean: 4.95,
    p50: 4.9,
    p95: 9.4,
    p99: 9.8,
    max: 9.9,
  });
});

Deno.test("Histogram.quantile() refuses a share outside 0 to 1", () => {
  for (const share of [-0.1, 1.1, NaN]) {
    assertThrows(() => new Histogram().quantile(share), RangeError, "0 to 1");
  }
});
