/**
 * The entries that one message of an exchange carries, and how they are taken
 * in.
 *
 * @module
 */

import { VALID } from "../protocol/validator.ts";
import type { Feeds } from "./feed.ts";
import type { EntryColumns, Ledger } from "./ledger.ts";

const FIRST_LENGTH = 16;

/** Entries merged after their rows were fetched: they fit into a cache. */
const PORTION = 256;
// Of the portion that is being merged: the numbers of the entries that are more
// than what is held, and their rows.
const more = new Int32Array(PORTION);
const rowsOfMore = new Int32Array(PORTION);

/**
 * Copies of entries, in columns: what a message holds while it is on its way,
 * whatever becomes of the ledger meanwhile. 17 bytes each.
 */
export class EntryBatch implements EntryColumns {
  /** Rows. */
  rows: Int32Array<ArrayBuffer> = new Int32Array(FIRST_LENGTH);
  /** Highest seqs. */
  seqs: Int32Array<ArrayBuffer> = new Int32Array(FIRST_LENGTH);
  /** Last reports, packed: see {@linkcode Ledger.lastReportOf}. */
  reports: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_LENGTH);
  /** Totals. */
  totals: Float64Array<ArrayBuffer> = new Float64Array(FIRST_LENGTH);
  /** Number of entries. */
  length = 0;
  /**
   * Last result of {@linkcode Ledger.fetch}, kept so that the call is not
   * removed; it means nothing.
   */
  fetched = 0;

  /** Takes all entries out; their place is kept. */
  clear(): void {
    this.length = 0;
  }

  /**
   * Adds an entry.
   *
   * @param row Its row.
   * @param seq Its highest seq.
   * @param report Its last report.
   * @param total Its total.
   */
  add(row: number, seq: number, report: number, total: number): void {
    const i = this.length;
    if (i === this.rows.length) this.#grow();
    this.rows[i] = row;
    this.seqs[i] = seq;
    this.reports[i] = report;
    this.totals[i] = total;
    this.length = i + 1;
  }

  /**
   * Adds what a ledger holds of a row.
   *
   * @param ledger The ledger.
   * @param row The row.
   */
  copy(ledger: Ledger, row: number): void {
    this.add(
      row,
      ledger.lastSeqOf(row),
      ledger.lastReportOf(row),
      ledger.totalOf(row),
    );
  }

  /**
   * Adds a row, of which {@linkcode fill} puts the rest in.
   *
   * @param row The row.
   */
  addRow(row: number): void {
    const i = this.length;
    if (i === this.rows.length) this.#grow();
    this.rows[i] = row;
    this.length = i + 1;
  }

  /**
   * Puts what a ledger holds of all its rows into the batch.
   *
   * @param ledger The ledger.
   */
  fill(ledger: Ledger): void {
    const { rows, length, seqs, reports, totals } = this;
    ledger.copy(rows, length, seqs, reports, totals);
  }

  #grow(): void {
    const length = 2 * this.rows.length;
    const { rows, seqs, reports, totals } = this;
    (this.rows = new Int32Array(length)).set(rows);
    (this.seqs = new Int32Array(length)).set(seqs);
    (this.reports = new Uint8Array(length)).set(reports);
    (this.totals = new Float64Array(length)).set(totals);
  }
}

/** Is told of each entry that a merge has raised. */
export interface MergeWatcher {
  /**
   * An entry was raised.
   *
   * @param replica The replica that merged.
   * @param row The entry's row.
   * @param seqBefore Its highest seq before; 0 if there was none.
   * @param seqAfter Its highest seq now.
   * @param growth By how many likes the replica's total grew.
   */
  raised(
    replica: number,
    row: number,
    seqBefore: number,
    seqAfter: number,
    growth: number,
  ): void;

  /**
   * Rows are to be merged next: what is kept of them can be fetched.
   *
   * @param rows The rows.
   * @param from The first of them.
   * @param to Behind the last.
   */
  fetch?(rows: Int32Array, from: number, to: number): void;
}

/**
 * Merges the entries of a message into a replica: each that is more than what
 * it holds is taken over, and becomes news for others; one that is the same is
 * no news for its source any more.
 *
 * @param ledger The replica's ledger.
 * @param feeds Where its changes are kept.
 * @param replica Its index there.
 * @param batch Valid entries, of rows that ledger and feeds have place for.
 * @param source Whose entries they are, see `Exchanges.sourceOf`.
 * @param watcher Is told of each that was raised.
 * @returns How many were raised.
 */
export function mergeBatch(
  ledger: Ledger,
  feeds: Feeds,
  replica: number,
  batch: EntryBatch,
  source: number,
  watcher: MergeWatcher | null = null,
): number {
  const { length } = batch;
  let raised = 0;
  for (let from = 0; from < length; from += PORTION) {
    const to = Math.min(length, from + PORTION);
    if (to - from > 1) batch.fetched = ledger.fetch(batch.rows, from, to);
    const count = ledger.findMore(batch, from, to, more);
    for (let m = 0; m < count; m++) rowsOfMore[m] = batch.rows[more[m]!]!;
    if (count > 1) watcher?.fetch?.(rowsOfMore, 0, count);
    if (count < to - from) {
      confirmSame(ledger, feeds, replica, batch, from, to, count, source);
    }
    raised += mergeMore(ledger, feeds, replica, batch, count, source, watcher);
  }
  return raised;
}

/**
 * Whether an entry is the same as what a ledger holds of its row.
 *
 * @param ledger The ledger.
 * @param row The row.
 * @param seq The entry's highest seq.
 * @param report Its last report, packed.
 * @param total Its total.
 * @returns False also if the ledger holds more, or less.
 */
export function holds(
  ledger: Ledger,
  row: number,
  seq: number,
  report: number,
  total: number,
): boolean {
  return ledger.lastSeqOf(row) === seq && ledger.totalOf(row) === total &&
    ledger.lastReportOf(row) === report;
}

/**
 * Notes that the source holds the same of rows of a portion, so that it is not
 * told of them.
 */
function confirmSame(
  ledger: Ledger,
  feeds: Feeds,
  replica: number,
  batch: EntryBatch,
  from: number,
  to: number,
  count: number,
  source: number,
): void {
  const { rows, seqs, reports, totals } = batch;
  let m = 0;
  for (let i = from; i < to; i++) {
    if (m < count && more[m] === i) m++;
    else if (holds(ledger, rows[i]!, seqs[i]!, reports[i]!, totals[i]!)) {
      feeds.confirm(replica, rows[i]!, source);
    }
  }
}

/** Merges the entries of a portion that are more than what is held. */
function mergeMore(
  ledger: Ledger,
  feeds: Feeds,
  replica: number,
  batch: EntryBatch,
  count: number,
  source: number,
  watcher: MergeWatcher | null,
): number {
  const { rows, seqs, reports, totals } = batch;
  let raised = 0;
  for (let m = 0; m < count; m++) {
    const i = more[m] as number;
    const row = rows[i] as number;
    const seq = seqs[i] as number;
    const total = totals[i] as number;
    const seqBefore = watcher === null ? 0 : ledger.lastSeqOf(row);
    const totalBefore = watcher === null ? 0 : ledger.totalOf(row);
    if (ledger.merge(row, seq, reports[i] as number, total) !== VALID) continue;
    feeds.touch(replica, row, source);
    raised++;
    watcher?.raised(replica, row, seqBefore, seq, total - totalBefore);
  }
  return raised;
}
