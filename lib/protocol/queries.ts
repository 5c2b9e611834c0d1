/**
 * The two questions a client may ask instead of sending a report.
 *
 * @module
 */

/** Asks for the total; answered with `TOTAL n`. */
export const READ = "READ";

/**
 * Asks for everything the primary has counted; answered with one line of JSON.
 */
export const STATS = "STATS";

/** The line is no query. */
export const QUERY_NONE = 0;
/** The line is `READ`. */
export const QUERY_READ = 1;
/** The line is `STATS`. */
export const QUERY_STATS = 2;

const encoder = new TextEncoder();
const READ_BYTES = encoder.encode(READ);
const STATS_BYTES = encoder.encode(STATS);

/**
 * Recognises a query where it lies. A valid report is never a query, so the
 * primary asks only about lines that `validateLine` has refused.
 *
 * @param bytes Bytes that hold the line
 * @param start Index of its first byte
 * @param end Index after its last byte, the LF not included
 * @returns `QUERY_READ`, `QUERY_STATS` or `QUERY_NONE`
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { QUERY_NONE, QUERY_READ, queryIn } from "@likes/simulator/protocol";
 *
 * const bytes = new TextEncoder().encode("READ\n");
 * assertEquals(queryIn(bytes, 0, 4), QUERY_READ);
 * assertEquals(queryIn(bytes, 0, 5), QUERY_NONE);
 * ```
 */
export function queryIn(bytes: Uint8Array, start: number, end: number): number {
  if (isText(bytes, start, end, READ_BYTES)) return QUERY_READ;
  if (isText(bytes, start, end, STATS_BYTES)) return QUERY_STATS;
  return QUERY_NONE;
}

function isText(
  bytes: Uint8Array,
  start: number,
  end: number,
  text: Uint8Array,
): boolean {
  return end - start === text.length &&
    text.every((byte, i) => bytes[start + i] === byte);
}
