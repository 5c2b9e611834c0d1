import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ExactSum } from "../../../lib/verdict/runs/exact_sum.ts";
import { QUANTILE_ERROR, Sample } from "../../../lib/verdict/runs/sample.ts";
import { quantileOf } from "../oracle.ts";

const SHARES = [0, 0.01, 0.5, 0.95, 0.99, 1];

function sampleOf(values: readonly (number | null)[], units = 1): Sample {
  const sample = new Sample(units);
  for (const value of values) sample.add(value);
  return sample;
}

/** Numbers in an order that depends on a seed. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  const order = values.map((value, i) => ({
    value,
    key: Math.imul(i + 1, 2 * seed + 0x9e3779b1) >>> 0,
  }));
  return order.sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}

Deno.test("ExactSum is the sum of whole numbers, in any order, rounded once", () => {
  const value = fc.oneof(
    fc.nat(),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  );
  fc.assert(fc.property(fc.array(value), fc.nat(), (values, seed) => {
    const sum = new ExactSum();
    for (const one of shuffled(values, seed)) sum.add(one);
    const wanted = values.reduce((all, one) => all + BigInt(one), 0n);
    assertEquals(sum.value, Number(wanted));
  }));
});

Deno.test("Sample is exact for few numbers, with never above all", () => {
  const value = fc.option(fc.integer({ min: 0, max: 1e9 }), { freq: 4 });
  fc.assert(fc.property(fc.array(value, { minLength: 1 }), (values) => {
    const sample = sampleOf(values);
    assert(sample.isExact);
    const sorted = values.map((one) => one ?? Infinity).sort((a, b) => a - b);
    assertEquals(
      sample.quantiles(SHARES),
      SHARES.map((share) => quantileOf(sorted, share)),
    );
    const known = sorted.filter((one) => one < Infinity);
    assertEquals(sample.size, known.length);
    assertEquals(sample.distribution().max, known.at(-1) ?? 0);
    assertEquals(
      sample.distribution().p95,
      known.length === 0 ? 0 : quantileOf(known, 0.95),
    );
  }));
});

Deno.test("Sample of nothing is all 0, and has no quantiles", () => {
  const nothing = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
  assertEquals(new Sample().distribution(), nothing);
  assertEquals(new Sample().quantiles([0.5]), []);
  assertEquals(sampleOf([null]).distribution(), nothing);
  assertEquals(sampleOf([null]).quantiles([0.5]), [Infinity]);
});

Deno.test("Sample of many different numbers is within the error that it tells, and the same in any order", () => {
  // Ever larger steps, so that all bins of the histogram are met.
  const values = Array.from({ length: 50_000 }, (_, i) => i ** 2 + 3 * i);
  const sample = sampleOf([...values, null, null]);
  assert(!sample.isExact);
  const { mean, max } = sample.distribution();
  assertEquals(max, values.at(-1));
  assertEquals(
    mean,
    Number(values.reduce((all, one) => all + BigInt(one), 0n)) / values.length,
  );
  for (const share of [0.001, 0.1, 0.5, 0.95, 0.99, 0.9999]) {
    const wanted = quantileOf([...values, Infinity, Infinity], share);
    const [told = NaN] = sample.quantiles([share]);
    assert(told >= wanted && told <= wanted * (1 + QUANTILE_ERROR), `${share}`);
  }
  assertEquals(sample.quantiles([1]), [Infinity]);
  for (const seed of [1, 2, 3]) {
    const other = sampleOf(shuffled([...values, null, null], seed));
    assertEquals(other.distribution(), sample.distribution());
    assertEquals(other.quantiles(SHARES), sample.quantiles(SHARES));
  }
});

Deno.test("Sample takes numbers as multiples of its unit", () => {
  const sample = sampleOf([0.1, 0.2, 0.3, 1 / 3], 10_000);
  assertEquals(sample.quantiles([0.5, 1]), [0.2, 0.3333]);
  assertEquals(sample.distribution().mean, 0.933_3 / 4);
});
