/**
 * The entries that one message of an exchange carries, and how they are taken
 * in.
 *
 * @module
 */

import { DUPLICATE, VALID } from "../../protocol/validator.ts";
import type { Feeds } from "./feed.ts";
import type { Ledger } from "../ledger.ts";

const FIRST_LENGTH = 16;

/** Entries merged after their rows were fetched: they fit into a cache. */
const PORTION = 256;

/**
 * Copies of entries, in columns: what a message holds while it is on its way,
 * whatever becomes of the ledger meanwhile. 17 bytes each.
 */
export class EntryBatch {
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

/** Entries of one replica that a merge has raised, in columns. */
export interface RaisedEntries {
  /** Rows of the entries. */
  readonly rows: Int32Array;
  /** Highest seqs before; 0 where there was none. */
  readonly seqsBefore: Int32Array;
  /** Highest seqs now. */
  readonly seqsAfter: Int32Array;
  /** Number of entries. */
  readonly length: number;
  /** Likes by which the replica's total grew with them. */
  readonly growth: number;
}

/** Is told of the entries that a merge has raised. */
export interface MergeWatcher {
  /**
   * Entries were raised.
   *
   * @param replica The replica that merged.
   * @param entries The entries, valid during the call.
   */
  raised(replica: number, entries: RaisedEntries): void;
}

/** Entries raised of the portion of a message that is being merged. */
class Raised implements RaisedEntries {
  readonly rows = new Int32Array(PORTION);
  readonly seqsBefore = new Int32Array(PORTION);
  readonly seqsAfter = new Int32Array(PORTION);
  length = 0;
  growth = 0;
}

const raised = new Raised();

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
 * @param watcher Is told of those that were raised.
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
  let all = 0;
  for (let from = 0; from < length; from += PORTION) {
    const to = Math.min(length, from + PORTION);
    mergePortion(ledger, feeds, replica, batch, from, to, source);
    if (raised.length === 0) continue;
    feeds.touchAll(replica, raised.rows, raised.length, source);
    watcher?.raised(replica, raised);
    all += raised.length;
  }
  return all;
}

/** Merges a portion, and keeps which entries were raised. */
function mergePortion(
  ledger: Ledger,
  feeds: Feeds,
  replica: number,
  batch: EntryBatch,
  from: number,
  to: number,
  source: number,
): void {
  const { rows, seqs, reports, totals } = batch;
  const { rows: raisedRows, seqsBefore, seqsAfter } = raised;
  if (to - from > 1) batch.fetched = ledger.fetch(rows, from, to);
  const before = ledger.total;
  let count = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i] as number;
    const seq = seqs[i] as number;
    const report = reports[i] as number;
    const total = totals[i] as number;
    const seqBefore = ledger.lastSeqOf(row);
    const code = ledger.merge(row, seq, report, total);
    if (code === VALID) {
      raisedRows[count] = row;
      seqsBefore[count] = seqBefore;
      seqsAfter[count] = seq;
      count++;
    } else if (code === DUPLICATE) {
      confirmSame(ledger, feeds, replica, row, seq, report, total, source);
    }
  }
  raised.length = count;
  raised.growth = ledger.total - before;
}

/**
 * Takes note that an entry which raised nothing is no news for its source any
 * more, if it is the same as what a ledger holds of its row: neither less nor
 * more.
 *
 * @param ledger The replica's ledger.
 * @param feeds Where its changes are kept.
 * @param replica Its index there.
 * @param row The row.
 * @param seq The entry's highest seq.
 * @param report Its last report, packed.
 * @param total Its total.
 * @param source Whose entry it is, see `Exchanges.sourceOf`.
 */
export function confirmSame(
  ledger: Ledger,
  feeds: Feeds,
  replica: number,
  row: number,
  seq: number,
  report: number,
  total: number,
  source: number,
): void {
  if (
    ledger.lastSeqOf(row) === seq && ledger.totalOf(row) === total &&
    ledger.lastReportOf(row) === report
  ) feeds.confirm(replica, row, source);
}
