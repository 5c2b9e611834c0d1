/**
 * Levels of each row over many replicas: the highest and the lowest seq that is
 * held.
 *
 * @module
 */

import { makeAlignedBuffer } from "../domain/aligned_buffer.ts";

// What is known of a row:
const HIGHEST = 0; // the highest seq of those that are up
const COUNTS = 1; // how many of them hold it, and how many the lowest
const LOWEST = 2; // the lowest seq of those that are up
/**
 * First of five columns that are the caller's, all 0 at first: what is known of
 * a row shall be in one line of a processor's cache.
 */
export const OWN_COLUMN = 3;
/** Columns that are needed in a row, 4 bytes each. */
export const LEVEL_COLUMNS = 8;
const LEVEL_BITS = Math.log2(LEVEL_COLUMNS);

// Both counts are in one number: holders of the highest above, laggards below.
const HOLDER_BITS = 14;
const HOLDER = 1 << HOLDER_BITS;
const LAGGARDS = HOLDER - 1;

/** The most replicas of which rows can be followed. */
const REPLICAS_MAX = LAGGARDS;

const FIRST_ROWS = 64;

/** The memory of levels: their own block, or some columns of one they share. */
export interface LevelStorage {
  /** Column c of row r, all zero at first, is at `(r << columnBits) + c`. */
  readonly ints: Int32Array;
  /**
   * A row has 2^columnBits columns, the first ones of which are the levels'.
   */
  readonly columnBits: number;
}

/** Seqs that each replica holds. */
export interface ReplicaSeqs {
  /**
   * The highest seq that a replica holds of a row.
   *
   * @param replica The replica's number.
   * @param row The row.
   * @returns 0 if it holds nothing of it.
   */
  seqOf(replica: number, row: number): number;
}

/**
 * Follows the rows of the replicas that are up. A change costs the same however
 * many there are, but for the one by which the last laggard of a row catches
 * up while others are ahead, and one that goes back: those look through all of
 * them. 32 bytes a row.
 */
export class RowLevels {
  readonly #isUp: Uint8Array;
  readonly #seqs: ReplicaSeqs;
  /** Column c of row r is at `r << columnBits | c`. */
  table: Int32Array;
  /** A row has 2^columnBits columns. */
  readonly columnBits: number;
  #rows = 0;
  #up = 0;
  #apartRows = 0;

  /**
   * Knows no row yet, and that no replica is up.
   *
   * @param isUp 1 for each replica that is up, else 0; {@linkcode survey} is to
   * be called after each change of it.
   * @param seqs What each replica holds.
   * @param storage Where to keep the levels, if not in memory of their own.
   * More rows than there is place for move to such memory.
   * @throws {RangeError} If they are more than 16,383.
   */
  constructor(isUp: Uint8Array, seqs: ReplicaSeqs, storage?: LevelStorage) {
    if (isUp.length > REPLICAS_MAX) {
      throw new RangeError(
        `Cannot follow the rows of ${isUp.length} replicas: at most ${REPLICAS_MAX} are allowed`,
      );
    }
    this.#isUp = isUp;
    this.#seqs = seqs;
    this.columnBits = storage?.columnBits ?? LEVEL_BITS;
    this.table = storage?.ints ?? makeTable(FIRST_ROWS << LEVEL_BITS);
  }

  /** Rows known so far: those up to the highest that was told of. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows whose seq is not the same at all replicas that are up. */
  get apartRows(): number {
    return this.#apartRows;
  }

  /**
   * The lowest seq of a row that a replica holds that is up.
   *
   * @param row The row.
   * @returns 0 also if none is up, or nobody told of the row.
   */
  lowestOf(row: number): number {
    if (row >= this.#rows) return 0;
    return this.table[row << this.columnBits | LOWEST]!;
  }

  /**
   * A replica that is up holds another seq of a row than before.
   *
   * @param row The row.
   * @param before What it held.
   * @param after What it holds now.
   * @returns Whether the row's lowest seq may be another one now.
   */
  change(row: number, before: number, after: number): boolean {
    if (row >= this.#rows) this.#addRows(row + 1);
    if (after > before) return this.#raise(row, before, after);
    return after < before && this.#lower(row);
  }

  #raise(row: number, before: number, after: number): boolean {
    const table = this.table;
    const up = this.#up;
    const at = row << this.columnBits;
    const highest = table[at | HIGHEST]!;
    let counts = table[at | COUNTS]!;
    if (after > highest) {
      if (counts >> HOLDER_BITS === up && up > 1) this.#apartRows++;
      table[at | HIGHEST] = after;
      counts = HOLDER | counts & LAGGARDS;
    } else if (after === highest) {
      counts += HOLDER;
      if (counts >> HOLDER_BITS === up) this.#apartRows--;
    }
    const isRaised = before === table[at | LOWEST] &&
      (--counts & LAGGARDS) === 0;
    table[at | COUNTS] = counts;
    if (isRaised) this.#raiseLowest(row);
    return isRaised;
  }

  /** The last of the laggards has caught up. */
  #raiseLowest(row: number): void {
    const table = this.table;
    const at = row << this.columnBits;
    const counts = table[at | COUNTS]!;
    if (counts >> HOLDER_BITS === this.#up) { // all hold the same
      table[at | LOWEST] = table[at | HIGHEST]!;
      table[at | COUNTS] = counts | this.#up;
    } else this.#look(row);
  }

  /** A replica holds less than before. */
  #lower(row: number): boolean {
    this.#apartRows -= this.#isApart(row);
    this.#look(row);
    this.#apartRows += this.#isApart(row);
    return true;
  }

  /**
   * Makes a row known, if it is not.
   *
   * @param row The row.
   */
  know(row: number): void {
    if (row >= this.#rows) this.#addRows(row + 1);
  }

  /**
   * Other replicas are up than before: looks anew at all rows.
   *
   * @param rows Rows from this one on are empty, if they are not known.
   *
   * @default rows {0}
   */
  survey(rows = 0): void {
    if (rows > this.#rows) this.#addRows(rows);
    this.#up = 0;
    for (const up of this.#isUp) this.#up += up;
    this.#apartRows = 0;
    for (let row = 0; row < this.#rows; row++) {
      this.#look(row);
      this.#apartRows += this.#isApart(row);
    }
  }

  /** 1 if a row is not the same at all that are up, 0 if it is. */
  #isApart(row: number): number {
    const holders = this.table[row << this.columnBits | COUNTS]! >> HOLDER_BITS;
    return holders === this.#up ? 0 : 1;
  }

  /**
   * Makes rows that no replica holds anything of.
   *
   * @param rows How many there shall be, more than there are.
   */
  #addRows(rows: number): void {
    if (rows << this.columnBits > this.table.length) {
      let length = this.table.length;
      while (length < rows << this.columnBits) length *= 2;
      const table = makeTable(length);
      table.set(this.table);
      this.table = table;
    }
    for (; this.#rows < rows; this.#rows++) {
      const at = this.#rows << this.columnBits;
      this.table[at | COUNTS] = this.#up << HOLDER_BITS | this.#up;
    }
  }

  /** Looks anew at what all that are up hold of a row. */
  #look(row: number): void {
    const isUp = this.#isUp;
    let highest = 0;
    let holders = 0;
    let lowest = 0;
    let laggards = 0;
    for (let replica = 0; replica < isUp.length; replica++) {
      if (isUp[replica] === 0) continue;
      const seq = this.#seqs.seqOf(replica, row);
      if (seq > highest) {
        highest = seq;
        holders = 1;
      } else if (seq === highest) holders++;
      if (seq < lowest || laggards === 0) {
        lowest = seq;
        laggards = 1;
      } else if (seq === lowest) laggards++;
    }
    const table = this.table;
    const at = row << this.columnBits;
    table[at | HIGHEST] = highest;
    table[at | COUNTS] = holders << HOLDER_BITS | laggards;
    table[at | LOWEST] = lowest;
  }
}

function makeTable(length: number): Int32Array {
  const buffer = makeAlignedBuffer(length * Int32Array.BYTES_PER_ELEMENT);
  return new Int32Array(buffer, 0, length);
}
