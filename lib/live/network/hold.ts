/**
 * The time for which all requests are held, so that those whose delay is short
 * are in time as well.
 *
 * @module
 */

/** Share of requests that are to be there when they are handed over. */
const IN_TIME = 0.99;

/** Milliseconds by which a request that is late, or not, moves the hold. */
const STEP_MS = 0.1;

/** Share of the mean delay that the hold is at most. */
const DELAY_SHARE_MAX = 0.25;

/** Milliseconds that the hold is at most. */
const HOLD_MS_MAX = 10;

/** Share of a delay by which the mean of the delays follows it. */
const GAIN = 0.01;

/**
 * The hold of a network. A request comes to it some milliseconds after it was
 * sent: processes must run, connections must be opened. One whose delay is
 * shorter than that is late, and among reads those are the first to be answered:
 * a replica would have had more time to get the report that the read asks for
 * than theory says. So every request is handed over later than was drawn, all by
 * the same time, and nothing that races another gains by it; replies, whose way
 * counts from when their requests were due, are handed over when they should be.
 *
 * Source: the playout delay of R. Ramjee, J. Kurose, D. Towsley, H. Schulzrinne,
 * "Adaptive playout mechanisms for packetized audio applications in wide-area
 * networks", IEEE INFOCOM 1994.
 *
 * @example Usage
 * ```ts
 * import { Hold } from "./hold.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const hold = new Hold();
 * for (let n = 0; n < 10_000; n++) hold.came(n % 4 - 1, 30);
 * assertAlmostEquals(hold.ms, 2, 0.2);
 * ```
 */
export class Hold {
  #ms = 0;
  #delayMs = 0;

  /** Milliseconds, 0 to 10, and to a quarter of the mean delay. */
  get ms(): number {
    return this.#ms;
  }

  /**
   * A request came to the network.
   *
   * @param lateMs Milliseconds after the moment at which it was due, as drawn;
   * negative: before.
   * @param delayMs Its delay, in milliseconds.
   */
  came(lateMs: number, delayMs: number): void {
    this.#delayMs += GAIN * (delayMs - this.#delayMs);
    const step = lateMs > this.#ms ? IN_TIME : IN_TIME - 1;
    const most = Math.min(HOLD_MS_MAX, DELAY_SHARE_MAX * this.#delayMs);
    this.#ms = Math.max(0, Math.min(most, this.#ms + STEP_MS * step));
  }
}
