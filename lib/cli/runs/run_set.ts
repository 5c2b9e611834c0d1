/**
 * A set of runs, for the largest sweeps.
 *
 * @module
 */

/** Runs of a page. */
const PAGE_RUNS = 1 << 16;

/** The page of which every run is in the set. */
const FULL = new Uint8Array(0);

interface Page {
  bits: Uint8Array;
  size: number;
}

/**
 * A set of numbers of runs: a bit for each, in pages that are let go of once
 * they are full. So shards that come one after the other need
 * little memory, and in any order a hundred million runs need 12.5 MB.
 *
 * @example
 * ```ts
 * import { RunSet } from "./run_set.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const set = new RunSet(10);
 * for (const run of [0, 1, 2, 7]) set.add(run);
 * assertEquals(set.add(7), false);
 * assertEquals([...set.missing()], [[3, 6], [8, 9]]);
 * ```
 */
export class RunSet {
  readonly #runs: number;
  readonly #pages = new Map<number, Page>();
  #size = 0;

  /**
   * An empty set.
   *
   * @param runs The number of all runs, which are numbered from 0 on.
   */
  constructor(runs: number) {
    this.#runs = runs;
  }

  /** Runs in it. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a run.
   *
   * @param run Its number.
   * @returns False if it is in the set already.
   */
  add(run: number): boolean {
    const number = Math.floor(run / PAGE_RUNS);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = { bits: new Uint8Array(PAGE_RUNS / 8), size: 0 };
      this.#pages.set(number, page);
    }
    const at = run % PAGE_RUNS;
    if (isIn(page.bits, at)) return false;
    page.bits[at >> 3]! |= 1 << (at & 7);
    page.size++;
    this.#size++;
    if (page.size === this.#runsOf(number)) page.bits = FULL;
    return true;
  }

  /**
   * Whether a run is in the set.
   *
   * @param run Its number.
   * @returns True if it is.
   */
  has(run: number): boolean {
    const page = this.#pages.get(Math.floor(run / PAGE_RUNS));
    return page !== undefined && isIn(page.bits, run % PAGE_RUNS);
  }

  /**
   * Tells the runs that are not in the set.
   *
   * @returns The first and the last of each stretch, ascending.
   */
  *missing(): Generator<[first: number, last: number]> {
    let first = -1;
    for (let run = 0; run < this.#runs; run++) {
      const page = this.#pages.get(Math.floor(run / PAGE_RUNS));
      const isWhole = run % PAGE_RUNS === 0;
      if (isWhole && page?.bits === FULL) {
        if (first >= 0) yield [first, run - 1];
        first = -1;
        run += page.size - 1;
      } else if (isWhole && page === undefined) {
        if (first < 0) first = run;
        run += this.#runsOf(run / PAGE_RUNS) - 1;
      } else if (page !== undefined && isIn(page.bits, run % PAGE_RUNS)) {
        if (first >= 0) yield [first, run - 1];
        first = -1;
      } else if (first < 0) first = run;
    }
    if (first >= 0) yield [first, this.#runs - 1];
  }

  #runsOf(page: number): number {
    return Math.min(PAGE_RUNS, this.#runs - page * PAGE_RUNS);
  }
}

function isIn(bits: Uint8Array, at: number): boolean {
  return bits === FULL || (bits[at >> 3]! & 1 << (at & 7)) !== 0;
}
