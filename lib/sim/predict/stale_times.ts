/**
 * Times after an acknowledgement from which reads are fresh: counts at given
 * times, and exact times for the last shares.
 *
 * @module
 */

/** The largest share of stale reads whose time is asked for. */
const TAIL_SHARE = 0.01;

/**
 * The largest error of a sum or difference of delays, in milliseconds: the
 * rounding of one of hours is smaller. Moments that are the same by the delays
 * as they are written are no further apart.
 */
export const ROUNDING_MS = 1e-8;

const { ceil, floor, max } = Math;

/**
 * The times of many trials of one pair of quorums, of which only the longest
 * are kept: where 99 % of the reads are fresh, 1 % are stale still.
 */
export class StaleTimes {
  /** Ends of the classes, ascending, in milliseconds. */
  readonly #edgesMs: Float64Array;
  /** `#counts[i]`: times above edge i - 1 and not above edge i. */
  readonly #counts: Float64Array;
  /** The longest times, those above `#least` in front of the first free one. */
  readonly #longest: Float64Array;
  readonly #keep: number;
  #size = 0;
  /** A time that is not above this is none of the longest. */
  #leastMs = 0;

  /**
   * @param edgesMs Times after the acknowledgement at which the share of fresh
   * reads is asked for, ascending, the first 0.
   * @param trials How many trials there will be.
   */
  constructor(edgesMs: Float64Array, trials: number) {
    this.#edgesMs = edgesMs;
    this.#counts = new Float64Array(edgesMs.length + 1);
    this.#keep = floor(TAIL_SHARE * trials) + 1;
    this.#longest = new Float64Array(2 * this.#keep);
  }

  /**
   * Adds the read of one trial.
   *
   * @param ms How long after the acknowledgement it had to begin to be fresh,
   * in milliseconds; 0 or less if it was fresh at once.
   */
  add(ms: number): void {
    const leastMs = ms - ROUNDING_MS;
    if (leastMs > 0) this.#addStale(leastMs);
  }

  #addStale(ms: number): void {
    const edgesMs = this.#edgesMs;
    let low = 0;
    let high = edgesMs.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (ms > edgesMs[middle]!) low = middle;
      else high = middle;
    }
    this.#counts[high]!++;
    if (ms > this.#leastMs) this.#keepTime(ms);
  }

  #keepTime(ms: number): void {
    this.#longest[this.#size++] = ms;
    if (this.#size < this.#longest.length) return;
    // The upper half, sorted: less often than once for so many times.
    this.#longest.sort();
    this.#longest.copyWithin(0, this.#keep);
    this.#size = this.#keep;
    this.#leastMs = this.#longest[0]!;
  }

  /**
   * Reads that were not fresh at each of the given times.
   *
   * @returns As many counts as edges.
   */
  staleCounts(): number[] {
    let count = 0;
    const counts: number[] = [];
    for (let i = this.#counts.length - 1; i > 0; i--) {
      count += this.#counts[i]!;
      counts.unshift(count);
    }
    return counts;
  }

  /**
   * The earliest time after the acknowledgement at which no more than a share
   * of the reads is stale.
   *
   * @param share The share, above 0, at most 0.01.
   * @param trials How many reads there were.
   * @returns Milliseconds; 0: at once.
   */
  timeMs(share: number, trials: number): number {
    const allowed = floor(share * trials);
    if (allowed >= this.#size) return 0;
    const longest = this.#longest.slice(0, this.#size).sort();
    return max(0, longest[this.#size - 1 - allowed]!);
  }
}

/** Bins for each doubling of a latency: a bin is 0.2 % of its value wide. */
const BIN_BITS = 9;
const BINS_SHIFT = 20 - BIN_BITS;
/** Latencies below 2^-14 ms, 61 ns, share a bin, and those above 2^34 ms. */
const LEAST_EXPONENT = -14;
const DOUBLINGS = 48;
const EXPONENT_BIAS = 1023;
const FIRST_BIN = (LEAST_EXPONENT + EXPONENT_BIAS) << BIN_BITS;
const BINS = DOUBLINGS << BIN_BITS;

/** A number, and its sign, exponent and upper 20 bits of its significand. */
const NUMBER = new Float64Array(1);
const HALVES = new Int32Array(NUMBER.buffer);
const UPPER = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * A histogram of latencies whose quantiles are latencies that occurred, at most
 * 0.2 % above the exact ones: where all are the same, that one.
 */
export class LatencyTally {
  /** Count of each bin, and behind it the longest latency in it. */
  readonly #cells = new Float64Array(2 * BINS);

  /**
   * Adds a latency.
   *
   * @param ms Milliseconds, from 0 on.
   */
  add(ms: number): void {
    NUMBER[0] = ms;
    const bin = (HALVES[UPPER]! >> BINS_SHIFT) - FIRST_BIN;
    const cell = bin < 0 ? 0 : bin < BINS ? 2 * bin : 2 * (BINS - 1);
    const cells = this.#cells;
    cells[cell]!++;
    if (ms > cells[cell + 1]!) cells[cell + 1] = ms;
  }

  /**
   * A latency that a share of all does not exceed.
   *
   * @param share The share, above 0, at most 1.
   * @param trials How many there are, at least 1.
   * @returns Milliseconds.
   */
  quantileMs(share: number, trials: number): number {
    let left = ceil(share * trials);
    for (let cell = 0; cell < 2 * BINS; cell += 2) {
      left -= this.#cells[cell]!;
      if (left <= 0) return this.#cells[cell + 1]!;
    }
    return 0;
  }
}
