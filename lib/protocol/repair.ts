/**
 * Repairs, the lines by which a reader tells a replica what that lacks:
 *
 * ```text
 * repair = "REPAIR" SP name SP session "#" seq "=" total
 * ```
 *
 * @module
 */

import { type EntryFields, LIKES_UNKNOWN, validateEntry } from "./entries.ts";
import { type Entry, formatEntry, parseEntryWord } from "./replies.ts";
import { parseSession, serverId, serverName } from "./report.ts";
import { isRefused, LIVE_SERVER_MAX, reasonOf } from "./validator.ts";

/** First word of a repair. */
export const REPAIR = "REPAIR";

const REPAIR_REGEXP = /^REPAIR (LikesServer(?:0|[1-9][0-9]{0,8})) (\S+)$/;

/**
 * Writes a repair.
 *
 * @param server The likes server's id
 * @param seen What was seen of a session of it
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
export function formatRepair(server: number, seen: Entry): string {
  return `${REPAIR} ${serverName(server)} ${formatEntry(seen)}`;
}

/**
 * Reads a repair and judges it. It never throws.
 *
 * @param line The line, without its LF
 * @param into Where to put the entry, whose likes are unknown; what it holds
 * has no meaning if the line is refused
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
  const [, name, word = ""] = REPAIR_REGEXP.exec(line) ?? [];
  const seen = parseEntryWord(word);
  if (name === undefined || seen === undefined) {
    return "repair not in the form of REPAIR name session#seq=total";
  }
  into.server = serverId(name);
  [into.sessionHigh, into.sessionLow] = parseSession(seen.session);
  into.seq = seen.seq;
  into.total = seen.total;
  into.likes = LIKES_UNKNOWN;
  into.isComponent = false;
  into.hasTotals = false;
  const code = validateEntry(into, serverMax);
  return isRefused(code) ? reasonOf(code, serverMax) : null;
}
