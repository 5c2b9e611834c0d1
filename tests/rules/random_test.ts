import {
  assert,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { Family, SEED_MAX, Streams, withinRange } from "../../lib/rules/mod.ts";

const SEEDS = [0, 1, 7, 2 ** 32, SEED_MAX];
const FAMILIES = Object.values(Family);

/** Correlation of two sequences of fractions that are uniform in 0..1: covariance divided by the variance, 1/12. */
function correlation(
  count: number,
  a: (n: number) => number,
  b: (n: number) => number,
): number {
  let covariance = 0;
  for (let n = 1; n <= count; n++) covariance += (a(n) - 0.5) * (b(n) - 0.5);
  return covariance / count * 12;
}

/** Chi-square of numbers over 43 bins. */
function chiSquare(count: number, likes: (n: number) => number): number {
  const seen = new Array<number>(43).fill(0);
  for (let n = 1; n <= count; n++) {
    const bin = likes(n);
    seen[bin] = (seen[bin] ?? NaN) + 1;
  }
  const expected = count / 43;
  return seen.reduce((sum, x) => sum + (x - expected) ** 2 / expected, 0);
}

/** With 42 degrees of freedom, chi-square passes 91 about once in 60,000 samples. */
const CHI_SQUARE_MAX = 91;
const COUNT = 20_000;
/** Five standard deviations of the correlation of COUNT independent pairs. */
const CORRELATION_MAX = 5 / Math.sqrt(COUNT);

Deno.test("Streams.u32() gives the same number for the same key, whatever was asked before", () => {
  const asked = new Streams(42);
  for (let n = 0; n < 100; n++) asked.u32(Family.LOSS_REPORT, n, n);
  fc.assert(
    fc.property(
      fc.constantFrom(...FAMILIES),
      fc.integer({ min: -1, max: 999_999 }),
      fc.nat(2 ** 31 - 1),
      (family, server, n) => {
        const value = asked.u32(family, server, n);
        assertEquals(new Streams(42).u32(family, server, n), value);
        assert(Number.isInteger(value) && value >= 0 && value < 2 ** 32);
      },
    ),
  );
});

Deno.test("Streams.u32() gives the numbers that every machine and every version gives", () => {
  // worked out by a program in another language, with whole numbers of any length
  const golden: [number, Family, number, number, number][] = [
    [0, Family.DRAW_LIKES, 0, 1, 2572762710],
    [0, Family.DRAW_LIKES, 0, 2, 2104752567],
    [0, Family.DRAW_LIKES, 1, 1, 3236610464],
    [1, Family.DRAW_LIKES, 0, 1, 4199757344],
    [7, Family.DRAW_PAUSE, 9999, 2147483647, 1868094471],
    [4294967296, Family.LOSS_REPORT, 3, 1000, 1369836144],
    [9007199254740991, Family.STORM, 999999, 0, 337782730],
    [9007199254740991, Family.CRASH, -1, 5, 2963253519],
    [42, Family.BACKOFF, 7, 3, 2264086527],
  ];
  for (const [seed, family, server, n, value] of golden) {
    assertEquals(new Streams(seed).u32(family, server, n), value);
  }
});

Deno.test("Streams() throws a RangeError on a seed that is not a whole number from 0 to 2^53 - 1", () => {
  for (const seed of [-1, 0.5, 2 ** 53, NaN, Infinity]) {
    assertThrows(() => new Streams(seed), RangeError, `Cannot seed with`);
  }
});

Deno.test("Streams() differs by seed, in the low half and in the high half", () => {
  const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, SEED_MAX];
  for (const family of FAMILIES) {
    const first = seeds.map((seed) => new Streams(seed).u32(family, 0, 1));
    assertEquals(new Set(first).size, seeds.length);
  }
});

Deno.test("Streams.unit() lies between 0 and 1, both excluded, around one half", () => {
  const streams = new Streams(3);
  let sum = 0;
  for (let n = 0; n < COUNT; n++) {
    const unit = streams.unit(Family.BACKOFF, 0, n);
    assert(unit > 0 && unit < 1);
    sum += unit;
  }
  // five standard deviations of the mean
  assertLess(Math.abs(sum / COUNT - 0.5), 5 / Math.sqrt(12 * COUNT));
});

Deno.test("Streams.u32() spreads likes evenly over 0..42, along the draws of a server and across servers", () => {
  for (const seed of SEEDS) {
    const streams = new Streams(seed);
    for (const server of [-1, 0, 1, 9_999, 999_999]) {
      assertLess(
        chiSquare(
          COUNT,
          (n) => withinRange(streams.u32(Family.DRAW_LIKES, server, n), 0, 42),
        ),
        CHI_SQUARE_MAX,
      );
    }
    assertLess(
      chiSquare(
        COUNT,
        (i) => withinRange(streams.u32(Family.DRAW_LIKES, i, 1), 0, 42),
      ),
      CHI_SQUARE_MAX,
    );
  }
});

Deno.test("Streams.u32() has each of its bits set half the time", () => {
  const streams = new Streams(11);
  const ones = new Array<number>(32).fill(0);
  for (let n = 0; n < COUNT; n++) {
    const value = streams.u32(Family.CRASH, 5, n);
    for (let bit = 0; bit < 32; bit++) {
      ones[bit] = (ones[bit] ?? NaN) + ((value >>> bit) & 1);
    }
  }
  for (const count of ones) {
    assertLess(Math.abs(count / COUNT - 0.5), 5 / (2 * Math.sqrt(COUNT)));
  }
});

Deno.test("Streams.unit() of neighbouring numbers, servers, seeds and of all families do not correlate", () => {
  for (const seed of SEEDS) {
    const a = new Streams(seed);
    const b = new Streams(seed === SEED_MAX ? seed - 1 : seed + 1);
    const base = (n: number) => a.unit(Family.DRAW_LIKES, 3, n);
    const others: ((n: number) => number)[] = [
      (n) => a.unit(Family.DRAW_LIKES, 3, n + 1),
      (n) => a.unit(Family.DRAW_LIKES, 4, n),
      (n) => a.unit(Family.DRAW_LIKES, 2, n),
      (n) => b.unit(Family.DRAW_LIKES, 3, n),
    ];
    for (const family of FAMILIES) {
      if (family !== Family.DRAW_LIKES) {
        others.push((n) => a.unit(family, 3, n));
      }
    }
    for (const other of others) {
      assertLess(Math.abs(correlation(COUNT, base, other)), CORRELATION_MAX);
    }
  }
});

Deno.test("Streams.u32() gives two servers whose sums of steps coincide different numbers", () => {
  // 680,155 steps of servers are, in 32 bits, the same as 2,479 steps of numbers back.
  const streams = new Streams(0);
  const ahead = (n: number) =>
    streams.unit(Family.DRAW_LIKES, 680_155, n + 2_479);
  const base = (n: number) => streams.unit(Family.DRAW_LIKES, 0, n);
  assertLess(Math.abs(correlation(COUNT, base, ahead)), CORRELATION_MAX);
});

Deno.test("withinRange() stays within the range and reaches both ends", () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 32 - 1),
      fc.nat(1_000_000),
      fc.nat(2 ** 31 - 1),
      (u32, min, width) => {
        const value = withinRange(u32, min, min + width);
        assert(Number.isInteger(value) && value >= min && value <= min + width);
      },
    ),
  );
  for (const width of [0, 1, 42, 2 ** 31 - 3, 2 ** 32 - 1]) {
    assertEquals(withinRange(0, 5, 5 + width), 5);
    assertEquals(withinRange(2 ** 32 - 1, 5, 5 + width), 5 + width);
  }
});

Deno.test("Family numbers are distinct, or two purposes would share their numbers", () => {
  assertEquals(new Set(FAMILIES).size, FAMILIES.length);
  const streams = new Streams(1);
  const first = FAMILIES.map((family) => streams.u32(family, 0, 1));
  assertEquals(new Set(first).size, FAMILIES.length);
  assertNotEquals(first[0], 0);
});
