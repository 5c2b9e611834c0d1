/**
 * Time-weighted histograms: how long a quantity had which value.
 *
 * @module
 */

/**
 * Values below this are told exactly; above, a bin is at most 1/1024 of its
 * value wide.
 */
const EXACT_BELOW = 2048;
/** Bins for each doubling above. */
const BINS_PER_DOUBLING = 1024;
const DOUBLING_BITS = 10;
/**
 * All exact values and the first bin above, where the ramps of exact ones end.
 */
const INITIAL_BINS = EXACT_BELOW + BINS_PER_DOUBLING;
/** `POWERS_OF_2[i]` is 2^i: a table is many times as fast as the operator. */
const POWERS_OF_2 = Float64Array.from({ length: 64 }, (_, i) => 2 ** i);

/** Mean, quantiles and maximum of a quantity over time. */
export interface Distribution {
  /** Mean over time. */
  readonly mean: number;
  /** The value that was not exceeded half of the time. */
  readonly p50: number;
  /** The value that was not exceeded 95 % of the time. */
  readonly p95: number;
  /** The value that was not exceeded 99 % of the time. */
  readonly p99: number;
  /** The highest value. */
  readonly max: number;
}

/** Sums over the bins, taken in one walk. */
interface Totals {
  readonly weight: number;
  readonly mean: number;
  readonly max: number;
  /**
   * The weight of each bin and all below it, from the lowest values to the
   * highest.
   */
  readonly upTo: Float64Array;
}

/**
 * A time-weighted histogram of whole numbers between -(2^53-1) and 2^53-1.
 *
 * Values between -2048 and 2048 are exact, others within 0.1 %, as in
 * HdrHistogram (Gil Tene, http://hdrhistogram.org): bins that double in width
 * with each doubling of the value, so its size depends on the largest value's
 * logarithm only. Mean and maximum are exact as long as the sum of value times
 * weight stays below 2^53. Nothing is allocated in steady state.
 *
 * @example
 * ```ts
 * import { Histogram } from "./histogram.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const histogram = new Histogram();
 * histogram.add(0, 98); // for 98 ticks nothing was missing,
 * histogram.add(14, 2); // for two ticks 14 likes were
 * assertEquals(histogram.summary(), { mean: 0.28, p50: 0, p95: 0, p99: 14, max: 14 });
 * ```
 */
export class Histogram {
  /** Weight of each bin of values from 0 on. */
  #weights = new Float64Array(INITIAL_BINS);
  /**
   * Number of ramps that begin (+) or end (-) covering whole bins here; see
   * {@linkcode addRamp}.
   */
  #ramps = new Float64Array(INITIAL_BINS);
  /**
   * Weight of each bin of values below 0, by magnitude; empty until there is
   * one.
   */
  #negative = new Float64Array(0);
  /**
   * Sum of value times weight, and the highest, of the values that are not
   * exact by their bin.
   */
  #sumOfOthers = 0;
  #maxOfOthers = -Infinity;

  /** The highest value; 0 while there is none. */
  get max(): number {
    return this.#totalsOfAll().max;
  }

  /** The mean over time; 0 while there is none. */
  get mean(): number {
    return this.#totalsOfAll().mean;
  }

  /**
   * The time recorded. Summed up here and not on the way, which is the hot
   * path.
   *
   * @returns Sum of all weights.
   */
  weight(): number {
    return this.#totalsOfAll().weight;
  }

  /**
   * Records that the quantity had one value for some time.
   *
   * @param value A whole number, its magnitude at most 2^53-1.
   * @param weight For how long: above 0.
   */
  add(value: number, weight: number): void {
    // An exact value is its bin, which is all there is to do: sum and maximum
    // are read off the bins in the end.
    if (value >= 0 && value < EXACT_BELOW) this.#weights[value]! += weight;
    else this.#addOther(value, weight);
  }

  #addOther(value: number, weight: number): void {
    if (value >= 0) {
      const bin = binOf(value);
      if (bin >= this.#weights.length) this.#grow(bin);
      this.#weights[bin]! += weight;
    } else {
      const bin = binOf(-value);
      if (bin >= this.#negative.length) {
        this.#negative = grown(this.#negative, bin);
      }
      this.#negative[bin]! += weight;
    }
    this.#sumOfOthers += value * weight;
    if (value > this.#maxOfOthers) this.#maxOfOthers = value;
  }

  /**
   * Records that the quantity rose by one each tick, as an age does: each value
   * of `from` up to but not including `to` for one tick. Costs the same however
   * long the ramp is.
   *
   * @param from First value, at least 0.
   * @param to First value no longer reached, above `from` and below 2^31.
   */
  addRamp(from: number, to: number): void {
    if (to < EXACT_BELOW) {
      this.#ramps[from]! += 1;
      this.#ramps[to]! -= 1;
    } else this.#addOtherRamp(from, to);
  }

  #addOtherRamp(from: number, to: number): void {
    if (from < EXACT_BELOW) {
      this.#ramps[from]! += 1;
      this.#ramps[EXACT_BELOW]! -= 1;
      from = EXACT_BELOW;
      if (from === to) return;
    }
    const first = binOf(from);
    const last = binOf(to);
    if (last >= this.#weights.length) this.#grow(last);
    if (first === last) {
      this.#weights[first]! += to - from;
    } else {
      // Partly covered bins at both ends; those between get a mark where their
      // cover begins and ends.
      this.#weights[first]! += lowestOf(first + 1) - from;
      this.#weights[last]! += to - lowestOf(last);
      this.#ramps[first + 1]! += 1;
      this.#ramps[last]! -= 1;
    }
    const length = to - from;
    this.#sumOfOthers += (from + to - 1) * length / 2;
    if (to - 1 > this.#maxOfOthers) this.#maxOfOthers = to - 1;
  }

  /**
   * The bin behind the highest value's: a short run has more bins than events.
   */
  #end(): number {
    return this.#maxOfOthers < EXACT_BELOW
      ? EXACT_BELOW
      : binOf(this.#maxOfOthers) + 1;
  }

  /**
   * Sums up in one walk over the bins, which costs a short run as much as all
   * of its events.
   */
  #totalsOfAll(): Totals {
    const negative = this.#negative;
    const weights = this.#weights;
    const ramps = this.#ramps;
    const end = this.#end();
    const upTo = new Float64Array(negative.length + end);
    let at = 0;
    let weight = 0;
    let sum = this.#sumOfOthers;
    let max = this.#maxOfOthers;
    for (let bin = negative.length - 1; bin >= 0; bin--) {
      weight += negative[bin]!;
      upTo[at++] = weight;
    }
    let covering = 0;
    for (let value = 0; value < EXACT_BELOW; value++) {
      covering += ramps[value]!;
      const here = weights[value]! + covering;
      if (here !== 0) {
        weight += here;
        sum += value * here;
        if (value > max) max = value;
      }
      upTo[at++] = weight;
    }
    let width = 1; // of a bin, as widthOf() tells
    for (let bin = EXACT_BELOW; bin < end; bin++) {
      if ((bin - EXACT_BELOW) % BINS_PER_DOUBLING === 0) width *= 2;
      covering += ramps[bin]!;
      weight += weights[bin]! + covering * width;
      upTo[at++] = weight;
    }
    return weight > 0
      ? { weight, mean: sum / weight, max, upTo }
      : { weight, mean: 0, max: 0, upTo };
  }

  /**
   * The value that was not exceeded for a share of the time.
   *
   * @param share Between 0 and 1.
   * @returns The smallest value such that the time at or below it is at least
   *   that share of all; the upper end of its bin (HdrHistogram's rule), never
   *   above the maximum; 0 while there is no value.
   * @throws {RangeError} If the share is not between 0 and 1.
   */
  quantile(share: number): number {
    if (!(share >= 0 && share <= 1)) {
      throw new RangeError(
        `Cannot tell a quantile of ${share}: 0 to 1 is allowed`,
      );
    }
    return this.#quantile(share, this.#totalsOfAll());
  }

  /**
   * Sums the histogram up.
   *
   * @param divisor What values are divided by, to tell ticks in seconds.
   * @returns Mean, quantiles and maximum.
   *
   * @default divisor {1}
   */
  summary(divisor = 1): Distribution {
    const totals = this.#totalsOfAll();
    const { mean, max } = totals;
    return {
      mean: mean / divisor,
      p50: this.#quantile(0.5, totals) / divisor,
      p95: this.#quantile(0.95, totals) / divisor,
      p99: this.#quantile(0.99, totals) / divisor,
      max: max / divisor,
    };
  }

  #quantile(share: number, { weight, max, upTo }: Totals): number {
    const target = share * weight;
    let low = 0;
    let high = upTo.length;
    // The first bin up to which there is some time, and as much as wanted.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! >= target && upTo[middle]! > 0) high = middle;
      else low = middle + 1;
    }
    if (low === upTo.length) return max;
    const bin = low - this.#negative.length;
    const highest = bin < 0
      ? -lowestOf(-1 - bin)
      : lowestOf(bin) + widthOf(bin) - 1;
    return Math.min(highest, max);
  }

  #grow(bin: number): void {
    this.#weights = grown(this.#weights, bin);
    this.#ramps = grown(this.#ramps, bin);
  }
}

/**
 * The bin of a value from 0 on: the value itself, then 1024 bins for each
 * doubling.
 */
function binOf(value: number): number {
  if (value < EXACT_BELOW) return value;
  if (value > 0x7fffffff) return binOfLarge(value);
  const shift = 21 - Math.clz32(value); // 2048 has its 12th bit set: shift 1
  return EXACT_BELOW - 2 * BINS_PER_DOUBLING +
    (shift << DOUBLING_BITS) + (value >>> shift);
}

/** The bin of a value that needs more than 31 bits. */
function binOfLarge(value: number): number {
  const shift = 53 - Math.clz32(Math.floor(value / 2 ** 32));
  return EXACT_BELOW - 2 * BINS_PER_DOUBLING +
    (shift << DOUBLING_BITS) + Math.floor(value / POWERS_OF_2[shift]!);
}

/** The lowest value of a bin. */
function lowestOf(bin: number): number {
  if (bin < EXACT_BELOW) return bin;
  const above = bin - EXACT_BELOW;
  return (BINS_PER_DOUBLING + (above & (BINS_PER_DOUBLING - 1))) *
    POWERS_OF_2[(above >> DOUBLING_BITS) + 1]!;
}

/** Number of values in a bin. */
function widthOf(bin: number): number {
  return bin < EXACT_BELOW
    ? 1
    : POWERS_OF_2[((bin - EXACT_BELOW) >> DOUBLING_BITS) + 1]!;
}

/** A longer copy with room for a bin. */
function grown(bins: Float64Array<ArrayBuffer>, bin: number) {
  let length = Math.max(bins.length, INITIAL_BINS);
  while (length <= bin) length *= 2;
  const copy = new Float64Array(length);
  copy.set(bins);
  return copy;
}
