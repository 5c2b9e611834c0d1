/**
 * The messages between each likes server and the primary.
 *
 * @module
 */

import type { LikesServer } from "../rules/likes_server.ts";
import {
  MESSAGE_COLUMN,
  ROW_BITS as BITS_OF_ROW,
  type Rows,
} from "../rules/rows.ts";
import { NEVER as NEVER_TICK } from "../domain/ticks.ts";
import { MessagePool, NO_MESSAGE } from "./message_pool.ts";

// Both are read several times an event. As imported constants they would be
// looked up and checked each time, which costs a run of 100,000 likes servers
// 6 %.
const ROW_BITS = BITS_OF_ROW;
const NEVER = NEVER_TICK;

// Columns of the row of a likes server for its own message: the report in
// flight, or the reply to it.
const ARRIVAL = MESSAGE_COLUMN; // when it arrives, NEVER when there is none
const KIND = MESSAGE_COLUMN + 1; // one of the kinds below, and above it the replica
const VALUE = MESSAGE_COLUMN + 2; // what a reply says besides
// Further messages are in a pool:
const CHAIN = MESSAGE_COLUMN + 3; // the first of them, or NO_MESSAGE

/**
 * Things that can be due for a likes server: a message of some kind, or its own
 * wake.
 */
export const Due = {
  /** A draw, or the end of a wait. */
  WAKE: 0,
  /** A report. */
  REPORT: 1,
  /** A report that the network has repeated. */
  REPORT_COPY: 2,
  /** A reply: everything is counted. */
  ACK: 3,
  /**
   * A reply: the primary wants another seq, which is the reply's value, first.
   */
  GAP: 4,
  /** A reply: never; its value is the validator's code. */
  REFUSAL: 5,
} as const;

/** Flag of a message that has arrived, but who it is for stood still. */
export const HELD = 8;

/**
 * In one number with the kind of a message stands the replica that it goes to
 * or comes from, above so many bits: 0 of a single primary.
 */
const KIND_BITS = 4;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** One of the {@linkcode Due} numbers. */
export type Due = typeof Due[keyof typeof Due];

const { REPORT, REPORT_COPY, WAKE } = Due;

/** The kind of a message that may be held. */
function unheld(due: number): Due {
  return (due & ~HELD) as Due;
}

/**
 * Every likes server has at most one report unanswered, so the message on its
 * way, the report or its reply, is a few columns of its row: a report's
 * contents stand in the likes server's own columns until it sends the next one.
 * What does not fit there, copies and messages that are no longer waited for,
 * chains in a pool.
 *
 * A mailbox has one message open at a time, which its fields then hold.
 */
export class Mailbox {
  /** Of the open message: what it is. */
  kind: Due = REPORT;
  /** Of the open message: the replica that it goes to or comes from. */
  replica = 0;
  /** Of the open message: the attempt that it is or answers. */
  attempt = 0;
  /** Of the open report: likes. */
  likes = 0;
  /** Of the open report: it carries the draws after this one … */
  fromSeq = 0;
  /** … up to this one. */
  seq = 0;
  /**
   * Of the open report: its total, -1 if it has none. NaN at first, so that the
   * engine takes it for a number with fractions.
   */
  total = NaN;
  /** Of the open reply: what it says besides its kind. */
  value = 0;

  readonly #ints: Int32Array;
  readonly #pool = new MessagePool();
  /**
   * The message that is due or open, if it is in the pool: NO_MESSAGE if it is
   * the one in the row.
   */
  #pooled: number = NO_MESSAGE;

  /**
   * Makes mailboxes, each to be cleared before it is used.
   *
   * @param rows The rows, of which it uses the last four columns.
   */
  constructor(rows: Rows) {
    this.#ints = rows.ints;
  }

  /**
   * Empties a mailbox.
   *
   * @param server Whose.
   */
  clear(server: number): void {
    this.#ints[server << ROW_BITS | ARRIVAL] = NEVER;
  }

  /**
   * The tick at which the next message arrives.
   *
   * @param server Whose.
   * @returns The tick, NEVER if none is on its way.
   */
  nextArrival(server: number): number {
    const row = server << ROW_BITS;
    const arrival = this.#ints[row | ARRIVAL] as number;
    const chain = this.#ints[row | CHAIN] as number;
    return chain === NO_MESSAGE
      ? arrival
      : Math.min(arrival, this.#pool.arrivalOf(chain));
  }

  /**
   * Whether the message that is open was the one in the row, and no other is on
   * its way.
   *
   * @param server Whose.
   * @returns Whether it was the only one; false of one from the pool, whatever
   * else there is.
   */
  isOnlyOne(server: number): boolean {
    return this.#pooled === NO_MESSAGE &&
      this.#ints[server << ROW_BITS | CHAIN] === NO_MESSAGE;
  }

  /**
   * The kind of what is due now: the first message, or the likes server's wake.
   *
   * @param server Whose.
   * @param now The tick.
   * @returns What it is: a {@linkcode Due}, with the flag HELD if it was held.
   */
  due(server: number, now: number): number {
    const row = server << ROW_BITS;
    const arrival = this.#ints[row | ARRIVAL] as number;
    const chain = this.#ints[row | CHAIN] as number;
    this.#pooled = NO_MESSAGE;
    if (chain !== NO_MESSAGE && this.#isFirst(chain, now, arrival)) {
      this.#pooled = chain;
      return this.#pool.kindOf(chain) & KIND_MASK;
    }
    return arrival === now
      ? (this.#ints[row | KIND] as number) & KIND_MASK
      : WAKE;
  }

  /**
   * The replica that the message that is due goes to or comes from.
   *
   * @param server Whose.
   * @returns Its number.
   */
  dueReplica(server: number): number {
    const kind = this.#pooled === NO_MESSAGE
      ? this.#ints[server << ROW_BITS | KIND] as number
      : this.#pool.kindOf(this.#pooled);
    return kind >> KIND_BITS;
  }

  #isFirst(chain: number, now: number, arrival: number): boolean {
    const pooled = this.#pool.arrivalOf(chain);
    return pooled <= now && pooled < arrival;
  }

  /**
   * Opens the message that is due and takes it away.
   *
   * @param likesServer The likes server, the cursor on its row.
   * @param server Its number.
   */
  open(likesServer: LikesServer, server: number): void {
    if (this.#pooled !== NO_MESSAGE) {
      this.#openPooled(server);
      return;
    }
    const row = server << ROW_BITS;
    this.#ints[row | ARRIVAL] = NEVER;
    const packed = this.#ints[row | KIND] as number;
    const kind = unheld(packed & KIND_MASK);
    this.kind = kind;
    this.replica = packed >> KIND_BITS;
    this.attempt = likesServer.attempt;
    if (kind === REPORT) {
      this.likes = likesServer.reportLikes;
      this.fromSeq = likesServer.settledSeq;
      this.seq = likesServer.reportSeq;
      this.total = likesServer.reportTotal;
    } else {
      this.value = this.#ints[row | VALUE] as number;
    }
  }

  #openPooled(server: number): void {
    const at = server << ROW_BITS | CHAIN;
    const pool = this.#pool;
    const message = this.#ints[at] as number;
    const packed = pool.kindOf(message);
    this.kind = unheld(packed & KIND_MASK);
    this.replica = packed >> KIND_BITS;
    this.attempt = pool.attemptOf(message);
    this.likes = pool.likesOf(message);
    this.fromSeq = pool.fromSeqOf(message);
    this.seq = pool.seqOf(message);
    this.total = pool.totalOf(message);
    this.value = pool.valueOf(message);
    this.#ints[at] = pool.release(message);
  }

  /**
   * Lets the message that is due wait, because who it is for stands still. It
   * has arrived: nothing that happens to the network from now on can stop it.
   *
   * @param likesServer The likes server, the cursor on its row.
   * @param server Its number.
   * @param until When it is read.
   */
  hold(likesServer: LikesServer, server: number, until: number): void {
    if (this.#pooled === NO_MESSAGE) {
      const row = server << ROW_BITS;
      this.#ints[row | KIND] = this.#ints[row | KIND]! | HELD;
      this.#ints[row | ARRIVAL] = until;
      return;
    }
    this.open(likesServer, server);
    this.kind = (this.kind | HELD) as Due;
    this.#add(server, until);
  }

  /**
   * Sends the likes server's report.
   *
   * @param server Its number.
   * @param replica The replica that it goes to.
   * @param arrival When it arrives.
   */
  sendReport(server: number, replica: number, arrival: number): void {
    const row = server << ROW_BITS;
    this.#ints[row | KIND] = REPORT | replica << KIND_BITS;
    this.#ints[row | ARRIVAL] = arrival;
  }

  /**
   * Sends a second copy of the likes server's report.
   *
   * @param likesServer The likes server, the cursor on its row.
   * @param server Its number.
   * @param replica The replica that it goes to.
   * @param arrival When it arrives.
   */
  sendCopy(
    likesServer: LikesServer,
    server: number,
    replica: number,
    arrival: number,
  ): void {
    const kind = REPORT_COPY | replica << KIND_BITS;
    this.#addOwn(likesServer, server, kind, 0, arrival);
  }

  /**
   * Answers the report that is open.
   *
   * @param server Whose.
   * @param kind What is answered.
   * @param value What is said besides.
   * @param arrival When the reply arrives.
   * @param isCopy Whether it is the network's copy of the reply.
   */
  sendReply(
    server: number,
    kind: Due,
    value: number,
    arrival: number,
    isCopy: boolean,
  ): void {
    if (this.#pooled === NO_MESSAGE && !isCopy) {
      const row = server << ROW_BITS;
      this.#ints[row | KIND] = kind | this.replica << KIND_BITS;
      this.#ints[row | VALUE] = value;
      this.#ints[row | ARRIVAL] = arrival;
      return;
    }
    this.kind = kind;
    this.value = value;
    this.#add(server, arrival);
  }

  /**
   * Moves the message in the row to the pool, because what the likes server is
   * told next can make it send another.
   *
   * @param likesServer The likes server, the cursor on its row.
   * @param server Its number.
   */
  spill(likesServer: LikesServer, server: number): void {
    const row = server << ROW_BITS;
    const arrival = this.#ints[row | ARRIVAL] as number;
    if (arrival === NEVER) return;
    this.#ints[row | ARRIVAL] = NEVER;
    const kind = this.#ints[row | KIND] as number;
    const value = this.#ints[row | VALUE] as number;
    this.#addOwn(likesServer, server, kind, value, arrival);
  }

  #addOwn(
    likesServer: LikesServer,
    server: number,
    kind: number,
    value: number,
    arrival: number,
  ): void {
    const message = this.#pool.take(arrival);
    this.#pool.fill(
      message,
      kind,
      likesServer.attempt,
      likesServer.reportLikes,
      likesServer.settledSeq,
      likesServer.reportSeq,
      likesServer.reportTotal,
      value,
    );
    this.#link(server, message);
  }

  /** Adds the open message to the pool. */
  #add(server: number, arrival: number): void {
    const message = this.#pool.take(arrival);
    this.#pool.fill(
      message,
      this.kind | this.replica << KIND_BITS,
      this.attempt,
      this.likes,
      this.fromSeq,
      this.seq,
      this.total,
      this.value,
    );
    this.#link(server, message);
  }

  #link(server: number, message: number): void {
    const at = server << ROW_BITS | CHAIN;
    this.#ints[at] = this.#pool.link(message, this.#ints[at] as number);
  }
}
