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
const FIRST = MESSAGE_COLUMN + 3; // when the first of further messages arrives

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

/**
 * Whether a report is due, or a copy of one, held or not.
 *
 * @param due The kind of what is due.
 * @returns False for a reply, and a wake.
 */
export function isReport(due: number): boolean {
  const kind = unheld(due);
  return kind === REPORT || kind === REPORT_COPY;
}

/** The kind of a message that may be held. */
function unheld(due: number): Due {
  return (due & ~HELD) as Due;
}

/** The contents of a message. */
interface Message {
  /** The kind of message. */
  kind: number;
  /** The replica that it goes to or comes from. */
  replica: number;
  /** The attempt that it is or answers. */
  attempt: number;
  /** Likes of a report. */
  likes: number;
  /** Report: the draws that it carries begin after this one … */
  fromSeq: number;
  /** … up to this one. */
  seq: number;
  /** Total of a report, -1 if it has none. */
  total: number;
  /** Number in a reply besides its kind. */
  value: number;
}

/** A message that has no place in the row of its likes server. */
interface FurtherMessage extends Readonly<Message> {
  /** The tick at which it arrives. */
  readonly arrival: number;
  /** The one that arrives next, if there is any. */
  next: FurtherMessage | undefined;
}

/**
 * Every likes server has at most one report unanswered, so the message on its
 * way, the report or its reply, is a few columns of its row: a report's
 * contents stand in the likes server's own columns until it sends the next one.
 * What does not fit there, copies and messages that are no longer waited for,
 * is an object in a list.
 *
 * A mailbox has one message open at a time, which its fields then hold.
 */
export class Mailbox implements Message {
  /** Kind of the open message. */
  kind: Due = REPORT;
  /** Replica that the open message goes to or comes from. */
  replica = 0;
  /** Attempt that the open message is or answers. */
  attempt = 0;
  /** Likes of the open report. */
  likes = 0;
  /** Open report: the draws that it carries begin after this one … */
  fromSeq = 0;
  /** … up to this one. */
  seq = 0;
  /**
   * Total of the open report, -1 if it has none. NaN at first, so that the
   * engine takes it for a number with fractions.
   */
  total = NaN;
  /** Number in the open reply besides its kind. */
  value = 0;

  readonly #ints: Int32Array;
  /** The first further message of each likes server that has any. */
  readonly #further: (FurtherMessage | undefined)[];
  /** Whether the message that is due or open is not the one in the row. */
  #isFurther = false;

  /**
   * Makes mailboxes, each to be cleared before it is used.
   *
   * @param rows The rows, of which it uses the last four columns.
   */
  constructor(rows: Rows) {
    this.#ints = rows.ints;
    this.#further = new Array(rows.ints.length >> ROW_BITS);
  }

  /**
   * Empties a mailbox.
   *
   * @param server Whose.
   */
  clear(server: number): void {
    const row = server << ROW_BITS;
    this.#ints[row | ARRIVAL] = this.#ints[row | FIRST] = NEVER;
  }

  /**
   * The tick at which the next message arrives.
   *
   * @param server Whose.
   * @returns The tick, NEVER if none is on its way.
   */
  nextArrival(server: number): number {
    const row = server << ROW_BITS;
    return Math.min(
      this.#ints[row | ARRIVAL] as number,
      this.#ints[row | FIRST] as number,
    );
  }

  /**
   * Whether the message that is open was the one in the row, and no other is on
   * its way.
   *
   * @param server Whose.
   * @returns Whether it was the only one; false of a further one, whatever
   * else there is.
   */
  isOnlyOne(server: number): boolean {
    return !this.#isFurther &&
      this.#ints[server << ROW_BITS | FIRST] === NEVER;
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
    const first = this.#ints[row | FIRST] as number;
    const isFurther = first <= now && first < arrival;
    this.#isFurther = isFurther;
    if (isFurther) return this.#kindOfFurther(server);
    return arrival === now
      ? (this.#ints[row | KIND] as number) & KIND_MASK
      : WAKE;
  }

  #kindOfFurther(server: number): number {
    return this.#further[server]?.kind ?? WAKE;
  }

  /**
   * The replica that the message that is due goes to or comes from.
   *
   * @param server Whose.
   * @returns Its number.
   */
  dueReplica(server: number): number {
    if (this.#isFurther) return this.#further[server]?.replica ?? 0;
    return (this.#ints[server << ROW_BITS | KIND] as number) >> KIND_BITS;
  }

  /**
   * Opens the message that is due and takes it away.
   *
   * @param likesServer The likes server, the cursor on its row.
   * @param server Its number.
   */
  open(likesServer: LikesServer, server: number): void {
    if (this.#isFurther) {
      this.#openFurther(server);
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

  #openFurther(server: number): void {
    const message = this.#further[server];
    if (message === undefined) return;
    this.kind = unheld(message.kind);
    this.replica = message.replica;
    this.attempt = message.attempt;
    this.likes = message.likes;
    this.fromSeq = message.fromSeq;
    this.seq = message.seq;
    this.total = message.total;
    this.value = message.value;
    this.#setFirst(server, message.next);
  }

  #setFirst(server: number, message: FurtherMessage | undefined): void {
    this.#further[server] = message;
    this.#ints[server << ROW_BITS | FIRST] = message?.arrival ?? NEVER;
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
    if (!this.#isFurther) {
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
    if (!this.#isFurther && !isCopy) {
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
   * Makes room in the row for another message, because what the likes server is
   * told next can make it send one.
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

  /** Adds a message with the contents of the likes server's report. */
  #addOwn(
    likesServer: LikesServer,
    server: number,
    packedKind: number,
    value: number,
    arrival: number,
  ): void {
    this.#addFurther(server, {
      arrival,
      kind: packedKind & KIND_MASK,
      replica: packedKind >> KIND_BITS,
      attempt: likesServer.attempt,
      likes: likesServer.reportLikes,
      fromSeq: likesServer.settledSeq,
      seq: likesServer.reportSeq,
      total: likesServer.reportTotal,
      value,
      next: undefined,
    });
  }

  /** Adds the open message. */
  #add(server: number, arrival: number): void {
    const { kind, replica, attempt, likes, fromSeq, seq, total, value } = this;
    this.#addFurther(
      server,
      {
        arrival,
        kind,
        replica,
        attempt,
        likes,
        fromSeq,
        seq,
        total,
        value,
        next: undefined,
      },
    );
  }

  #addFurther(server: number, message: FurtherMessage): void {
    let before: FurtherMessage | undefined;
    let after = this.#further[server];
    while (after !== undefined && after.arrival <= message.arrival) {
      before = after;
      after = after.next;
    }
    message.next = after;
    if (before === undefined) this.#setFirst(server, message);
    else before.next = message;
  }
}
