/**
 * Random variables made from 32 random bits each.
 *
 * Everything is built from `+ - * /` and `Math.sqrt`, which IEEE 754 defines to
 * the last bit. `Math.log`, `Math.exp` and `Math.pow` may differ in the last
 * bit from one machine or engine version to another, and then the same seed
 * would, rarely, not give the same run.
 *
 * @module
 */

const { clz32 } = Math;

/** Bits of the significand that pick an entry of the table of logarithms. */
const TABLE_BITS = 10;
const TABLE_SIZE = 1 << TABLE_BITS;
/** The bits below those, for the interpolation between two entries. */
const BETWEEN_BITS = 32 - TABLE_BITS;
const BETWEEN_MASK = 2 ** BETWEEN_BITS - 1;
const BETWEEN_SCALE = 2 ** -BETWEEN_BITS;

/** `LOGARITHMS[i]` is ln(1 + i / 1024), for i from 0 to 1024. */
const LOGARITHMS = new Float64Array(TABLE_SIZE + 1);
for (let i = 0; i <= TABLE_SIZE; i++) {
  LOGARITHMS[i] = logarithmOf1Plus(i / TABLE_SIZE);
}

const LN_2 = LOGARITHMS[TABLE_SIZE] as number;

/**
 * ln(1 + x) for x from 0 to 1, by ln(1 + x) = 2 artanh(x / (2 + x)), whose
 * series 2 (s + s^3/3 + s^5/5 + …) gains a factor of 9 a term as s <= 1/3.
 */
function logarithmOf1Plus(x: number): number {
  const s = x / (2 + x);
  let sum = 0;
  // 39 / 2 terms reach 3^-41, below the last bit. Smallest first, for accuracy.
  for (let power = 39; power >= 1; power -= 2) sum = sum * s * s + 1 / power;
  return 2 * s * sum;
}

/** Bound beyond which the result is as good as infinite, or zero, in ticks. */
const EXPONENT_MAX = 40;
const POWER_MAX = 60;
/** `POWERS_OF_2[i]` is 2^(i - 60). */
const POWERS_OF_2 = new Float64Array(2 * POWER_MAX + 1);
POWERS_OF_2[0] = 1 / 2 ** POWER_MAX;
for (let i = 1; i < POWERS_OF_2.length; i++) {
  POWERS_OF_2[i] = 2 * (POWERS_OF_2[i - 1] as number);
}

const ROOTS_BITS = 6;
const ROOTS = 1 << ROOTS_BITS;
/**
 * `ROOTS_OF_2[i]` is 2^(i / 64), so that Taylor's series for the rest, at most
 * ln 2 / 128, needs six terms.
 */
const ROOTS_OF_2 = new Float64Array(ROOTS);
for (let i = 0; i < ROOTS; i++) {
  ROOTS_OF_2[i] = taylorExponential(i * LN_2 / ROOTS);
}

/** e^x for x from 0 to 1, slowly. */
function taylorExponential(x: number): number {
  let sum = 1;
  for (let term = 19; term >= 1; term--) sum = 1 + (sum * x) / term;
  return sum;
}

/**
 * An exponentially distributed number of mean 1: -ln(U) for U uniform.
 *
 * U = 2^-(z + 1) (1 + f), where z is the number of leading zeros of the 32 bits
 * and f the fraction made by the bits after the first one. So -ln(U) is a
 * geometric whole number times ln 2, less ln(1 + f) from a table of 1,024
 * entries with linear interpolation (error at most 1.2e-7): the inversion of
 * the distribution function without a logarithm, about as fast as the random
 * bits themselves.
 *
 * Source: inversion is in Donald E. Knuth, "The Art of Computer Programming",
 * volume 2, section 3.4.1 D; splitting off the leading zeros is the argument
 * reduction of any floating-point logarithm.
 *
 * @param bits 32 random bits: a whole number from -2^31 to 2^31 - 1, or from 0
 * to 2^32 - 1.
 * @returns From 0 to 22.9, which is 33 ln 2.
 *
 * @example Usage
 * ```ts
 * import { exponential } from "./distributions.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // Half of all numbers are above ln 2.
 * assertAlmostEquals(exponential(2 ** 31), Math.LN2, 1e-7);
 * ```
 */
export function exponential(bits: number): number {
  const first = clz32(bits) + 1;
  // A shift by 32 or 33, at bits = 1 and 0, is one by 0 or 1: `fraction` stays
  // 0 or 1.
  const fraction = bits << first;
  const i = fraction >>> BETWEEN_BITS;
  const below = LOGARITHMS[i] as number;
  const above = LOGARITHMS[i + 1] as number;
  const between = (fraction & BETWEEN_MASK) * BETWEEN_SCALE;
  return first * LN_2 - (below + (above - below) * between);
}

/**
 * e to the power of x, the same to the last bit everywhere; relative error
 * below 1e-14. Clamped to e^±40.
 *
 * @param x Any number.
 * @returns e^x.
 *
 * @example Usage
 * ```ts
 * import { power } from "./distributions.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(power(1), Math.E, 1e-14);
 * ```
 */
export function power(x: number): number {
  const y = x > EXPONENT_MAX
    ? EXPONENT_MAX
    : x < -EXPONENT_MAX
    ? -EXPONENT_MAX
    : x;
  const k = Math.floor(y * (ROOTS / LN_2) + 0.5);
  const r = y - k * (LN_2 / ROOTS);
  const nearOne = 1 +
    r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r / 120))));
  return nearOne * (ROOTS_OF_2[k & (ROOTS - 1)] as number) *
    (POWERS_OF_2[(k >> ROOTS_BITS) + POWER_MAX] as number);
}

/**
 * A normally distributed number of mean 0 and variance 1, by inversion.
 *
 * Source: Peter J. Acklam, "An algorithm for computing the inverse normal
 * cumulative distribution function" (2003), relative error below 1.15e-9.
 *
 * @param bits 32 random bits: a whole number from -2^31 to 2^31 - 1, or from 0
 * to 2^32 - 1.
 * @returns From -6.4 to 6.4.
 *
 * @example Usage
 * ```ts
 * import { normal } from "./distributions.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(normal(2 ** 31), 0, 1e-9);
 * assertAlmostEquals(normal(0.975 * 2 ** 32), 1.96, 1e-3);
 * ```
 */
export function normal(bits: number): number {
  const p = ((bits >>> 0) + 0.5) / 2 ** 32;
  if (p < NORMAL_TAIL) return normalTail(exponential(bits));
  if (p > 1 - NORMAL_TAIL) return -normalTail(exponential(~bits));
  const q = p - 0.5;
  const r = q * q;
  return (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r -
                2.759285104469687e+02) * r + 1.383577518672690e+02) * r -
        3.066479806614716e+01) * r + 2.506628277459239e+00) *
    q /
    (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r -
                  1.556989798598866e+02) * r + 6.680131188771972e+01) * r -
          1.328068155288572e+01) * r + 1);
}

/** Begin of the tails, in which Acklam's other approximation holds. */
const NORMAL_TAIL = 0.02425;

/** The lower tail, given -ln of the probability. */
function normalTail(minusLogarithm: number): number {
  const q = Math.sqrt(2 * minusLogarithm);
  return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q -
                2.400758277161838e+00) * q - 2.549732539343734e+00) * q +
        4.374664141464968e+00) * q + 2.938163982698783e+00) /
    ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q +
              2.445134137142996e+00) * q + 3.754408661907416e+00) * q + 1);
}
