/**
 * A likes server's decisions: when to send which report, and what an answer, or
 * none, means. What differs between the delivery modes stands side by side
 * in `delivery_traits.ts`.
 *
 * No I/O, no clock, no randomness: time and random numbers come in as
 * arguments, and what to do comes out as a small number. `worker.ts` drives one
 * likes server with it over real sockets, the virtual run a million of them.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import { LIKES_MAX, SEQ_MAX } from "../protocol/validator.ts";
import { backoffTicks } from "./backoff.ts";
import { type Action, NOTHING, ReportSender } from "./report_sender.ts";

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
 * {@linkcode LikesServer.wakeAt}, or earlier with an answer. It exits when
 * {@linkcode LikesServer.hasEnded} says so.
 *
 * @example One draw, one report, one ACK
 * ```ts
 * import { DEFAULT_TIMING } from "./backoff.ts";
 * import { LikesServer } from "./likes_server.ts";
 * import { NOTHING, SEND } from "./report_sender.ts";
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
export class LikesServer extends ReportSender {
  // --- time passes

  /**
   * A fresh session begins. The row must be all zero.
   *
   * @param firstDrawAt Planned tick of the first draw, NEVER if none falls in
   * the lifetime.
   */
  start(firstDrawAt: number): void {
    this.k = 1;
    this.drawAt = firstDrawAt;
    this.actAt = NEVER;
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
    this.k++;
    this.drawAt = nextDrawAt;
    this.seq++;
    this.lastLikes = likes;
    this.total += likes;
    if (this.carriesSum) this.owe();
    return this.actAt === NEVER ? this.next(now) : NOTHING;
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
    this.k++;
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

  #reschedule(now: number, nextDrawAt: number): Action {
    this.drawAt = nextDrawAt;
    if (this.actAt !== NEVER || nextDrawAt !== NEVER) return NOTHING;
    // A sum that waited for the next draw would wait for ever. One above 42 was
    // refused already.
    const { pending } = this;
    if (this.carriesSum && pending > 0 && pending <= LIKES_MAX) this.owe();
    return this.next(now);
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
    if (now < this.actAt) return NOTHING;
    if (this.inFlight) return this.fail(now, this.attempt, true, randomBits);
    this.actAt = NEVER;
    return this.next(now);
  }

  // --- a report is answered, or not

  /**
   * `ACK` came.
   *
   * @param now The tick.
   * @param attempt The attempt that it answers.
   * @returns What to do; NOTHING if that attempt had been given up. Never SEND
   *   where the report carried the last draw: the virtual run relies on that.
   */
  acknowledge(now: number, attempt: number): Action {
    if (!this.isAwaited(now, attempt)) return NOTHING;
    const seq = this.reportSeq;
    if (this.goesBack && seq <= this.acknowledgedSeq) {
      // A draw delivered again to a primary that forgot it is no progress: if
      // that primary forgets it at once again, the next `NAK gap` must find
      // this likes server backing off.
      this.failures = 1;
    } else {
      this.acknowledgedSeq = seq;
      this.acknowledged = this.withReport(this.acknowledged);
      this.failures = 0;
    }
    this.settleReport();
    return this.next(now);
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
    if (!this.isAwaited(now, attempt)) return NOTHING;
    if (temporary) return this.fail(now, attempt, false, randomBits);
    this.rejected++;
    if (this.traits.refusal === "keep") {
      this.stopWaiting();
    } else {
      // Without this draw the primary of a mode that goes back answers the next
      // one with `NAK gap`: that must find this likes server backing off.
      if (!this.goesBack) this.failures = 0;
      this.settleReport();
    }
    return this.next(now);
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
    if (!this.isAwaited(now, attempt)) return NOTHING;
    // Only what can be true is believed; anything else is a temporary refusal
    // like others.
    const isBelieved = this.goesBack && expectedSeq >= 1 &&
      expectedSeq < this.reportSeq;
    if (!isBelieved) return this.fail(now, attempt, false, randomBits);
    let settled = this.settled;
    for (let seq = expectedSeq; seq <= this.settledSeq; seq++) {
      settled -= this.draws.likes(this.row, seq);
    }
    this.settle(expectedSeq - 1, settled);
    // The first time it goes back at once; again before a new draw was
    // acknowledged, it backs off: a confused primary must not keep it spinning.
    if (this.failures > 0) return this.fail(now, attempt, false, randomBits);
    this.stopWaiting();
    this.failures = 1;
    return this.next(now);
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
    const { silence } = this.traits;
    if (silence === "forget" && sent) {
      this.failures = 0;
      this.settleReport();
      return this.next(now);
    }
    this.stopWaiting();
    const failures = this.failures++;
    if (silence === "await next draw" && this.drawAt !== NEVER) {
      return this.next(now);
    }
    const { backoffMinTicks, backoffMaxTicks } = this.options;
    this.actAfter(
      now,
      backoffTicks(failures, backoffMinTicks, backoffMaxTicks, randomBits),
    );
    this.owe();
    return NOTHING;
  }

  // --- the process dies, and comes back

  /**
   * The process dies: what is on its way is no longer waited for, and no draw
   * comes before {@linkcode resume}.
   */
  crash(): void {
    this.clearState();
    this.failures = 0;
    this.actAt = NEVER;
    this.drawAt = NEVER;
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
    this.seq = seq;
    this.total = total;
    this.lastLikes = seq > 0 ? this.draws.likes(this.row, seq) : 0;
    this.acknowledgedSeq = acknowledgedSeq;
    this.acknowledged = acknowledged;
    this.attempt = attempt;
    this.crash(); // as after a crash: nothing is on its way, no draw is planned
  }

  /**
   * The process is back with its session, after {@linkcode crash} or
   * {@linkcode restore}, and goes on by its mode's trait `restart`.
   *
   * @param now The tick.
   * @param k The number of the next draw: those that were due in the meantime
   * are skipped.
   * @param nextDrawAt Its planned tick, NEVER if the lifetime ends before.
   * @returns What to do.
   */
  resume(now: number, k: number, nextDrawAt: number): Action {
    this.k = k;
    this.drawAt = nextDrawAt;
    const { seq, total, acknowledgedSeq, acknowledged } = this;
    switch (this.traits.restart) {
      case "nothing":
        this.settle(seq, total);
        break;
      case "sum":
        this.settle(acknowledgedSeq, acknowledged);
        if (this.pending > 0) this.owe();
        break;
      case "newest draw":
        this.settle(acknowledgedSeq, acknowledged);
        if (seq > 0) this.owe();
        break;
      case "unacknowledged draws": {
        let settled = total;
        for (let s = acknowledgedSeq + 1; s <= seq; s++) {
          settled -= this.draws.likes(this.row, s);
        }
        this.settle(acknowledgedSeq, settled);
        break;
      }
    }
    return this.next(now);
  }

  /**
   * The process is back as in {@linkcode resume}, but does not know what the
   * one replica that the row is about has acknowledged: it sends its last draw.
   * Whoever lacks an earlier one says so with a gap, or needs no more than the
   * total. For modes with a mark.
   *
   * @param now The tick.
   * @param k The number of the next draw.
   * @param nextDrawAt Its planned tick, NEVER if the lifetime ends before.
   * @returns What to do.
   */
  resumeUnknown(now: number, k: number, nextDrawAt: number): Action {
    const { seq, total, lastLikes } = this;
    this.k = k;
    this.drawAt = nextDrawAt;
    this.acknowledgedSeq = 0;
    this.acknowledged = 0;
    this.settle(Math.max(0, seq - 1), total - lastLikes);
    return this.next(now);
  }
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
