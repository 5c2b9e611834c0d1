/**
 * The state of many likes servers in one block of memory: a row of 32 columns
 * (two cache lines) for each.
 *
 * Objects would read as well and run as fast for a thousand servers; for a
 * million they are three to five times slower, because each visit misses the
 * cache several times. Here one visit touches two lines. Each column has one
 * owner:
 *
 * | columns | owner |
 * | --- | --- |
 * | 0 to 21 | the likes server (`likes_server.ts`) |
 * | 22 and 23 | its place in the queue of the virtual run (`lib/sim/`) |
 * | 24 to 27 | its ledger at the primary (`ledger.ts`) |
 * | 28 to 31 | its message on its way in the virtual run (`lib/sim/`) |
 *
 * A live likes server is a single row.
 *
 * @module
 */

import { makeAlignedBuffer } from "../domain/aligned_buffer.ts";

/**
 * A row has 2^ROW_BITS columns, 4 bytes each: column c of row r is at
 * `r << ROW_BITS | c`.
 */
export const ROW_BITS = 5;

/** Columns of a row. */
export const ROW_COLUMNS: number = 1 << ROW_BITS;

/** First of the two columns of the virtual run's queue. */
export const QUEUE_COLUMN = 22;

/** First of the four columns of the ledger. */
export const LEDGER_COLUMN = 24;

/** First of the four columns of the virtual run's message. */
export const MESSAGE_COLUMN = 28;

/** The most rows of a block: WebAssembly's memory ends at 4 GiB. */
export const ROWS_MAX: number = 2 ** 25;

/**
 * A block of rows, seen as whole numbers of 32 bits and, for totals, as numbers
 * of 64 bits.
 */
export interface Rows {
  /** Column c of row r is at `r << ROW_BITS | c`. */
  readonly ints: Int32Array;
  /**
   * The columns once more, in pairs: the pair of columns c, c + 1 (c even) of
   * row r is at `(r << ROW_BITS | c) >> 1`.
   */
  readonly floats: Float64Array;
}

/**
 * Makes a block of rows, all zero.
 *
 * @param count Number of rows, at least 1.
 * @returns The rows: 128 bytes each.
 * @throws {RangeError} If `count` is not a whole number of at least 1 that fits
 * in memory.
 */
export function makeRows(count: number): Rows {
  if (!Number.isInteger(count) || count < 1 || count > ROWS_MAX) {
    throw new RangeError(
      `Cannot make ${count} rows: allowed are whole numbers from 1 to ${ROWS_MAX}`,
    );
  }
  const bytes = count * ROW_COLUMNS * Int32Array.BYTES_PER_ELEMENT;
  const buffer = makeAlignedBuffer(bytes);
  return {
    ints: new Int32Array(buffer, 0, bytes / Int32Array.BYTES_PER_ELEMENT),
    floats: new Float64Array(buffer, 0, bytes / Float64Array.BYTES_PER_ELEMENT),
  };
}
