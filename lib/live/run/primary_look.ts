/**
 * What the primary holds, asked before a run, in the course of it and after it.
 *
 * @module
 */

import {
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import {
  CountedBetween,
  PrimaryAbsentError,
  statsOf,
} from "./primary_watch.ts";
import { sleep } from "../../platform/sleep.ts";
import type { Stats } from "../primary/stats.ts";

/** Why it is not known what a primary counted that is down for good. */
export const PRIMARY_GONE =
  "the primary is gone: nothing accepts a connection on its port";

/**
 * How often, and after which pauses, a primary is asked that does not answer
 * any more.
 */
const LOOKS_MAX = 5;
const LOOK_AGAIN_MS = 500;

/** A first look at a primary, with which later ones are compared. */
export class PrimaryLook {
  /**
   * What it held before the run; null for a primary of the original kind, which
   * does not tell.
   */
  readonly before: Stats | null;
  readonly #beforeMs = performance.now();
  readonly #port: () => number;
  readonly #interruption: Interruption;

  private constructor(
    before: Stats | null,
    port: () => number,
    interruption: Interruption,
  ) {
    this.before = before;
    this.#port = port;
    this.#interruption = interruption;
  }

  /**
   * Looks at a primary before a run.
   *
   * @param port Its port at the time of a look, at 127.0.0.1.
   * @param interruption Ends the wait for it.
   * @returns What later looks are compared with.
   * @throws {PrimaryAbsentError} If nothing accepts a connection for 5 s.
   * @throws {InterruptedError} If somebody lost patience.
   */
  static async first(
    port: () => number,
    interruption: Interruption,
  ): Promise<PrimaryLook> {
    const { stop } = interruption;
    try {
      const before = await statsOf(port(), stop);
      if (!stop.aborted) return new PrimaryLook(before, port, interruption);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
    throw new InterruptedError("Stopped before the run began");
  }

  /**
   * Looks again.
   *
   * @returns What it has counted since the first look, or a text that says why
   * that is not known.
   */
  async again(): Promise<CountedBetween | string> {
    if (this.before === null) {
      return "the primary answers no STATS: it is of the original kind";
    }
    // Taken before the question: an answer that is long on its way must not
    // make the primary look young.
    const seconds = (performance.now() - this.#beforeMs) / 1000;
    try {
      const after = await this.#statsAgain();
      if (after === null) return "the primary does not answer STATS any more";
      return new CountedBetween(this.before, after, seconds);
    } catch (error) {
      if (!(error instanceof PrimaryAbsentError)) throw error;
      return PRIMARY_GONE;
    }
  }

  /**
   * It did answer before, so if it does not now, somebody has killed it over
   * this question.
   */
  async #statsAgain(): Promise<Stats | null> {
    const { kill } = this.#interruption;
    for (let looks = 1;; looks++) {
      const stats = await statsOf(this.#port(), kill);
      if (stats !== null || looks === LOOKS_MAX || kill.aborted) return stats;
      await sleep(LOOK_AGAIN_MS, kill);
    }
  }
}
