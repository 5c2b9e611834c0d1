/**
 * Delays drawn from a latency, 32 random bits each: in ticks for runs, in
 * floating point for predictions.
 *
 * @module
 */

import { TICKS_PER_MS } from "../domain/ticks.ts";
import { exponential, normal, power } from "./distributions.ts";
import type { Latency, MixPart } from "./latency.ts";

const NONE = -1;
const EXPONENTIAL = 0;
const UNIFORM = 1;
const PARETO = 2;
const LOGNORMAL = 3;
const MIX = 4;
const SAMPLES = 5;

const TWO_POW_32 = 2 ** 32;

/**
 * Draws delays from a distribution. Numbers only, and one class for all
 * distributions, so that the call is inlined where it is made.
 *
 * @example Usage
 * ```ts
 * import { parseLatency } from "./latency.ts";
 * import { LatencySampler } from "./latency_sampler.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const sampler = new LatencySampler(parseLatency("uniform:5ms..40ms", "--latency"));
 * assertEquals(sampler.ticks(0), 50);
 * assertEquals(sampler.ticks(2 ** 32 - 1), 400);
 * ```
 */
export class LatencySampler {
  readonly #kind: number;
  /** Mean, least, scale or median, in ticks. */
  readonly #base: number;
  /** Number of ticks to choose from, 1 / shape, or sigma. */
  readonly #spread: number;
  /** Least delay and width of a uniform distribution, not rounded to ticks. */
  #leastMs = 0;
  #widthMs = 0;
  /** The parts of a mixture. */
  #parts: readonly LatencySampler[] = [];
  /** `#ends[i]`: the 32 bits that choose part i are below this. */
  #ends: Float64Array = new Float64Array(0);
  /** For each part, what {@linkcode fill} sorts there. */
  #chosen: readonly Chosen[] = [];
  #delays = new Float64Array(0);
  /** Measured delays. */
  #delaysMs: Float64Array = new Float64Array(0);

  /**
   * Prepares a distribution for many draws.
   *
   * @param latency The distribution.
   */
  constructor(latency: Latency) {
    let kind = UNIFORM;
    let base = 0;
    let spread = 1;
    switch (latency.kind) {
      case "exponential":
        kind = EXPONENTIAL;
        base = latency.meanMs * TICKS_PER_MS;
        break;
      case "constant":
        // The uniform distribution over one tick.
        base = Math.round(latency.delayMs * TICKS_PER_MS);
        this.#leastMs = latency.delayMs;
        break;
      case "uniform":
        base = Math.round(latency.minMs * TICKS_PER_MS);
        spread = Math.round(latency.maxMs * TICKS_PER_MS) - base + 1;
        this.#leastMs = latency.minMs;
        this.#widthMs = latency.maxMs - latency.minMs;
        break;
      case "pareto":
        kind = PARETO;
        base = latency.scaleMs * TICKS_PER_MS;
        spread = 1 / latency.shape;
        break;
      case "lognormal":
        kind = LOGNORMAL;
        base = latency.medianMs * TICKS_PER_MS;
        spread = latency.sigma;
        break;
      case "mix":
        kind = MIX;
        this.#parts = latency.parts.map(({ latency }) =>
          new LatencySampler(latency)
        );
        this.#ends = endsOf(latency.parts);
        break;
      case "samples":
        kind = SAMPLES;
        this.#delaysMs = latency.delaysMs;
        break;
    }
    const isNone = base === 0 && kind <= LOGNORMAL &&
      (kind !== UNIFORM || spread === 1);
    this.#kind = isNone ? NONE : kind;
    this.#base = base;
    this.#spread = spread;
  }

  /**
   * A delay of the other distributions, not rounded and without bound: a Pareto
   * tail exceeds any 32-bit number. Apart, so that the common one stays small
   * enough to be compiled into its callers.
   */
  #otherTicks(bits: number): number {
    if (this.#kind === NONE) return 0;
    if (this.#kind === UNIFORM) {
      return this.#base + ((bits >>> 0) * this.#spread / TWO_POW_32 >>> 0);
    }
    if (this.#kind === PARETO) {
      return this.#base * power(this.#spread * exponential(bits));
    }
    if (this.#kind === LOGNORMAL) {
      return this.#base * power(this.#spread * normal(bits));
    }
    if (this.#kind === SAMPLES) return this.#sampleMs(bits) * TICKS_PER_MS;
    const part = this.#partOf(bits);
    return this.#parts[part]!.#exactTicks(this.#bitsWithin(bits, part));
  }

  /** A uniform delay is whole already; the others are not rounded. */
  #exactTicks(bits: number): number {
    return this.#kind === EXPONENTIAL
      ? this.#base * exponential(bits)
      : this.#otherTicks(bits);
  }

  /** The part of a mixture that bits choose. */
  #partOf(bits: number): number {
    const u32 = bits >>> 0;
    let i = 0;
    while (u32 >= (this.#ends[i] as number)) i++;
    return i;
  }

  /**
   * New bits for the part that was chosen: where these lie within those that
   * choose it.
   */
  #bitsWithin(bits: number, part: number): number {
    const from = part === 0 ? 0 : this.#ends[part - 1] as number;
    const width = (this.#ends[part] as number) - from;
    return ((bits >>> 0) - from + 0.5) * (TWO_POW_32 / width) >>> 0;
  }

  #sampleMs(bits: number): number {
    const delaysMs = this.#delaysMs;
    return delaysMs[Math.floor((bits >>> 0) * delaysMs.length / TWO_POW_32)]!;
  }

  /**
   * A delay in whole ticks.
   *
   * @param bits 32 random bits: a whole number from -2^31 to 2^31 - 1, or from
   * 0 to 2^32 - 1.
   * @param ticksMax The most ticks it may be, from 0 to 2^31 - 1.
   * @returns The delay, rounded to the nearest tick (which keeps the mean,
   * where cutting would lose half a tick), at most `ticksMax`.
   */
  ticks(bits: number, ticksMax = 2 ** 31 - 1): number {
    const exact = this.#exactTicks(bits);
    return exact < ticksMax ? (exact + 0.5) | 0 : ticksMax;
  }

  /**
   * Many delays, not rounded to ticks. All of one kind in a loop of their own:
   * several times as fast as one by one.
   *
   * @param ms Is filled with milliseconds, from 0 on, without bound.
   * @param bits 32 random bits for each.
   * @param count How many, at most the length of both.
   */
  fill(ms: Float64Array, bits: Int32Array, count: number): void {
    const base = this.#base / TICKS_PER_MS;
    const spread = this.#spread;
    switch (this.#kind) {
      case EXPONENTIAL:
        for (let i = 0; i < count; i++) ms[i] = base * exponential(bits[i]!);
        break;
      case PARETO:
        for (let i = 0; i < count; i++) {
          ms[i] = base * power(spread * exponential(bits[i]!));
        }
        break;
      case LOGNORMAL:
        for (let i = 0; i < count; i++) {
          ms[i] = base * power(spread * normal(bits[i]!));
        }
        break;
      case SAMPLES:
        for (let i = 0; i < count; i++) ms[i] = this.#sampleMs(bits[i]!);
        break;
      case MIX:
        this.#fillFromParts(ms, bits, count);
        break;
      default: {
        const width = this.#widthMs / TWO_POW_32;
        for (let i = 0; i < count; i++) {
          ms[i] = this.#leastMs + width * ((bits[i]! >>> 0) + 0.5);
        }
      }
    }
  }

  /** Sorts the bits by the parts that they choose, fills, and sorts back. */
  #fillFromParts(ms: Float64Array, bits: Int32Array, count: number): void {
    const parts = this.#parts;
    if (this.#chosen.length === 0 || this.#delays.length < count) {
      this.#delays = new Float64Array(count);
      this.#chosen = parts.map(() => ({
        size: 0,
        places: new Int32Array(count),
        bits: new Int32Array(count),
      }));
    }
    const chosen = this.#chosen;
    for (const part of chosen) part.size = 0;
    for (let i = 0; i < count; i++) {
      const index = this.#partOf(bits[i]!);
      const part = chosen[index]!;
      part.places[part.size] = i;
      part.bits[part.size++] = this.#bitsWithin(bits[i]!, index);
    }
    const delays = this.#delays;
    for (let index = 0; index < parts.length; index++) {
      const { size, places, bits } = chosen[index]!;
      parts[index]!.fill(delays, bits, size);
      for (let i = 0; i < size; i++) ms[places[i]!] = delays[i]!;
    }
  }
}

/** Bits that have chosen one part of a mixture. */
interface Chosen {
  /** Number of samples. */
  size: number;
  /** Index of the delay of each. */
  readonly places: Int32Array;
  /** Bits for the part. */
  readonly bits: Int32Array;
}

/**
 * Ends of the ranges of bits that choose each part; the last one's is the end
 * of all.
 */
function endsOf(parts: readonly MixPart[]): Float64Array {
  const ends = new Float64Array(parts.length);
  let sum = 0;
  parts.forEach(({ share }, i) => {
    sum += share.value;
    ends[i] = Math.min(TWO_POW_32, Math.round(sum * TWO_POW_32));
  });
  // The shares may add up to a little less than 1.
  const last = parts.findLastIndex(({ share }) => share.value > 0);
  ends.fill(TWO_POW_32, last);
  return ends;
}
