/**
 * Reports as objects and strings, for everything that is not in a hurry, and
 * the encoder that is.
 *
 * @module
 */

import {
  EQUALS,
  HASH,
  isRefused,
  LINE_BYTES_MAX,
  reasonOf,
  ReportFields,
  SPACE,
  validateFields,
  validateLine,
} from "./validator.ts";

/** The mark by which a report is recognised when it arrives twice. */
export interface Mark {
  /** The session: 16 lower-case hexadecimal digits. */
  session: string;
  /** Number of the draw in its session, 1 to 2^31 - 1. */
  seq: number;
  /**
   * Sum of the session's draws up to and including this one. Without it the
   * report stands for its own likes only.
   */
  total?: number;
}

/** A report: one message of a likes server to the primary. */
export interface Report {
  /** Id of the likes server, 0 to 9999. */
  server: number;
  /** Likes of one draw, 0 to 42. */
  likes: number;
  /** Session, seq and total, in the delivery modes that mark their reports. */
  mark?: Mark;
}

/** Options of `encodeReport()` and `decodeReport()`. */
export interface ReportOptions {
  /**
   * Highest id of a likes server.
   *
   * @default {9999}
   */
  serverMax?: number;
}

const NAME_PREFIX = "LikesServer";
const SESSION_REGEXP = /^[0-9a-f]{16}$/;
/** The name of a likes server, with its id as a group. */
export const SERVER_NAME_REGEXP: RegExp = /^LikesServer(0|[1-9][0-9]{0,8})$/;

const encoder = new TextEncoder();

/**
 * Writes a report as a line.
 *
 * @param report The report
 * @param options How ids are judged
 * @returns The line, without its LF
 * @throws {RangeError} If the report is not valid
 * @throws {SyntaxError} If the session is not 16 lower-case hexadecimal digits
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeReport } from "@likes/simulator/protocol";
 *
 * const mark = { session: "0123456789abcdef", seq: 7, total: 98 };
 * assertEquals(encodeReport({ server: 3, likes: 14, mark }), "LikesServer3 14 0123456789abcdef#7=98");
 * assertEquals(encodeReport({ server: 0, likes: 42 }), "LikesServer0 42");
 * ```
 */
export function encodeReport(
  report: Report,
  options: ReportOptions = {},
): string {
  const { server, likes, mark } = report;
  const fields = new ReportFields();
  fields.server = server;
  fields.likes = likes;
  if (mark) {
    [fields.sessionHigh, fields.sessionLow] = parseSession(mark.session);
    if (mark.seq === 0) {
      throw new RangeError(
        "Cannot encode the report as its seq must be 1 or more: current value is 0",
      );
    }
    fields.seq = mark.seq;
    if (mark.total !== undefined) {
      if (mark.total < 0) {
        throw new RangeError(
          `Cannot encode the report as its total must be 0 or more: current value is ${mark.total}`,
        );
      }
      fields.total = mark.total;
    }
  }
  const code = validateFields(fields, options.serverMax);
  if (isRefused(code)) {
    throw new RangeError(
      `Cannot encode the report, ${
        reasonOf(code, options.serverMax)
      }: current value is ${JSON.stringify(report)}`,
    );
  }
  const words = `${serverName(server)} ${likes}`;
  if (!mark) return words;
  return `${words} ${mark.session}#${mark.seq}${
    mark.total === undefined ? "" : `=${mark.total}`
  }`;
}

/**
 * Reads a report from a line.
 *
 * @param line The line, without its LF
 * @param options How ids are judged
 * @returns The report
 * @throws {SyntaxError} If the line is not a valid report; the message holds
 * the reason a primary would give
 *
 * @example Usage
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { decodeReport } from "@likes/simulator/protocol";
 *
 * assertEquals(decodeReport("LikesServer3 14"), { server: 3, likes: 14 });
 * assertThrows(() => decodeReport("LikesServer3 43"), SyntaxError, "likes out of range 0..42");
 * ```
 */
export function decodeReport(
  line: string,
  options: ReportOptions = {},
): Report {
  const bytes = encoder.encode(line);
  const fields = new ReportFields();
  const code = validateLine(bytes, 0, bytes.length, fields, options.serverMax);
  if (isRefused(code)) {
    const shown = JSON.stringify(line.slice(0, LINE_BYTES_MAX));
    throw new SyntaxError(
      `Cannot decode the report, ${
        reasonOf(code, options.serverMax)
      }: current value is ${shown}`,
    );
  }
  const { server, likes, sessionHigh, sessionLow, seq, total } = fields;
  if (seq === 0) return { server, likes };
  const mark: Mark = { session: formatSession(sessionHigh, sessionLow), seq };
  if (total >= 0) mark.total = total;
  return { server, likes, mark };
}

/**
 * Name of a likes server.
 *
 * @param id Its id, 0 or more
 * @returns `LikesServer` and the id
 * @throws {RangeError} If the id is no whole number from 0 to 999999999
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { serverName } from "@likes/simulator/protocol";
 *
 * assertEquals(serverName(3), "LikesServer3");
 * ```
 */
export function serverName(id: number): string {
  if (!Number.isInteger(id) || id < 0 || id > 999_999_999) {
    throw new RangeError(
      `Id of a likes server must be 0..999999999: current value is ${id}`,
    );
  }
  return `${NAME_PREFIX}${id}`;
}

/**
 * Id of a likes server.
 *
 * @param name Its name
 * @returns The id, 0 to 999999999
 * @throws {SyntaxError} If the name is not `LikesServer` and a number without
 * leading zero
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { serverId } from "@likes/simulator/protocol";
 *
 * assertEquals(serverId("LikesServer3"), 3);
 * ```
 */
export function serverId(name: string): number {
  const id = SERVER_NAME_REGEXP.exec(name)?.[1];
  if (id === undefined) {
    throw new SyntaxError(
      `Name of a likes server must be LikesServer and a number without leading zero: current value is ${
        JSON.stringify(name.slice(0, LINE_BYTES_MAX))
      }`,
    );
  }
  return Number(id);
}

/**
 * Writes a session as text.
 *
 * @param high Its first 32 bits, signed or unsigned
 * @param low Its last 32 bits, signed or unsigned
 * @returns 16 lower-case hexadecimal digits
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatSession } from "@likes/simulator/protocol";
 *
 * assertEquals(formatSession(0x01234567, -1), "01234567ffffffff");
 * ```
 */
export function formatSession(high: number, low: number): string {
  return hex32(high) + hex32(low);
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/**
 * Reads a session from text.
 *
 * @param session 16 lower-case hexadecimal digits
 * @returns Its first and its last 32 bits, as signed numbers
 * @throws {SyntaxError} If the text is anything else
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSession } from "@likes/simulator/protocol";
 *
 * assertEquals(parseSession("01234567ffffffff"), [0x01234567, -1]);
 * ```
 */
export function parseSession(session: string): [high: number, low: number] {
  if (!SESSION_REGEXP.test(session)) {
    throw new SyntaxError(
      `Session must be 16 lower-case hexadecimal digits: current value is ${
        JSON.stringify(session.slice(0, LINE_BYTES_MAX))
      }`,
    );
  }
  return [
    parseInt(session.slice(0, 8), 16) | 0,
    parseInt(session.slice(8), 16) | 0,
  ];
}

/**
 * Writes a report into bytes, without making a string. The fields are trusted:
 * ask `validateFields` first.
 *
 * @param fields The report
 * @param into Where to write; 256 bytes from `offset` on are always enough
 * @param offset Index of the first byte to write
 * @returns Number of bytes written, without LF
 */
export function encodeFields(
  fields: ReportFields,
  into: Uint8Array,
  offset: number,
): number {
  let at = offset;
  for (let i = 0; i < NAME_BYTES.length; i++) into[at++] = NAME_BYTES[i] ?? 0;
  at = encodeNumber(fields.server, into, at);
  into[at++] = SPACE;
  at = encodeNumber(fields.likes, into, at);
  if (fields.seq > 0) {
    into[at++] = SPACE;
    at = encodeHex32(fields.sessionHigh, into, at);
    at = encodeHex32(fields.sessionLow, into, at);
    into[at++] = HASH;
    at = encodeNumber(fields.seq, into, at);
    if (fields.total >= 0) {
      into[at++] = EQUALS;
      at = encodeNumber(fields.total, into, at);
    }
  }
  return at - offset;
}

/** The first bytes of the name of every likes server. */
export const NAME_BYTES = encoder.encode(NAME_PREFIX);
const HEX_BYTES = encoder.encode("0123456789abcdef");
const DIGIT_0 = 0x30;

/**
 * Writes a whole number in decimal, without making a string.
 *
 * @param value 0 to 2^53 - 1
 * @param into Where to write, at most 16 bytes
 * @param offset Index of the first byte to write
 * @returns Index after the last byte written
 */
export function encodeNumber(
  value: number,
  into: Uint8Array,
  offset: number,
): number {
  let end = offset + 1;
  for (let bound = 10; value >= bound; bound *= 10) end++;
  let rest = value;
  let at = end;
  // Beyond 31 bits division is in floating point, which is exact here but slow.
  while (rest > 0x7fffffff) {
    const tenth = Math.floor(rest / 10);
    into[--at] = rest - tenth * 10 + DIGIT_0; // In this order no sum passes 2^53.
    rest = tenth;
  }
  let small = rest | 0;
  while (at > offset) {
    const tenth = (small / 10) | 0;
    into[--at] = small - tenth * 10 + DIGIT_0;
    small = tenth;
  }
  return end;
}

/**
 * Writes 32 bits in hexadecimal, without making a string.
 *
 * @param word The bits, signed or unsigned
 * @param into Where to write, 8 bytes
 * @param offset Index of the first byte to write
 * @returns Index after the last byte written
 */
export function encodeHex32(
  word: number,
  into: Uint8Array,
  offset: number,
): number {
  for (let i = 0; i < 8; i++) {
    into[offset + i] = HEX_BYTES[word >>> (28 - 4 * i) & 15] ?? 0;
  }
  return offset + 8;
}
