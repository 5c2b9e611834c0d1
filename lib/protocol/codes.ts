/**
 * The bounds of the protocol, and the answers of the validator as small
 * numbers.
 *
 * @module
 */

/** Most likes in one draw, and so in one report. */
export const LIKES_MAX = 42;

/** Highest number of a draw within its session, 2^31 - 1. */
export const SEQ_MAX = 2147483647;

/**
 * Highest total, 2^53 - 1: up to here a number holds every whole number
 * exactly.
 */
export const TOTAL_MAX: number = Number.MAX_SAFE_INTEGER;

/** Bytes of the longest line, its LF and a CR before that not counted. */
export const LINE_BYTES_MAX = 256;

/**
 * Highest id of a likes server in a live run; a virtual run uses its number of
 * servers instead.
 */
export const LIVE_SERVER_MAX = 9999;

/** The report is valid; against the ledger: it is news, count it. */
export const VALID = 0;
/** The report repeats draws that are counted: acknowledge it, count nothing. */
export const DUPLICATE = 1;
/**
 * A draw of a session without totals has not arrived: a temporary refusal, the
 * sender goes back to it.
 */
export const GAP = 2;

// The final refusals. All are at or above REFUSED_LENGTH, which is what
// `isRefused` goes by.

/** The line has more than 256 bytes, LF and a CR before it not counted. */
export const REFUSED_LENGTH = 10;
/** A byte is not printable ASCII. */
export const REFUSED_BYTES = 11;
/** Refused: not two or three words with one space between them. */
export const REFUSED_WORDS = 12;
/** The name is not `LikesServer` and a decimal number. */
export const REFUSED_NAME = 13;
/** The id of the likes server is above the highest. */
export const REFUSED_SERVER = 14;
/** The likes are not a decimal number. */
export const REFUSED_LIKES_FORM = 15;
/** The likes are not in 0..42. */
export const REFUSED_LIKES = 16;
/** The session is not 16 lower-case hexadecimal digits. */
export const REFUSED_SESSION = 17;
/** The mark is not `session#seq` or `session#seq=total`. */
export const REFUSED_MARK = 18;
/** The seq is not a decimal number. */
export const REFUSED_SEQ_FORM = 19;
/** The seq is not in 1..2147483647. */
export const REFUSED_SEQ = 20;
/** The total is not a decimal number. */
export const REFUSED_TOTAL_FORM = 21;
/** The total is above 2^53 - 1. */
export const REFUSED_TOTAL = 22;
/** Since the last report the total grew by less than the likes of this one. */
export const REFUSED_GROWTH_BELOW = 23;
/**
 * The total grew by more than the likes of this report and 42 for each draw
 * between.
 */
export const REFUSED_GROWTH_ABOVE = 24;
/** The last seq again, with other likes or another total. */
export const REFUSED_CONTENT = 25;
/** A mark without total in a session that has totals. */
export const REFUSED_TOTAL_MISSING = 26;
/** A mark with total in a session that has none. */
export const REFUSED_TOTAL_UNEXPECTED = 27;
/** Counting the report would take a total of the primary past 2^53 - 1. */
export const REFUSED_OVERFLOW = 28;
/**
 * The line begins like an HTTP request: what follows on this connection is a
 * stranger's, even where it looks like a report.
 */
export const REFUSED_HTTP = 29;

/**
 * Whether a code is a final refusal: the report is wrong and will never be
 * counted.
 *
 * @param code What a function of this module answered
 * @returns True for every `REFUSED_…`, false for `VALID`, `DUPLICATE` and `GAP`
 */
export function isRefused(code: number): boolean {
  return code >= REFUSED_LENGTH;
}

/** The reason of each final refusal, but of an id that is out of range. */
const REASONS: Readonly<Record<number, string>> = {
  [REFUSED_LENGTH]: `line longer than ${LINE_BYTES_MAX} bytes`,
  [REFUSED_BYTES]: "byte not printable ascii",
  [REFUSED_WORDS]: "not two or three words with one space between",
  [REFUSED_NAME]: "name not LikesServer and a plain number",
  [REFUSED_LIKES_FORM]: "likes not a plain number",
  [REFUSED_LIKES]: `likes out of range 0..${LIKES_MAX}`,
  [REFUSED_SESSION]: "session not 16 lower-case hex digits",
  [REFUSED_MARK]: "mark not session#seq or session#seq=total",
  [REFUSED_SEQ_FORM]: "seq not a plain number",
  [REFUSED_SEQ]: `seq out of range 1..${SEQ_MAX}`,
  [REFUSED_TOTAL_FORM]: "total not a plain number",
  [REFUSED_TOTAL]: `total out of range 0..${TOTAL_MAX}`,
  [REFUSED_GROWTH_BELOW]: "total grew by less than likes",
  [REFUSED_GROWTH_ABOVE]:
    `total grew by more than likes and ${LIKES_MAX} for each draw between`,
  [REFUSED_CONTENT]: "last seq again with other content",
  [REFUSED_TOTAL_MISSING]: "no total in a session that has totals",
  [REFUSED_TOTAL_UNEXPECTED]: "total in a session that has none",
  [REFUSED_OVERFLOW]: `primary total would pass ${TOTAL_MAX}`,
  [REFUSED_HTTP]: "http request",
};

/**
 * The reason that goes after `NAK ` and into the journal.
 *
 * @param code A final refusal
 * @param serverMax Highest id of a likes server that was asked for
 * @returns A few words of printable ASCII, never the same as a temporary
 * refusal's
 * @throws {RangeError} If the code is no final refusal
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { REFUSED_LIKES, reasonOf } from "@likes/simulator/protocol";
 *
 * assertEquals(reasonOf(REFUSED_LIKES), "likes out of range 0..42");
 * ```
 */
export function reasonOf(
  code: number,
  serverMax: number = LIVE_SERVER_MAX,
): string {
  if (code === REFUSED_SERVER) return `server out of range 0..${serverMax}`;
  const reason = REASONS[code];
  if (reason !== undefined) return reason;
  throw new RangeError(
    `Code must be a final refusal: current value is ${code}`,
  );
}
