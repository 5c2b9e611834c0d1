/**
 * Plan of reads: their items and times.
 *
 * @module
 */

import {
  Family,
  nextBits,
  type Streams,
  withinRange,
} from "../domain/random.ts";

/** Options of the plan of reads. */
export interface ReadPlanOptions {
  /** Number of items, which are the likes servers. */
  readonly servers: number;
  /** The shortest wait from one read to the next, in ticks, at least 1. */
  readonly readIntervalMinTicks: number;
  /** The longest wait, in ticks. */
  readonly readIntervalMaxTicks: number;
}

/**
 * The reads that are planned: read n of a reader, counted from 1, is a function
 * of the seed, the reader and n alone.
 *
 * The first read is planned a drawn interval after the run's beginning, each
 * other one a drawn interval after the one before was planned; it begins when
 * it is planned, or when the one before is answered or given up if that is
 * later.
 *
 * @example Usage
 * ```ts
 * import { ReadPlan } from "./reads.ts";
 * import { Streams } from "../domain/random.ts";
 * import { assert } from "@std/assert";
 *
 * const plan = new ReadPlan(new Streams(7), {
 *   servers: 10,
 *   readIntervalMinTicks: 1000,
 *   readIntervalMaxTicks: 5000,
 * });
 * assert(plan.itemOf(0, 1) < 10);
 * assert(plan.pauseAfter(0, 1) >= 1000);
 * ```
 */
export class ReadPlan {
  readonly #streams: Streams;
  readonly #options: ReadPlanOptions;

  /**
   * Plans the reads of a run.
   *
   * @param streams Its random numbers.
   * @param options What can be read, and how often.
   */
  constructor(streams: Streams, options: ReadPlanOptions) {
    this.#streams = streams;
    this.#options = options;
  }

  /**
   * The item of a read.
   *
   * @param reader The reader's number.
   * @param read The read's number, from 1 on.
   * @returns The id of a likes server, each as likely as the others.
   */
  itemOf(reader: number, read: number): number {
    const bits = this.#streams.bits(Family.READ_ITEM, reader, read);
    return withinRange(bits, 0, this.#options.servers - 1);
  }

  /**
   * From the planned time of a read to that of the next.
   *
   * @param reader The reader's number.
   * @param read The read's number; 0: from the run's beginning to the first.
   * @returns Ticks.
   */
  pauseAfter(reader: number, read: number): number {
    const { readIntervalMinTicks, readIntervalMaxTicks } = this.#options;
    const bits = this.#streams.bits(Family.READ_ITEM, reader, read);
    return withinRange(
      nextBits(bits),
      readIntervalMinTicks,
      readIntervalMaxTicks,
    );
  }
}
