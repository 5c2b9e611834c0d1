/**
 * The replies to what one read of a connection brought, as bytes ready to send.
 *
 * @module
 */

import { ACK, NAK_FULL } from "../../protocol/replies.ts";

/** Bytes of the longest reply to a report. */
const REPLY_BYTES_MAX = 128;

const BYTES_MIN = 256;
const BYTES_MAX = 16 * 1024;

const encoder = new TextEncoder();
const NAK_FULL_LINE = encoder.encode(`${NAK_FULL}\n`);

/** `ACK` and its LF are four bytes: one word. */
const ACK_WORD = new DataView(encoder.encode(`${ACK}\n`).buffer).getInt32(0);

/**
 * Collects replies in order. Those to reports are put down before it is known
 * whether the journal takes the reports' lines, so the ones since
 * `beginGroup()` can still be turned into `NAK full`.
 *
 * Each connection has one. It starts small and grows to what the connection
 * needs, up to 16 KiB.
 */
export class Replies {
  /** The replies, up to `length`. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BYTES_MIN);
  /** Bytes of replies. */
  length = 0;
  #view = new DataView(this.bytes.buffer);
  #groupAt = 0;
  #groupCount = 0;
  #isInGroup = false;

  /** Whether one more reply has room, whichever it is. */
  get hasRoom(): boolean {
    return this.length + REPLY_BYTES_MAX <= this.bytes.length;
  }

  /**
   * Makes room.
   *
   * @returns False if the bound is reached: what is there has to be sent first
   */
  grow(): boolean {
    if (this.bytes.length >= BYTES_MAX) return false;
    this.#resize(this.bytes.length * 4);
    return true;
  }

  #resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /**
   * Whether the replies to reports that are put down may still be taken back.
   */
  get isInGroup(): boolean {
    return this.#isInGroup;
  }

  /** The replies to reports that follow belong to a group. */
  beginGroup(): void {
    this.#isInGroup = true;
    this.#groupAt = this.length;
    this.#groupCount = 0;
  }

  /** Lets the group's replies stand, after it was logged. */
  endGroup(): void {
    this.#isInGroup = false;
  }

  /** Answers a report `ACK`. */
  ack(): void {
    this.#view.setInt32(this.length, ACK_WORD);
    this.length += 4;
    this.#groupCount++;
  }

  /**
   * Answers a report otherwise.
   *
   * @param line The reply with its LF, at most 128 bytes
   */
  nak(line: Uint8Array): void {
    this.bytes.set(line, this.length);
    this.length += line.length;
    this.#groupCount++;
  }

  /**
   * Puts down the answer to a query, which belongs to no group.
   *
   * @param text The answer with its LF, in ASCII
   * @returns False if it has no room even where the bound is reached: what is
   * there has to be sent first
   */
  answer(text: string): boolean {
    while (this.length + text.length > this.bytes.length) {
      if (!this.grow()) return false;
    }
    const room = this.bytes.subarray(this.length);
    this.length += encoder.encodeInto(text, room).written;
    return true;
  }

  /**
   * The group was not logged: each of its reports is answered `NAK full`
   * instead.
   */
  refuseGroup(): void {
    this.length = this.#groupAt;
    const end = this.length + this.#groupCount * NAK_FULL_LINE.length;
    if (end > this.bytes.length) this.#resize(end);
    for (; this.length < end; this.length += NAK_FULL_LINE.length) {
      this.bytes.set(NAK_FULL_LINE, this.length);
    }
    this.endGroup();
  }

  /** Takes the last LF off: an original client expects exactly three bytes. */
  dropLastLf(): void {
    this.length--;
  }

  /** Empties the buffer, after everything was sent. */
  clear(): void {
    this.length = 0;
  }
}
