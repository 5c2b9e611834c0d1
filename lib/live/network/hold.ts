/**
 * The time for which all requests are held, so that those whose delay is short
 * are in time as well.
 *
 * @module
 */

import type { MessageKind } from "../../domain/messages.ts";

/** Share of requests that are to be there when they are handed over. */
const IN_TIME = 0.99;

/** Milliseconds by which a request that is late, or not, moves the hold. */
const STEP_MS = 0.1;

/** Share of the mean delay of replies that the hold is at most. */
const DELAY_SHARE_MAX = 0.25;

/** Milliseconds that the hold is at most. */
const HOLD_MS_MAX = 10;

/** Share of a reply's delay by which the mean of the delays follows it. */
const GAIN = 0.01;

/**
 * The hold of a network. A request comes to it some milliseconds after it was
 * sent: processes must run, connections must be opened. One whose delay is
 * shorter than that is late, and among reads those are the first to be
 * answered: a replica would have had more time to get the report that the read
 * asks for than theory says. So every request is handed over later than was
 * drawn, all by the same time, and nothing that races another gains by it.
 * Replies, whose way counts from when their requests were due, make up for it:
 * where their delays are short, so is the hold.
 *
 * Source: the playout delay of R. Ramjee, J. Kurose, D. Towsley, H.
 * Schulzrinne, "Adaptive playout mechanisms for packetized audio applications
 * in wide-area networks", IEEE INFOCOM 1994.
 *
 * @example Usage
 * ```ts
 * import { MessageKind } from "../../domain/messages.ts";
 * import { Hold } from "./hold.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const hold = new Hold();
 * hold.replied(MessageKind.REPLY, 30);
 * for (let n = 0; n < 10_000; n++) hold.came(n % 4 - 1);
 * assertAlmostEquals(hold.ms, 2, 0.2);
 * ```
 */
export class Hold {
  #ms = 0;
  /** Mean delays of replies, in milliseconds, by kind. */
  readonly #delayMs = new Map<MessageKind, number>();

  /** Milliseconds, 0 to 10, and to a quarter of the mean delay of replies. */
  get ms(): number {
    return this.#ms;
  }

  /**
   * A request came to the network.
   *
   * @param lateMs Milliseconds after the moment at which it was due, as drawn;
   * negative: before.
   */
  came(lateMs: number): void {
    const step = lateMs > this.#ms ? IN_TIME : IN_TIME - 1;
    const ms = Math.min(this.#ms + STEP_MS * step, this.#mostMs);
    this.#ms = Math.max(0, ms);
  }

  /** The bound: of several kinds of replies the fastest counts. */
  get #mostMs(): number {
    const meanMs = Math.min(...this.#delayMs.values());
    const share = Number.isFinite(meanMs) ? DELAY_SHARE_MAX * meanMs : 0;
    return Math.min(HOLD_MS_MAX, share);
  }

  /**
   * A reply was sent.
   *
   * @param kind The kind of the reply.
   * @param delayMs The delay that was drawn for it, in milliseconds.
   */
  replied(kind: MessageKind, delayMs: number): void {
    const meanMs = this.#delayMs.get(kind) ?? delayMs;
    this.#delayMs.set(kind, meanMs + GAIN * (delayMs - meanMs));
  }
}
