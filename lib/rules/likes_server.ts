/**
 * What a likes server decides: when to send which report, and what an answer,
 * or none, means in each delivery mode.
 *
 * No I/O, no clock, no randomness: time and random numbers come in as
 * arguments, and what to do comes out as a small number. `worker.ts` drives one
 * likes server with it over real sockets, the virtual run a million of them.
 *
 * @module
 */

import {
  LIKES_MAX as LIKES_OF_REPORT_MAX,
  SEQ_MAX,
} from "../protocol/validator.ts";
import { DELIVERIES, type Delivery } from "../domain/delivery.ts";
import { ROW_BITS as BITS_OF_ROW, type Rows } from "./rows.ts";
import { NEVER as NEVER_TICK } from "../domain/ticks.ts";

const { min } = Math;

// The compiler takes a module's own constants into the code; imported ones it
// looks up and checks at every use.
const NEVER = NEVER_TICK;
const ROW_BITS = BITS_OF_ROW;
const LIKES_MAX = LIKES_OF_REPORT_MAX;

/** Nothing to do before {@linkcode LikesServer.wakeAt}. */
export const NOTHING = 0;
/**
 * Send the report of the getters `reportLikes`, `reportSeq` and `reportTotal`,
 * as attempt `attempt`.
 */
export const SEND = 1;
/**
 * What was to be sent is not valid (mode `original`, once its sum passes 42):
 * nothing was sent. The sum never shrinks, so it stays that way.
 */
export const REFUSED = 2;

/**
 * What the shell has to do after it told a likes server something: NOTHING,
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

/** What all likes servers of a run have in common. */
export interface LikesServerOptions {
  /** What to do about a report that got no answer. */
  readonly delivery: Delivery;
  /** How long to wait for a reply, in ticks of 0.1 ms. */
  readonly ackTimeoutTicks: number;
  /**
   * The longest first wait after a failure, in ticks of 0.1 ms; doubles with
   * each failure in a row.
   */
  readonly backoffMinTicks: number;
  /** The longest wait after any failure, in ticks of 0.1 ms. */
  readonly backoffMaxTicks: number;
}

/** The usual times: 2 s for a reply, at most 100 ms to 5 s between attempts. */
export const DEFAULT_TIMING = {
  ackTimeoutTicks: 20_000,
  backoffMinTicks: 1_000,
  backoffMaxTicks: 50_000,
} as const;

// Columns of a row (rows.ts). Sequence numbers and counts:
const K = 0; // number of the next draw
const DRAW_AT = 1; // its planned tick, NEVER when no more come
const ACT_AT = 2; // in flight: when to stop waiting; else: when to try again; NEVER when neither
const SEQ = 3; // last draw of the session
const SETTLED_SEQ = 4; // all draws up to here need no more sending
const ACKED_SEQ = 5; // highest draw acknowledged
const FLIGHT_SEQ = 6; // draw that the report in flight reaches up to
const FLIGHT_LIKES = 7; // likes that the report in flight carries
const ATTEMPT = 8; // number of the last report sent: stands for its connection
const STATE = 9; // flags below
const FAILURES = 10; // failures in a row, for the backoff
const LAST_LIKES = 11; // likes of the last draw
const RETRIES = 12; // reports sent after a failure
const REJECTED = 13; // reports refused for good
// … and likes, as pairs of columns that hold a number of 64 bits:
const TOTAL = 14 / 2; // generated
const SETTLED = 16 / 2; // of these, need no more sending
const ACKED = 18 / 2; // of these, acknowledged
const FLIGHT_TOTAL = 20 / 2; // total up to the draw that the report in flight reaches

/** Flag: a report is on its way and unanswered. */
const IN_FLIGHT = 1;
/**
 * Flag: a report is due though its likes may be settled already (`original`: at
 * each draw; `crdt`: after a restart).
 */
const OWED = 2;

const AT_MOST_ONCE = DELIVERIES.indexOf("at-most-once");
const ORIGINAL = DELIVERIES.indexOf("original");
const DEDUP = DELIVERIES.indexOf("dedup");
const CRDT = DELIVERIES.indexOf("crdt");

/**
 * 2^31 ticks are longer than any wait: more doublings would change nothing, and
 * in the end pass all numbers.
 */
const DOUBLINGS_MAX = 31;

/**
 * A wait of exponential backoff with full jitter: uniform from 1 tick to
 * min(maxTicks, minTicks * 2^failures).
 *
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015. There a wait may be 0; here it is at least a tick, so that time
 * goes on.
 *
 * @param failures Failures in a row before this one, at least 0.
 * @param minTicks The longest wait after a first failure.
 * @param maxTicks The longest wait after any failure.
 * @param randomBits 32 random bits: a whole number from -2^31 to 2^31 - 1, or
 * from 0 to 2^32 - 1.
 * @returns Ticks of 0.1 ms, at least 1.
 *
 * @example Usage
 * ```ts
 * import { backoffTicks } from "./likes_server.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(backoffTicks(0, 1_000, 50_000, 2 ** 32 - 1), 1_000);
 * assertEquals(backoffTicks(9, 1_000, 50_000, 2 ** 32 - 1), 50_000);
 * ```
 */
export function backoffTicks(
  failures: number,
  minTicks: number,
  maxTicks: number,
  randomBits: number,
): number {
  const longest = min(
    maxTicks,
    minTicks * 2 ** min(failures, DOUBLINGS_MAX),
  );
  return 1 + Math.floor(((randomBits >>> 0) * longest) / 2 ** 32);
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

/**
 * A likes server, as a cursor over its row: `at(i)`, then use it like an
 * object.
 *
 * Invariants, at every moment between two calls:
 * 1. At most one report is in flight, and then `actAt` is its timeout.
 * 2. 0 <= pending <= total, and 0 <= acknowledged <= total; neither
 *    `acknowledged` nor `acknowledgedSeq` ever goes down.
 * 3. Attempts only grow, so a reply to an attempt that was given up is
 *    recognised and ignored. So is a reply that came later than its timeout,
 *    even if the shell, being late itself, sees it first.
 *
 * The shell keeps to this order: it logs a draw first and calls
 * {@linkcode LikesServer.draw} then; it sends on SEND; it comes back at
 * {@linkcode LikesServer.wakeAt}, or earlier with an answer.
 *
 * @example One draw, one report, one ACK
 * ```ts
 * import { DEFAULT_TIMING, LikesServer, NOTHING, SEND } from "./likes_server.ts";
 * import { makeRows } from "./rows.ts";
 * import { NEVER } from "../domain/ticks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const server = new LikesServer(makeRows(1), { likes: () => 14 }, { delivery: "crdt", ...DEFAULT_TIMING });
 * server.at(0).start(30_000);
 * assertEquals(server.draw(30_000, 14, NEVER), SEND);
 * assertEquals([server.reportLikes, server.reportSeq, server.reportTotal], [14, 1, 14]);
 * assertEquals(server.acknowledge(30_020, server.attempt), NOTHING);
 * assertEquals(server.acknowledged, 14);
 * assertEquals([server.hasEnded(59_999, 60_000), server.hasEnded(60_000, 60_000)], [false, true]);
 * ```
 */
export class LikesServer {
  /** What all likes servers of this run have in common. */
  readonly options: LikesServerOptions;
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  readonly #draws: Draws;
  readonly #mode: number;
  readonly #ackTimeoutTicks: number;
  #row = 0;
  #base = 0;

  /**
   * Makes a cursor; {@linkcode LikesServer.at} sets it on a row.
   *
   * @param rows The state of all likes servers.
   * @param draws Looks up the likes of past draws.
   * @param options Delivery mode and timing.
   * @throws {RangeError} If the delivery mode is unknown or a time is not a
   * whole number of at least 1 tick.
   */
  constructor(rows: Rows, draws: Draws, options: LikesServerOptions) {
    this.#mode = DELIVERIES.indexOf(options.delivery);
    if (this.#mode < 0) {
      throw new RangeError(
        `Cannot deliver "${options.delivery}": allowed are ${
          DELIVERIES.join(", ")
        }`,
      );
    }
    for (
      const name of [
        "ackTimeoutTicks",
        "backoffMinTicks",
        "backoffMaxTicks",
      ] as const
    ) {
      const ticks = options[name];
      if (!Number.isInteger(ticks) || ticks < 1 || ticks >= NEVER) {
        throw new RangeError(
          `Cannot wait ${name} ${ticks}: allowed are whole numbers from 1 to ${
            NEVER - 1
          }`,
        );
      }
    }
    this.options = options;
    this.#ackTimeoutTicks = options.ackTimeoutTicks;
    this.#ints = rows.ints;
    this.#floats = rows.floats;
    this.#draws = draws;
  }

  /**
   * Moves the cursor.
   *
   * @param row The likes server's row.
   * @returns This cursor.
   */
  at(row: number): this {
    this.#row = row;
    this.#base = row << ROW_BITS;
    return this;
  }

  // --- what the shell may ask

  /** Number of the next draw: 1, 2, 3 …; grows by skipped draws too. */
  get k(): number {
    return this.#ints[this.#base | K] as number;
  }

  /** Planned tick of the next draw, NEVER when no more come. */
  get drawAt(): number {
    return this.#ints[this.#base | DRAW_AT] as number;
  }

  /**
   * The tick at which the likes server stops waiting for a reply or for its
   * next attempt; NEVER when it does neither.
   */
  get actAt(): number {
    return this.#ints[this.#base | ACT_AT] as number;
  }

  /**
   * The tick at which the shell must come back: to `draw` if `drawAt` is not
   * later than `actAt`, to `due` otherwise.
   */
  get wakeAt(): number {
    const ints = this.#ints;
    const base = this.#base;
    return min(
      ints[base | DRAW_AT] as number,
      ints[base | ACT_AT] as number,
    );
  }

  /** Number of the last draw in the session, 0 before the first. */
  get seq(): number {
    return this.#ints[this.#base | SEQ] as number;
  }

  /** Likes generated in the session. */
  get total(): number {
    return this.#floats[this.#base >> 1 | TOTAL] as number;
  }

  /** Likes of the last draw. */
  get lastLikes(): number {
    return this.#ints[this.#base | LAST_LIKES] as number;
  }

  /** Highest draw that is known to be acknowledged, 0 when none is. */
  get acknowledgedSeq(): number {
    return this.#ints[this.#base | ACKED_SEQ] as number;
  }

  /** Likes that are known to be acknowledged. */
  get acknowledged(): number {
    return this.#floats[this.#base >> 1 | ACKED] as number;
  }

  /**
   * All draws up to this one need no more sending: acknowledged, forgotten or
   * given up.
   */
  get settledSeq(): number {
    return this.#ints[this.#base | SETTLED_SEQ] as number;
  }

  /** Likes that still want sending or an answer. */
  get pending(): number {
    return this.#getLikes(TOTAL) - this.#getLikes(SETTLED);
  }

  /** True while a report is on its way and unanswered. */
  get inFlight(): boolean {
    return ((this.#ints[this.#base | STATE] as number) & IN_FLIGHT) !== 0;
  }

  /**
   * True when no draw will come and nothing will be sent any more, delivered or
   * not. True between crash and resume, too.
   */
  get isIdle(): boolean {
    return this.wakeAt === NEVER;
  }

  /**
   * Whether the likes server exits: its lifetime is over, and nothing is left
   * that it could deliver. One that has something left may go on until the
   * drain ends.
   *
   * @param now The tick.
   * @param endTick When its lifetime ends.
   * @returns True from the later of the two moments on.
   */
  hasEnded(now: number, endTick: number): boolean {
    return now >= endTick && this.isIdle;
  }

  /** Number of the last report sent, 0 before the first. */
  get attempt(): number {
    return this.#ints[this.#base | ATTEMPT] as number;
  }

  /** Likes that the report in flight carries. */
  get reportLikes(): number {
    return this.#ints[this.#base | FLIGHT_LIKES] as number;
  }

  /**
   * The draw that the report in flight reaches up to: its seq where reports are
   * marked.
   */
  get reportSeq(): number {
    return this.#ints[this.#base | FLIGHT_SEQ] as number;
  }

  /**
   * Total of the report in flight, which only mode `crdt` sends; -1 in the
   * other modes.
   */
  get reportTotal(): number {
    return this.#mode === CRDT
      ? this.#floats[this.#base >> 1 | FLIGHT_TOTAL] as number
      : -1;
  }

  /**
   * Reports sent after a failure, or again because the primary had forgotten
   * them.
   */
  get retries(): number {
    return this.#ints[this.#base | RETRIES] as number;
  }

  /**
   * Reports refused for good, by the primary or by the likes server's own
   * validator.
   */
  get rejected(): number {
    return this.#ints[this.#base | REJECTED] as number;
  }

  // --- what the shell tells

  /**
   * A fresh session begins. The row must be all zero.
   *
   * @param firstDrawAt Planned tick of the first draw, NEVER if none falls in
   * the lifetime.
   */
  start(firstDrawAt: number): void {
    const ints = this.#ints;
    const base = this.#base;
    ints[base | K] = 1;
    ints[base | DRAW_AT] = firstDrawAt;
    ints[base | ACT_AT] = NEVER;
  }

  /**
   * The next draw has happened and is in the log.
   *
   * @param now The tick.
   * @param likes Likes drawn, 0 to 42.
   * @param nextDrawAt Planned tick of the draw after it, NEVER if the lifetime
   * ends before.
   * @returns SEND, NOTHING (something is in flight or backing off; the draw
   * queues), or REFUSED.
   */
  draw(now: number, likes: number, nextDrawAt: number): Action {
    const ints = this.#ints;
    const base = this.#base;
    ints[base | K] = (ints[base | K] as number) + 1;
    ints[base | DRAW_AT] = nextDrawAt;
    ints[base | SEQ] = (ints[base | SEQ] as number) + 1;
    ints[base | LAST_LIKES] = likes;
    const floats = this.#floats;
    const half = base >> 1;
    floats[half | TOTAL] = (floats[half | TOTAL] as number) + likes;
    if (this.#mode === ORIGINAL) this.#set(STATE, this.#get(STATE) | OWED);
    return ints[base | ACT_AT] === NEVER ? this.#next(now) : NOTHING;
  }

  /**
   * The next draw did not happen: it was due while the likes server was down,
   * or could not be logged.
   *
   * @param now The tick.
   * @param nextDrawAt Planned tick of the draw after it, NEVER if the lifetime
   * ends before.
   * @returns What to do.
   */
  skip(now: number, nextDrawAt: number): Action {
    this.#set(K, this.#get(K) + 1);
    return this.#reschedule(now, nextDrawAt);
  }

  /**
   * No more draws: the lifetime was cut short.
   *
   * @param now The tick.
   * @returns What to do.
   */
  endLifetime(now: number): Action {
    return this.#reschedule(now, NEVER);
  }

  /**
   * {@linkcode wakeAt} has come and it is no draw: a reply did not come in
   * time, or a wait between attempts is over.
   *
   * @param now The tick.
   * @param randomBits Jitter: 32 random bits.
   * @returns What to do.
   */
  due(now: number, randomBits: number): Action {
    if (now < this.#get(ACT_AT)) return NOTHING;
    if (this.inFlight) {
      return this.fail(now, this.#get(ATTEMPT), true, randomBits);
    }
    this.#set(ACT_AT, NEVER);
    return this.#next(now);
  }

  /**
   * `ACK` came.
   *
   * @param now The tick.
   * @param attempt The attempt that it answers.
   * @returns What to do; NOTHING if that attempt had been given up. Never SEND
   *   where the report carried the last draw: the virtual run relies on that.
   */
  acknowledge(now: number, attempt: number): Action {
    const ints = this.#ints;
    const base = this.#base;
    if (!this.#hears(now, attempt)) return NOTHING;
    const seq = ints[base | FLIGHT_SEQ] as number;
    let failures = 0;
    if (seq > (ints[base | ACKED_SEQ] as number) || this.#mode === ORIGINAL) {
      ints[base | ACKED_SEQ] = seq;
      const floats = this.#floats;
      const half = base >> 1;
      floats[half | ACKED] = this.#mode === CRDT // seq n acknowledges all up to n
        ? floats[half | FLIGHT_TOTAL] as number
        : (floats[half | ACKED] as number) +
          (ints[base | FLIGHT_LIKES] as number);
    } else if (this.#mode === DEDUP) {
      // A draw delivered again to a primary that forgot it is no progress: if
      // that primary forgets it at once again, the next `NAK gap` must find us
      // backing off.
      failures = 1;
    }
    ints[base | FAILURES] = failures;
    this.#settleFlight();
    return this.#next(now);
  }

  /**
   * A NAK came that is not a gap.
   *
   * @param now The tick.
   * @param attempt The attempt that it answers.
   * @param temporary True for busy, full and closing: nothing was counted, try
   * again. Otherwise the refusal is final.
   * @param randomBits Jitter: 32 random bits.
   * @returns What to do; NOTHING if that attempt had been given up.
   */
  refuse(
    now: number,
    attempt: number,
    temporary: boolean,
    randomBits: number,
  ): Action {
    if (!this.#hears(now, attempt)) return NOTHING;
    if (temporary) return this.fail(now, attempt, false, randomBits);
    this.#set(REJECTED, this.#get(REJECTED) + 1);
    if (this.#mode === ORIGINAL) {
      this.#land(); // keeps the sum, as the original program does
    } else {
      // Without this draw a `dedup` primary answers the next one with
      // `NAK gap`: that must find us backing off.
      if (this.#mode !== DEDUP) this.#set(FAILURES, 0);
      this.#settleFlight();
    }
    return this.#next(now);
  }

  /**
   * `NAK gap n` came: the primary expects an earlier draw, because it has
   * forgotten some.
   *
   * @param now The tick.
   * @param attempt The attempt that it answers.
   * @param expectedSeq The draw that the primary wants next.
   * @param randomBits Jitter: 32 random bits.
   * @returns What to do; NOTHING if that attempt had been given up.
   */
  gap(
    now: number,
    attempt: number,
    expectedSeq: number,
    randomBits: number,
  ): Action {
    if (!this.#hears(now, attempt)) return NOTHING;
    // Only what can be true is believed; anything else is a temporary refusal
    // like others.
    const believable = this.#mode === DEDUP && expectedSeq >= 1 &&
      expectedSeq < this.#get(FLIGHT_SEQ);
    if (!believable) return this.fail(now, attempt, false, randomBits);
    let settled = this.#getLikes(SETTLED);
    for (let s = expectedSeq; s <= this.#get(SETTLED_SEQ); s++) {
      settled -= this.#draws.likes(this.#row, s);
    }
    this.#setLikes(SETTLED, settled);
    this.#set(SETTLED_SEQ, expectedSeq - 1);
    // The first time we go back at once; again before a new draw was
    // acknowledged, we back off: a confused primary must not keep us spinning.
    if (this.#get(FAILURES) > 0) {
      return this.fail(now, attempt, false, randomBits);
    }
    this.#land();
    this.#set(FAILURES, 1);
    return this.#next(now);
  }

  /**
   * The attempt failed: no reply in time, or the connection was refused, reset
   * or closed without a reply.
   *
   * @param now The tick.
   * @param attempt The attempt.
   * @param sent False if the report can not have reached the primary
   * (connection refused), true if it may have.
   * @param randomBits Jitter: 32 random bits.
   * @returns What to do; NOTHING if that attempt had been given up.
   */
  fail(
    now: number,
    attempt: number,
    sent: boolean,
    randomBits: number,
  ): Action {
    if (!this.inFlight || attempt !== this.attempt) return NOTHING;
    if (this.#mode === AT_MOST_ONCE && sent) {
      this.#set(FAILURES, 0);
      this.#settleFlight(); // forgets it
      return this.#next(now);
    }
    this.#land();
    const failures = this.#get(FAILURES);
    this.#set(FAILURES, failures + 1);
    if (this.#mode === ORIGINAL && this.#get(DRAW_AT) !== NEVER) {
      // The next draw brings the next report, with this one's likes in it. Only
      // after the last draw is there a retry.
      return this.#next(now);
    }
    const { backoffMinTicks, backoffMaxTicks } = this.options;
    this.#actAfter(
      now,
      backoffTicks(failures, backoffMinTicks, backoffMaxTicks, randomBits),
    );
    this.#set(STATE, this.#get(STATE) | OWED);
    return NOTHING;
  }

  /**
   * The process dies: what is on its way is no longer waited for, and no draw
   * comes before {@linkcode resume}.
   */
  crash(): void {
    this.#set(STATE, 0);
    this.#set(FAILURES, 0);
    this.#set(ACT_AT, NEVER);
    this.#set(DRAW_AT, NEVER);
  }

  /**
   * Sets what a restarted process knows of its session: its log, and what its
   * parent saw acknowledged. A row that went through {@linkcode crash} knows it
   * already.
   *
   * @param seq Draws in the log, 0 to 2^31 - 1.
   * @param total Their likes.
   * @param acknowledgedSeq Highest draw known to be acknowledged, 0 to `seq`.
   * @param acknowledged Likes known to be acknowledged, 0 to `total`.
   * @param attempt The last attempt's number, so that attempts go on growing.
   * @throws {RangeError} If a number is not whole or negative, or more is
   * acknowledged than was drawn.
   */
  restore(
    seq: number,
    total: number,
    acknowledgedSeq: number,
    acknowledged: number,
    attempt: number,
  ): void {
    if (
      !isCount(seq, SEQ_MAX) || !isCount(total, seq * LIKES_MAX) ||
      !isCount(acknowledgedSeq, seq) || !isCount(acknowledged, total) ||
      !isCount(attempt, SEQ_MAX)
    ) {
      throw new RangeError(
        `Cannot go on after attempt ${attempt}, ${seq} draws of ${total} likes, of which ${acknowledgedSeq} draws of ${acknowledged} likes are acknowledged: allowed are whole numbers, at most ${LIKES_MAX} likes a draw, and no more acknowledged than drawn`,
      );
    }
    this.#set(SEQ, seq);
    this.#setLikes(TOTAL, total);
    this.#set(LAST_LIKES, seq > 0 ? this.#draws.likes(this.#row, seq) : 0);
    this.#set(ACKED_SEQ, acknowledgedSeq);
    this.#setLikes(ACKED, acknowledged);
    this.#set(ATTEMPT, attempt);
    this.crash(); // as after a crash: nothing is on its way, no draw is planned
  }

  /**
   * The process is back with its session, after {@linkcode crash} or
   * {@linkcode restore}, and goes on by its mode: `crdt` sends its last draw
   * again, `dedup` and `at-least-once` from the first draw not known to be
   * acknowledged, `original` the sum of these, `at-most-once` nothing.
   *
   * @param now The tick.
   * @param k The number of the next draw: those that were due in the meantime
   * are skipped.
   * @param nextDrawAt Its planned tick, NEVER if the lifetime ends before.
   * @returns What to do.
   */
  resume(now: number, k: number, nextDrawAt: number): Action {
    this.#set(K, k);
    this.#set(DRAW_AT, nextDrawAt);
    const seq = this.#get(SEQ);
    const total = this.#getLikes(TOTAL);
    if (this.#mode === AT_MOST_ONCE) {
      this.#settle(seq, total);
    } else if (this.#mode === ORIGINAL || this.#mode === CRDT) {
      this.#settle(this.#get(ACKED_SEQ), this.#getLikes(ACKED));
      if (this.#mode === CRDT ? seq > 0 : this.pending > 0) {
        this.#set(STATE, OWED);
      }
    } else {
      let settled = total;
      for (let s = this.#get(ACKED_SEQ) + 1; s <= seq; s++) {
        settled -= this.#draws.likes(this.#row, s);
      }
      this.#settle(this.#get(ACKED_SEQ), settled);
    }
    return this.#next(now);
  }

  // --- how it decides

  /**
   * Sends what is next, if anything is. Nothing may be in flight or backing
   * off.
   */
  #next(now: number): Action {
    const ints = this.#ints;
    const base = this.#base;
    const owed = ((ints[base | STATE] as number) & OWED) !== 0;
    const queued = this.#mode !== ORIGINAL &&
      (ints[base | SETTLED_SEQ] as number) < (ints[base | SEQ] as number);
    if (owed || queued) return this.#send(now);
    return NOTHING;
  }

  #send(now: number): Action {
    const ints = this.#ints;
    const base = this.#base;
    let seq = ints[base | SEQ] as number;
    let likes = ints[base | LAST_LIKES] as number;
    if (this.#mode === CRDT) {
      const floats = this.#floats;
      const half = base >> 1;
      floats[half | FLIGHT_TOTAL] = floats[half | TOTAL] as number;
    } else if (this.#mode === ORIGINAL) {
      likes = this.pending;
      if (likes > LIKES_MAX) return this.#getStuck();
    } else {
      const lastSeq = seq;
      seq = (ints[base | SETTLED_SEQ] as number) + 1;
      // The last draw is in the row already: no look-up in the common case.
      if (seq < lastSeq) likes = this.#draws.likes(this.#row, seq);
    }
    ints[base | FLIGHT_SEQ] = seq;
    ints[base | FLIGHT_LIKES] = likes;
    ints[base | STATE] = IN_FLIGHT;
    ints[base | ATTEMPT] = (ints[base | ATTEMPT] as number) + 1;
    this.#actAfter(now, this.#ackTimeoutTicks);
    if ((ints[base | FAILURES] as number) > 0) {
      ints[base | RETRIES] = (ints[base | RETRIES] as number) + 1;
    }
    return SEND;
  }

  /**
   * A likes server validates before it sends. The sum can only grow, so from
   * here on it is refused.
   */
  #getStuck(): Action {
    this.#set(STATE, 0);
    this.#set(REJECTED, this.#get(REJECTED) + 1);
    return REFUSED;
  }

  /**
   * Whether a reply counts: its attempt is awaited, and it is not later than
   * the timeout.
   */
  #hears(now: number, attempt: number): boolean {
    const ints = this.#ints;
    const base = this.#base;
    return ((ints[base | STATE] as number) & IN_FLIGHT) !== 0 &&
      attempt === ints[base | ATTEMPT] &&
      now <= (ints[base | ACT_AT] as number);
  }

  /**
   * Sets the one timer. A wait that passes the end of time ends just before it,
   * as NEVER means that no timer is set.
   */
  #actAfter(now: number, ticks: number): void {
    this.#ints[this.#base | ACT_AT] = min(now + ticks, NEVER - 1);
  }

  /** The report in flight is no longer waited for. */
  #land(): void {
    const ints = this.#ints;
    const base = this.#base;
    ints[base | STATE] = (ints[base | STATE] as number) & ~IN_FLIGHT;
    ints[base | ACT_AT] = NEVER;
  }

  /** The report in flight needs no more sending. */
  #settleFlight(): void {
    const ints = this.#ints;
    const floats = this.#floats;
    const base = this.#base;
    const half = base >> 1;
    ints[base | SETTLED_SEQ] = ints[base | FLIGHT_SEQ] as number;
    floats[half | SETTLED] = this.#mode === CRDT
      ? floats[half | FLIGHT_TOTAL] as number
      : (floats[half | SETTLED] as number) +
        (ints[base | FLIGHT_LIKES] as number);
    this.#land();
  }

  #settle(seq: number, likes: number): void {
    this.#set(SETTLED_SEQ, seq);
    this.#setLikes(SETTLED, likes);
  }

  #reschedule(now: number, nextDrawAt: number): Action {
    this.#set(DRAW_AT, nextDrawAt);
    if (
      this.#get(ACT_AT) !== NEVER || nextDrawAt !== NEVER ||
      this.#mode !== ORIGINAL
    ) return NOTHING;
    // The sum that waited for the next draw would wait for ever. A sum above 42
    // is stuck and was refused already.
    const pending = this.pending;
    if (pending > 0 && pending <= LIKES_MAX) {
      this.#set(STATE, this.#get(STATE) | OWED);
    }
    return this.#next(now);
  }

  #get(column: number): number {
    return this.#ints[this.#base | column] as number;
  }

  #set(column: number, value: number): void {
    this.#ints[this.#base | column] = value;
  }

  #getLikes(pair: number): number {
    return this.#floats[this.#base >> 1 | pair] as number;
  }

  #setLikes(pair: number, likes: number): void {
    this.#floats[this.#base >> 1 | pair] = likes;
  }
}
