import {
  assert,
  assertEquals,
  assertLess,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import {
  Family,
  nextBits,
  SEED_MAX,
  Streams,
  withinRange,
} from "../../lib/rules/mod.ts";

const SEEDS = [0, 1, 7, 2 ** 32, SEED_MAX];
const FAMILIES = Object.values(Family);

/**
 * Correlation of two sequences of fractions that are uniform in 0..1:
 * covariance divided by the variance, 1/12.
 */
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

/**
 * With 42 degrees of freedom, chi-square passes 91 about once in 60,000
 * samples.
 */
const CHI_SQUARE_MAX = 91;
const COUNT = 20_000;
/** Five standard deviations of the correlation of COUNT independent pairs. */
const CORRELATION_MAX = 5 / Math.sqrt(COUNT);

Deno.test("Streams.bits() gives the same number for the same key, whatever was asked before", () => {
  const asked = new Streams(42);
  for (let n = 0; n < 100; n++) asked.bits(Family.REPORT, n, n);
  fc.assert(
    fc.property(
      fc.constantFrom(...FAMILIES),
      fc.integer({ min: -1, max: 999_999 }),
      fc.nat(2 ** 31 - 1),
      (family, server, n) => {
        const value = asked.bits(family, server, n);
        assertEquals(new Streams(42).bits(family, server, n), value);
        assertEquals(value | 0, value);
      },
    ),
  );
});

Deno.test("Streams.bits() gives the numbers that every machine and every version gives", () => {
  // worked out by a program in another language, with whole numbers of any
  // length
  const golden: [number, Family, number, number, number][] = [
    [0, Family.DRAW, 0, 1, 2023223504],
    [0, Family.DRAW, 0, 2, 1291628707],
    [0, Family.DRAW, 1, 1, 2556389013],
    [1, Family.DRAW, 0, 1, 84654657],
    [7, Family.DRAW, 9999, 2147483647, 1070712474],
    [4294967296, Family.REPORT, 3, 1000, 3712923010],
    [42, Family.REPLY, 3, 1000, 4223497885],
    [9007199254740991, Family.STORM, 999999, 0, 1275559234],
    [9007199254740991, Family.CRASH, -1, 5, 3420025578],
    [42, Family.BACKOFF, 7, 3, 3012930265],
  ];
  for (const [seed, family, server, n, value] of golden) {
    assertEquals(new Streams(seed).bits(family, server, n) >>> 0, value);
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
    const first = seeds.map((seed) => new Streams(seed).bits(family, 0, 1));
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

Deno.test("Streams.bits() spreads likes evenly over 0..42, along the draws of a server and across servers", () => {
  for (const seed of SEEDS) {
    const streams = new Streams(seed);
    for (const server of [-1, 0, 1, 9_999, 999_999]) {
      assertLess(
        chiSquare(
          COUNT,
          (n) => withinRange(streams.bits(Family.DRAW, server, n), 0, 42),
        ),
        CHI_SQUARE_MAX,
      );
    }
    assertLess(
      chiSquare(
        COUNT,
        (i) => withinRange(streams.bits(Family.DRAW, i, 1), 0, 42),
      ),
      CHI_SQUARE_MAX,
    );
  }
});

Deno.test("Streams.bits() has each of its bits set half the time", () => {
  const streams = new Streams(11);
  const ones = new Array<number>(32).fill(0);
  for (let n = 0; n < COUNT; n++) {
    const value = streams.bits(Family.CRASH, 5, n);
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
    const base = (n: number) => a.unit(Family.DRAW, 3, n);
    const others: ((n: number) => number)[] = [
      (n) => a.unit(Family.DRAW, 3, n + 1),
      (n) => a.unit(Family.DRAW, 4, n),
      (n) => a.unit(Family.DRAW, 2, n),
      (n) => b.unit(Family.DRAW, 3, n),
    ];
    for (const family of FAMILIES) {
      if (family !== Family.DRAW) {
        others.push((n) => a.unit(family, 3, n));
      }
    }
    for (const other of others) {
      assertLess(Math.abs(correlation(COUNT, base, other)), CORRELATION_MAX);
    }
  }
});

Deno.test("Streams.bits() gives servers whose steps meet different numbers", () => {
  const streams = new Streams(0);
  const golden = 0x9e3779b9;
  const serverStep = 0x85ebca6b;
  // What golden has to be multiplied by to give 1, by Newton's method: each
  // step doubles the bits that are right.
  let inverse = golden;
  for (let i = 0; i < 5; i++) {
    inverse = Math.imul(inverse, 2 - Math.imul(golden, inverse));
  }
  assertEquals(Math.imul(golden, inverse), 1);
  for (let server = 1; server <= 1000; server++) {
    for (const n of [1, 2, 100]) {
      // For server 0 this n enters the first round as that n does for the
      // server.
      const steps = Math.imul(server, serverStep) ^ Math.imul(n, golden);
      const meeting = Math.imul(steps, inverse);
      assertNotEquals(
        streams.bits(Family.DRAW, server, n),
        streams.bits(Family.DRAW, 0, meeting),
      );
    }
  }
});

Deno.test("nextBits() gives the numbers that every machine and every version gives", () => {
  // worked out by a program in another language
  assertEquals(
    [0, 1, -1, 123456789].map((bits) => nextBits(bits) >>> 0),
    [0, 2480367069, 1814600227, 3721155617],
  );
});

Deno.test("nextBits() spreads what it makes as evenly as what it is made of, whatever that was", () => {
  for (const seed of SEEDS) {
    const streams = new Streams(seed);
    const unit = (bits: number) => (bits >>> 0) / 2 ** 32;
    const bits = (n: number) => streams.bits(Family.DRAW, 3, n);
    assertLess(
      Math.abs(correlation(
        COUNT,
        (n) => unit(bits(n)),
        (n) => unit(nextBits(bits(n))),
      )),
      CORRELATION_MAX,
    );
    // Where the first is low, where it is high, and within a hundredth of all
    // numbers, as what is copied has.
    const within: ((unit: number) => boolean)[] = [
      (unit) => unit < 0.5,
      (unit) => unit >= 0.5,
      (unit) => unit >= 0.05 && unit < 0.06,
    ];
    for (const isWithin of within) {
      const chosen: number[] = [];
      for (let n = 1; chosen.length < COUNT; n++) {
        if (isWithin(unit(bits(n)))) chosen.push(bits(n));
      }
      for (const steps of [1, 2]) {
        assertLess(
          chiSquare(COUNT, (n) => {
            let value = chosen[n - 1] ?? NaN;
            for (let i = 0; i < steps; i++) value = nextBits(value);
            return withinRange(value, 0, 42);
          }),
          CHI_SQUARE_MAX,
        );
      }
    }
  }
});

Deno.test("withinRange() stays within the range and reaches both ends", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
      fc.nat(1_000_000),
      fc.nat(2 ** 31 - 1),
      (bits, min, width) => {
        const value = withinRange(bits, min, min + width);
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
  const first = FAMILIES.map((family) => streams.bits(family, 0, 1));
  assertEquals(new Set(first).size, FAMILIES.length);
  assertNotEquals(first[0], 0);
});
