/**
 * Feed of changes at a replica, in the order of the last change of each row:
 * what it has to tell others.
 *
 * @module
 */

import { FeedLog, NO_SOURCE, PORTION } from "./feed_log.ts";

export { NO_SOURCE } from "./feed_log.ts";

/** No row. */
export const NO_ROW: number = -1;

/** The most rows of all replicas together. */
const ROWS_MAX = 2 ** 27;

/** Sink of the rows that a feed tells, one by one. */
export interface EntrySink {
  /**
   * Adds a row.
   *
   * @param replica The index of the replica whose row it is.
   * @param row The row.
   */
  add(replica: number, row: number): void;
}

/**
 * Columns of somebody's rows in which a feed keeps where each row's change is.
 */
export interface FeedColumn {
  /**
   * The rows, all zero: the number of row r of replica i is at
   * `(r << columnBits) + i * step + column`.
   */
  readonly ints: Int32Array;
  /** A row has 2^columnBits columns. */
  readonly columnBits: number;
  /** The column. */
  readonly column: number;
  /** Columns from a row of one replica to that of the next. */
  readonly step: number;
}

/**
 * The feeds of changes of the replicas that share a memory: all of a virtual
 * run, the one of a live process.
 *
 * A feed numbers the changes of its replica 1, 2, 3 …, and keeps for each row
 * the number of its last change, its *version*. So "everything that changed
 * after version p" is the end of the feed, each row once however often it
 * changed: a delta in which later changes have absorbed earlier ones. Source:
 * Almeida, Shoker, Baquero, "Delta state replicated data types", Journal of
 * Parallel and Distributed Computing 111, 2018, algorithm 2, whose sequence of
 * deltas with acknowledged positions this is, with the deltas joined as far as
 * they can be.
 *
 * A feed is a log, to which changes are appended and which is read in one
 * stretch, as processors like it; of a row that changed again the earlier
 * places are skipped, and dropped. 4 bytes a row and replica, 16 to 32 in the
 * log, and up to 16 where versions are told.
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
  /** Number of rows that the last {@linkcode tell} told. */
  toldCount = 0;
  /** Whether the last {@linkcode tell} left rows untold. */
  hasMore = false;
  #rows: number;
  /** By replica and row: behind the place of its last change; 0: none. */
  #places: Int32Array;
  readonly #columnBits: number;
  readonly #column: number;
  #step: number;
  readonly #logs: readonly FeedLog[];
  // Of a portion of changes: the places of those that are looked at, and the
  // places behind the last changes of their rows.
  readonly #candidates = new Int32Array(PORTION);
  readonly #current = new Int32Array(PORTION);

  /**
   * Makes empty feeds.
   *
   * @param replicas Number of replicas, from 1 on.
   * @param rows Rows of each, from 1 on.
   * @param column Where to keep a number for each row, if not apart: near what
   * else is kept of it. Such feeds cannot grow.
   * @throws {RangeError} If they are not such numbers, or more than 2^27 rows
   * together.
   */
  constructor(replicas: number, rows: number, column?: FeedColumn) {
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
    this.#places = column?.ints ?? new Int32Array(replicas * rows);
    this.#columnBits = column?.columnBits ?? 0;
    this.#column = column?.column ?? 0;
    this.#step = column?.step ?? rows;
    this.#logs = Array.from(
      { length: replicas },
      () => new FeedLog(rows),
    );
  }

  /** Rows that each replica has place for. */
  get capacity(): number {
    return this.#rows;
  }

  /**
   * The version of a replica's last change.
   *
   * @param replica The replica's index.
   * @returns 0 if nothing changed yet.
   */
  last(replica: number): number {
    return this.#logOf(replica).last;
  }

  /**
   * The version of a row's last change.
   *
   * @param replica The replica's index.
   * @param row The row.
   * @returns 0 if it never changed.
   */
  versionOf(replica: number, row: number): number {
    const place = this.#places[this.#at(replica, row)] as number;
    return place === 0 ? 0 : this.#logOf(replica).versionAt(place - 1);
  }

  /**
   * From whom a row's last change came.
   *
   * @param replica The replica's index.
   * @param row A row that has changed.
   * @returns The other replica, or {@linkcode NO_SOURCE}.
   */
  sourceOf(replica: number, row: number): number {
    const place = this.#places[this.#at(replica, row)] as number;
    return this.#logOf(replica).sourceAt(place - 1);
  }

  /**
   * The replica beside the source that said last that it holds a row at least
   * as its last change left it.
   *
   * @param replica The replica's index.
   * @param row A row that has changed.
   * @returns That replica, or {@linkcode NO_SOURCE}.
   */
  confirmerOf(replica: number, row: number): number {
    const place = this.#places[this.#at(replica, row)] as number;
    return this.#logOf(replica).confirmerAt(place - 1);
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
    const log = this.#logOf(replica);
    if (log.room < 1) this.#makeRoom(replica, log, 1);
    const at = this.#at(replica, row);
    const places = this.#places;
    places[at] = log.append(row, source, places[at]! - 1) + 1;
  }

  /**
   * Rows have changed, one after the other, as {@linkcode touch} says of one.
   *
   * @param replica The replica's index.
   * @param rows The rows, within the capacity.
   * @param count How many of them.
   * @param source The replica that they were merged from, or
   * {@linkcode NO_SOURCE}.
   */
  touchAll(
    replica: number,
    rows: Int32Array,
    count: number,
    source: number,
  ): void {
    const log = this.#logOf(replica);
    if (log.room < count) this.#makeRoom(replica, log, count);
    const places = this.#places;
    const base = this.#at(replica, 0);
    const columnBits = this.#columnBits;
    for (let i = 0; i < count; i++) {
      const row = rows[i] as number;
      const at = base + (row << columnBits);
      places[at] = log.append(row, source, places[at]! - 1) + 1;
    }
  }

  /**
   * Another replica is known to hold a row at least as it is here, and need not
   * be told of it. Of several that do, the source and the last one are
   * remembered.
   *
   * @param replica The replica's index.
   * @param row A row; nothing is noted of one that has not changed.
   * @param peer The other replica; {@linkcode NO_SOURCE}: nothing is noted.
   */
  confirm(replica: number, row: number, peer: number): void {
    const place = this.#places[this.#at(replica, row)]! - 1;
    if (peer === NO_SOURCE || !(place >= 0)) return;
    this.#logOf(replica).confirm(place, peer);
  }

  /**
   * Another replica has begun another life: what it held it may have forgotten.
   *
   * @param replica The replica's index.
   * @param peer The other replica.
   */
  forget(replica: number, peer: number): void {
    this.#logOf(replica).forget(peer);
  }

  /**
   * Tells rows that changed after a version, oldest first.
   *
   * @param replica The replica's index.
   * @param version From 0 on.
   * @param rowsMax The most rows to tell.
   * @param peer The replica that is told: rows that it is known to hold are
   *   left out.
   * @param sink Where to put them. How many there were, and whether there are
   *   more, {@linkcode toldCount} and {@linkcode hasMore} tell.
   * @returns The version up to which everything is told or left out.
   */
  tell(
    replica: number,
    version: number,
    rowsMax: number,
    peer: number,
    sink: EntrySink,
  ): number {
    const log = this.#logOf(replica);
    const { rows, length, last } = log;
    const places = this.#places;
    const base = this.#at(replica, 0);
    const columnBits = this.#columnBits;
    const candidates = this.#candidates;
    const current = this.#current;
    this.toldCount = 0;
    this.hasMore = false;
    for (let from = log.after(version); from < length; from += PORTION) {
      const to = Math.min(length, from + PORTION);
      const count = log.unknownTo(peer, from, to, candidates);
      // In a loop of its own, so that the processor fetches many at a time.
      for (let i = 0; i < count; i++) {
        const row = rows[candidates[i]!] as number;
        current[i] = places[base + (row << columnBits)] as number;
      }
      for (let i = 0; i < count; i++) {
        const place = candidates[i] as number;
        if (current[i] !== place + 1) continue;
        if (this.toldCount === rowsMax) {
          this.hasMore = true;
          return log.versionAt(place) - 1;
        }
        sink.add(replica, rows[place] as number);
        this.toldCount++;
      }
    }
    return last;
  }

  /**
   * The first row that changed after a version.
   *
   * @param replica The replica's index.
   * @param version From 0 on.
   * @returns The row, or {@linkcode NO_ROW} if nothing changed since.
   */
  after(replica: number, version: number): number {
    return this.#rowFrom(replica, this.#logOf(replica).after(version));
  }

  /**
   * The row that changed next.
   *
   * @param replica The replica's index.
   * @param row A row that has changed.
   * @returns The row, or {@linkcode NO_ROW} if it was the last.
   */
  next(replica: number, row: number): number {
    const place = this.#places[this.#at(replica, row)]! - 1;
    return this.#rowFrom(replica, this.#logOf(replica).numberAt(place) + 1);
  }

  /**
   * A replica begins a new life: its feed is empty, its versions begin anew.
   *
   * @param replica Its index.
   */
  clear(replica: number): void {
    for (let row = 0; row < this.#rows; row++) {
      this.#places[this.#at(replica, row)] = 0;
    }
    this.#logOf(replica).clear();
  }

  /**
   * Puts a feed that was told by {@linkcode versionOf}, {@linkcode sourceOf}
   * and {@linkcode confirmerOf} in place of what is there.
   *
   * @param replica The replica's index.
   * @param rows Rows that have changed, by their versions, the lowest first.
   * @param last The version of the last change, at least that of the last row.
   * @param versionOf Tells the version of a row.
   * @param sourceOf Tells the source of a row's last change.
   * @param confirmerOf Tells who confirmed it last.
   */
  restore(
    replica: number,
    rows: readonly number[],
    last: number,
    versionOf: (row: number) => number,
    sourceOf: (row: number) => number,
    confirmerOf: (row: number) => number,
  ): void {
    this.clear(replica);
    const log = this.#logOf(replica);
    for (const row of rows) {
      this.touch(replica, row, sourceOf(row));
      this.confirm(replica, row, confirmerOf(row));
    }
    log.renumber(versionOf, last);
  }

  /**
   * Makes place for more rows. What is there stays.
   *
   * @param rows Rows of each replica, at least the present capacity.
   * @throws {RangeError} If that is less than the present capacity, or more
   * than 2^27 rows together.
   * @throws {TypeError} If the feeds keep their numbers in somebody's rows.
   */
  grow(rows: number): void {
    if (this.#columnBits > 0) {
      throw new TypeError("Cannot grow feeds that share their rows");
    }
    if (
      !Number.isInteger(rows) || rows < this.#rows ||
      this.replicas * rows > ROWS_MAX
    ) {
      throw new RangeError(
        `Cannot grow feeds of ${this.replicas} replicas to ${rows} rows: allowed are whole numbers from ${this.#rows}, together at most ${ROWS_MAX} rows`,
      );
    }
    const places = new Int32Array(this.replicas * rows);
    for (let replica = 0; replica < this.replicas; replica++) {
      const from = replica * this.#rows;
      const of = this.#places.subarray(from, from + this.#rows);
      places.set(of, replica * rows);
    }
    this.#places = places;
    this.#rows = this.#step = rows;
  }

  #at(replica: number, row: number): number {
    return (row << this.#columnBits) + replica * this.#step + this.#column;
  }

  #logOf(replica: number): FeedLog {
    return this.#logs[replica] as FeedLog;
  }

  /** The row of the first change from one on that is the last of its row. */
  #rowFrom(replica: number, from: number): number {
    const { rows, first, length, mask } = this.#logOf(replica);
    for (let i = from; i < length; i++) {
      const place = (first + i) & mask;
      const row = rows[place] as number;
      if (this.#places[this.#at(replica, row)] === place + 1) return row;
    }
    return NO_ROW;
  }

  #makeRoom(replica: number, log: FeedLog, count: number): void {
    const places = this.#places;
    log.makeRoom(count, (row, from, to) => {
      const at = this.#at(replica, row);
      const isLast = places[at] === from + 1;
      if (isLast) places[at] = to + 1;
      return isLast;
    });
  }
}
