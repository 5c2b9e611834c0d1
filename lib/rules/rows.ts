/**
 * The state of many likes servers in one block of memory: a row of 32 columns (two cache lines) for each.
 *
 * Objects would read as well and run as fast for a thousand servers; for a million they are three to five times slower,
 * because each visit misses the cache several times. Here one visit touches two lines. The columns belong to three owners:
 *
 * | columns | owner |
 * | --- | --- |
 * | 0 to 21 | the likes server (`likes_server.ts`) |
 * | 22 to 25 | its ledger at the primary (`ledger.ts`) |
 * | 26 to 31 | the virtual run: queue and message on its way (`lib/sim/`) |
 *
 * A live likes server is a single row.
 *
 * @module
 */

/** Columns of a row, 4 bytes each. */
export const ROW_COLUMNS = 32;

/** First column of the ledger in a row. Even: totals are 8 bytes wide. */
export const LEDGER_COLUMN = 22;

/** First column in a row that is free for the virtual run. */
export const SIM_COLUMN = 26;

/** The most rows of a block: WebAssembly's memory ends at 4 GiB. */
const ROWS_MAX = 2 ** 25;

/** A block of rows, seen as whole numbers of 32 bits and, for totals, as numbers of 64 bits. */
export interface Rows {
  /** Column c of row r is at r * ROW_COLUMNS + c. */
  readonly ints: Int32Array;
  /** The same memory: the pair of columns c, c + 1 (c even) of row r is at (r * ROW_COLUMNS + c) / 2. */
  readonly floats: Float64Array;
}

/** From this many rows on it pays to place them well. */
const PLACED_ROWS_MIN = 256;
const WASM_PAGE_BYTES = 65_536;

/**
 * Makes a block of rows, all zero.
 *
 * @param count Number of rows, at least 1.
 * @returns The rows: 128 bytes each.
 * @throws {RangeError} If `count` is not a whole number of at least 1 that fits in memory.
 */
export function makeRows(count: number): Rows {
  if (!Number.isInteger(count) || count < 1 || count > ROWS_MAX) {
    throw new RangeError(
      `Cannot make ${count} rows: allowed are whole numbers from 1 to ${ROWS_MAX}`,
    );
  }
  const bytes = count * ROW_COLUMNS * Int32Array.BYTES_PER_ELEMENT;
  const buffer = count < PLACED_ROWS_MIN
    ? new ArrayBuffer(bytes)
    : placedBuffer(bytes);
  return {
    ints: new Int32Array(buffer, 0, bytes / Int32Array.BYTES_PER_ELEMENT),
    floats: new Float64Array(buffer, 0, bytes / Float64Array.BYTES_PER_ELEMENT),
  };
}

/**
 * Memory that begins at a page, so that a row is two cache lines. A plain `ArrayBuffer` of this size begins 16 bytes behind
 * one, where a row has parts of three: a fifth slower from 100,000 rows on.
 */
function placedBuffer(bytes: number): ArrayBufferLike {
  const initial = Math.ceil(bytes / WASM_PAGE_BYTES);
  return new WebAssembly.Memory({ initial, maximum: initial }).buffer;
}
