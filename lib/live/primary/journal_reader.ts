/**
 * The primary's log, read again: a primary that resumes is in the state in
 * which the last line was written.
 *
 * @module
 */

import {
  DUPLICATE,
  reasonOf,
  ReportFields,
  VALID,
  validateLine,
} from "../../protocol/validator.ts";
import { EntryFields, parseEntry } from "../../protocol/entries.ts";
import { parseSession } from "../../protocol/report.ts";
import { FULL, type PrimaryRules } from "../../rules/primary_rules.ts";
import { ReplicaRules } from "../../rules/replica_rules.ts";
import { JOURNAL_LINE_BYTES_MAX, MERGED_WORD } from "./journal.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 1024 * 1024;

const LF = 0x0a;
const NUL = 0;
const SPACE = 0x20;
const TILDE = 0x7e;
const DIGIT_0 = 0x30;
const encoder = new TextEncoder();
/** A stamp; where it has `0`, any digit stands. */
const STAMP = encoder.encode("0000-00-00T00:00:00.000Z ");
const TOTAL_WORD = encoder.encode(" Total ");
const DUPLICATE_WORD = encoder.encode("DUPLICATE ");
const REJECTED_WORD = encoder.encode('REJECTED "');
const INCARNATION_WORD = encoder.encode("INCARNATION ");
const INCARNATION_REGEXP = /^[0-9a-f]{16}$/;

/** The log is damaged, or not a primary's. */
export class JournalDamageError extends Error {
  /** The name that stack traces print. */
  override readonly name = "JournalDamageError";
}

/** The content of a journal, summed up. */
export interface JournalContent {
  /** Bytes of whole lines. */
  readonly soundBytes: number;
  /**
   * Bytes behind them: the beginning of a line whose writing was interrupted.
   */
  readonly tornBytes: number;
  /** Whole lines. */
  readonly lines: number;
  /** Reports counted. */
  readonly reports: number;
  /** Likes by which the total grew with entries of other replicas. */
  readonly mergedLikes: number;
}

/**
 * Reads a journal and counts its reports again, by the same rules as when they
 * were received. Each line's total has to come out as it was written, so a line
 * that is missing or changed is found, wherever it is.
 *
 * A report is acknowledged after its whole line was written, so a line without
 * LF at the end was not: it is no damage. It may end in NULs, which is what
 * some file systems leave of a write before a loss of power.
 *
 * @param read Fills the bytes it is given from the journal, in order, as
 * `Deno.FsFile.readSync` does
 * @param rules An empty ledger, of a replica where the log is one's
 * @returns What was read; the ledger then holds what the journal does
 * @throws {JournalDamageError} If a line is not what a primary writes after the
 * lines before it; it is named by number
 */
export function readJournal(
  read: (into: Uint8Array) => number | null,
  rules: PrimaryRules,
): JournalContent {
  const replay = new Replay(rules);
  const buffer = new Uint8Array(CHUNK_BYTES);
  let held = 0;
  let soundBytes = 0;
  for (;;) {
    const count = read(buffer.subarray(held));
    if (count === null || count === 0) break;
    held += count;
    const bytes = buffer.subarray(0, held);
    let from = 0;
    for (;;) {
      const lf = bytes.indexOf(LF, from);
      if (lf < 0) break;
      replay.line(bytes, from, lf);
      from = lf + 1;
    }
    soundBytes += from;
    buffer.copyWithin(0, from, held);
    held -= from;
    if (held > JOURNAL_LINE_BYTES_MAX && !endsInNul(buffer, held)) {
      replay.fail("is longer than any line of a primary");
    }
    if (held === buffer.length) replay.fail("consists of NUL bytes");
  }
  replay.torn(buffer, held);
  return {
    soundBytes,
    tornBytes: held,
    lines: replay.lines,
    reports: replay.reports,
    mergedLikes: replay.mergedLikes,
  };
}

function endsInNul(bytes: Uint8Array, length: number): boolean {
  return bytes[length - 1] === NUL;
}

/** Counts the lines of a journal again, one after the other. */
class Replay {
  readonly #rules: PrimaryRules;
  /** The rules of a replica, where it is one. */
  readonly #replica: ReplicaRules | undefined;
  readonly #fields = new ReportFields();
  readonly #entry = new EntryFields();
  lines = 0;
  reports = 0;
  mergedLikes = 0;

  constructor(rules: PrimaryRules) {
    this.#rules = rules;
    this.#replica = rules instanceof ReplicaRules ? rules : undefined;
  }

  line(bytes: Uint8Array, start: number, end: number): void {
    if (!isStamp(bytes, start, end) || end - start < STAMP.length) {
      this.fail("is no line of a primary: it does not begin with a time");
    }
    const at = start + STAMP.length;
    if (isWord(REJECTED_WORD, bytes, at, end)) {
      this.#rejected(bytes, at, end);
    } else if (isWord(DUPLICATE_WORD, bytes, at, end)) {
      this.#report(bytes, at + DUPLICATE_WORD.length, end, true);
    } else if (this.#replica && isWord(MERGED_WORD, bytes, at, end)) {
      this.#merged(bytes, at + MERGED_WORD.length, end, this.#replica);
    } else if (this.#replica && isWord(INCARNATION_WORD, bytes, at, end)) {
      const from = at + INCARNATION_WORD.length;
      this.#incarnation(bytes.subarray(from, end), this.#replica);
    } else {
      this.#report(bytes, at, end, false);
      this.reports++;
    }
    this.lines++;
  }

  #rejected(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (byte < SPACE || byte > TILDE) this.fail("is not printable");
    }
  }

  #report(
    bytes: Uint8Array,
    start: number,
    end: number,
    isDuplicate: boolean,
  ): void {
    const reportEnd = this.#beforeTotal(bytes, start, end);
    const code = validateLine(bytes, start, reportEnd, this.#fields);
    if (code !== VALID) this.fail(`holds no report: ${reasonOf(code)}`);
    if (this.#replica?.isNameless && this.#fields.seq === 0) this.#failOrder();
    const news = this.#rules.receive(this.#fields);
    this.#checkRoom(-news);
    if (isDuplicate ? news !== -DUPLICATE : news < 0) this.#failOrder();
    this.#checkTotal(bytes, reportEnd + TOTAL_WORD.length, end);
  }

  #merged(
    bytes: Uint8Array,
    start: number,
    end: number,
    replica: ReplicaRules,
  ): void {
    const entryEnd = this.#beforeTotal(bytes, start, end);
    const code = parseEntry(bytes, start, entryEnd, this.#entry);
    if (code !== VALID) this.fail(`holds no entry: ${reasonOf(code)}`);
    const before = replica.ledger.total;
    const merged = replica.merge(this.#entry);
    this.#checkRoom(merged);
    if (merged !== VALID) this.#failOrder();
    this.mergedLikes += replica.ledger.total - before;
    this.#checkTotal(bytes, entryEnd + TOTAL_WORD.length, end);
  }

  #incarnation(bytes: Uint8Array, replica: ReplicaRules): void {
    const text = String.fromCharCode(...bytes.subarray(0, 17));
    if (!INCARNATION_REGEXP.test(text)) {
      this.fail("holds no incarnation of 16 lower-case hex digits");
    }
    if (!replica.isNameless) this.#failOrder();
    replica.resumeIncarnation(parseSession(text));
  }

  /** Index after the report or entry of a line, which ends with a total. */
  #beforeTotal(bytes: Uint8Array, start: number, end: number): number {
    const digits = digitsFrom(bytes, start, end);
    const before = digits - TOTAL_WORD.length;
    if (digits === end || !isWord(TOTAL_WORD, bytes, before, end)) {
      this.fail("is no line of a primary: it does not end with a total");
    }
    return before;
  }

  #checkRoom(code: number): void {
    if (code !== FULL) return;
    this.fail("is of one session more than --max-sessions allows");
  }

  #failOrder(): never {
    this.fail("is not what a primary writes after the lines before it");
  }

  #checkTotal(bytes: Uint8Array, start: number, end: number): void {
    const written = numberIn(bytes, start, end);
    const { total } = this.#rules.ledger;
    if (written === total) return;
    this.fail(
      `ends with the total ${written}, but the likes up to it add up to ${total}`,
    );
  }

  /** Checks that bytes behind the last LF are the beginning of a line. */
  torn(bytes: Uint8Array, length: number): void {
    let end = length;
    while (end > 0 && bytes[end - 1] === NUL) end--;
    if (!isStamp(bytes, 0, end)) {
      this.fail("is no line of a primary: it does not begin with a time");
    }
  }

  fail(what: string): never {
    throw new JournalDamageError(`line ${this.lines + 1} ${what}`);
  }
}

/** Whether the bytes are a stamp, or the beginning of one. */
function isStamp(bytes: Uint8Array, start: number, end: number): boolean {
  const length = Math.min(STAMP.length, end - start);
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i] ?? 0;
    const expected = STAMP[i];
    if (expected === DIGIT_0 ? !isDigit(byte) : byte !== expected) return false;
  }
  return true;
}

function isWord(
  word: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  if (end - start < word.length) return false;
  for (let i = 0; i < word.length; i++) {
    if (bytes[start + i] !== word[i]) return false;
  }
  return true;
}

/** Index of the first of the digits before `end`; `end` if there is none. */
function digitsFrom(bytes: Uint8Array, start: number, end: number): number {
  let from = end;
  while (from > start && isDigit(bytes[from - 1] ?? 0)) from--;
  return from;
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}

function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    value = value * 10 + (bytes[at] ?? 0) - DIGIT_0;
  }
  return value;
}
