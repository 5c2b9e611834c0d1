import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { exponential, normal, power } from "../../lib/faults/distributions.ts";
import { Family, Streams } from "../../lib/domain/random.ts";

const SAMPLES = 200_000;

/** Samples of a variable made from 32 random bits, with a fixed seed. */
function samplesOf(variable: (bits: number) => number): Float64Array {
  const streams = new Streams(20260102);
  return Float64Array.from(
    { length: SAMPLES },
    (_, n) => variable(streams.bits(Family.REPORT, 0, n + 1)),
  );
}

function meanOf(samples: Float64Array): number {
  return samples.reduce((sum, x) => sum + x, 0) / samples.length;
}

function varianceOf(samples: Float64Array): number {
  const mean = meanOf(samples);
  return samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) /
    (samples.length - 1);
}

/**
 * The Kolmogorov-Smirnov statistic times the square root of the number of
 * samples: above 1.95 once in a thousand times if the samples follow the
 * distribution function.
 */
function kolmogorovSmirnov(
  samples: Float64Array,
  distribution: (x: number) => number,
): number {
  let most = 0;
  samples.toSorted().forEach((x, i) => {
    const p = distribution(x);
    most = Math.max(most, p - i / SAMPLES, (i + 1) / SAMPLES - p);
  });
  return most * Math.sqrt(SAMPLES);
}

/**
 * Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.17: error
 * below 7.5e-8.
 */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * t *
    (0.319381530 +
      t * (-0.356563782 +
          t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}

Deno.test("exponential() is -ln of its 32 bits, within 1.2e-7", () => {
  const streams = new Streams(1);
  for (let n = 1; n <= 100_000; n++) {
    // Shifts make small numbers, which are the long delays, as frequent.
    const u32 = (streams.bits(Family.REPORT, 0, n) >>> 0) >>> (n % 32);
    if (u32 === 0) continue;
    assertAlmostEquals(exponential(u32), -Math.log(u32 / 2 ** 32), 1.2e-7);
  }
});

Deno.test("exponential() has an answer at both ends of the 32 bits", () => {
  assertAlmostEquals(exponential(0), 33 * Math.LN2, 1e-12);
  assertAlmostEquals(exponential(1), 32 * Math.LN2, 1e-6);
  const least = exponential(2 ** 32 - 1);
  assert(least >= 0 && least < 1e-9, `${least}`);
});

Deno.test("exponential() never rises with its bits, across all joints of the table", () => {
  for (let exponent = 2; exponent < 32; exponent++) {
    for (let i = 0; i < 1024; i += 31) {
      const joint = Math.floor(2 ** exponent * (1 + i / 1024));
      assert(exponential(joint - 1) >= exponential(joint));
      assert(exponential(joint) >= exponential(joint + 1));
    }
  }
});

Deno.test("exponential() is distributed exponentially: mean 1, variance 1, Kolmogorov-Smirnov", () => {
  const samples = samplesOf(exponential);
  // Standard errors: 1 / sqrt(n) = 0.0022 and sqrt(8 / n) = 0.0063.
  assertAlmostEquals(meanOf(samples), 1, 0.007);
  assertAlmostEquals(varianceOf(samples), 1, 0.02);
  assert(kolmogorovSmirnov(samples, (x) => 1 - Math.exp(-x)) < 1.95);
});

Deno.test("exponential() leaves none of its tail out: chi-square over the leading zeros", () => {
  const samples = samplesOf(exponential);
  const counts = new Array<number>(12).fill(0);
  for (const x of samples) {
    const bin = Math.min(11, Math.floor(x / Math.LN2));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const chiSquare = counts.reduce((sum, count, bin) => {
    const expected = SAMPLES * 2 ** -(bin === 11 ? 11 : bin + 1);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  // Exceeded once in a thousand times with 11 degrees of freedom.
  assert(chiSquare < 31.3, `${chiSquare}`);
});

Deno.test("power() is e^x, and stays finite far out", () => {
  for (let x = -40; x <= 40; x += 0.0137) {
    assertAlmostEquals(power(x) / Math.exp(x), 1, 2e-14);
  }
  assertEquals(power(0), 1);
  assertEquals(power(1e9), power(40));
  assertEquals(power(-1e9), power(-40));
});

Deno.test("normal() is distributed normally: mean 0, variance 1, Kolmogorov-Smirnov", () => {
  const samples = samplesOf(normal);
  assertAlmostEquals(meanOf(samples), 0, 0.007);
  assertAlmostEquals(varianceOf(samples), 1, 0.01);
  assert(kolmogorovSmirnov(samples, normalDistribution) < 1.95);
});

Deno.test("normal() inverts the distribution function in the middle and in the tails", () => {
  for (
    const p of [1e-6, 1e-4, 0.01, 0.0242, 0.0243, 0.3, 0.5, 0.9, 0.98, 0.999]
  ) {
    assertAlmostEquals(normalDistribution(normal(p * 2 ** 32)), p, 2e-7);
  }
  assertAlmostEquals(normal(0.01 * 2 ** 32), -normal(0.99 * 2 ** 32), 1e-6);
});

Deno.test("exponential(), normal() and power() give the same bits on every machine and version", () => {
  // Golden values: a change here changes every virtual run of every seed.
  const bits = new DataView(new ArrayBuffer(8));
  let digest = 0;
  for (let n = 1; n <= 10_000; n++) {
    const u32 = Math.imul(n, 0x9e3779b9) >>> 0;
    for (const x of [exponential(u32), normal(u32), power(normal(u32))]) {
      bits.setFloat64(0, x);
      digest = Math.imul(digest ^ bits.getInt32(0), 0x01000193);
      digest = Math.imul(digest ^ bits.getInt32(4), 0x01000193);
    }
  }
  assertEquals(digest >>> 0, 2465053536);
});
