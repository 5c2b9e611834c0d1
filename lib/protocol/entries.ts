/**
 * Entries as replicas and readers tell them: the line, and what is a valid one.
 * The same rules as for reports, in `validator.ts`, of which this is the part
 * that no report needs.
 *
 * ```text
 * entry     = session / repaired / component
 * session   = name SP likes SP key "#" seq ("=" / "~") total
 * repaired  = name SP "-" SP key "#" seq "=" total
 * component = name SP likes SP key "@" seq "~" total
 * ```
 *
 * @module
 */

import { encodeHex32, encodeNumber, NAME_BYTES } from "./report.ts";
import {
  EQUALS,
  HASH,
  isNamePrefix,
  isWhole,
  LIKES_MAX,
  LINE_BYTES_MAX,
  LIVE_SERVER_MAX,
  NAME_PREFIX_BYTES,
  REFUSED_BYTES,
  REFUSED_LENGTH,
  REFUSED_LIKES,
  REFUSED_LIKES_FORM,
  REFUSED_MARK,
  REFUSED_NAME,
  REFUSED_SEQ,
  REFUSED_SEQ_FORM,
  REFUSED_SERVER,
  REFUSED_SESSION,
  REFUSED_TOTAL,
  REFUSED_TOTAL_FORM,
  REFUSED_WORDS,
  ReportFields,
  scanned,
  scanNumber,
  scanSession,
  SEQ_MAX,
  SESSION_BYTES,
  SPACE,
  TILDE,
  TOTAL_MAX,
  VALID,
  validateGrowth,
} from "./validator.ts";

/** In place of likes: nobody told them. */
export const LIKES_UNKNOWN: number = -1;

const AT = 0x40;
const DASH = 0x2d;

/**
 * The numbers of one entry. One object is made and filled again for every line.
 *
 * `sessionHigh` and `sessionLow` are the entry's key: the session, or the
 * incarnation of the replica whose component it is. `likes` are those of the
 * last report, or {@linkcode LIKES_UNKNOWN} in an entry that came by a repair.
 */
export class EntryFields extends ReportFields {
  /**
   * Whether it is what one incarnation of a replica counted of a server's
   * unmarked reports; else it is a session.
   */
  isComponent = false;
  /**
   * Whether the session's reports carry totals; false if that is unknown.
   */
  hasTotals = false;
}

/**
 * Checks the numbers of an entry: whether draws can add up to them.
 *
 * The total is at least the likes of the last report, and at most those and 42
 * for each draw before. A component that has counted 2^31 - 1 reports counts
 * likes but no more reports, so its total has no other bound than 2^53 - 1.
 *
 * @param fields The entry
 * @param serverMax Highest id of a likes server
 * @returns `VALID` or the refusal
 */
export function validateEntry(
  fields: EntryFields,
  serverMax: number = LIVE_SERVER_MAX,
): number {
  const { server, likes, seq, total } = fields;
  if (!isWhole(server, 0, serverMax)) return REFUSED_SERVER;
  if (!isWhole(likes, LIKES_UNKNOWN, LIKES_MAX)) return REFUSED_LIKES;
  if (!isWhole(seq, 1, SEQ_MAX)) return REFUSED_SEQ;
  if (!isWhole(total, 0, TOTAL_MAX)) return REFUSED_TOTAL;
  if (likes === LIKES_UNKNOWN) {
    return fields.isComponent || fields.hasTotals
      ? REFUSED_LIKES
      : validateGrowth(0, total, seq + 1);
  }
  if (fields.isComponent) {
    if (fields.hasTotals) return REFUSED_MARK;
    if (seq === SEQ_MAX && total >= likes) return VALID;
  }
  return validateGrowth(likes, total, seq);
}

/**
 * Whether an entry with this refusal is skipped and the rest of its message
 * stands: its form is right, and no draws can add up to it. A line that is no
 * entry at all refuses its message.
 *
 * @param code What {@linkcode validateEntry} or {@linkcode parseEntry} answered
 * @returns True for numbers out of range, false for `VALID` and wrong forms
 */
export function isSkipped(code: number): boolean {
  switch (code) {
    case VALID:
    case REFUSED_LENGTH:
    case REFUSED_BYTES:
    case REFUSED_WORDS:
    case REFUSED_NAME:
    case REFUSED_LIKES_FORM:
    case REFUSED_SESSION:
    case REFUSED_MARK:
    case REFUSED_SEQ_FORM:
    case REFUSED_TOTAL_FORM:
      return false;
    default:
      return true;
  }
}

/**
 * Parses an entry where it lies and checks it.
 *
 * The fields hold the entry when the answer is `VALID`; otherwise what they
 * hold has no meaning.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte, the LF not included
 * @param into Where to put the fields
 * @param serverMax Highest id of a likes server
 * @returns `VALID` or a refusal, that of the first field whose form is wrong,
 *   else of the first that is out of range
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EntryFields, parseEntry, VALID } from "@likes/simulator/protocol";
 *
 * const line = new TextEncoder().encode("LikesServer3 14 0123456789abcdef#7~98");
 * const fields = new EntryFields();
 * assertEquals(parseEntry(line, 0, line.length, fields), VALID);
 * assertEquals([fields.server, fields.likes, fields.seq, fields.total], [3, 14, 7, 98]);
 * assertEquals([fields.isComponent, fields.hasTotals], [false, false]);
 * ```
 */
export function parseEntry(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: EntryFields,
  serverMax: number = LIVE_SERVER_MAX,
): number {
  if (end - start > LINE_BYTES_MAX) return REFUSED_LENGTH;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start + NAME_PREFIX_BYTES;
  if (at >= end || !isNamePrefix(view, start)) return REFUSED_NAME;
  let after = scanNumber(view, at, end);
  if (after === at || bytes[after] !== SPACE) return REFUSED_NAME;
  into.server = scanned.value;

  at = after + 1;
  if (at < end && bytes[at] === DASH) {
    into.likes = LIKES_UNKNOWN;
    after = at + 1;
  } else {
    after = scanNumber(view, at, end);
    into.likes = scanned.value;
  }
  if (after === at || after >= end || bytes[after] !== SPACE) {
    return REFUSED_LIKES_FORM;
  }

  at = after + 1 + SESSION_BYTES;
  if (at >= end || !scanSession(view, after + 1, into)) return REFUSED_SESSION;
  const kind = bytes[at];
  if (kind !== HASH && kind !== AT) return REFUSED_MARK;
  into.isComponent = kind === AT;
  at++;
  after = scanNumber(view, at, end);
  if (after === at || after >= end) return REFUSED_SEQ_FORM;
  into.seq = scanned.value;
  const sign = bytes[after];
  if (sign !== EQUALS && sign !== TILDE) return REFUSED_SEQ_FORM;
  const isRepaired = into.likes === LIKES_UNKNOWN;
  if (sign === EQUALS ? into.isComponent : isRepaired) return REFUSED_MARK;
  into.hasTotals = sign === EQUALS && !isRepaired;

  at = after + 1;
  after = scanNumber(view, at, end);
  if (after === at || after !== end) return REFUSED_TOTAL_FORM;
  into.total = scanned.value;
  return validateEntry(into, serverMax);
}

/** More bytes than the longest entry has, without its LF. */
export const ENTRY_BYTES_MAX = 128;

/**
 * Writes an entry into bytes, without making a string. The fields are trusted:
 * ask {@linkcode validateEntry} first.
 *
 * @param fields The entry
 * @param into Where to write: {@linkcode ENTRY_BYTES_MAX} bytes from `offset`
 * on are always enough
 * @param offset Index of the first byte to write
 * @returns Index after the last byte written, without LF
 */
export function encodeEntry(
  fields: EntryFields,
  into: Uint8Array,
  offset: number,
): number {
  const isRepaired = fields.likes === LIKES_UNKNOWN;
  into.set(NAME_BYTES, offset);
  let at = encodeNumber(fields.server, into, offset + NAME_BYTES.length);
  into[at++] = SPACE;
  if (isRepaired) into[at++] = DASH;
  else at = encodeNumber(fields.likes, into, at);
  into[at++] = SPACE;
  at = encodeHex32(fields.sessionHigh, into, at);
  at = encodeHex32(fields.sessionLow, into, at);
  into[at++] = fields.isComponent ? AT : HASH;
  at = encodeNumber(fields.seq, into, at);
  into[at++] = fields.hasTotals || isRepaired ? EQUALS : TILDE;
  return encodeNumber(fields.total, into, at);
}
