/**
 * Replies of the primary to reports and to the queries `READ`.
 *
 * @module
 */

import { SERVER_NAME_REGEXP } from "./report.ts";
import { reasonOf, SEQ_MAX, TOTAL_MAX } from "./validator.ts";

/** The report is in the journal and is counted, or was before. */
export const ACK = "ACK";
/** Temporary refusal: too many connections. */
export const NAK_BUSY = "NAK busy";
/** Temporary refusal: no room on the disk, or for another session. */
export const NAK_FULL = "NAK full";
/** Temporary refusal: the primary is stopping. */
export const NAK_CLOSING = "NAK closing";

/** An entry of a ledger: the state of one session. */
export interface Entry {
  /** 16 lower-case hexadecimal digits. */
  readonly session: string;
  /** Highest seq counted. */
  readonly seq: number;
  /** Likes counted. */
  readonly total: number;
}

/** A reply of a primary, read. */
export type Reply =
  | { kind: "ACK" }
  | {
    kind: "NAK";
    /** The text after `NAK `. */
    reason: string;
    /**
     * Whether the report may be sent again; otherwise it will never be counted.
     */
    temporary: boolean;
    /** The seq that the primary waits for, when the refusal is a gap. */
    gap?: number;
  }
  | { kind: "TOTAL"; total: number }
  | {
    kind: "VALUE";
    /** Name of the likes server. */
    name: string;
    /** Likes counted without a mark and in the sessions that are listed. */
    likes: number;
    /** The sessions of which something was counted. */
    entries: Entry[];
  }
  | { kind: "unknown"; text: string };

const NAK_PREFIX = "NAK ";
const GAP_REGEXP = /^gap ([1-9][0-9]{0,9})$/;
const TOTAL_REGEXP = /^TOTAL (0|[1-9][0-9]{0,15})$/;
const VALUE_PREFIX = "VALUE ";
const ENTRY_REGEXP = /^([0-9a-f]{16})#([1-9][0-9]{0,9})=(0|[1-9][0-9]{0,15})$/;
const COUNT_REGEXP = /^(0|[1-9][0-9]{0,15})$/;
const TEMPORARY = [NAK_BUSY, NAK_FULL, NAK_CLOSING];

/**
 * The reply to a report that is refused for good.
 *
 * @param code The final refusal
 * @param serverMax Highest id of a likes server that was asked for
 * @returns The line, without its LF
 * @throws {RangeError} If the code is no final refusal
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatRefusal, REFUSED_LIKES } from "@likes/simulator/protocol";
 *
 * assertEquals(formatRefusal(REFUSED_LIKES), "NAK likes out of range 0..42");
 * ```
 */
export function formatRefusal(code: number, serverMax?: number): string {
  return NAK_PREFIX + reasonOf(code, serverMax);
}

/**
 * The reply to a report of a session without totals that came too early. It is
 * temporary.
 *
 * @param expectedSeq The seq that the primary waits for, 1 to 2^31 - 1
 * @returns The line, without its LF
 * @throws {RangeError} If the seq is out of range
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatGap } from "@likes/simulator/protocol";
 *
 * assertEquals(formatGap(7), "NAK gap 7");
 * ```
 */
export function formatGap(expectedSeq: number): string {
  if (
    !Number.isInteger(expectedSeq) || expectedSeq < 1 || expectedSeq > SEQ_MAX
  ) {
    throw new RangeError(
      `Expected seq must be 1..${SEQ_MAX}: current value is ${expectedSeq}`,
    );
  }
  return `${NAK_PREFIX}gap ${expectedSeq}`;
}

/**
 * The reply to the query `READ`.
 *
 * @param total Likes counted, 0 to 2^53 - 1
 * @returns The line, without its LF
 * @throws {RangeError} If the total is out of range
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatTotal } from "@likes/simulator/protocol";
 *
 * assertEquals(formatTotal(1412), "TOTAL 1412");
 * ```
 */
export function formatTotal(total: number): string {
  if (!Number.isSafeInteger(total) || total < 0) {
    throw new RangeError(
      `Total must be 0..${TOTAL_MAX}: current value is ${total}`,
    );
  }
  return `TOTAL ${total}`;
}

/**
 * Writes one session for the reply to `READ name` and `READ name session`.
 *
 * @param entry The session and what is counted of it
 * @returns `session#seq=total`
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatEntry } from "@likes/simulator/protocol";
 *
 * const entry = { session: "0123456789abcdef", seq: 7, total: 98 };
 * assertEquals(formatEntry(entry), "0123456789abcdef#7=98");
 * ```
 */
export function formatEntry({ session, seq, total }: Entry): string {
  return `${session}#${seq}=${total}`;
}

/**
 * Reads a reply. It never throws: a primary may say anything.
 *
 * @param line The line, without its LF; an original primary's `ACK` has none
 * @returns What it means
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseReply } from "@likes/simulator/protocol";
 *
 * assertEquals(parseReply("ACK"), { kind: "ACK" });
 * assertEquals(parseReply("NAK gap 7"), { kind: "NAK", reason: "gap 7", temporary: true, gap: 7 });
 * ```
 */
export function parseReply(line: string): Reply {
  if (line === ACK) return { kind: "ACK" };
  if (line.startsWith(NAK_PREFIX) && line.length > NAK_PREFIX.length) {
    return parseRefusal(line);
  }
  if (line.startsWith(VALUE_PREFIX)) return parseValue(line);
  const total = Number(TOTAL_REGEXP.exec(line)?.[1] ?? NaN);
  if (total <= TOTAL_MAX) return { kind: "TOTAL", total };
  return { kind: "unknown", text: line };
}

function parseValue(line: string): Reply {
  const [, name = "", count = "", ...rest] = line.split(" ");
  const likes = COUNT_REGEXP.test(count) ? Number(count) : NaN;
  const entries = rest.map(parseEntryWord).filter((entry) =>
    entry !== undefined
  );
  const isSound = SERVER_NAME_REGEXP.test(name) && likes <= TOTAL_MAX &&
    entries.length === rest.length;
  return isSound
    ? { kind: "VALUE", name, likes, entries }
    : { kind: "unknown", text: line };
}

/**
 * Reads what {@linkcode formatEntry} writes.
 *
 * @param word The word
 * @returns The session, of which nothing is checked but the ranges of seq and
 * total; undefined if the word is none
 */
export function parseEntryWord(word: string): Entry | undefined {
  const [, session = "", seqText, totalText] = ENTRY_REGEXP.exec(word) ?? [];
  const seq = Number(seqText);
  const total = Number(totalText);
  return seq <= SEQ_MAX && total <= TOTAL_MAX
    ? { session, seq, total }
    : undefined;
}

function parseRefusal(line: string): Reply {
  const reason = line.slice(NAK_PREFIX.length);
  const gap = Number(GAP_REGEXP.exec(reason)?.[1] ?? NaN);
  if (gap <= SEQ_MAX) return { kind: "NAK", reason, temporary: true, gap };
  return { kind: "NAK", reason, temporary: TEMPORARY.includes(line) };
}
