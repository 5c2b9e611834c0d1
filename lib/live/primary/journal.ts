/**
 * The primary's log, `PrimaryLikesLog`: a line for every report that was
 * judged, written before the report is answered.
 *
 * ```text
 * 2026-01-02T03:04:05.678Z LikesServer0 14 <mark> Total 1412
 * 2026-01-02T03:04:05.678Z DUPLICATE LikesServer0 14 <mark> Total 1412
 * 2026-01-02T03:04:05.678Z REJECTED "<escaped>" <reason>
 * ```
 *
 * With replicas also what others told, and, before the first report without a
 * mark, the name under which this replica counts such:
 *
 * ```text
 * 2026-01-02T03:04:05.678Z MERGED <entry> Total 1412
 * 2026-01-02T03:04:05.678Z INCARNATION 0123456789abcdef
 * ```
 *
 * @module
 */

import { encodeEntry, type EntryFields } from "../../protocol/entries.ts";
import { escapeBytes } from "../../protocol/escape.ts";
import type { LogFile } from "../../platform/log_file.ts";

/** Bytes of the buffer that collects the lines of one write. */
const BUFFER_BYTES = 256 * 1024;

/**
 * More than the longest line has: stamp, `REJECTED`, 256 bytes escaped to four
 * times as many, reason.
 */
export const JOURNAL_LINE_BYTES_MAX = 1536;

const LF = 0x0a;
const POINT = 0x2e;
const POINT_AT = "2026-01-02T03:04:05".length;
const encoder = new TextEncoder();
const DUPLICATE_WORD = viewOf(encoder.encode("DUPLICATE "));
/** The beginning of a line about what another replica told. */
export const MERGED_WORD: Uint8Array = encoder.encode("MERGED ");

/** Totals change more slowly before their last four digits than in them. */
const TOTAL_STEP = 10_000;

/**
 * `0000` to `9999`, each as the word of four bytes that `setInt32()` puts down,
 * the first digit lowest.
 */
const LAST_DIGITS: Int32Array = lastDigits();

function lastDigits(): Int32Array {
  const words = new Int32Array(TOTAL_STEP);
  for (let i = 0; i < TOTAL_STEP; i++) {
    words[i] = 0x30303030 + Math.trunc(i / 1000) + (i / 100 % 10 << 8) +
      (i / 10 % 10 << 16) + (i % 10 << 24);
  }
  return words;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Collects lines and writes them together. A report costs a copy of its bytes,
 * eight at a time, and no string: the mark of the time is made once a second,
 * the first digits of the total once in ten thousand likes, and its last four
 * come from a table.
 *
 * Lines are put down in groups. `settle()` ends a group: its lines are then in
 * the log, or, where the disk is full, none of them is. With a delay allowed
 * (`--durability none`) the lines of settled groups may wait in the buffer; it
 * is bounded, and when the disk is full and the buffer as well, the groups that
 * follow are refused.
 */
export class Journal {
  readonly #log: LogFile;
  readonly #delayedBytesMax: number;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #view = viewOf(this.#buffer);
  #stamp = viewOf(new Uint8Array(0));
  #stampMs = Number.NaN;
  #stampSecond = Number.NaN;
  /**
   * ` Total ` and the digits that totals of so many steps have before their
   * last four.
   */
  #totalText = viewOf(new Uint8Array(0));
  #totalSteps = -1;
  #at = 0;
  /** Index of the first byte of the group that is not settled. */
  #groupAt = 0;

  /**
   * @param log Where the lines go
   * @param options.isDelayed Whether settled lines may wait in the buffer until
   * it is half full or `flush()` is called
   */
  constructor(log: LogFile, options: { isDelayed?: boolean } = {}) {
    this.#log = log;
    this.#delayedBytesMax = options.isDelayed === true ? BUFFER_BYTES / 2 : 0;
  }

  /**
   * Whether one more line has room, whichever it is. If not, the group has to
   * be settled first.
   */
  get hasRoom(): boolean {
    return this.#at + JOURNAL_LINE_BYTES_MAX <= BUFFER_BYTES;
  }

  /**
   * Bytes of settled lines that are not in the file yet; always 0 unless
   * delayed.
   */
  get delayedBytes(): number {
    return this.#groupAt;
  }

  /**
   * Settled lines that are not in the file yet. It looks through all of them.
   */
  get delayedLines(): number {
    let lines = 0;
    for (let at = 0; at < this.#groupAt; at++) {
      if (this.#buffer[at] === LF) lines++;
    }
    return lines;
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
    const second = Math.floor(epochMs / 1000);
    if (second !== this.#stampSecond) {
      this.#stampSecond = second;
      const text = `${new Date(epochMs).toISOString()} `;
      this.#stamp = viewOf(encoder.encode(text));
    }
    this.#stamp.setInt32(
      POINT_AT,
      LAST_DIGITS[epochMs - 1000 * second] ?? 0,
      true,
    );
    this.#stamp.setUint8(POINT_AT, POINT);
  }

  /**
   * Puts down that a report was counted.
   *
   * @param view Bytes that hold the report
   * @param start Index of its first byte
   * @param end Index after its last byte, its LF left out; at least 8 behind
   * `start`, as in every valid report
   * @param total The primary's total with it
   */
  counted(view: DataView, start: number, end: number, total: number): void {
    this.#at = this.#put(this.#stamp, this.#at);
    this.#reportAndTotal(view, start, end, total);
  }

  /**
   * Puts down that a report was an old repeat and nothing was counted;
   * parameters as for `counted()`.
   *
   * @param view Bytes that hold the report
   * @param start Index of its first byte
   * @param end Index after its last byte
   * @param total The primary's total
   */
  duplicate(
    view: DataView,
    start: number,
    end: number,
    total: number,
  ): void {
    this.#at = this.#put(DUPLICATE_WORD, this.#put(this.#stamp, this.#at));
    this.#reportAndTotal(view, start, end, total);
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
    const at = this.#put(this.#stamp, this.#at);
    const text = `REJECTED "${escapeBytes(bytes, start, end)}" ${reason}\n`;
    this.#at = at + encoder.encodeInto(text, this.#buffer.subarray(at)).written;
  }

  /**
   * Puts down that an entry of another replica was taken over.
   *
   * @param entry The entry
   * @param total The primary's total with it
   */
  merged(entry: EntryFields, total: number): void {
    const at = this.#put(this.#stamp, this.#at);
    this.#buffer.set(MERGED_WORD, at);
    const end = encodeEntry(entry, this.#buffer, at + MERGED_WORD.length);
    this.#total(total, end);
  }

  /**
   * Puts down the name under which this replica counts reports without a mark.
   *
   * @param incarnation 16 lower-case hexadecimal digits
   */
  incarnation(incarnation: string): void {
    const at = this.#put(this.#stamp, this.#at);
    const text = encoder.encode(`INCARNATION ${incarnation}\n`);
    this.#buffer.set(text, at);
    this.#at = at + text.length;
  }

  #reportAndTotal(
    view: DataView,
    start: number,
    end: number,
    total: number,
  ): void {
    this.#total(total, this.#copy(view, start, end, this.#at));
  }

  #total(total: number, from: number): void {
    let at = from;
    const steps = Math.floor(total / TOTAL_STEP);
    if (steps === this.#totalSteps) {
      at = this.#put(this.#totalText, at);
      const digits = LAST_DIGITS[total - steps * TOTAL_STEP] as number;
      this.#view.setInt32(at, digits, true);
      at += 4;
    } else {
      at = this.#firstTotalOf(steps, total, at);
    }
    this.#buffer[at] = LF;
    this.#at = at + 1;
  }

  /**
   * Puts a total down whose first digits are new, and keeps them for the next.
   */
  #firstTotalOf(steps: number, total: number, at: number): number {
    const text = encoder.encode(` Total ${total}`);
    // A total of no whole step may have fewer than four digits.
    if (steps > 0) {
      this.#totalText = viewOf(text.subarray(0, -4));
      this.#totalSteps = steps;
    }
    return this.#put(viewOf(text), at);
  }

  #put(text: DataView, at: number): number {
    return this.#copy(text, 0, text.byteLength, at);
  }

  /**
   * Copies at least eight bytes, eight at a time, as numbers. The bytes are
   * printable ASCII, of which none makes one that is "not a number": only those
   * might have other bits when they arrive.
   */
  #copy(from: DataView, start: number, end: number, at: number): number {
    const to = this.#view;
    const shift = at - start;
    const last = end - 8;
    for (let i = start; i < last; i += 8) {
      to.setFloat64(i + shift, from.getFloat64(i, true), true);
    }
    // The last eight overlap those before, so that nothing beyond the end is
    // touched.
    to.setFloat64(last + shift, from.getFloat64(last, true), true);
    return end + shift;
  }

  /**
   * Ends the group of lines since the last `settle()`.
   *
   * @throws {Error} If the group could not be logged: none of its lines is or
   * will be in the log
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
