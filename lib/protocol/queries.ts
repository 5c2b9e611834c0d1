/**
 * Queries: lines that ask the primary something, in place of a report.
 *
 * ```text
 * READ                   -> TOTAL n
 * READ name              -> VALUE name n { SP session#seq=total }
 * READ name SP session   -> VALUE name n [ SP session#seq=total ]
 * STATS                  -> one line of JSON
 * COUNTERS               -> the same without likes servers
 * ```
 *
 * @module
 */

import { REPAIR } from "./repair.ts";
import { parseSession } from "./report.ts";
import { SYNC } from "./sync.ts";
import { LIVE_SERVER_MAX } from "./validator.ts";

/** Asks for the total. */
export const READ = "READ";

/** Asks for everything the primary has counted and done. */
export const STATS = "STATS";

/**
 * Asks for what the primary has done, but for no likes server. It is one word:
 * a primary of the original kind could take two for a report.
 */
export const COUNTERS = "COUNTERS";

/** A question to the primary. */
export type Query =
  /** `READ`: the total. */
  | { readonly kind: "total" }
  /** `READ name`: one likes server. */
  | { readonly kind: "value"; readonly server: number }
  /**
   * `READ name session`: what is counted of a likes server without a mark, and
   * in one of its sessions.
   */
  | {
    readonly kind: "session";
    readonly server: number;
    /** First 8 hexadecimal digits of the session, as a signed number. */
    readonly sessionHigh: number;
    /** Last 8 hexadecimal digits of the session, as a signed number. */
    readonly sessionLow: number;
  }
  /** `STATS`: everything. */
  | { readonly kind: "stats" }
  /** `COUNTERS`: everything but the likes servers. */
  | { readonly kind: "counters" };

/** The lines that are queries, and how each is read. */
const FORMS: readonly [RegExp, (words: readonly string[]) => Query][] = [
  [/^READ$/, () => ({ kind: "total" })],
  [
    /^READ LikesServer(0|[1-9][0-9]{0,8})$/,
    ([, id]) => ({ kind: "value", server: Number(id) }),
  ],
  [
    /^READ LikesServer(0|[1-9][0-9]{0,8}) ([0-9a-f]{16})$/,
    ([, id, session = ""]) => {
      const [sessionHigh, sessionLow] = parseSession(session);
      return { kind: "session", server: Number(id), sessionHigh, sessionLow };
    },
  ],
  [/^STATS$/, () => ({ kind: "stats" })],
  [/^COUNTERS$/, () => ({ kind: "counters" })],
];

const QUERY_BYTES_MAX = 64;
/** First letters of queries: refused lines can be many, and have others. */
const FIRST_LETTERS = "CRS";

/**
 * Reads a query where it lies. A valid report is never a query, so the primary
 * asks only about lines that `validateLine` has refused.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte, the end of the line not included
 * @param serverMax Highest id of a likes server
 * @returns The query; undefined if the line is none
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseQuery } from "@likes/simulator/protocol";
 *
 * const bytes = new TextEncoder().encode("READ LikesServer3");
 * assertEquals(parseQuery(bytes, 0, 4), { kind: "total" });
 * assertEquals(parseQuery(bytes, 0, 17), { kind: "value", server: 3 });
 * assertEquals(parseQuery(bytes, 0, 5), undefined);
 * ```
 */
export function parseQuery(
  bytes: Uint8Array,
  start: number,
  end: number,
  serverMax: number = LIVE_SERVER_MAX,
): Query | undefined {
  const first = String.fromCharCode(bytes[start] ?? 0);
  if (!FIRST_LETTERS.includes(first)) return undefined;
  if (end - start > QUERY_BYTES_MAX) return undefined;
  const line = String.fromCharCode(...bytes.subarray(start, end));
  for (const [form, read] of FORMS) {
    const words = form.exec(line);
    if (words === null) continue;
    const query = read(words);
    const isKnown = !("server" in query) || query.server <= serverMax;
    return isKnown ? query : undefined;
  }
  return undefined;
}

const encoder = new TextEncoder();
const EXCHANGE_BYTES = encoder.encode(SYNC);
const REPAIR_BYTES = encoder.encode(`${REPAIR} `);

/**
 * Whether a line begins as a message of another replica does: a request, a
 * reply, or a torn one. It is then for `parseSync` to judge. A valid report
 * never begins so; the entries that follow may be valid reports.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte
 * @returns `true` if it begins with `SYNC`
 */
export function isExchange(
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  return beginsWith(EXCHANGE_BYTES, bytes, start, end);
}

/**
 * Whether a line begins as a repair does, which is then for `parseRepair` to
 * judge. A valid report never begins so.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte
 * @returns `true` if it begins with `REPAIR` and a space
 */
export function isRepair(
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  return beginsWith(REPAIR_BYTES, bytes, start, end);
}

function beginsWith(
  beginning: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  return end - start >= beginning.length &&
    beginning.every((byte, i) => bytes[start + i] === byte);
}
