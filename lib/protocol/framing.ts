/**
 * Lines out of a stream of bytes, without a copy or an object per line.
 *
 * @module
 */

import {
  LINE_BYTES_MAX,
  LIVE_SERVER_MAX,
  parseReport,
  type ReportFields,
  VALID,
  validateLine,
} from "./validator.ts";

/** No whole line is there; read more. */
export const NO_LINE: number = -1;

const LF = 0x0a;
const CR = 0x0d;
const BUFFER_BYTES_MIN = 1024;
const BUFFER_BYTES_MAX = 65536;

/**
 * Reads in a row that used less than a quarter of the buffer, after which it is
 * halved.
 */
const QUIET_READS_MAX = 64;

/**
 * Cuts what one connection sent into lines.
 *
 * The caller reads into `room()`, tells how much came with `filled()`, and then
 * goes through the lines that are whole with `next()` or `nextReport()`. Each
 * lies in `bytes` from `start` to before `end`, until the next call of
 * `room()`. Its LF, and a CR before the LF as telnet sends it, are left out; a
 * CR elsewhere is a byte of the line.
 *
 * Of a line with more than 256 bytes only the first 257 are handed out, at once
 * and once, whatever the reads were; the validator refuses them for their
 * length. The rest of the line is skipped.
 *
 * The buffer starts at 1 KiB, doubles when a read fills it, and is halved when
 * it has long been mostly empty, so that ten thousand idle connections cost ten
 * megabytes and a busy one reads a thousand reports at a time.
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineFramer } from "@likes/simulator/protocol";
 *
 * const framer = new LineFramer();
 * const lines: string[] = [];
 * for (const piece of ["LikesServer0 14\nLikes", "Server1 42\nREAD\n"]) {
 *   const { written } = new TextEncoder().encodeInto(piece, framer.room());
 *   framer.filled(written);
 *   while (framer.next()) {
 *     lines.push(new TextDecoder().decode(framer.bytes.subarray(framer.start, framer.end)));
 *   }
 * }
 * assertEquals(lines, ["LikesServer0 14", "LikesServer1 42", "READ"]);
 * ```
 */
export class LineFramer {
  /** The buffer, which `room()` replaces by a larger or smaller one. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BUFFER_BYTES_MIN);
  /** A view of the buffer, for readers of several bytes at a time. */
  view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  /** Index of the first byte of the current line. */
  start = 0;
  /** Index after the last byte of the current line. */
  end = 0;

  readonly #bytesMax: number;
  /** Index of the first byte not handed out yet. */
  #from = 0;
  /** Index after the last byte read. */
  #to = 0;
  /** Bytes of an overlong line dropped so far; 0: none is being skipped. */
  #skipped = 0;
  /** Reads of this connection. */
  #reads = 0;
  /** Reads since the last one that used a quarter of the buffer. */
  #quietReads = 0;
  /** Whether the last read left no room. */
  #isFull = false;

  /**
   * Makes a framer for one connection.
   *
   * @param bytesMax Largest buffer, 1024 to 2^30 bytes
   * @throws {RangeError} If `bytesMax` is out of range
   */
  constructor(bytesMax = BUFFER_BYTES_MAX) {
    if (
      !Number.isInteger(bytesMax) || bytesMax < BUFFER_BYTES_MIN ||
      bytesMax > 2 ** 30
    ) {
      throw new RangeError(
        `Buffer must be ${BUFFER_BYTES_MIN}..2^30 bytes: current value is ${bytesMax}`,
      );
    }
    this.#bytesMax = bytesMax;
  }

  /**
   * Bytes of the line that has begun and is not whole, the skipped ones of an
   * overlong line included; 0 between lines. Only meaningful after `next()` has
   * answered false.
   */
  get pending(): number {
    return this.#skipped + this.#to - this.#from;
  }

  /**
   * Free room to read into. Bytes not handed out yet are kept.
   *
   * @returns The free part of the buffer, at least 767 bytes
   * @throws {Error} If `next()` was not called until it answered false, so that
   * there may be no room
   */
  room(): Uint8Array<ArrayBuffer> {
    const pending = this.#to - this.#from;
    if (pending > LINE_BYTES_MAX + 1) {
      throw new Error("Cannot make room before the whole lines are taken");
    }
    const size = this.#fittingSize();
    if (size !== this.bytes.length) {
      const bytes = new Uint8Array(size);
      bytes.set(this.bytes.subarray(this.#from, this.#to));
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    } else if (this.#from > 0 && pending > 0) {
      this.bytes.copyWithin(0, this.#from, this.#to);
    }
    this.#isFull = false;
    this.#from = 0;
    this.#to = pending;
    return pending === 0 ? this.bytes : this.bytes.subarray(pending);
  }

  #fittingSize(): number {
    const size = this.bytes.length;
    if (this.#isFull) return Math.min(size * 2, this.#bytesMax);
    if (this.#quietReads < QUIET_READS_MAX || size === BUFFER_BYTES_MIN) {
      return size;
    }
    this.#quietReads = 0;
    return Math.max(size >> 1, BUFFER_BYTES_MIN);
  }

  /**
   * Takes note of what was read into `room()`.
   *
   * @param count Bytes read
   * @throws {RangeError} If that is more than there was room for
   */
  filled(count: number): void {
    if (!(count >= 0 && count <= this.bytes.length - this.#to)) {
      throw new RangeError(
        `Bytes read must be 0..${
          this.bytes.length - this.#to
        }: current value is ${count}`,
      );
    }
    this.#to += count;
    this.#reads++;
    this.#isFull = this.#to === this.bytes.length;
    this.#quietReads = this.#to < this.bytes.length >> 2
      ? this.#quietReads + 1
      : 0;
  }

  /**
   * Goes to the next whole line.
   *
   * @returns Whether there is one, in `bytes` from `start` to before `end`
   */
  next(): boolean {
    if (this.#skipped > 0 && !this.#skip()) return false;
    const { bytes } = this;
    const from = this.#from;
    const lineEndMax = from + LINE_BYTES_MAX;
    // The longest line, a CR and an LF.
    const limit = Math.min(this.#to, lineEndMax + 2);
    let at = from;
    while (at < limit && bytes[at] !== LF) at++;
    const isAfterCr = at > from && bytes[at - 1] === CR;
    if (at < limit) {
      this.#from = at + 1;
    } else if (at > lineEndMax + 1 || at > lineEndMax && !isAfterCr) {
      this.#from = lineEndMax + 1;
      this.#skipped = LINE_BYTES_MAX + 1;
    } else {
      return false;
    }
    const end = at < limit && isAfterCr ? at - 1 : at;
    this.start = from;
    this.end = Math.min(end, lineEndMax + 1);
    return true;
  }

  /**
   * Goes to the next whole line and judges it: the same as `next()` and
   * `validateLine()`, but a valid report is read once instead of twice, because
   * parsing it also finds its end.
   *
   * @param into Where to put the fields of a valid report
   * @param serverMax Highest id of a likes server
   * @returns `NO_LINE`, or what `validateLine()` says of the line in `bytes`
   * from `start` to before `end`
   */
  nextReport(into: ReportFields, serverMax: number = LIVE_SERVER_MAX): number {
    const from = this.#from;
    if (this.#skipped === 0) {
      const after = parseReport(this.view, from, this.#to, into, serverMax);
      if (after >= 0 && after < this.#to && this.bytes[after] === LF) {
        this.start = from;
        this.end = after;
        this.#from = after + 1;
        return VALID;
      }
    }
    if (!this.next()) return NO_LINE;
    return validateLine(this.bytes, this.start, this.end, into, serverMax);
  }

  /** Drops what is there of an overlong line; true when its end was found. */
  #skip(): boolean {
    const found = this.bytes.subarray(0, this.#to).indexOf(LF, this.#from);
    if (found < 0) {
      this.#skipped += this.#to - this.#from;
      this.#from = this.#to;
      return false;
    }
    this.#skipped = 0;
    this.#from = found + 1;
    return true;
  }

  /**
   * Whether the connection is an original client's: its first read has no LF
   * and is, whole, a valid report of two words. Such a client sends no LF and
   * waits for `ACK`, so the report is complete at once. (A CR at the end is no
   * part of a report: it says that the LF is still to come.) The bytes stay
   * where they are.
   *
   * @param into Where to put the fields of the report
   * @param serverMax Highest id of a likes server
   * @returns True only after the first read of the connection
   */
  isOneShot(into: ReportFields, serverMax: number = LIVE_SERVER_MAX): boolean {
    const { bytes } = this;
    // Most first reads end with an LF: this saves parsing them twice.
    if (this.#reads !== 1 || bytes[this.#to - 1] === LF) return false;
    const after = parseReport(this.view, 0, this.#to, into, serverMax);
    if (after !== this.#to || into.seq !== 0) return false;
    this.start = 0;
    this.end = this.#to;
    return true;
  }

  /**
   * Forgets the connection, so that the buffer, as large as it is, can serve
   * another.
   */
  reset(): void {
    this.start = 0;
    this.end = 0;
    this.#from = 0;
    this.#to = 0;
    this.#skipped = 0;
    this.#reads = 0;
    this.#quietReads = 0;
    this.#isFull = false;
  }
}
