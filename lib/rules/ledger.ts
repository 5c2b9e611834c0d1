/**
 * The ledger of a primary, which decides how many likes of a report are news.
 *
 * No I/O and no clock. `primary.ts` drives it from sockets and a journal, the
 * virtual run from its simulated network.
 *
 * @module
 */

import {
  DUPLICATE,
  REFUSED_OVERFLOW,
  VALID,
  validateAddition,
  validateSuccession,
} from "../protocol/validator.ts";
import {
  HAS_TOTALS,
  LEDGER_COLUMNS,
  type LedgerStorage,
  makeLedgerStorage,
  packReport,
  rankOf,
  REPORT_UNKNOWN,
} from "./ledger_storage.ts";

export { HAS_TOTALS, packReport, REPORT_UNKNOWN };
export { LEDGER_COLUMNS, type LedgerStorage, makeLedgerStorage };

const LAST_SEQ = 0; // highest seq counted; in a row without marks the number of reports counted
const LAST_REPORT = 1; // likes of that report, with HAS_TOTALS; or REPORT_UNKNOWN
const TOTAL = 2; // likes counted, 8 bytes wide

// In place of the row remembered last:
const NO_ROW = -1; // none was yet
const NOTHING = -2; // nothing can be undone

const FIRST_CHANGES = 4 * 64;
const NO_CHANGES = new Float64Array(0);

/**
 * The primary's state: per row (a server's session, or a server's unmarked
 * reports) the last seq and the total.
 *
 * With totals (mode `crdt`) a row is a grow-only counter: the highest seq's
 * total wins, so any order, repetition or loss of reports ends in the same
 * state once the last one has arrived. Source: Shapiro, Preguiça, Baquero,
 * Zawirski, "A comprehensive study of Convergent and Commutative Replicated
 * Data Types", INRIA RR-7506, 2011, "State-based increment-only Counter
 * (G-Counter)". Without totals (`dedup`) each seq is counted once, in order.
 *
 * @example A repeat is not counted, a later total stands for lost reports
 * ```ts
 * import { Ledger, makeLedgerStorage } from "./ledger.ts";
 * import { DUPLICATE } from "../protocol/validator.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ledger = new Ledger(makeLedgerStorage(1));
 * assertEquals(ledger.receive(0, 14, 1, 14), 14);
 * assertEquals(ledger.receive(0, 14, 1, 14), -DUPLICATE);
 * assertEquals(ledger.receive(0, 5, 3, 60), 46);
 * assertEquals(ledger.total, 60);
 * ```
 */
export class Ledger {
  #ints: Int32Array;
  #floats: Float64Array;
  /** A row has 2^rowBits columns. */
  readonly #rowBits: number;
  readonly #firstColumn: number;
  #sum = 0;
  /**
   * Rows as they were before they changed, four numbers each: row, last seq,
   * last report, total.
   */
  #changes = NO_CHANGES;
  #changed = 0;
  /**
   * The row remembered last: what it has become since need not be remembered as
   * well. NOTHING while nothing can be undone.
   */
  #lastRemembered = NOTHING;

  /**
   * Makes an empty ledger.
   *
   * @param storage Rows, all zero.
   * @throws {RangeError} If its columns are not a power of two, or the ledger's
   * do not begin at a multiple of 4 in them.
   */
  constructor(storage: LedgerStorage) {
    const { columns, firstColumn } = storage;
    this.#rowBits = 31 - Math.clz32(columns);
    if (columns < LEDGER_COLUMNS || columns !== 2 ** this.#rowBits) {
      throw new RangeError(
        `Cannot keep a ledger in rows of ${columns} columns: allowed are powers of two from ${LEDGER_COLUMNS}`,
      );
    }
    if (
      firstColumn % LEDGER_COLUMNS !== 0 || firstColumn < 0 ||
      firstColumn >= columns
    ) {
      throw new RangeError(
        `Cannot keep a ledger from column ${firstColumn} on: allowed are multiples of ${LEDGER_COLUMNS} from 0 to ${
          columns - LEDGER_COLUMNS
        }`,
      );
    }
    this.#ints = storage.ints;
    this.#floats = storage.floats;
    this.#firstColumn = firstColumn;
  }

  /** Likes counted, of all rows. */
  get total(): number {
    return this.#sum;
  }

  /** Rows that the storage has place for. */
  get capacity(): number {
    return this.#ints.length >> this.#rowBits;
  }

  /**
   * Highest seq counted.
   *
   * @param row A session's row.
   * @returns 0 if nothing was counted. The seq that `NAK gap` asks for is one
   * more.
   */
  lastSeqOf(row: number): number {
    return this.#ints[this.#cell(row, LAST_SEQ)] as number;
  }

  /**
   * The columns of the highest seqs counted, for reading many of them.
   * {@linkcode grow} puts them elsewhere.
   *
   * @returns The storage, and where {@linkcode lastSeqOf} finds that of a row
   * in it: at `row << rowBits | column`.
   */
  get lastSeqs(): {
    readonly ints: Int32Array;
    readonly rowBits: number;
    readonly column: number;
  } {
    const column = this.#firstColumn | LAST_SEQ;
    return { ints: this.#ints, rowBits: this.#rowBits, column };
  }

  /**
   * Likes counted.
   *
   * @param row A row.
   * @returns Likes.
   */
  totalOf(row: number): number {
    return this.#floats[this.#cell(row, TOTAL) >> 1] as number;
  }

  /**
   * The report with the highest seq, packed.
   *
   * @param row A row.
   * @returns Its likes, plus {@linkcode HAS_TOTALS} where the session has
   * totals; or {@linkcode REPORT_UNKNOWN}.
   */
  lastReportOf(row: number): number {
    return this.#ints[this.#cell(row, LAST_REPORT)] as number;
  }

  /**
   * Copies what is held of many rows, in one tight loop: the fewer instructions
   * lie between two reads, the more rows the processor fetches at a time.
   *
   * @param rows The rows.
   * @param count How many of them.
   * @param seqs Where to put their highest seqs, …
   * @param reports … what {@linkcode lastReportOf} tells, …
   * @param totals … and their totals.
   */
  copy(
    rows: Int32Array,
    count: number,
    seqs: Int32Array,
    reports: Uint8Array,
    totals: Float64Array,
  ): void {
    const ints = this.#ints;
    const floats = this.#floats;
    const rowBits = this.#rowBits;
    const first = this.#firstColumn;
    for (let i = 0; i < count; i++) {
      const cell = (rows[i] as number) << rowBits | first;
      seqs[i] = ints[cell | LAST_SEQ] as number;
      reports[i] = ints[cell | LAST_REPORT] as number;
      totals[i] = floats[(cell | TOTAL) >> 1] as number;
    }
  }

  /**
   * Reads rows and does nothing else, so that they are near when they are used
   * soon after.
   *
   * @param rows The rows.
   * @param from The first of them.
   * @param to Behind the last.
   * @returns A number that means nothing, but keeps the engine from leaving the
   * reads out.
   */
  fetch(rows: Int32Array, from: number, to: number): number {
    const ints = this.#ints;
    const rowBits = this.#rowBits;
    const first = this.#firstColumn;
    let checksum = 0;
    for (let i = from; i < to; i++) {
      checksum ^= ints[(rows[i] as number) << rowBits | first] as number;
    }
    return checksum;
  }

  /**
   * Receives a valid report.
   *
   * @param row The row of its server and session, or of its server where it is
   * unmarked.
   * @param likes Its likes, 0 to 42.
   * @param seq Its seq, 0 if it is unmarked.
   * @param total Its total, -1 if it has none.
   * @returns The likes newly counted, 0 or more; or the negative of what the
   *   validator said: `-DUPLICATE` (ACK it), `-GAP`, or a final refusal.
   *   Nothing was counted then.
   */
  receive(row: number, likes: number, seq: number, total: number): number {
    const cell = this.#cell(row, 0);
    const ints = this.#ints;
    const lastSeq = ints[cell | LAST_SEQ] as number;
    const lastReport = ints[cell | LAST_REPORT] as number;
    const counted = this.#floats[(cell | TOTAL) >> 1] as number;
    let news = likes;
    let report = likes;
    let nextSeq = lastSeq + 1;
    if (seq > 0) {
      let lastLikes = lastReport & ~HAS_TOTALS;
      let lastTotal = lastReport === lastLikes ? -1 : counted;
      if (lastReport === REPORT_UNKNOWN) {
        // Nothing is known that the report could contradict but the total.
        lastLikes = likes;
        if (total >= 0) lastTotal = counted;
      }
      const code = validateSuccession(
        lastSeq,
        lastLikes,
        lastTotal,
        seq,
        likes,
        total,
      );
      if (code !== VALID) return -code;
      nextSeq = seq;
      if (total >= 0) {
        news = total - counted;
        report = likes | HAS_TOTALS;
      }
    }
    if (validateAddition(this.#sum, news) !== VALID) return -REFUSED_OVERFLOW;
    if (this.#lastRemembered !== NOTHING && row !== this.#lastRemembered) {
      this.#remember(row);
    }
    this.#sum += news;
    // A count of unmarked reports passes 31 bits after 18 minutes at 2 million
    // a second: it stops there, likes go on.
    ints[cell | LAST_SEQ] = Math.min(nextSeq, 0x7fffffff);
    ints[cell | LAST_REPORT] = report;
    this.#floats[(cell | TOTAL) >> 1] = counted + news;
    return news;
  }

  /**
   * Takes over what another ledger holds of a row, if that is more: the higher
   * seq, then the larger total, then the larger likes, then having totals.
   *
   * A maximum in a total order of entries, so merging is idempotent,
   * commutative and associative, and a row only ever rises in that order: any
   * exchange of rows, in any order and repeated, ends in the same state. (A
   * total near 2^53 is the one exception: what is refused for it depends on
   * what came before.) Source: Shapiro, Preguiça, Baquero, Zawirski,
   * "Conflict-free Replicated Data Types", SSS 2011, section 2.2: a state-based
   * object whose states form a join-semilattice converges.
   *
   * @param row The row.
   * @param seq The other's highest seq, 1 to 2^31 - 1.
   * @param report The other's {@linkcode lastReportOf}.
   * @param total The other's total, 0 to 2^53 - 1, which the validator found to
   * be one that draws can add up to.
   * @returns `VALID` if the row was less and is raised to it; `DUPLICATE` if it
   * was not less; `REFUSED_OVERFLOW` if the ledger's total would pass 2^53 - 1.
   *
   * @example The higher seq wins, whoever comes first
   * ```ts
   * import { HAS_TOTALS, Ledger, makeLedgerStorage } from "./ledger.ts";
   * import { DUPLICATE, VALID } from "../protocol/validator.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const ledger = new Ledger(makeLedgerStorage(1));
   * ledger.receive(0, 14, 1, 14);
   * assertEquals(ledger.merge(0, 3, 5 | HAS_TOTALS, 60), VALID);
   * assertEquals(ledger.merge(0, 2, 9 | HAS_TOTALS, 23), DUPLICATE);
   * assertEquals(ledger.total, 60);
   * ```
   */
  merge(row: number, seq: number, report: number, total: number): number {
    return this.#isLess(row, seq, report, total)
      ? this.#raise(row, seq, report, total)
      : DUPLICATE;
  }

  #raise(row: number, seq: number, report: number, total: number): number {
    const cell = this.#cell(row, 0);
    const ints = this.#ints;
    const counted = this.#floats[(cell | TOTAL) >> 1] as number;
    const newly = total - counted;
    if (validateAddition(this.#sum, newly) !== VALID) return REFUSED_OVERFLOW;
    if (this.#lastRemembered !== NOTHING && row !== this.#lastRemembered) {
      this.#remember(row);
    }
    this.#sum += newly;
    ints[cell | LAST_SEQ] = seq;
    ints[cell | LAST_REPORT] = report;
    this.#floats[(cell | TOTAL) >> 1] = total;
    return VALID;
  }

  /** Whether a row is less than an entry. */
  #isLess(row: number, seq: number, report: number, total: number): boolean {
    const cell = this.#cell(row, 0);
    const lastSeq = this.#ints[cell | LAST_SEQ] as number;
    if (seq !== lastSeq) return seq > lastSeq;
    const counted = this.#floats[(cell | TOTAL) >> 1] as number;
    const lastReport = this.#ints[cell | LAST_REPORT] as number;
    return total > counted ||
      total === counted && rankOf(report) > rankOf(lastReport);
  }

  /**
   * From here on changes can be undone: their journal lines are not written
   * yet. Begun already, it goes on.
   *
   * @example A full disk
   * ```ts
   * import { Ledger, makeLedgerStorage } from "./ledger.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const ledger = new Ledger(makeLedgerStorage(1));
   * ledger.begin();
   * ledger.receive(0, 14, 1, 14);
   * ledger.rollback(); // answer NAK full
   * assertEquals([ledger.total, ledger.lastSeqOf(0)], [0, 0]);
   * ```
   */
  begin(): void {
    this.#lastRemembered = NO_ROW;
  }

  /**
   * Number of changes that can be undone: rows that changed since
   * {@linkcode begin}, some of them perhaps several times.
   */
  get changes(): number {
    return this.#changed >> 2;
  }

  /**
   * The row of a change that can be undone.
   *
   * @param change Its number in the order of the changes, from 0 to below
   * {@linkcode changes}.
   * @returns The row.
   */
  changedRow(change: number): number {
    return this.#changes[change << 2] as number;
  }

  /** The journal holds what was received since {@linkcode begin}. */
  commit(): void {
    this.#lastRemembered = NOTHING;
    this.#changed = 0;
  }

  /**
   * The journal could not be written: what was received since {@linkcode begin}
   * was never counted.
   */
  rollback(): void {
    this.#lastRemembered = NOTHING;
    const changes = this.#changes;
    while (this.#changed > 0) {
      const i = this.#changed -= 4;
      const cell = this.#cell(changes[i] as number, 0);
      const total = changes[i + 3] as number;
      this.#sum -= (this.#floats[(cell | TOTAL) >> 1] as number) - total;
      this.#ints[cell | LAST_SEQ] = changes[i + 1] as number;
      this.#ints[cell | LAST_REPORT] = changes[i + 2] as number;
      this.#floats[(cell | TOTAL) >> 1] = total;
    }
  }

  /**
   * The primary has lost its state: all rows are empty, and there is nothing to
   * undo.
   */
  clear(): void {
    this.commit();
    const rows = this.capacity;
    for (let row = 0; row < rows; row++) {
      const cell = this.#cell(row, 0);
      this.#ints.fill(0, cell, cell + LEDGER_COLUMNS);
    }
    this.#sum = 0;
  }

  /**
   * Makes place for more rows, for a ledger whose storage is its own. What is
   * there stays.
   *
   * @param rows Number of rows, at least the present capacity.
   * @throws {RangeError} If that is less than the present capacity.
   * @throws {TypeError} If the storage is shared: its other owners would not
   * see the new place.
   */
  grow(rows: number): void {
    if (1 << this.#rowBits !== LEDGER_COLUMNS) {
      throw new TypeError(
        `Cannot grow a ledger that shares its rows of ${
          1 << this.#rowBits
        } columns: allowed is a storage of its own, with ${LEDGER_COLUMNS}`,
      );
    }
    if (!Number.isInteger(rows) || rows < this.capacity) {
      throw new RangeError(
        `Cannot grow a ledger to ${rows} rows: allowed are whole numbers from ${this.capacity}`,
      );
    }
    const storage = makeLedgerStorage(rows);
    storage.ints.set(this.#ints);
    this.#ints = storage.ints;
    this.#floats = storage.floats;
  }

  /** Remembers a row as it is, before it changes. */
  #remember(row: number): void {
    if (this.#changed === this.#changes.length) {
      const longer = new Float64Array(2 * this.#changed || FIRST_CHANGES);
      longer.set(this.#changes);
      this.#changes = longer;
    }
    const i = this.#changed;
    this.#lastRemembered = row;
    this.#changes[i] = row;
    this.#changes[i + 1] = this.lastSeqOf(row);
    this.#changes[i + 2] = this.lastReportOf(row);
    this.#changes[i + 3] = this.totalOf(row);
    this.#changed = i + 4;
  }

  #cell(row: number, column: number): number {
    return row << this.#rowBits | this.#firstColumn | column;
  }
}
