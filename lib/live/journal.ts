/**
 * The primary's log, `PrimaryLikesLog`: a line for every report that was judged, written before the report is answered.
 *
 * ```text
 * 2026-01-02T03:04:05.678Z LikesServer0 14 <mark> Total 1412
 * 2026-01-02T03:04:05.678Z DUPLICATE LikesServer0 14 <mark> Total 1412
 * 2026-01-02T03:04:05.678Z REJECTED "<escaped>" <reason>
 * ```
 *
 * @module
 */

import { escapeBytes } from "../protocol/escape.ts";
import type { LogFile } from "./log_file.ts";

/** Bytes of the buffer that collects the lines of one write. */
const BUFFER_BYTES = 256 * 1024;

/** More than the longest line has: stamp, `REJECTED`, 256 bytes escaped to four times as many, reason. */
const LINE_BYTES_MAX = 1536;

const STAMP_BYTES = "2026-01-02T03:04:05.678Z ".length;
const LF = 0x0a;
const DIGIT_0 = 0x30;
const DIGITS_MAX = 16;
const TOTAL_WORD = new TextEncoder().encode(" Total ");
const DUPLICATE_WORD = new TextEncoder().encode("DUPLICATE ");
const encoder = new TextEncoder();

/**
 * Collects lines and writes them together. A report costs a copy of its bytes and no string: the mark of the time is
 * made once a millisecond, the total's digits are put down one by one.
 *
 * Lines are put down in groups. `settle()` ends a group: its lines are then in the log, or, where the disk is full,
 * none of them is. With a delay allowed (`--durability none`) the lines of settled groups may wait in the buffer; it is
 * bounded, and when the disk is full and the buffer as well, the groups that follow are refused.
 */
export class Journal {
  readonly #log: LogFile;
  readonly #delayedBytesMax: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #stamp = new Uint8Array(STAMP_BYTES);
  readonly #digits = new Uint8Array(DIGITS_MAX);
  #stampMs = Number.NaN;
  #at = 0;
  /** Where the group that is not settled begins. */
  #groupAt = 0;

  /**
   * @param log Where the lines go
   * @param options.isDelayed Whether settled lines may wait in the buffer until it is half full or `flush()` is called
   */
  constructor(log: LogFile, options: { isDelayed?: boolean } = {}) {
    this.#log = log;
    this.#delayedBytesMax = options.isDelayed === true ? BUFFER_BYTES / 2 : 0;
  }

  /** Whether one more line has room, whichever it is. If not, the group has to be settled first. */
  get hasRoom(): boolean {
    return this.#at + LINE_BYTES_MAX <= BUFFER_BYTES;
  }

  /** Bytes of settled lines that are not in the file yet; always 0 unless delayed. */
  get delayedBytes(): number {
    return this.#groupAt;
  }

  /** Bytes in the log file. */
  get bytes(): number {
    return this.#log.length;
  }

  /**
   * Sets the time of the lines that follow.
   *
   * @param epochMs Milliseconds since 1970
   */
  setTime(epochMs: number): void {
    if (epochMs === this.#stampMs) return;
    this.#stampMs = epochMs;
    encoder.encodeInto(`${new Date(epochMs).toISOString()} `, this.#stamp);
  }

  /**
   * Puts down that a report was counted.
   *
   * @param bytes Bytes that hold the report
   * @param start Index of its first byte
   * @param end Index after its last byte, its LF left out
   * @param total The primary's total with it
   */
  counted(bytes: Uint8Array, start: number, end: number, total: number): void {
    this.#at = this.#copy(this.#stamp, 0, STAMP_BYTES, this.#at);
    this.#reportAndTotal(bytes, start, end, total);
  }

  /**
   * Puts down that a report was an old repeat and nothing was counted; parameters as for `counted()`.
   *
   * @param bytes Bytes that hold the report
   * @param start Index of its first byte
   * @param end Index after its last byte
   * @param total The primary's total
   */
  duplicate(
    bytes: Uint8Array,
    start: number,
    end: number,
    total: number,
  ): void {
    const at = this.#copy(this.#stamp, 0, STAMP_BYTES, this.#at);
    this.#at = this.#copy(DUPLICATE_WORD, 0, DUPLICATE_WORD.length, at);
    this.#reportAndTotal(bytes, start, end, total);
  }

  /**
   * Puts down that a line was refused.
   *
   * @param bytes Bytes that hold the line, whatever they are
   * @param start Index of its first byte
   * @param end Index after its last byte
   * @param reason Why, in at most 128 printable ASCII characters
   */
  rejected(
    bytes: Uint8Array,
    start: number,
    end: number,
    reason: string,
  ): void {
    const at = this.#copy(this.#stamp, 0, STAMP_BYTES, this.#at);
    const text = `REJECTED "${escapeBytes(bytes, start, end)}" ${reason}\n`;
    this.#at = at + encoder.encodeInto(text, this.#buffer.subarray(at)).written;
  }

  #reportAndTotal(
    bytes: Uint8Array,
    start: number,
    end: number,
    total: number,
  ): void {
    let at = this.#copy(bytes, start, end, this.#at);
    at = this.#copy(TOTAL_WORD, 0, TOTAL_WORD.length, at);
    at = this.#number(total, at);
    this.#buffer[at] = LF;
    this.#at = at + 1;
  }

  /** A loop, because a `subarray` for `set` would be an object for every call. */
  #copy(from: Uint8Array, start: number, end: number, at: number): number {
    const buffer = this.#buffer;
    for (let i = start; i < end; i++) buffer[at++] = from[i] ?? 0;
    return at;
  }

  /** Decimal digits of a whole number from 0 to 2^53 - 1. */
  #number(value: number, at: number): number {
    const digits = this.#digits;
    let rest = value;
    let from = DIGITS_MAX;
    while (rest > 0x7fffffff) {
      const tenth = Math.floor(rest / 10);
      digits[--from] = DIGIT_0 + (rest - tenth * 10);
      rest = tenth;
    }
    // From here on in 32 bits, which divide several times faster.
    let small = rest | 0;
    do {
      const tenth = (small / 10) | 0;
      digits[--from] = DIGIT_0 + (small - tenth * 10);
      small = tenth;
    } while (small > 0);
    return this.#copy(digits, from, DIGITS_MAX, at);
  }

  /**
   * Ends the group of lines since the last `settle()`.
   *
   * @throws {Error} If the group could not be logged: none of its lines is or will be in the log
   */
  settle(): void {
    if (this.#at > this.#delayedBytesMax) {
      try {
        this.#write(this.#at);
      } catch (error) {
        this.#at = this.#groupAt;
        throw error;
      }
    }
    this.#groupAt = this.#at;
  }

  /**
   * Writes the settled lines that wait in the buffer. Call it between groups.
   *
   * @throws {Error} If they could not be written; they go on waiting
   */
  flush(): void {
    this.#write(this.#groupAt);
  }

  #write(end: number): void {
    if (end === 0) return;
    this.#log.append(this.#buffer.subarray(0, end));
    this.#at = 0;
    this.#groupAt = 0;
  }

  /**
   * Waits until what was settled before the call is on the disk.
   *
   * @returns When it is
   * @throws {Error} If the disk failed
   */
  sync(): Promise<void> {
    return this.#log.sync();
  }
}
