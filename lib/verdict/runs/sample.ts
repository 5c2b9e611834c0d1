/**
 * A number of each of many runs.
 *
 * @module
 */

import { type Distribution, Histogram } from "../histogram.ts";
import { ExactSum } from "./exact_sum.ts";

/**
 * Different values that are kept one by one; with more, quantiles come from a
 * histogram.
 */
const VALUES_MAX = 1 << 15;

/**
 * Relative error of the quantiles of a {@linkcode Sample} that is not exact:
 * the width of a bin of {@linkcode Histogram}.
 */
export const QUANTILE_ERROR: number = 1 / 1024;

/**
 * A number of each of many runs: mean, quantiles and maximum, in bounded memory
 * and whatever the order in which they come.
 *
 * Each number is taken as a whole multiple of a unit, so that sums are exact.
 * Up to 32,768 different numbers quantiles are exact too; with more, they are
 * at most 1/1024 of their value too high. Which of the two holds depends on the
 * numbers alone.
 *
 * @example
 * ```ts
 * import { Sample } from "./sample.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const seconds = new Sample(10_000);
 * for (const value of [0.3, 0.1, 0.2]) seconds.add(value);
 * assertEquals(seconds.distribution(), {
 *   mean: 0.2,
 *   p50: 0.2,
 *   p95: 0.3,
 *   p99: 0.3,
 *   max: 0.3,
 * });
 * ```
 */
export class Sample {
  readonly #unitsPerOne: number;
  readonly #sum = new ExactSum();
  #size = 0;
  #never = 0;
  #max = 0;
  /** The number of runs by their number of units, while there are few. */
  #counts: Map<number, number> | null = new Map();
  #histogram: Histogram | null = null;

  /**
   * A sample without numbers.
   *
   * @param unitsPerOne How many units make 1: the precision of the numbers.
   */
  constructor(unitsPerOne = 1) {
    this.#unitsPerOne = unitsPerOne;
  }

  /** Runs that have the number. */
  get size(): number {
    return this.#size;
  }

  /**
   * Whether quantiles are exact, not only within {@linkcode QUANTILE_ERROR}.
   */
  get isExact(): boolean {
    return this.#histogram === null;
  }

  /**
   * Takes the number of a run.
   *
   * @param value From 0 on; null stands for never, above every number.
   */
  add(value: number | null): void {
    if (value === null) {
      this.#never++;
      return;
    }
    const units = Math.min(
      Number.MAX_SAFE_INTEGER,
      Math.round(value * this.#unitsPerOne),
    );
    this.#size++;
    this.#sum.add(units);
    if (units > this.#max) this.#max = units;
    const counts = this.#counts;
    if (counts === null) {
      this.#histogram!.add(units, 1);
      return;
    }
    counts.set(units, (counts.get(units) ?? 0) + 1);
    if (counts.size > VALUES_MAX) this.#coarsen(counts);
  }

  /**
   * Sums up, those that have no number left out.
   *
   * @returns Over the runs; all 0 where there is none.
   */
  distribution(): Distribution {
    const [p50 = 0, p95 = 0, p99 = 0] = this.#unitsAt([0.5, 0.95, 0.99], 0);
    const one = this.#unitsPerOne;
    return {
      mean: this.#size === 0 ? 0 : this.#sum.value / this.#size / one,
      p50: p50 / one,
      p95: p95 / one,
      p99: p99 / one,
      max: this.#max / one,
    };
  }

  /**
   * The numbers at or below which shares of all runs are, those that have none
   * taken as above all.
   *
   * @param shares Between 0 and 1, ascending.
   * @returns The smallest such number for each, Infinity for never; none where
   * there is no run.
   */
  quantiles(shares: readonly number[]): number[] {
    if (this.#size + this.#never === 0) return [];
    return this.#unitsAt(shares, this.#never)
      .map((units) => units / this.#unitsPerOne);
  }

  #unitsAt(shares: readonly number[], never: number): number[] {
    const all = this.#size + never;
    const ranks = shares.map((share) => Math.max(1, Math.ceil(share * all)));
    if (this.#histogram !== null) {
      const histogram = this.#histogram;
      // Half a run below the rank, which rounding cannot lift above it.
      return ranks.map((rank) =>
        rank > this.#size
          ? Infinity
          : histogram.quantile((rank - 0.5) / this.#size)
      );
    }
    const counts = [...this.#counts!].sort(([one], [other]) => one - other);
    let at = 0;
    let upTo = 0;
    return ranks.map((rank) => {
      while (at < counts.length && upTo + counts[at]![1] < rank) {
        upTo += counts[at++]![1];
      }
      return counts[at]?.[0] ?? (never > 0 ? Infinity : 0);
    });
  }

  #coarsen(counts: ReadonlyMap<number, number>): void {
    const histogram = new Histogram();
    for (const [units, runs] of counts) histogram.add(units, runs);
    this.#histogram = histogram;
    this.#counts = null;
  }
}

/** Units of a share: a billion make 1. */
export const SHARE_UNITS = 1_000_000_000;

/**
 * The share that a part is of a whole.
 *
 * @param part The part.
 * @param whole The whole.
 * @returns The share; undefined where one is not known or the whole is 0.
 */
export function shareOf(
  part: number | undefined,
  whole: number | undefined,
): number | undefined {
  return part === undefined || !whole ? undefined : part / whole;
}

/** Several numbers of each of many runs, by name. */
export class Samples<Name extends string> {
  readonly #samples: Readonly<Record<Name, Sample>>;
  readonly #names: readonly Name[];

  /**
   * Samples without numbers.
   *
   * @param unitsPerOne How many units make 1, of each number.
   */
  constructor(unitsPerOne: Readonly<Record<Name, number>>) {
    this.#names = Object.keys(unitsPerOne) as Name[];
    const samples = this.#names.map((name) => [
      name,
      new Sample(unitsPerOne[name]),
    ]);
    this.#samples = Object.fromEntries(samples) as Record<Name, Sample>;
  }

  /** Whether all quantiles are exact. */
  get isExact(): boolean {
    return this.#names.every((name) => this.#samples[name].isExact);
  }

  /**
   * Takes the numbers of a run.
   *
   * @param run Its numbers; what is left out, it has not.
   */
  add(run: Partial<Record<Name, number | null | undefined>>): void {
    for (const name of this.#names) {
      const value = run[name];
      if (value !== undefined) this.#samples[name].add(value);
    }
  }

  /**
   * The sample of a number.
   *
   * @param name Its name.
   * @returns The numbers of the runs that have it.
   */
  of(name: Name): Sample {
    return this.#samples[name];
  }

  /**
   * Distributions over the runs.
   *
   * @returns Those of all numbers, zero where no run has the number.
   */
  distributions(): Record<Name, Distribution> {
    const entries = this.#names.map((name) => [
      name,
      this.#samples[name].distribution(),
    ]);
    return Object.fromEntries(entries) as Record<Name, Distribution>;
  }
}
