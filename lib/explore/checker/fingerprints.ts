/**
 * The states that were seen, by their fingerprints.
 *
 * @module
 */

const { imul } = Math;

// Odd multipliers of MurmurHash3 and of its finalizer (Austin Appleby, public
// domain, https://github.com/aappleby/smhasher).
const LANE_A = 0xcc9e2d51;
const LANE_B = 0x1b873593;
const STEP_A = 0x85ebca6b;
const STEP_B = 0xc2b2ae35;

/** A slot: both halves of a fingerprint, and the number of its state plus 1. */
const SLOT = 3;
const FIRST_SLOTS_BITS = 12;
/** Above this share of slots in use the table is doubled. */
const LOAD_MAX = 0.7;

/** The answer of {@linkcode Fingerprints.find} about a state not seen yet. */
export const UNSEEN: number = -1;

/**
 * A hash table from fingerprints of 64 bits to the numbers of states, in the
 * order in which they were seen: open addressing with linear probing.
 *
 * Two states of one fingerprint are taken for one, and what follows from the
 * second is not explored. For n states the chance of that is about n^2 / 2^65;
 * see {@linkcode Fingerprints.collisionChance}. Source: the hash compaction of
 * Wolper, Leroy, "Reliable hashing without collision detection", CAV 1993, with
 * which 17 to 34 bytes a state suffice.
 *
 * @example A state is recognised
 * ```ts
 * import { Fingerprints, UNSEEN } from "./fingerprints.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const seen = new Fingerprints();
 * assertEquals(seen.find(Int32Array.of(1, 2)), UNSEEN);
 * assertEquals(seen.add(Int32Array.of(1, 2)), 0);
 * assertEquals(seen.add(Int32Array.of(3, 4)), 1);
 * assertEquals(seen.find(Int32Array.of(1, 2)), 0);
 * ```
 */
export class Fingerprints {
  /** Whether the state of the last {@linkcode add} was new. */
  isNew = false;
  #slots = new Int32Array(SLOT << FIRST_SLOTS_BITS);
  #mask = (1 << FIRST_SLOTS_BITS) - 1;
  #size = 0;
  #limit = LOAD_MAX * (1 << FIRST_SLOTS_BITS);
  /** The fingerprint made last. */
  #low = 0;
  #high = 0;

  /** States seen. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that the table takes. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  /**
   * The chance that any two of the states seen have the same fingerprint, if
   * these are as good as random. Source: the birthday bound n (n - 1) / 2 /
   * 2^64.
   */
  get collisionChance(): number {
    return this.#size * (this.#size - 1) / 2 ** 65;
  }

  /**
   * Looks for a state.
   *
   * @param words The state.
   * @returns Its number, or {@linkcode UNSEEN}.
   */
  find(words: Int32Array): number {
    this.#hash(words);
    return (this.#slots[this.#slotOf(this.#low, this.#high) + 2] as number) - 1;
  }

  /**
   * Looks for a state, and adds it if it is new.
   *
   * @param words The state.
   * @returns Its number; {@linkcode isNew} tells whether it was new.
   */
  add(words: Int32Array): number {
    this.#hash(words);
    const low = this.#low;
    const high = this.#high;
    const slot = this.#slotOf(low, high);
    const slots = this.#slots;
    const number = slots[slot + 2] as number;
    this.isNew = number === 0;
    if (number !== 0) return number - 1;
    slots[slot] = low;
    slots[slot + 1] = high;
    slots[slot + 2] = ++this.#size;
    if (this.#size > this.#limit) this.#grow();
    return this.#size - 1;
  }

  /** Two lanes of 32 bits over all words, which are mixed into each other. */
  #hash(words: Int32Array): void {
    let a = words.length;
    let b = 0x9e3779b9 | 0;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      a = imul(a ^ word, LANE_A);
      a ^= a >>> 15;
      b = imul(b + word ^ a, LANE_B);
      b ^= b >>> 13;
    }
    a = imul(a ^ b >>> 16, STEP_A);
    a = imul(a ^ a >>> 13, STEP_B);
    a ^= a >>> 16;
    b = imul(b ^ b >>> 16 ^ a, STEP_B);
    b = imul(b ^ b >>> 13, STEP_A);
    this.#low = a;
    this.#high = b ^ b >>> 16;
  }

  /** The slot of a fingerprint, or the empty one where it belongs. */
  #slotOf(low: number, high: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let index = low & mask;
    while (true) {
      const slot = SLOT * index;
      if (slots[slot + 2] === 0) return slot;
      if (slots[slot] === low && slots[slot + 1] === high) return slot;
      index = (index + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(2 * old.length);
    this.#mask = 2 * this.#mask + 1;
    this.#limit *= 2;
    const slots = this.#slots;
    for (let from = 0; from < old.length; from += SLOT) {
      const number = old[from + 2] as number;
      if (number === 0) continue;
      const low = old[from] as number;
      const high = old[from + 1] as number;
      const slot = this.#slotOf(low, high);
      slots[slot] = low;
      slots[slot + 1] = high;
      slots[slot + 2] = number;
    }
  }
}
