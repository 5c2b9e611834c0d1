/**
 * Which row of the ledger belongs to which server and session.
 *
 * @module
 */

/** Columns of a key: server, session's high and low half. */
const KEY = 3;
const EMPTY = -1;

/** Spreads a key over 32 bits: multiply and fold, as in the 32-bit finalizer of MurmurHash3 (Austin Appleby). */
function hash(server: number, high: number, low: number): number {
  let h = Math.imul(server, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b) ^ low;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A hash table from (server, session) to rows 0, 1, 2 …, given out in the order of their first appearance.
 *
 * Open addressing with linear probing, at most half full, in typed arrays: a look-up makes no object, and a million
 * sessions take 36 MB at most.
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
  #size = 0;
  #keys = new Int32Array(KEY * 16);
  #slots = new Int32Array(32).fill(EMPTY);

  /**
   * Makes an empty index.
   *
   * @param sizeMax The most sessions to take, 1 to 2^26.
   * @throws {RangeError} If it is not such a number.
   */
  constructor(sizeMax: number) {
    if (!Number.isInteger(sizeMax) || sizeMax < 1 || sizeMax > 2 ** 26) {
      throw new RangeError(
        `Cannot index ${sizeMax} sessions: allowed are whole numbers from 1 to ${
          2 ** 26
        }`,
      );
    }
    this.sizeMax = sizeMax;
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
    return this.#slots[this.#slotOf(server, high, low)] as number;
  }

  /**
   * Adds a session that is not there yet.
   *
   * @param server The likes server's id.
   * @param high High half of the session, 32 bits.
   * @param low Low half of the session, 32 bits.
   * @returns Its new row, or -1 if the index is full.
   */
  add(server: number, high: number, low: number): number {
    if (this.#size === this.sizeMax) return -1;
    if (2 * (this.#size + 1) > this.#slots.length) this.#grow();
    const row = this.#size++;
    this.#keys[KEY * row] = server;
    this.#keys[KEY * row + 1] = high;
    this.#keys[KEY * row + 2] = low;
    this.#slots[this.#slotOf(server, high, low)] = row;
    return row;
  }

  /**
   * Whose session a row holds.
   *
   * @param row A row that was given out.
   * @returns Its server's id.
   */
  serverOf(row: number): number {
    return this.#keys[KEY * row] as number;
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
  #slotOf(server: number, high: number, low: number): number {
    const slots = this.#slots;
    const keys = this.#keys;
    const mask = slots.length - 1;
    for (let slot = hash(server, high, low) & mask;; slot = (slot + 1) & mask) {
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
