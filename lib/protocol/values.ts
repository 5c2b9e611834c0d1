/**
 * What a reader and a replica tell each other of one likes server: the answer
 * `VALUE` to `READ LikesServer3`, and `REPAIR`.
 *
 * @module
 */

import { type EntryFields, LIKES_UNKNOWN, validateEntry } from "./entries.ts";
import { formatSession, parseSession, serverId, serverName } from "./report.ts";
import {
  isRefused,
  LIVE_SERVER_MAX,
  reasonOf,
  SEQ_MAX,
  TOTAL_MAX,
} from "./validator.ts";

/** What is told of a session of an item. */
export interface SessionValue {
  /** The session: 16 lower-case hexadecimal digits. */
  readonly session: string;
  /** The highest seq counted, 1 to 2^31 - 1. */
  readonly seq: number;
  /** The sum of its draws up to that one. */
  readonly total: number;
}

/** What a replica holds of a likes server. */
export interface Value {
  /** The likes server's id. */
  readonly server: number;
  /** Likes counted, of marked and unmarked reports. */
  readonly likes: number;
  /** Its marked sessions. */
  readonly sessions: readonly SessionValue[];
}

const ENTRY_REGEXP = /^([0-9a-f]{16})#([1-9][0-9]{0,9})=(0|[1-9][0-9]{0,15})$/;
const LIKES_REGEXP = /^(0|[1-9][0-9]{0,15})$/;

/**
 * Writes the answer to `READ` of a likes server.
 *
 * @param value What is held of it
 * @returns The line, without its LF
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatValue } from "@likes/simulator/protocol";
 *
 * const sessions = [{ session: "0123456789abcdef", seq: 7, total: 98 }];
 * assertEquals(formatValue({ server: 3, likes: 98, sessions }), "VALUE LikesServer3 98 0123456789abcdef#7=98");
 * ```
 */
export function formatValue(value: Value): string {
  const words = ["VALUE", serverName(value.server), String(value.likes)];
  return words.concat(value.sessions.map(formatEntry)).join(" ");
}

function formatEntry({ session, seq, total }: SessionValue): string {
  return `${session}#${seq}=${total}`;
}

/**
 * Reads the answer to `READ` of a likes server. It never throws: a primary may
 * say anything.
 *
 * @param line The line, without its LF
 * @returns What it says; null if it is no such answer
 */
export function parseValue(line: string): Value | null {
  const [verb, name = "", likesText = "", ...entries] = line.split(" ");
  const likes = Number(LIKES_REGEXP.exec(likesText)?.[1] ?? NaN);
  const server = idOf(name);
  if (verb !== "VALUE" || server < 0 || !(likes <= TOTAL_MAX)) return null;
  const sessions: SessionValue[] = [];
  for (const entry of entries) {
    const session = parseSessionValue(entry);
    if (session === null) return null;
    sessions.push(session);
  }
  return { server, likes, sessions };
}

function parseSessionValue(text: string): SessionValue | null {
  const [, session = "", seqText, totalText] = ENTRY_REGEXP.exec(text) ?? [];
  const seq = Number(seqText);
  const total = Number(totalText);
  if (!(seq <= SEQ_MAX && total <= TOTAL_MAX)) return null;
  return { session, seq, total };
}

/** Id of a likes server, -1 if the text is no name. */
function idOf(name: string): number {
  try {
    return serverId(name);
  } catch {
    return -1;
  }
}

/**
 * Writes a repair: what a reader has seen of a session, for a replica that
 * lacks it.
 *
 * @param server The likes server's id
 * @param value The session
 * @returns The line, without its LF
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatRepair } from "@likes/simulator/protocol";
 *
 * const seen = { session: "0123456789abcdef", seq: 7, total: 98 };
 * assertEquals(formatRepair(3, seen), "REPAIR LikesServer3 0123456789abcdef#7=98");
 * ```
 */
export function formatRepair(server: number, value: SessionValue): string {
  return `REPAIR ${serverName(server)} ${formatEntry(value)}`;
}

/**
 * Reads a repair and judges it. It never throws.
 *
 * @param line The line, without its LF
 * @param into Where to put the entry, whose likes are unknown
 * @param serverMax Highest id of a likes server
 * @returns The reason to refuse it, that goes after `NAK `; null if it is valid
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EntryFields, parseRepair } from "@likes/simulator/protocol";
 *
 * const entry = new EntryFields();
 * assertEquals(parseRepair("REPAIR LikesServer3 0123456789abcdef#7=98", entry), null);
 * assertEquals([entry.server, entry.seq, entry.total], [3, 7, 98]);
 * ```
 */
export function parseRepair(
  line: string,
  into: EntryFields,
  serverMax: number = LIVE_SERVER_MAX,
): string | null {
  const [verb, name = "", entry = "", ...more] = line.split(" ");
  const server = idOf(name);
  const value = parseSessionValue(entry);
  if (verb !== "REPAIR" || server < 0 || value === null || more.length > 0) {
    return "repair not in the form of REPAIR name session#seq=total";
  }
  into.server = server;
  [into.sessionHigh, into.sessionLow] = parseSession(value.session);
  into.seq = value.seq;
  into.total = value.total;
  into.likes = LIKES_UNKNOWN;
  into.isComponent = false;
  into.hasTotals = false;
  const code = validateEntry(into, serverMax);
  return isRefused(code) ? reasonOf(code, serverMax) : null;
}

/**
 * The session of an entry as text, for a {@linkcode Value}.
 *
 * @param fields The entry of a session
 * @returns What a reader is told of it
 */
export function sessionValueOf(fields: EntryFields): SessionValue {
  const session = formatSession(fields.sessionHigh, fields.sessionLow);
  return { session, seq: fields.seq, total: fields.total };
}
