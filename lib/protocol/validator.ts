/**
 * The validator of reports: the only place that knows the rules of the line
 * protocol. A likes server asks here before it sends, the primary asks here
 * about what it received.
 *
 * ```text
 * report  = name SP likes [SP mark] LF
 * name    = "LikesServer" id            ; no leading zero
 * likes   = 0..42                       ; decimal, no sign, no leading zero
 * mark    = session "#" seq ["=" total] ; session: 16 lower-case hex digits
 * ```
 *
 * The primary judges millions of reports a second, so the functions here read
 * bytes where they lie, answer with small numbers and make no string and no
 * object.
 *
 * @module
 */

import {
  DUPLICATE,
  GAP,
  LIKES_MAX,
  LINE_BYTES_MAX,
  LIVE_SERVER_MAX,
  REFUSED_BYTES,
  REFUSED_CONTENT,
  REFUSED_GROWTH_ABOVE,
  REFUSED_GROWTH_BELOW,
  REFUSED_HTTP,
  REFUSED_LENGTH,
  REFUSED_LIKES,
  REFUSED_LIKES_FORM,
  REFUSED_MARK,
  REFUSED_NAME,
  REFUSED_OVERFLOW,
  REFUSED_SEQ,
  REFUSED_SEQ_FORM,
  REFUSED_SERVER,
  REFUSED_SESSION,
  REFUSED_TOTAL,
  REFUSED_TOTAL_FORM,
  REFUSED_TOTAL_MISSING,
  REFUSED_TOTAL_UNEXPECTED,
  REFUSED_WORDS,
  SEQ_MAX,
  TOTAL_MAX,
  VALID,
} from "./codes.ts";
import { isHttpRequest } from "./http_request.ts";

export * from "./codes.ts";

/**
 * The numbers of one report. One object is made and filled again for every
 * line.
 */
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
  /**
   * Sum of the session's draws up to and including this one; -1: the report has
   * no total.
   */
  total: number = -1;
}

const DIGIT_0 = 0x30;
const EQUALS = 0x3d;
const HASH = 0x23;
const SPACE = 0x20;
const TILDE = 0x7e;
const NAME_PREFIX_BYTES = 11;
const SESSION_BYTES = 16;

const NO_HEX = 16;
/**
 * Value of each byte as a lower-case hexadecimal digit; `NO_HEX` for every byte
 * that is none.
 */
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
 * The fields hold the report when the answer is `VALID`; otherwise what they
 * hold has no meaning.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte, the LF not included
 * @param into Where to put the fields
 * @param serverMax Highest id of a likes server
 * @returns `VALID` or a final refusal
 *
 * @example Usage
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
  serverMax: number = LIVE_SERVER_MAX,
): number {
  if (end - start > LINE_BYTES_MAX) {
    return refusalOf(bytes, start, end, REFUSED_LENGTH);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const after = parseReport(view, start, end, into, serverMax);
  if (after === end) return VALID;
  return refusalOf(bytes, start, end, after < 0 ? -after : lastFieldOf(into));
}

/**
 * Reads the report that begins at `start` and ends at the first byte that
 * cannot belong to it. Every report takes this path: one pass from left to
 * right, no object made, up to the first field that is wrong.
 *
 * The end of the line need not be known: if the byte after the report is the
 * line's LF, the line is a valid report.
 *
 * @param view Bytes that hold the report; a view, because it reads four bytes
 * as fast as one
 * @param start Index of its first byte
 * @param limit Index after the last byte that may be read
 * @param into Where to put the fields
 * @param serverMax Highest id of a likes server
 * @returns Index after the last byte of the report; or a final refusal, negated
 */
export function parseReport(
  view: DataView,
  start: number,
  limit: number,
  into: ReportFields,
  serverMax: number,
): number {
  let at = start + NAME_PREFIX_BYTES;
  if (at >= limit || !isNamePrefix(view, start)) return -REFUSED_NAME;
  let after = scanNumber(view, at, limit);
  if (after === at) return -REFUSED_NAME;
  const server = scanned.value;
  if (server > serverMax) return -REFUSED_SERVER;
  if (after === limit || view.getUint8(after) !== SPACE) return -REFUSED_NAME;

  at = after + 1;
  after = scanNumber(view, at, limit);
  if (after === at) return -REFUSED_LIKES_FORM;
  const likes = scanned.value;
  if (likes > LIKES_MAX) return -REFUSED_LIKES;
  into.server = server;
  into.likes = likes;
  into.sessionHigh = 0;
  into.sessionLow = 0;
  into.seq = 0;
  into.total = -1;
  if (after === limit || view.getUint8(after) !== SPACE) return after;

  at = after + 1 + SESSION_BYTES;
  if (at > limit || !scanSession(view, after + 1, into)) {
    return -REFUSED_SESSION;
  }
  if (at === limit || view.getUint8(at) !== HASH) return -REFUSED_MARK;
  at++;
  after = scanNumber(view, at, limit);
  if (after === at) return -REFUSED_SEQ_FORM;
  const seq = scanned.value;
  if (seq < 1 || seq > SEQ_MAX) return -REFUSED_SEQ;
  into.seq = seq;
  if (after === limit || view.getUint8(after) !== EQUALS) return after;

  at = after + 1;
  after = scanNumber(view, at, limit);
  if (after === at) return -REFUSED_TOTAL_FORM;
  const total = scanned.value;
  if (total > TOTAL_MAX) return -REFUSED_TOTAL;
  const code = validateGrowth(likes, total, seq);
  if (code !== VALID) return -code;
  into.total = total;
  return after;
}

function isNamePrefix(view: DataView, at: number): boolean {
  // Three words, the last of which overlaps the second.
  return view.getInt32(at) === 0x4c696b65 && // Like
    view.getInt32(at + 4) === 0x73536572 && // sSer
    view.getInt32(at + 7) === 0x72766572; // rver
}

/**
 * The value that `scanNumber` read: a function returns one number, and a pair
 * would be an object for each field.
 */
const scanned = { value: 0 };

/**
 * Reads a decimal number without sign or leading zero. It is exact up to 2^53;
 * above, rounding keeps it above `TOTAL_MAX`, so that a comparison with any
 * bound is right whatever the number of digits.
 *
 * @returns Index after the number; `start` if there is none
 */
function scanNumber(view: DataView, start: number, limit: number): number {
  let value = 0;
  let at = start;
  while (at < limit) {
    const digit = view.getUint8(at) - DIGIT_0;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
    at++;
  }
  scanned.value = value;
  return at - start > 1 && view.getUint8(start) === DIGIT_0 ? start : at;
}

const ZEROS = 0x30303030;

/**
 * The 16 digits of the session read last, in four words, and their value. Most
 * often the next report is of the same session: then it is valid because this
 * one was. The first is the session of 16 zeros.
 */
const lastSession = { a: ZEROS, b: ZEROS, c: ZEROS, d: ZEROS, high: 0, low: 0 };

/**
 * Reads the 16 digits of a session; false if a byte is no lower-case
 * hexadecimal digit.
 */
function scanSession(view: DataView, at: number, into: ReportFields): boolean {
  const a = view.getInt32(at);
  const b = view.getInt32(at + 4);
  const c = view.getInt32(at + 8);
  const d = view.getInt32(at + 12);
  const last = lastSession;
  if (a !== last.a || b !== last.b || c !== last.c || d !== last.d) {
    const first = hexOf(a);
    const second = hexOf(b);
    const third = hexOf(c);
    const fourth = hexOf(d);
    if ((first | second | third | fourth) < 0) return false;
    last.a = a;
    last.b = b;
    last.c = c;
    last.d = d;
    last.high = first << 16 | second;
    last.low = third << 16 | fourth;
  }
  into.sessionHigh = last.high;
  into.sessionLow = last.low;
  return true;
}

/** Value of four hexadecimal digits; -1 if a byte is none. */
function hexOf(word: number): number {
  const a = HEX_VALUES[word >>> 24] as number;
  const b = HEX_VALUES[word >>> 16 & 0xff] as number;
  const c = HEX_VALUES[word >>> 8 & 0xff] as number;
  const d = HEX_VALUES[word & 0xff] as number;
  return (a | b | c | d) < NO_HEX ? a << 12 | b << 8 | c << 4 | d : -1;
}

/**
 * The refusal of the field that was read last and is followed by something else
 * than the end of the line.
 */
function lastFieldOf(fields: ReportFields): number {
  if (fields.seq === 0) return REFUSED_LIKES_FORM;
  return fields.total < 0 ? REFUSED_SEQ_FORM : REFUSED_TOTAL_FORM;
}

/**
 * The refusal of a line that is no report. What is wrong with the line as a
 * whole comes before `code`, which is what is wrong with the field at which the
 * parser stopped. Only refused lines come here, so this may take its time.
 */
function refusalOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  code: number,
): number {
  const line = bytes.subarray(start, Math.min(end, start + LINE_BYTES_MAX + 1));
  const text = String.fromCharCode(...line);
  const isCut = code === REFUSED_LENGTH;
  if (isHttpRequest(text, isCut)) return REFUSED_HTTP;
  if (isCut) return REFUSED_LENGTH;
  if (line.some((byte) => byte < SPACE || byte > TILDE)) return REFUSED_BYTES;
  const words = text.split(" ");
  const isWellSpaced = (words.length === 2 || words.length === 3) &&
    !words.includes("");
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
  serverMax: number = LIVE_SERVER_MAX,
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
 * Checks a marked report that is valid by itself against what the ledger knows
 * of its session.
 *
 * @param lastSeq Highest seq counted; 0: the session was not seen yet
 * @param lastLikes Likes of the report with that seq
 * @param lastTotal Total of the report with that seq; -1: the session has no
 * totals
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
  if (hasTotal !== (lastTotal >= 0)) {
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
 * A total grows by the likes of the report's own draw and by at most 42 for
 * each draw between. A report alone is judged as growth from nothing at seq 0.
 */
function validateGrowth(likes: number, growth: number, draws: number): number {
  if (growth < likes) return REFUSED_GROWTH_BELOW;
  if (growth > likes + LIKES_MAX * (draws - 1)) return REFUSED_GROWTH_ABOVE;
  return VALID;
}

/**
 * Checks that a total of the primary stays exact when newly counted likes are
 * added.
 *
 * @param total A total so far, 0 to 2^53 - 1
 * @param newly Likes to add, 0 to 2^53 - 1
 * @returns `VALID` or `REFUSED_OVERFLOW`
 */
export function validateAddition(total: number, newly: number): number {
  return newly <= TOTAL_MAX - total ? VALID : REFUSED_OVERFLOW;
}

// What the lines between replicas, in entries.ts, have in common with reports.
export {
  EQUALS,
  HASH,
  isNamePrefix,
  isWhole,
  NAME_PREFIX_BYTES,
  scanned,
  scanNumber,
  scanSession,
  SESSION_BYTES,
  SPACE,
  TILDE,
  validateGrowth,
};
