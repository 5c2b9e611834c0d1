/**
 * What is a valid report: the only place that knows the rules of the line protocol. A likes server asks here before it
 * sends, the primary asks here about what it received.
 *
 * ```text
 * report  = name SP likes [SP mark] LF
 * name    = "LikesServer" id            ; no leading zero
 * likes   = 0..42                       ; decimal, no sign, no leading zero
 * mark    = session "#" seq ["=" total] ; session: 16 lower-case hex digits
 * ```
 *
 * The primary judges millions of reports a second, so the functions here read bytes where they lie, answer with small
 * numbers and make no string and no object.
 *
 * @module
 */

/** Most likes in one draw, and so in one report. */
export const LIKES_MAX = 42;

/** Highest number of a draw within its session, 2^31 - 1. */
export const SEQ_MAX = 2147483647;

/** Highest total, 2^53 - 1: up to here a number holds every whole number exactly. */
export const TOTAL_MAX: number = Number.MAX_SAFE_INTEGER;

/** Bytes of the longest line, its LF not counted. */
export const LINE_BYTES_MAX = 256;

/** Highest id of a likes server in a live run; a virtual run uses its number of servers instead. */
export const LIVE_SERVER_MAX = 9999;

/** The report is valid; against the ledger: it is news, count it. */
export const VALID = 0;
/** Its draws are counted already: acknowledge it and count nothing. */
export const DUPLICATE = 1;
/** A draw of a session without totals has not arrived: a temporary refusal, the sender goes back to it. */
export const GAP = 2;

// The final refusals. All are at or above REFUSED_LENGTH, which is what `isRefused` goes by.

/** The line has more than 256 bytes. */
export const REFUSED_LENGTH = 10;
/** A byte is not printable ASCII. */
export const REFUSED_BYTES = 11;
/** Not two or three words with one space between them. */
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
/** The total grew by more than the likes of this report and 42 for each draw between. */
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
 * Whether a code is a final refusal: the report is wrong and will never be counted.
 *
 * @param code What a function of this module answered
 * @returns True for every `REFUSED_…`, false for `VALID`, `DUPLICATE` and `GAP`
 */
export function isRefused(code: number): boolean {
  return code >= REFUSED_LENGTH;
}

/**
 * The reason that goes after `NAK ` and into the journal.
 *
 * @param code A final refusal
 * @param serverMax Highest id of a likes server that was asked for
 * @returns A few words of printable ASCII, never the same as a temporary refusal's
 * @throws {RangeError} If the code is no final refusal
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { REFUSED_LIKES, reasonOf } from "@likes/simulator/protocol";
 *
 * assertEquals(reasonOf(REFUSED_LIKES), "likes out of range 0..42");
 * ```
 */
export function reasonOf(code: number, serverMax = LIVE_SERVER_MAX): string {
  switch (code) {
    case REFUSED_LENGTH:
      return `line longer than ${LINE_BYTES_MAX} bytes`;
    case REFUSED_BYTES:
      return "byte not printable ascii";
    case REFUSED_WORDS:
      return "not two or three words with one space between";
    case REFUSED_NAME:
      return "name not LikesServer and a plain number";
    case REFUSED_SERVER:
      return `server out of range 0..${serverMax}`;
    case REFUSED_LIKES_FORM:
      return "likes not a plain number";
    case REFUSED_LIKES:
      return `likes out of range 0..${LIKES_MAX}`;
    case REFUSED_SESSION:
      return "session not 16 lower-case hex digits";
    case REFUSED_MARK:
      return "mark not session#seq or session#seq=total";
    case REFUSED_SEQ_FORM:
      return "seq not a plain number";
    case REFUSED_SEQ:
      return `seq out of range 1..${SEQ_MAX}`;
    case REFUSED_TOTAL_FORM:
      return "total not a plain number";
    case REFUSED_TOTAL:
      return `total out of range 0..${TOTAL_MAX}`;
    case REFUSED_GROWTH_BELOW:
      return "total grew by less than likes";
    case REFUSED_GROWTH_ABOVE:
      return `total grew by more than likes and ${LIKES_MAX} for each draw between`;
    case REFUSED_CONTENT:
      return "last seq again with other content";
    case REFUSED_TOTAL_MISSING:
      return "no total in a session that has totals";
    case REFUSED_TOTAL_UNEXPECTED:
      return "total in a session that has none";
    case REFUSED_OVERFLOW:
      return `primary total would pass ${TOTAL_MAX}`;
    default:
      throw new RangeError(
        `Code must be a final refusal: current value is ${code}`,
      );
  }
}

/** The numbers of one report. One object is made and filled again for every line. */
export class ReportFields {
  /** Id of the likes server. */
  server = 0;
  /** Likes of the draw, 0..42. */
  likes = 0;
  /** First 8 hexadecimal digits of the session, as a signed 32-bit number. */
  sessionHigh = 0;
  /** Last 8 hexadecimal digits of the session, as a signed 32-bit number. */
  sessionLow = 0;
  /** Number of the draw in its session from 1; 0: the report has no mark. */
  seq = 0;
  /** Sum of the session's draws up to and including this one; -1: the report has no total. */
  total: number = -1;
}

const HASH = 0x23;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TILDE = 0x7e;
const DIGIT_0 = 0x30;
const NAME_PREFIX = new TextEncoder().encode("LikesServer");
const SESSION_DIGITS = 16;

const NO_HEX = 16;
/** Value of each byte as a lower-case hexadecimal digit; `NO_HEX` for every byte that is none. */
const HEX_VALUES: Uint8Array = hexValues();

function hexValues(): Uint8Array {
  const values = new Uint8Array(256).fill(NO_HEX);
  for (let value = 0; value < 16; value++) {
    values[value.toString(16).charCodeAt(0)] = value;
  }
  return values;
}

/**
 * Parses a line where it lies and checks everything that needs no ledger.
 *
 * The fields hold the report when the answer is `VALID`; otherwise what they hold has no meaning.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte, the LF not included
 * @param into Where to put the fields
 * @param serverMax Highest id of a likes server
 * @returns `VALID` or a final refusal
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ReportFields, VALID, validateLine } from "@likes/simulator/protocol";
 *
 * const line = new TextEncoder().encode("LikesServer3 14 0123456789abcdef#7=98");
 * const fields = new ReportFields();
 * assertEquals(validateLine(line, 0, line.length, fields), VALID);
 * assertEquals([fields.server, fields.likes, fields.seq, fields.total], [3, 14, 7, 98]);
 * ```
 */
export function validateLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: ReportFields,
  serverMax = LIVE_SERVER_MAX,
): number {
  const code = parseLine(bytes, start, end, into, serverMax);
  return code === VALID ? VALID : refusalOf(bytes, start, end, code);
}

/** Left to right, one field after the other, up to the first that is wrong. */
function parseLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: ReportFields,
  serverMax: number,
): number {
  if (end - start > LINE_BYTES_MAX) return REFUSED_LENGTH;

  let at = start + NAME_PREFIX.length;
  if (at >= end) return REFUSED_NAME;
  for (let i = 0; i < NAME_PREFIX.length; i++) {
    if (bytes[start + i] !== NAME_PREFIX[i]) return REFUSED_NAME;
  }
  let after = afterNumber(bytes, at, end);
  if (after === at) return REFUSED_NAME;
  const server = numberIn(bytes, at, after);
  if (server > serverMax) return REFUSED_SERVER;
  if (after === end) return REFUSED_WORDS;
  if (bytes[after] !== SPACE) return REFUSED_NAME;

  at = after + 1;
  after = afterNumber(bytes, at, end);
  if (after === at) return REFUSED_LIKES_FORM;
  if (after !== end && bytes[after] !== SPACE) return REFUSED_LIKES_FORM;
  const likes = numberIn(bytes, at, after);
  if (likes > LIKES_MAX) return REFUSED_LIKES;

  into.server = server;
  into.likes = likes;
  if (after !== end) return parseMark(bytes, after + 1, end, into);
  into.sessionHigh = 0;
  into.sessionLow = 0;
  into.seq = 0;
  into.total = -1;
  return VALID;
}

function parseMark(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: ReportFields,
): number {
  let at = start + SESSION_DIGITS;
  if (at >= end) return REFUSED_SESSION;
  let high = 0;
  let low = 0;
  let seen = 0;
  for (let i = 0; i < 8; i++) {
    const highValue = HEX_VALUES[bytes[start + i] ?? 0] ?? NO_HEX;
    const lowValue = HEX_VALUES[bytes[start + 8 + i] ?? 0] ?? NO_HEX;
    high = high << 4 | highValue;
    low = low << 4 | lowValue;
    seen |= highValue | lowValue;
  }
  if (seen >= NO_HEX) return REFUSED_SESSION;
  if (bytes[at] !== HASH) return REFUSED_MARK;

  at++;
  let after = afterNumber(bytes, at, end);
  if (after === at) return REFUSED_SEQ_FORM;
  if (after !== end && bytes[after] !== EQUALS) return REFUSED_SEQ_FORM;
  const seq = numberIn(bytes, at, after);
  if (seq < 1 || seq > SEQ_MAX) return REFUSED_SEQ;

  let total = -1;
  if (after !== end) {
    at = after + 1;
    after = afterNumber(bytes, at, end);
    if (after === at || after !== end) return REFUSED_TOTAL_FORM;
    total = numberIn(bytes, at, after);
    if (total > TOTAL_MAX) return REFUSED_TOTAL;
    const code = validateGrowth(into.likes, total, seq);
    if (code !== VALID) return code;
  }
  into.sessionHigh = high;
  into.sessionLow = low;
  into.seq = seq;
  into.total = total;
  return VALID;
}

/** Index after the decimal number at `at`; `at` itself if there is none or it has a leading zero. */
function afterNumber(bytes: Uint8Array, at: number, end: number): number {
  let after = at;
  while (after < end && isDigit(bytes[after] ?? 0)) after++;
  return after - at > 1 && bytes[at] === DIGIT_0 ? at : after;
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}

/**
 * Value of the digits in [start, end). Exact up to 2^53; above, rounding keeps it above `TOTAL_MAX`, so that a
 * comparison with any bound is right whatever the number of digits.
 */
function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    value = value * 10 + (bytes[at] ?? 0) - DIGIT_0;
  }
  return value;
}

/**
 * The reason for a line that did not parse. What is wrong with the line as a whole comes before what is wrong with the
 * field at which the parser stopped. Only refused lines come here, so it may take its time.
 */
function refusalOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  code: number,
): number {
  if (code === REFUSED_LENGTH) return code;
  let words = 1;
  let wordStart = start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < SPACE || byte > TILDE) return REFUSED_BYTES;
    if (byte !== SPACE) continue;
    if (at === wordStart) words = Infinity;
    wordStart = at + 1;
    words++;
  }
  const isWellSpaced = wordStart < end && (words === 2 || words === 3);
  return isWellSpaced ? code : REFUSED_WORDS;
}

/**
 * Checks the fields of a report, as a likes server does before it sends.
 *
 * @param fields The report
 * @param serverMax Highest id of a likes server
 * @returns `VALID` or a final refusal
 */
export function validateFields(
  fields: ReportFields,
  serverMax = LIVE_SERVER_MAX,
): number {
  const { server, likes, seq, total } = fields;
  if (!isWhole(server, 0, serverMax)) return REFUSED_SERVER;
  if (!isWhole(likes, 0, LIKES_MAX)) return REFUSED_LIKES;
  if (!isWhole(seq, 0, SEQ_MAX)) return REFUSED_SEQ;
  if (seq === 0) return total === -1 ? VALID : REFUSED_MARK;
  if (total === -1) return VALID;
  if (!isWhole(total, 0, TOTAL_MAX)) return REFUSED_TOTAL;
  return validateGrowth(likes, total, seq);
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/**
 * Checks a marked report that is valid by itself against what the ledger knows of its session.
 *
 * @param lastSeq Highest seq counted; 0: the session was not seen yet
 * @param lastLikes Likes of the report with that seq
 * @param lastTotal Total of the report with that seq; -1: the session has no totals
 * @param seq Seq of the report, 1 or more
 * @param likes Likes of the report
 * @param total Total of the report; -1: it has none
 * @returns `VALID`, `DUPLICATE`, `GAP` or a final refusal
 */
export function validateSuccession(
  lastSeq: number,
  lastLikes: number,
  lastTotal: number,
  seq: number,
  likes: number,
  total: number,
): number {
  const hasTotal = total >= 0;
  if (lastSeq === 0) {
    if (hasTotal) return validateGrowth(likes, total, seq);
    return seq === 1 ? VALID : GAP;
  }
  if (hasTotal !== lastTotal >= 0) {
    return hasTotal ? REFUSED_TOTAL_UNEXPECTED : REFUSED_TOTAL_MISSING;
  }
  if (seq < lastSeq) return DUPLICATE;
  if (seq === lastSeq) {
    return likes === lastLikes && total === lastTotal
      ? DUPLICATE
      : REFUSED_CONTENT;
  }
  if (hasTotal) return validateGrowth(likes, total - lastTotal, seq - lastSeq);
  return seq === lastSeq + 1 ? VALID : GAP;
}

/**
 * A total grows by the likes of the report's own draw and by at most 42 for each draw between. A report alone is
 * judged as growth from nothing at seq 0.
 */
function validateGrowth(likes: number, growth: number, draws: number): number {
  if (growth < likes) return REFUSED_GROWTH_BELOW;
  if (growth > likes + LIKES_MAX * (draws - 1)) return REFUSED_GROWTH_ABOVE;
  return VALID;
}

/**
 * Checks that a total of the primary stays exact when newly counted likes are added.
 *
 * @param total A total so far, 0 to 2^53 - 1
 * @param newly Likes to add, 0 to 2^53 - 1
 * @returns `VALID` or `REFUSED_OVERFLOW`
 */
export function validateAddition(total: number, newly: number): number {
  return newly <= TOTAL_MAX - total ? VALID : REFUSED_OVERFLOW;
}
