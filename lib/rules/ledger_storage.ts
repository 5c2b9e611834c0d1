/**
 * The memory of a ledger.
 *
 * @module
 */

/** Columns that a ledger needs in a row, 4 bytes each. */
export const LEDGER_COLUMNS = 4;

const ROWS_MAX = 2 ** 27;

/**
 * The memory of a ledger: its own block, or some columns of a block that
 * it shares.
 */
export interface LedgerStorage {
  /** The rows as whole numbers of 32 bits. */
  readonly ints: Int32Array;
  /** The rows once more, seen as numbers of 64 bits. */
  readonly floats: Float64Array;
  /** Columns of a row, a power of two. */
  readonly columns: number;
  /** The ledger's first column in a row, a multiple of 4. */
  readonly firstColumn: number;
}

/**
 * Makes the storage of a ledger that has a block of its own.
 *
 * @param rows Number of rows, 1 to 2^27.
 * @returns Rows of 16 bytes, all zero.
 * @throws {RangeError} If `rows` is not such a number, or does not fit in
 * memory.
 */
export function makeLedgerStorage(rows: number): LedgerStorage {
  if (!Number.isInteger(rows) || rows < 1 || rows > ROWS_MAX) {
    throw new RangeError(
      `Cannot make a ledger of ${rows} rows: allowed are whole numbers from 1 to ${ROWS_MAX}`,
    );
  }
  const buffer = new ArrayBuffer(
    rows * LEDGER_COLUMNS * Int32Array.BYTES_PER_ELEMENT,
  );
  return {
    ints: new Int32Array(buffer),
    floats: new Float64Array(buffer),
    columns: LEDGER_COLUMNS,
    firstColumn: 0,
  };
}
