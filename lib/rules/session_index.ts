/**
 * The index of the ledger: from server and session to the row.
 *
 * @module
 */

/** Columns of a key: server, session's high and low half. */
const KEY = 3;
const EMPTY = -1;

/**
 * The 32-bit finalizer of MurmurHash3, a bijection. Source: Austin Appleby,
 * https://github.com/aappleby/smhasher
 */
function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A hash table from (server, session) to rows 0, 1, 2 …, given out in the order
 * of their first appearance.
 *
 * Open addressing with linear probing, at most half full, in typed arrays: a
 * look-up makes no object, and a million sessions take 25 MB. Somebody who
 * names sessions could choose names that all meet in one slot; a hash key that
 * he does not know keeps him from it. The sessions of a likes server are a
 * linked list, from the last one to the first.
 *
 * @example Usage
 * ```ts
 * import { SessionIndex } from "./session_index.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const index = new SessionIndex(1_000_000);
 * assertEquals(index.find(3, 0x0123, 0x4567), -1);
 * assertEquals(index.add(3, 0x0123, 0x4567), 0);
 * assertEquals(index.find(3, 0x0123, 0x4567), 0);
 * ```
 */
export class SessionIndex {
  /** The most sessions that this index takes. */
  readonly sizeMax: number;
  readonly #hashKey: number;
  #size = 0;
  /**
   * The row found last. A read brings many reports of one session: they are
   * found without a search.
   */
  #lastFound = 0;
  #keys = new Int32Array(KEY * 16);
  #slots = new Int32Array(32).fill(EMPTY);
  /** By row: the row of the same server's session before it, or EMPTY. */
  #previous = new Int32Array(16);
  /** By server: the row of its last session, or EMPTY. */
  readonly #lastOf = new Map<number, number>();

  /**
   * Makes an empty index.
   *
   * @param sizeMax The most sessions to take, 1 to 2^26.
   * @param hashKey 32 random bits where others name the sessions; the rows
   * given out do not depend on it.
   * @throws {RangeError} If it is not such a number.
   */
  constructor(sizeMax: number, hashKey = 0) {
    if (!Number.isInteger(sizeMax) || sizeMax < 1 || sizeMax > 2 ** 26) {
      throw new RangeError(
        `Cannot index ${sizeMax} sessions: allowed are whole numbers from 1 to ${
          2 ** 26
        }`,
      );
    }
    this.sizeMax = sizeMax;
    this.#hashKey = hashKey;
  }

  /** Number of sessions, and so of rows given out. */
  get size(): number {
    return this.#size;
  }

  /**
   * Looks a session up.
   *
   * @param server The likes server's id.
   * @param high High half of the session, 32 bits.
   * @param low Low half of the session, 32 bits.
   * @returns Its row, or -1 if it was never added.
   */
  find(server: number, high: number, low: number): number {
    if (this.#isRow(this.#lastFound, server, high | 0, low | 0)) {
      return this.#lastFound;
    }
    const row = this.#slots[this.#slotOf(server, high, low)] as number;
    if (row !== EMPTY) this.#lastFound = row;
    return row;
  }

  #isRow(row: number, server: number, high: number, low: number): boolean {
    const keys = this.#keys;
    const key = KEY * row;
    return row < this.#size && keys[key + 2] === low &&
      keys[key + 1] === high && keys[key] === server;
  }

  /**
   * Adds a session.
   *
   * @param server The likes server's id.
   * @param high High half of the session, 32 bits.
   * @param low Low half of the session, 32 bits.
   * @returns Its row, a new one if it was not there yet; -1 if the index is
   * full.
   */
  add(server: number, high: number, low: number): number {
    const there = this.find(server, high, low);
    if (there !== EMPTY) return there;
    if (this.#size === this.sizeMax) return -1;
    if (2 * (this.#size + 1) > this.#slots.length) this.#grow();
    const row = this.#size++;
    this.#keys[KEY * row] = server;
    this.#keys[KEY * row + 1] = high;
    this.#keys[KEY * row + 2] = low;
    this.#slots[this.#slotOf(server, high, low)] = row;
    this.#previous[row] = this.#lastOf.get(server) ?? EMPTY;
    this.#lastOf.set(server, row);
    return row;
  }

  /**
   * Takes the sessions that were added last out again.
   *
   * @param size How many to keep, 0 to the present size.
   * @throws {RangeError} If it is not such a number.
   */
  truncate(size: number): void {
    if (!Number.isInteger(size) || size < 0 || size > this.#size) {
      throw new RangeError(
        `Cannot keep ${size} of ${this.#size} sessions: allowed are whole numbers from 0 to ${this.#size}`,
      );
    }
    // Last in, first out: no other session's search passes through the last
    // one's slot, as it was empty when they came.
    while (this.#size > size) {
      const row = this.#size - 1;
      const server = this.serverOf(row);
      const slot = this.#slotOf(server, this.highOf(row), this.lowOf(row));
      this.#slots[slot] = EMPTY;
      this.#lastOf.set(server, this.#previous[row] as number);
      this.#size = row;
    }
  }

  /**
   * The likes server whose session a row holds.
   *
   * @param row A row that was given out.
   * @returns Its server's id.
   */
  serverOf(row: number): number {
    return this.#keys[KEY * row] as number;
  }

  /**
   * The sessions of a likes server.
   *
   * @param server The likes server's id.
   * @returns Their rows, in the order in which they were added.
   */
  rowsOf(server: number): number[] {
    const rows: number[] = [];
    let row = this.#lastOf.get(server) ?? EMPTY;
    for (; row !== EMPTY; row = this.#previous[row] as number) rows.push(row);
    return rows.reverse();
  }

  /**
   * First half of a row's session.
   *
   * @param row A row that was given out.
   * @returns High half of its session, 32 bits with sign.
   */
  highOf(row: number): number {
    return this.#keys[KEY * row + 1] as number;
  }

  /**
   * Second half of a row's session.
   *
   * @param row A row that was given out.
   * @returns Low half of its session, 32 bits with sign.
   */
  lowOf(row: number): number {
    return this.#keys[KEY * row + 2] as number;
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  #slotOf(server: number, highBits: number, lowBits: number): number {
    // 32 bits with and without sign are the same session.
    const high = highBits | 0;
    const low = lowBits | 0;
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    const hash = mix(mix(mix(server ^ this.#hashKey) ^ high) ^ low);
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const row = slots[slot] as number;
      if (row === EMPTY) return slot;
      const key = KEY * row;
      if (
        keys[key + 2] === low && keys[key + 1] === high && keys[key] === server
      ) return slot;
    }
  }

  #grow(): void {
    const keys = new Int32Array(2 * this.#keys.length);
    keys.set(this.#keys);
    this.#keys = keys;
    const previous = new Int32Array(2 * this.#previous.length);
    previous.set(this.#previous);
    this.#previous = previous;
    this.#slots = new Int32Array(2 * this.#slots.length).fill(EMPTY);
    for (let row = 0; row < this.#size; row++) {
      const slot = this.#slotOf(
        this.serverOf(row),
        this.highOf(row),
        this.lowOf(row),
      );
      this.#slots[slot] = row;
    }
  }
}
