/**
 * Random numbers that are keyed, not streamed: the number is a function of (seed, family, server, n) and of nothing else.
 *
 * So a family that is asked more often (more losses, say) does not disturb another, a restarted likes server goes on where
 * it was without having kept a generator, and both worlds see the same draws.
 *
 * @module
 */

const { imul } = Math;

/**
 * The finalizer `lowbias32` of Chris Wellons' hash prospector: a bijection of 32 bits in which each bit of the input
 * flips each bit of the output with a probability close to one half.
 *
 * Source: https://nullprogram.com/blog/2018/07/31/
 */
function mix(x: number): number {
  x = imul(x ^ (x >>> 16), 0x7feb352d);
  x = imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** What a random number is for. Each family is a stream of its own, keyed from the one root seed. */
export const Family = {
  /** Likes of draw n. */
  DRAW_LIKES: 0,
  /** Pause before draw n. */
  DRAW_PAUSE: 1,
  /** One-way delay of report n. */
  LATENCY_REPORT: 2,
  /** One-way delay of the reply to report n. */
  LATENCY_ACK: 3,
  /** Whether report n is lost. */
  LOSS_REPORT: 4,
  /** Whether the reply to report n is lost. */
  LOSS_ACK: 5,
  /** Whether report n arrives twice. */
  COPY_REPORT: 6,
  /** Whether the reply to report n arrives twice. */
  COPY_ACK: 7,
  /** One-way delay of the copy of report n. */
  COPY_LATENCY_REPORT: 8,
  /** One-way delay of the copy of the reply to report n. */
  COPY_LATENCY_ACK: 9,
  /** Jitter of the wait after the failure of attempt n. */
  BACKOFF: 10,
  /** Times and victims of crashes drawn from the seed. */
  CRASH: 11,
  /** Plans drawn for storms. */
  STORM: 12,
} as const;

/** One of the {@linkcode Family} numbers. */
export type Family = typeof Family[keyof typeof Family];

const FAMILIES = 13;
/** 2^32 divided by the golden ratio, odd: steps of it visit all 32-bit numbers, evenly spread (a Weyl sequence). */
const GOLDEN = 0x9e3779b9;
const SERVER_STEP = 0x85ebca6b;
const SERVER_TWIST = 0xc2b2ae35;
const TWO_POW_32 = 2 ** 32;

/** The largest seed: 2^53 - 1. */
export const SEED_MAX: number = Number.MAX_SAFE_INTEGER;

/**
 * All random numbers of a run, from its one seed.
 *
 * A number comes from two rounds of mixing. Servers and numbers n enter the first round as steps of two Weyl sequences,
 * whose sums can coincide for two servers; the server enters the second round again, so that coinciding sums do not
 * become equal runs of numbers. Not for cryptography.
 *
 * @example The same key gives the same number
 * ```ts
 * import { Family, Streams } from "./random.ts";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const streams = new Streams(7);
 * assertEquals(streams.u32(Family.DRAW_LIKES, 3, 1), new Streams(7).u32(Family.DRAW_LIKES, 3, 1));
 * assertNotEquals(streams.u32(Family.DRAW_LIKES, 3, 1), streams.u32(Family.DRAW_LIKES, 3, 2));
 * ```
 */
export class Streams {
  /** The seed of the run. */
  readonly seed: number;
  readonly #first = new Int32Array(FAMILIES);
  readonly #second = new Int32Array(FAMILIES);

  /**
   * Derives the keys of all families from the seed.
   *
   * @param seed The root seed, a whole number from 0 to 2^53 - 1.
   * @throws {RangeError} If the seed is not such a number.
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(
        `Cannot seed with ${seed}: allowed are whole numbers from 0 to ${SEED_MAX}`,
      );
    }
    this.seed = seed;
    const low = seed | 0;
    const high = Math.floor(seed / TWO_POW_32);
    // Both halves enter both keys, so that seeds that differ in one bit share neither.
    const first = mix(mix(low + GOLDEN) ^ high);
    const second = mix(mix(high + SERVER_TWIST) + low);
    for (let family = 0; family < FAMILIES; family++) {
      this.#first[family] = mix(first + imul(family + 1, GOLDEN));
      this.#second[family] = mix(second + imul(family + 1, SERVER_STEP));
    }
  }

  /**
   * A random whole number.
   *
   * @param family What it is for.
   * @param server Whose it is: a likes server's id, -1 for the primary.
   * @param n Which one: the number of the draw, message, attempt.
   * @returns A whole number from 0 to 2^32 - 1, each as likely as the others.
   */
  u32(family: Family, server: number, n: number): number {
    // Two rounds of mix(), written out: a run draws four numbers a report, and is compiled while it goes.
    let x = imul(server, SERVER_STEP) + imul(n, GOLDEN) +
      (this.#first[family] as number);
    x = imul(x ^ (x >>> 16), 0x7feb352d);
    x = imul(x ^ (x >>> 15), 0x846ca68b);
    x = (x ^ (x >>> 16)) + imul(server, SERVER_TWIST) +
      (this.#second[family] as number);
    x = imul(x ^ (x >>> 16), 0x7feb352d);
    x = imul(x ^ (x >>> 15), 0x846ca68b);
    return (x ^ (x >>> 16)) >>> 0;
  }

  /**
   * A random fraction.
   *
   * @param family What it is for.
   * @param server Whose it is: a likes server's id, -1 for the primary.
   * @param n Which one: the number of the draw, message, attempt.
   * @returns A number above 0 and below 1, in steps of 2^-32.
   */
  unit(family: Family, server: number, n: number): number {
    return (this.u32(family, server, n) + 0.5) / TWO_POW_32;
  }
}

/**
 * Maps 32 random bits to a whole number in a range, by multiplication.
 *
 * A result's probability is off by at most the size of the range divided by 2^32, as a share of it. Source: Daniel Lemire,
 * "Fast Random Integer Generation in an Interval", ACM Transactions on Modeling and Computer Simulation 29(1), 2019, without
 * its rejection step.
 *
 * @param u32 A random whole number from 0 to 2^32 - 1.
 * @param min The smallest result.
 * @param max The largest result, at least `min` and below `min` + 2^32.
 * @returns A whole number from `min` to `max`.
 *
 * @example Usage
 * ```ts
 * import { withinRange } from "./random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(withinRange(0, 0, 42), 0);
 * assertEquals(withinRange(2 ** 32 - 1, 0, 42), 42);
 * ```
 */
export function withinRange(u32: number, min: number, max: number): number {
  return min + ((u32 * (max - min + 1)) / TWO_POW_32 >>> 0);
}
