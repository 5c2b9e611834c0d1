/**
 * Reports of a likes server: which is sent next, and what is settled with it.
 *
 * @module
 */

import { DELIVERIES, type Delivery } from "../domain/delivery.ts";
import { NEVER } from "../domain/ticks.ts";
import { LIKES_MAX } from "../protocol/validator.ts";
import { checkTiming, type Timing } from "./backoff.ts";
import { type DeliveryTraits, traitsOf } from "./delivery_traits.ts";
import { LikesServerRow } from "./likes_server_row.ts";
import type { Rows } from "./rows.ts";

/** The action of waiting: nothing to do before `wakeAt`. */
export const NOTHING = 0;
/**
 * Send the report of the getters `reportLikes`, `reportSeq` and `reportTotal`,
 * as attempt `attempt`.
 */
export const SEND = 1;
/**
 * The next report is not valid (mode `original`, once its sum passes 42):
 * nothing was sent. The sum never shrinks, so it stays that way.
 */
export const REFUSED = 2;

/**
 * The order to the shell after it told a likes server something: NOTHING,
 * SEND or REFUSED.
 */
export type Action = typeof NOTHING | typeof SEND | typeof REFUSED;

/**
 * The likes of a session's past draws, which modes that send single draws again
 * have to look up.
 */
export interface Draws {
  /**
   * Looks a draw up.
   *
   * @param row The likes server.
   * @param seq The number of the draw in its session, from 1 to the last drawn.
   * @returns The likes of that draw.
   */
  likes(row: number, seq: number): number;
}

/** Delivery mode and timing of all likes servers of a run. */
export interface LikesServerOptions extends Timing {
  /** Delivery mode. */
  readonly delivery: Delivery;
}

/**
 * The part of a likes server that has at most one report in flight: sends it,
 * knows whether a reply is awaited, and takes note of what is settled.
 */
export class ReportSender extends LikesServerRow {
  /** Delivery mode and timing. */
  readonly options: LikesServerOptions;
  /** The traits of the delivery mode. */
  protected readonly traits: DeliveryTraits;
  // Traits that every report asks for, whose words are compared once.
  /** Whether reports carry the sum of all likes not yet delivered. */
  protected readonly carriesSum: boolean;
  /** Whether a gap makes it go back to an earlier draw. */
  protected readonly goesBack: boolean;
  readonly #ackSettlesAll: boolean;
  readonly #carriesNewest: boolean;
  readonly #hasTotals: boolean;
  /** Looks up the likes of past draws. */
  protected readonly draws: Draws;

  /**
   * Makes a cursor; {@linkcode LikesServerRow.at} sets it on a row.
   *
   * @param rows The state of all likes servers.
   * @param draws Looks up the likes of past draws.
   * @param options Delivery mode and timing.
   * @throws {RangeError} If the delivery mode is unknown or a time is not a
   * whole number of at least 1 tick.
   */
  constructor(rows: Rows, draws: Draws, options: LikesServerOptions) {
    super(rows);
    const traits = traitsOf(options.delivery);
    if (traits === undefined) {
      throw new RangeError(
        `Cannot deliver "${options.delivery}": allowed are ${
          DELIVERIES.join(", ")
        }`,
      );
    }
    checkTiming(options);
    this.options = options;
    this.traits = traits;
    this.carriesSum = traits.carries === "sum";
    this.#ackSettlesAll = traits.ackSettles === "all up to seq";
    this.goesBack = traits.gap === "go back";
    this.#carriesNewest = traits.carries === "newest draw";
    this.#hasTotals = traits.mark === "seq and total";
    this.draws = draws;
  }

  /** Total of the report in flight; -1 where reports carry none. */
  get reportTotal(): number {
    return this.#hasTotals ? this.flightTotal : -1;
  }

  /**
   * Sends what is next, if anything is. Nothing may be in flight or backing
   * off.
   */
  protected next(now: number): Action {
    const isQueued = !this.carriesSum && this.settledSeq < this.seq;
    return isQueued || this.isOwed ? this.#send(now) : NOTHING;
  }

  #send(now: number): Action {
    const lastSeq = this.seq;
    let seq = lastSeq;
    let likes = this.lastLikes;
    if (this.#carriesNewest) this.flightTotal = this.total;
    else if (this.carriesSum) {
      likes = this.pending;
      if (likes > LIKES_MAX) return this.#refuseSum();
    } else {
      seq = this.settledSeq + 1;
      // The last draw is in the row already: no look-up in the common case.
      if (seq < lastSeq) likes = this.draws.likes(this.row, seq);
    }
    this.reportSeq = seq;
    this.reportLikes = likes;
    this.takeOff();
    this.attempt++;
    this.actAfter(now, this.options.ackTimeoutTicks);
    if (this.failures > 0) this.retries++;
    return SEND;
  }

  /**
   * A likes server validates before it sends. The sum can only grow, so from
   * here on it is refused.
   */
  #refuseSum(): Action {
    this.clearState();
    this.rejected++;
    return REFUSED;
  }

  /**
   * Whether a reply counts: its attempt is awaited, and it is not later than
   * the timeout.
   */
  protected isAwaited(now: number, attempt: number): boolean {
    return this.inFlight && attempt === this.attempt && now <= this.actAt;
  }

  /**
   * Sets the one timer. A wait that passes the end of time ends just before it,
   * as NEVER means that no timer is set.
   */
  protected actAfter(now: number, ticks: number): void {
    this.actAt = Math.min(now + ticks, NEVER - 1);
  }

  /** The report in flight needs no more sending. */
  protected settleReport(): void {
    this.settle(this.reportSeq, this.withReport(this.settled));
    this.stopWaiting();
  }

  /** A sum of likes, together with what an ACK of the report settles. */
  protected withReport(likes: number): number {
    return this.#ackSettlesAll ? this.flightTotal : likes + this.reportLikes;
  }

  /** All draws up to a seq, and their likes, need no more sending. */
  protected settle(seq: number, likes: number): void {
    this.settledSeq = seq;
    this.settled = likes;
  }
}
