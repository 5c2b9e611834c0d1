/**
 * The messages of a likes server on their way, both directions, as they stand
 * in a state: a set in which one may be several times.
 *
 * A report or reply that its likes server waits for is *awaited*: it belongs to
 * the attempt that is not given up. Attempts have numbers that only grow, so
 * that is all that is kept of them: whether it is the one that is awaited, or
 * one before.
 *
 * @module
 */

import { type Layout, MESSAGE_BYTES } from "./layout.ts";

/** Kinds of messages; a higher one stands first. */
export const Message = {
  /** A reply that nobody waits for any more. */
  LATE: 1,
  /** A copy of a report that the network made: its reply goes nowhere. */
  COPY: 2,
  /** A report that nobody waits for any more. */
  STALE: 3,
  /** A reply that is awaited. */
  REPLY: 4,
  /** A report whose reply is awaited. */
  REPORT: 5,
} as const;

/**
 * Tells whether somebody waits for a message of a kind, or for its reply.
 *
 * @param kind A number of {@linkcode Message}.
 * @returns True for a report and a reply that are awaited.
 */
export function isAwaitedKind(kind: number): boolean {
  return kind >= Message.REPLY;
}

/**
 * Tells whether a message of a kind is a reply.
 *
 * @param kind A number of {@linkcode Message}.
 * @returns True for a reply, awaited or not.
 */
export function isReplyKind(kind: number): boolean {
  return kind === Message.REPLY || kind === Message.LATE;
}

/** Answers of a reply. */
export const Answer = { ACK: 1, GAP: 2, REFUSAL: 3 } as const;

/** A likes server's messages, opened for changes. */
export class Messages {
  /** The number of messages. */
  count = 0;
  readonly #layout: Layout;
  /** The kind, the replica and the first byte of each, … */
  readonly #highs: Int32Array;
  /** … and the other three bytes. */
  readonly #lows: Int32Array;

  /**
   * No messages.
   *
   * @param layout Where they stand.
   */
  constructor(layout: Layout) {
    this.#layout = layout;
    this.#highs = new Int32Array(layout.messagesMax + 1);
    this.#lows = new Int32Array(layout.messagesMax + 1);
  }

  /**
   * Opens the messages of a likes server.
   *
   * @param bytes The state.
   * @param at Where they begin.
   */
  open(bytes: Uint8Array, at: number): void {
    const highs = this.#highs;
    const lows = this.#lows;
    const end = at + this.#layout.messagesMax * MESSAGE_BYTES;
    let count = 0;
    for (let from = at; from < end && bytes[from] !== 0; from += 5) {
      highs[count] = bytes[from]! << 8 | bytes[from + 1]!;
      lows[count++] = bytes[from + 2]! << 16 | bytes[from + 3]! << 8 |
        bytes[from + 4]!;
    }
    this.count = count;
  }

  /**
   * Writes them back, in order.
   *
   * @param bytes The state.
   * @param at Where they begin.
   */
  close(bytes: Uint8Array, at: number): void {
    const { count } = this;
    const highs = this.#highs;
    const lows = this.#lows;
    for (let i = 1; i < count; i++) {
      const high = highs[i] as number;
      const low = lows[i] as number;
      let to = i;
      for (; to > 0; to--) {
        const before = highs[to - 1] as number;
        if (before > high || before === high && lows[to - 1]! >= low) break;
        highs[to] = before;
        lows[to] = lows[to - 1] as number;
      }
      highs[to] = high;
      lows[to] = low;
    }
    let to = at;
    for (let i = 0; i < count; i++) {
      bytes[to++] = highs[i]! >> 8;
      bytes[to++] = highs[i]!;
      bytes[to++] = lows[i]! >> 16;
      bytes[to++] = lows[i]! >> 8;
      bytes[to++] = lows[i]!;
    }
    const end = at + this.#layout.messagesMax * MESSAGE_BYTES;
    while (to < end) bytes[to++] = 0;
  }

  /**
   * Tells the kind of a message.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   * @returns A number of {@linkcode Message}.
   */
  kindOf(i: number): number {
    return this.#highs[i]! >> 12;
  }

  /**
   * Tells the replica that a message is for, or from.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   * @returns The replica's number.
   */
  replicaOf(i: number): number {
    return this.#highs[i]! >> 8 & 0xf;
  }

  /**
   * Tells which draw a report is about, or what a reply says.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   * @returns The seq of a report, 0 without a mark; the {@linkcode Answer} of a
   * reply.
   */
  firstOf(i: number): number {
    return this.#highs[i]! & 0xff;
  }

  /**
   * Tells the likes of a report, or the number in a reply.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   * @returns Likes; or the seq of a gap, the code of a refusal, 0 of an `ACK`.
   */
  secondOf(i: number): number {
    return this.#lows[i]! >> 16;
  }

  /**
   * Tells the total of a report.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   * @returns The total, -1 without one.
   */
  totalOf(i: number): number {
    return (this.#lows[i]! & 0xffff) - 1;
  }

  /**
   * Adds a message.
   *
   * @param kind Its kind.
   * @param replica The replica that it is for, or from.
   * @param first Seq of a report, or answer.
   * @param second Likes of a report, or value.
   * @param total Total of a report, -1 without one.
   * @throws {Error} If there are more than the layout has places for.
   */
  add(
    kind: number,
    replica: number,
    first: number,
    second: number,
    total: number,
  ): void {
    if (this.count > this.#layout.messagesMax) {
      throw new Error("More messages are on their way than can be");
    }
    this.#highs[this.count] = kind << 12 | replica << 8 | first;
    this.#lows[this.count++] = second << 16 | total + 1;
  }

  /**
   * Adds a message once more, as a copy that the network made.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   */
  addCopy(i: number): void {
    const kind = isReplyKind(this.kindOf(i)) ? this.kindOf(i) : Message.COPY;
    this.#highs[this.count] = kind << 12 | this.#highs[i]! & 0xfff;
    this.#lows[this.count] = this.#lows[i] as number;
    this.count++;
  }

  /**
   * Takes a message out; the last one gets its number.
   *
   * @param i The message, 0 to below {@linkcode Messages.count}.
   */
  remove(i: number): void {
    const last = --this.count;
    this.#highs[i] = this.#highs[last] as number;
    this.#lows[i] = this.#lows[last] as number;
  }

  /**
   * Nobody waits for the messages of a row any more.
   *
   * @param replica Only those for and from this replica; -1: all.
   */
  giveUp(replica: number): void {
    for (let i = this.count - 1; i >= 0; i--) {
      if (replica >= 0 && this.replicaOf(i) !== replica) continue;
      const kind = this.kindOf(i);
      if (!isAwaitedKind(kind)) continue;
      const past = kind === Message.REPLY ? Message.LATE : Message.STALE;
      this.#highs[i] = past << 12 | this.#highs[i]! & 0xfff;
    }
  }
}
