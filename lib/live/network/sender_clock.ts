/**
 * The clocks of processes that send, as seen from the network.
 *
 * @module
 */

/** Lines over which the smallest lag is sought, and as many before. */
const LINES = 32;

/**
 * The clock of one process. Each process of a run counts the run's time by
 * itself, and on a busy machine its clock was set with an error of many
 * milliseconds. A line that it prints with its time cannot come before it was
 * printed; so the smallest lag of the last lines is the error of its clock, and
 * the little that the fastest line took. A process that is started again has
 * another error, so lines of long ago count no more.
 *
 * Source: the minimum filter over one-way delays in David L. Mills, "Internet
 * Time Synchronization: the Network Time Protocol", IEEE Transactions on
 * Communications 39(10), 1991.
 *
 * @example Usage
 * ```ts
 * import { SenderClock } from "./sender_clock.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SenderClock();
 * assertEquals(clock.ticksOf(1_000, 1_007), 1_007);
 * assertEquals(clock.ticksOf(2_000, 2_004), 2_004);
 * assertEquals(clock.ticksOf(3_000, 3_090), 3_004);
 * ```
 */
export class SenderClock {
  #lag = Infinity;
  #lagBefore = Infinity;
  #lines = 0;

  /**
   * A line came.
   *
   * @param tick Its time, by the clock of its process.
   * @param now The time at which it came, by the clock of the network.
   * @returns The time at which it was printed, by the clock of the network, as
   * far as is known: not after `now`.
   */
  ticksOf(tick: number, now: number): number {
    if (this.#lines++ === LINES) {
      this.#lines = 0;
      this.#lagBefore = this.#lag;
      this.#lag = Infinity;
    }
    this.#lag = Math.min(this.#lag, now - tick);
    return tick + Math.min(this.#lag, this.#lagBefore);
  }
}
