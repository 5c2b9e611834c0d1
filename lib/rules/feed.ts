/**
 * What changed at a replica, in the order of the last change of each row: what
 * it has to tell others.
 *
 * @module
 */

/** No row. */
export const NO_ROW: number = -1;

/** Source of a change that came from a client, not from another replica. */
export const NO_SOURCE: number = -1;

// A row of a replica: 4 whole numbers and, in the last 8 bytes, its version.
const PREVIOUS = 0;
const NEXT = 1;
const SOURCE = 2;
const COLUMNS = 6;
const FLOATS = COLUMNS / 2;
const VERSION = 2; // as a column of 64 bits

// A replica:
const HEAD = 0;
const TAIL = 1;
const HINT = 2; // the row at which a walk ended last
const ENDS = 3;

/** The most rows of all replicas together. */
const ROWS_MAX = 2 ** 27;

/**
 * The feeds of changes of the replicas that share a memory: all of a virtual
 * run, the one of a live process.
 *
 * A feed numbers the changes of its replica 1, 2, 3 …, and keeps for each row
 * the number of its last change, its *version*. The rows are linked in the
 * order of their versions; a row that changes moves to the end. So "everything
 * that changed after version p" is the end of the list, each row once however
 * often it changed: a delta in which later changes have absorbed earlier ones.
 * Source: Almeida, Shoker, Baquero, "Delta state replicated data types",
 * Journal of Parallel and Distributed Computing 111, 2018, algorithm 2, whose
 * sequence of deltas with acknowledged positions this is, with the deltas
 * joined as far as they can be.
 *
 * 24 bytes a row and replica.
 *
 * @example Usage
 * ```ts
 * import { Feeds, NO_ROW, NO_SOURCE } from "./feed.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const feeds = new Feeds(1, 8);
 * for (const row of [3, 5, 3]) feeds.touch(0, row, NO_SOURCE);
 * const rows: number[] = [];
 * for (let row = feeds.after(0, 0); row !== NO_ROW; row = feeds.next(0, row)) {
 *   rows.push(row);
 * }
 * assertEquals(rows, [5, 3]);
 * assertEquals(feeds.last(0), 3);
 * ```
 */
export class Feeds {
  /** Number of replicas. */
  readonly replicas: number;
  #rows: number;
  #ints: Int32Array;
  #floats: Float64Array;
  readonly #ends: Int32Array;
  readonly #lasts: Float64Array;

  /**
   * Makes empty feeds.
   *
   * @param replicas Number of replicas, from 1 on.
   * @param rows Rows of each, from 1 on.
   * @throws {RangeError} If they are not such numbers, or more than 2^27 rows
   * together.
   */
  constructor(replicas: number, rows: number) {
    if (
      !Number.isInteger(replicas) || replicas < 1 ||
      !Number.isInteger(rows) || rows < 1 || replicas * rows > ROWS_MAX
    ) {
      throw new RangeError(
        `Cannot make feeds of ${replicas} replicas with ${rows} rows: allowed are whole numbers from 1 on, together at most ${ROWS_MAX} rows`,
      );
    }
    this.replicas = replicas;
    this.#rows = rows;
    const buffer = new ArrayBuffer(replicas * rows * 4 * COLUMNS);
    this.#ints = new Int32Array(buffer);
    this.#floats = new Float64Array(buffer);
    this.#ends = new Int32Array(replicas * ENDS).fill(NO_ROW);
    this.#lasts = new Float64Array(replicas);
  }

  /** Rows that each replica has place for. */
  get capacity(): number {
    return this.#rows;
  }

  /**
   * The version of a replica's last change.
   *
   * @param replica Its index.
   * @returns 0 if nothing changed yet.
   */
  last(replica: number): number {
    return this.#lasts[replica] as number;
  }

  /**
   * The version of a row's last change.
   *
   * @param replica The replica's index.
   * @param row The row.
   * @returns 0 if it never changed.
   */
  versionOf(replica: number, row: number): number {
    const floats = this.#floats;
    return floats[(replica * this.#rows + row) * FLOATS + VERSION] as number;
  }

  /**
   * From whom a row's last change came.
   *
   * @param replica The replica's index.
   * @param row A row that has changed.
   * @returns The other replica, or {@linkcode NO_SOURCE}.
   */
  sourceOf(replica: number, row: number): number {
    return this
      .#ints[(replica * this.#rows + row) * COLUMNS + SOURCE] as number;
  }

  /**
   * A row has changed.
   *
   * @param replica The replica's index.
   * @param row The row, within the capacity.
   * @param source The replica that it was merged from, or
   * {@linkcode NO_SOURCE}.
   */
  touch(replica: number, row: number, source: number): void {
    const base = replica * this.#rows;
    const ints = this.#ints;
    const ends = this.#ends;
    const cell = (base + row) * COLUMNS;
    const version = (base + row) * FLOATS + VERSION;
    const end = replica * ENDS;
    const tail = ends[end + TAIL] as number;
    if (row !== tail) {
      if ((this.#floats[version] as number) > 0) {
        const previous = ints[cell + PREVIOUS] as number;
        const next = ints[cell + NEXT] as number; // it is not the tail
        if (previous === NO_ROW) ends[end + HEAD] = next;
        else ints[(base + previous) * COLUMNS + NEXT] = next;
        ints[(base + next) * COLUMNS + PREVIOUS] = previous;
      }
      if (tail === NO_ROW) ends[end + HEAD] = row;
      else ints[(base + tail) * COLUMNS + NEXT] = row;
      ints[cell + PREVIOUS] = tail;
      ints[cell + NEXT] = NO_ROW;
      ends[end + TAIL] = row;
    }
    ints[cell + SOURCE] = source;
    this.#floats[version] = ++this.#lasts[replica]!;
  }

  /**
   * The first row that changed after a version.
   *
   * Found from the end, in as many steps as rows follow; at once where a walk
   * ended with that version, as the next message after a full one begins.
   *
   * @param replica The replica's index.
   * @param version From 0 on.
   * @returns The row, or {@linkcode NO_ROW} if nothing changed since.
   */
  after(replica: number, version: number): number {
    if (version >= this.last(replica)) return NO_ROW;
    const end = replica * ENDS;
    const head = this.#ends[end + HEAD] as number;
    if (this.versionOf(replica, head) > version) return head;
    const hint = this.#ends[end + HINT] as number;
    if (hint !== NO_ROW && this.versionOf(replica, hint) === version) {
      return this.next(replica, hint);
    }
    const base = replica * this.#rows;
    let row = this.#ends[end + TAIL] as number;
    for (;;) {
      const previous = this.#ints[(base + row) * COLUMNS + PREVIOUS] as number;
      if (this.versionOf(replica, previous) <= version) return row;
      row = previous;
    }
  }

  /**
   * The row that changed next.
   *
   * @param replica The replica's index.
   * @param row A row that has changed.
   * @returns The row, or {@linkcode NO_ROW} if it was the last.
   */
  next(replica: number, row: number): number {
    return this.#ints[(replica * this.#rows + row) * COLUMNS + NEXT] as number;
  }

  /**
   * Remembers where a walk ended that will be gone on with.
   *
   * @param replica The replica's index.
   * @param row The last row walked.
   */
  remember(replica: number, row: number): void {
    this.#ends[replica * ENDS + HINT] = row;
  }

  /**
   * A replica begins a new life: its feed is empty, its versions begin anew.
   *
   * @param replica Its index.
   */
  clear(replica: number): void {
    const from = replica * this.#rows * COLUMNS;
    this.#ints.fill(0, from, from + this.#rows * COLUMNS);
    this.#ends.fill(NO_ROW, replica * ENDS, (replica + 1) * ENDS);
    this.#lasts[replica] = 0;
  }

  /**
   * Makes place for more rows. What is there stays.
   *
   * @param rows Rows of each replica, at least the present capacity.
   * @throws {RangeError} If that is less than the present capacity, or more
   * than 2^27 rows together.
   */
  grow(rows: number): void {
    if (
      !Number.isInteger(rows) || rows < this.#rows ||
      this.replicas * rows > ROWS_MAX
    ) {
      throw new RangeError(
        `Cannot grow feeds of ${this.replicas} replicas to ${rows} rows: allowed are whole numbers from ${this.#rows}, together at most ${ROWS_MAX} rows`,
      );
    }
    const buffer = new ArrayBuffer(this.replicas * rows * 4 * COLUMNS);
    const ints = new Int32Array(buffer);
    const length = this.#rows * COLUMNS;
    for (let replica = 0; replica < this.replicas; replica++) {
      const from = replica * length;
      const of = this.#ints.subarray(from, from + length);
      ints.set(of, replica * rows * COLUMNS);
    }
    this.#ints = ints;
    this.#floats = new Float64Array(buffer);
    this.#rows = rows;
  }
}
