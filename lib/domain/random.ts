/**
 * Random numbers that are keyed, not streamed: the number is a function of
 * (seed, family, server, n) and of nothing else.
 *
 * So a family that is asked more often (more losses, say) does not disturb
 * another, a restarted likes server goes on where it was without having kept a
 * generator, and both worlds see the same draws.
 *
 * @module
 */

const { imul } = Math;

/**
 * The finalizer `lowbias32` of Chris Wellons' hash prospector: a bijection of
 * 32 bits in which each bit of the input flips each bit of the output with a
 * probability close to one half.
 *
 * Source: https://nullprogram.com/blog/2018/07/31/
 */
function mix(x: number): number {
  x = imul(x ^ (x >>> 16), 0x7feb352d);
  x = imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/**
 * The purpose of a random number. Each family is a stream of its own, keyed
 * from the one root seed.
 */
export const Family = {
  /**
   * The likes of draw n, and the pause behind it; of n = 0, the likes server's
   * start, the pause alone.
   */
  DRAW: 0,
  /**
   * The luck of report n on its way: whether it is lost or repeated, and
   * how long it takes.
   */
  REPORT: 1,
  /** The luck, likewise, of the reply to report n. */
  REPLY: 2,
  /** Jitter of the wait after the failure of attempt n. */
  BACKOFF: 3,
  /** Times and victims of crashes drawn from the seed. */
  CRASH: 4,
  /** Plans drawn for storms. */
  STORM: 5,
  /** With whom a replica begins its exchange n. */
  GOSSIP_PARTNER: 6,
  /** A replica's wait before its exchange n. */
  GOSSIP_WAIT: 7,
  /**
   * The fate of a replica's request n on its way to another replica: as REPORT.
   */
  PEER_REQUEST: 8,
  /** The fate of the reply to that request: as REPORT. */
  PEER_REPLY: 9,
  /** To which replica attempt n of a likes server goes. */
  CHOICE: 10,
  /** The item of a reader's read n, and the pause behind it. */
  READ_ITEM: 11,
  /** The replicas that a reader's read n asks. */
  READ_CHOICE: 12,
  /** The fate of a reader's request n on its way: as REPORT. */
  READ_REQUEST: 13,
  /** The fate of the answer to that request: as REPORT. */
  READ_REPLY: 14,
  /** The fate of a reader's repair n on its way: as REPORT. */
  REPAIR: 15,
  /** The fate of the reply to that repair: as REPORT. */
  REPAIR_REPLY: 16,
  /** Jitter of the wait before repair n of a reader is sent again. */
  REPAIR_WAIT: 17,
  /** Moment, kind and node of operation n. */
  OPERATION: 18,
  /** The number of states that request n to a store looks back. */
  PAST_STATE: 19,
} as const;

/** One of the {@linkcode Family} numbers. */
export type Family = typeof Family[keyof typeof Family];

const FAMILIES = 20;
/**
 * 2^32 divided by the golden ratio, odd: steps of it visit all 32-bit numbers,
 * evenly spread (a Weyl sequence).
 */
const GOLDEN = 0x9e3779b9;
const SERVER_STEP = 0x85ebca6b;
const SERVER_TWIST = 0xc2b2ae35;
/** From the paper that {@linkcode nextBits} names. */
const MULTIPLIER = 0x93d765dd;
const TWO_POW_32 = 2 ** 32;

/** The largest seed: 2^53 - 1. */
export const SEED_MAX: number = Number.MAX_SAFE_INTEGER;

/**
 * All random numbers of a run, from its one seed.
 *
 * A number comes from two rounds of mixing. Servers and numbers n enter the
 * first round as steps of two Weyl sequences, which can meet for two servers;
 * the server enters the second round again, so that where they meet the numbers
 * differ. Not for cryptography.
 *
 * @example The same key gives the same number
 * ```ts
 * import { Family, Streams } from "./random.ts";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const streams = new Streams(7);
 * assertEquals(streams.bits(Family.DRAW, 3, 1), new Streams(7).bits(Family.DRAW, 3, 1));
 * assertNotEquals(streams.bits(Family.DRAW, 3, 1), streams.bits(Family.DRAW, 3, 2));
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
    // Both halves enter both keys, so that seeds that differ in one bit share
    // neither.
    const first = mix(mix(low + GOLDEN) ^ high);
    const second = mix(mix(high + SERVER_TWIST) + low);
    for (let family = 0; family < FAMILIES; family++) {
      this.#first[family] = mix(first + imul(family + 1, GOLDEN));
      this.#second[family] = mix(second + imul(family + 1, SERVER_STEP));
    }
  }

  /**
   * 32 random bits.
   *
   * @param family What they are for.
   * @param server Whose they are: a likes server's id, -1 for the primary.
   * @param n Which ones: the number of the draw, message, attempt.
   * @returns A whole number from -2^31 to 2^31 - 1, each as likely as the
   *   others. With a sign, as Deno's engine makes objects of numbers from 2^31
   *   on, until it has compiled the code well.
   */
  bits(family: Family, server: number, n: number): number {
    // Two rounds of mix(), written out: a run draws three numbers a report, and
    // is compiled while it goes. Joined by exclusive or, as sums can exceed 32
    // bits, and what was compiled for smaller numbers is thrown away then.
    let x = imul(server, SERVER_STEP) ^ imul(n, GOLDEN) ^
      (this.#first[family] as number);
    x = imul(x ^ (x >>> 16), 0x7feb352d);
    x = imul(x ^ (x >>> 15), 0x846ca68b);
    x = x ^ (x >>> 16) ^ imul(server, SERVER_TWIST) ^
      (this.#second[family] as number);
    x = imul(x ^ (x >>> 16), 0x7feb352d);
    x = imul(x ^ (x >>> 15), 0x846ca68b);
    return x ^ (x >>> 16);
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
    return ((this.bits(family, server, n) >>> 0) + 0.5) / TWO_POW_32;
  }
}

/**
 * Other random bits made from random bits, where two numbers are wanted for the
 * price of one.
 *
 * A step of a multiplicative congruential generator: no two numbers have the
 * same successor, so the successors are spread as evenly as the numbers are,
 * and a pair is a point of a lattice without wide gaps: what
 * {@linkcode withinRange} makes of the one says nothing of what it makes of the
 * other, as long as both ranges together have far fewer than 2^32 values. The
 * low bits of both are alike. Source of the multiplier: Guy L. Steele Jr. and
 * Sebastiano Vigna, "Computationally easy, spectrally good multipliers for
 * congruential pseudorandom number generators", Software: Practice and
 * Experience 52(2), 2022.
 *
 * @param bits 32 random bits.
 * @returns A whole number from -2^31 to 2^31 - 1.
 *
 * @example A die and a coin
 * ```ts
 * import { Family, nextBits, Streams, withinRange } from "./random.ts";
 * import { assert } from "@std/assert";
 *
 * const bits = new Streams(7).bits(Family.STORM, 0, 1);
 * assert(withinRange(bits, 1, 6) <= 6);
 * assert(withinRange(nextBits(bits), 0, 1) <= 1);
 * ```
 */
export function nextBits(bits: number): number {
  return imul(bits, MULTIPLIER);
}

/**
 * Maps 32 random bits to a whole number in a range, by multiplication.
 *
 * A result's probability is off by at most the size of the range divided by
 * 2^32, as a share of it. Source: Daniel Lemire, "Fast Random Integer
 * Generation in an Interval", ACM Transactions on Modeling and Computer
 * Simulation 29(1), 2019, without its rejection step.
 *
 * @param bits 32 random bits: a whole number from -2^31 to 2^31 - 1, or from 0
 * to 2^32 - 1.
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
export function withinRange(bits: number, min: number, max: number): number {
  return min + (((bits >>> 0) * (max - min + 1)) / TWO_POW_32 >>> 0);
}
