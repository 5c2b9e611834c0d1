/**
 * The memory of a ledger, and what it keeps there of a report.
 *
 * @module
 */

/** Columns that a ledger needs in a row, 4 bytes each. */
export const LEDGER_COLUMNS = 4;

const ROWS_MAX = 2 ** 27;

/**
 * The session's reports carry totals: stands beside the likes of the last
 * report, above the 42 that they can be.
 */
export const HAS_TOTALS = 64;

/**
 * Stands in place of the last report's likes where a row was told without them,
 * by a repair: neither they are known, nor whether the session has totals.
 */
export const REPORT_UNKNOWN = 128;

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

/**
 * Packs what a ledger keeps of a report.
 *
 * @param likes Its likes, 0 to 42; below 0 if they are unknown.
 * @param hasTotals Whether its session has totals.
 * @returns As `Ledger.lastReportOf` tells it.
 */
export function packReport(likes: number, hasTotals: boolean): number {
  if (likes < 0) return REPORT_UNKNOWN;
  return hasTotals ? likes | HAS_TOTALS : likes;
}

/**
 * Order of what is known of two reports of the same seq: unknown is least, then
 * the likes decide, then having totals.
 *
 * @param report As {@linkcode packReport} packs it.
 * @returns A whole number from -1 on.
 */
export function rankOf(report: number): number {
  if (report === REPORT_UNKNOWN) return -1;
  return 2 * (report & ~HAS_TOTALS) + (report & HAS_TOTALS ? 1 : 0);
}
