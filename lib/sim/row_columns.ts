/**
 * The columns of the rows of likes servers that others use.
 *
 * @module
 */

import { Ledger, type LedgerStorage } from "../rules/ledger.ts";
import { LEDGER_COLUMN, ROW_COLUMNS, type Rows } from "../rules/rows.ts";
import type { Watermarks } from "../verdict/meter.ts";

/**
 * The columns in which the likes that are counted are kept.
 *
 * @param rows The rows.
 * @returns The storage of a ledger: row i is likes server i's.
 */
export function ledgerStorageOf(rows: Rows): LedgerStorage {
  return { ...rows, columns: ROW_COLUMNS, firstColumn: LEDGER_COLUMN };
}

/**
 * The column in which a ledger keeps the highest seqs counted.
 *
 * @param storage The ledger's storage.
 * @returns The place where a meter finds them.
 */
export function watermarksOf(storage: LedgerStorage): Watermarks {
  return new Ledger(storage).lastSeqs;
}
