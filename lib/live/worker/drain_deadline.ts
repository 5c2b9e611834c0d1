/**
 * The moment until which a likes server delivers what is left.
 *
 * @module
 */

import { DEFAULT_TIMING } from "../../rules/backoff.ts";

/**
 * A process looks at its deadline at least this often, in ticks of 0.1 ms: by
 * the time between two looks it learns that it stood still.
 */
export const LOOK_TICKS = 2_500;

/** A longer time between two looks is one in which the process stood still. */
const LATE_TICKS = 4 * LOOK_TICKS;

/** The plan of a likes server's end. Times are ticks of 0.1 ms of the run. */
export interface DrainDeadlineOptions {
  /**
   * The moment at which the process is there: later than the beginning of its
   * time to deliver, it counts as having stood still since.
   */
  readonly nowTicks: number;
  /** The beginning of its time to deliver what is left. */
  readonly drainFromTicks: number;
  /** The length of that time. */
  readonly drainTicks: number;
  /** The time for which an attempt waits for an answer. */
  readonly ackTimeoutTicks: number;
}

/**
 * A deadline that moves on by the time in which the process stood still after
 * that time had begun (stopped by a signal, or kept waiting by whoever reads
 * its output): a process that was away has not had its time. After more than a
 * moment of it there is time for a whole attempt.
 *
 * @example Usage
 * ```ts
 * import { DrainDeadline } from "./drain_deadline.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const deadline = new DrainDeadline({
 *   nowTicks: 50_000,
 *   drainFromTicks: 100_000,
 *   drainTicks: 100_000,
 *   ackTimeoutTicks: 20_000,
 * });
 * assertEquals(deadline.look(250_000), 200_000);
 * assertEquals(deadline.ticks, 350_000);
 * ```
 */
export class DrainDeadline {
  readonly #options: DrainDeadlineOptions;
  #drainFromTicks: number;
  #ticks: number;
  #lookedTicks: number;

  /** @param options The plan of the likes server's end. */
  constructor(options: DrainDeadlineOptions) {
    this.#options = options;
    this.#drainFromTicks = options.drainFromTicks;
    this.#ticks = options.drainFromTicks + options.drainTicks;
    this.#lookedTicks = Math.min(options.nowTicks, options.drainFromTicks);
  }

  /** The deadline. */
  get ticks(): number {
    return this.#ticks;
  }

  /** The moment at which the next look is due. */
  get lookAt(): number {
    return this.#lookedTicks + LOOK_TICKS;
  }

  /**
   * Looks how long ago the last look was.
   *
   * @param nowTicks The time.
   * @returns How long the process stood still in the meantime, 0 if it did not.
   */
  look(nowTicks: number): number {
    const sinceTicks = nowTicks - this.#lookedTicks;
    const fromTicks = Math.max(this.#lookedTicks, this.#drainFromTicks);
    this.#lookedTicks = nowTicks;
    if (sinceTicks <= LATE_TICKS) return 0;
    const lostTicks = Math.max(0, nowTicks - fromTicks);
    this.#ticks += lostTicks;
    if (lostTicks > LATE_TICKS) {
      const attemptTicks = DEFAULT_TIMING.backoffMaxTicks +
        this.#options.ackTimeoutTicks;
      this.#ticks = Math.max(this.#ticks, nowTicks + attemptTicks);
    }
    return sinceTicks;
  }

  /**
   * The lifetime is cut short: what is left has the same time from now on.
   *
   * @param nowTicks The time.
   */
  beginNow(nowTicks: number): void {
    const endTicks = nowTicks + this.#options.drainTicks;
    if (endTicks >= this.#ticks) return;
    this.#drainFromTicks = nowTicks;
    this.#ticks = endTicks;
  }
}
