/**
 * Counts of a primary that are not yet written to its log.
 *
 * @module
 */

import { type Durability, UNWRITTEN_MS_MAX } from "../domain/durability.ts";
import { NEVER, TICKS_PER_MS } from "../domain/ticks.ts";
import type { Ledger } from "../rules/ledger.ts";

/**
 * Time that lines wait for the log with durability `none`, as in a live
 * primary: what a kill makes it forget.
 */
const LOG_DELAY_TICKS = UNWRITTEN_MS_MAX * TICKS_PER_MS;

/**
 * Follows what a kill can undo in a ledger: with durability `none` whatever
 * changed since the log was written last, else nothing.
 */
export class Unwritten {
  /** Whether a kill can make the primary forget. */
  readonly isPossible: boolean;
  readonly #ledger: Ledger;
  /**
   * Time of the next write of the log, before something new happens; NEVER if
   * that does not matter.
   */
  #dueAt: number;

  /**
   * Everything is written.
   *
   * @param ledger The primary's ledger.
   * @param durability What a kill makes it forget.
   */
  constructor(ledger: Ledger, durability: Durability) {
    this.#ledger = ledger;
    this.isPossible = durability === "none";
    this.#dueAt = this.isPossible ? 0 : NEVER;
  }

  /**
   * Something is to change in the ledger: what waits for the log is written
   * before, if it is time.
   *
   * @param tick When.
   * @returns Whether it was time.
   */
  writeIfDue(tick: number): boolean {
    if (tick < this.#dueAt) return false;
    this.#ledger.commit();
    this.#ledger.begin();
    this.#dueAt = tick + LOG_DELAY_TICKS;
    return true;
  }

  /**
   * The primary is killed: what is not written is gone from the ledger.
   *
   * @param tick When.
   * @returns Whether anything may be.
   */
  lose(tick: number): boolean {
    if (!this.isPossible || tick >= this.#dueAt) return false;
    this.#ledger.rollback();
    this.#dueAt = 0;
    return true;
  }
}
