/**
 * Long lists of whole numbers and of states, in pieces: growing moves nothing.
 *
 * @module
 */

import type { StateBuffer } from "./model.ts";

const PIECE_BITS = 16;
const PIECE = 1 << PIECE_BITS;
const PIECE_MASK = PIECE - 1;

/** A list of whole numbers of 32 bits that grows at its end. */
export class NumberList {
  /** The number of numbers. */
  length = 0;
  readonly #pieces: Int32Array[] = [];

  /** Bytes that it takes. */
  get bytes(): number {
    return this.#pieces.length * PIECE * Int32Array.BYTES_PER_ELEMENT;
  }

  /**
   * Adds a number at the end.
   *
   * @param value The number.
   */
  push(value: number): void {
    const piece = this.length >> PIECE_BITS;
    if (piece === this.#pieces.length) {
      this.#pieces.push(new Int32Array(PIECE));
    }
    this.#pieces[piece]![this.length++ & PIECE_MASK] = value;
  }

  /**
   * The number at a place.
   *
   * @param index The place, below {@linkcode length}.
   * @returns The number.
   */
  at(index: number): number {
    return this.#pieces[index >> PIECE_BITS]![index & PIECE_MASK] as number;
  }
}

/** States of a piece, at least. */
const STATES = 1024;

/** A queue of states: first in, first out. */
export class StateQueue {
  readonly #words: number;
  readonly #pieceWords: number;
  readonly #pieces: Int32Array[] = [];
  /** A piece that is used again. */
  #spare: Int32Array | null = null;
  #readAt = 0;
  #writeAt: number;
  #length = 0;

  /**
   * An empty queue.
   *
   * @param words The length of a state, in words of 32 bits.
   */
  constructor(words: number) {
    this.#words = words;
    this.#pieceWords = words * STATES;
    this.#writeAt = this.#pieceWords;
  }

  /** States in it. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return 4 * this.#pieceWords * this.#pieces.length;
  }

  /**
   * Adds a state at the end.
   *
   * @param state The state, which is copied.
   */
  push(state: StateBuffer): void {
    if (this.#writeAt === this.#pieceWords) {
      this.#pieces.push(this.#spare ?? new Int32Array(this.#pieceWords));
      this.#spare = null;
      this.#writeAt = 0;
    }
    const piece = this.#pieces.at(-1) as Int32Array;
    const { words } = state;
    const base = this.#writeAt;
    for (let i = 0; i < words.length; i++) piece[base + i] = words[i] as number;
    this.#writeAt = base + this.#words;
    this.#length++;
  }

  /**
   * Takes the first state out; there is one.
   *
   * @param into Where to put it.
   */
  shift(into: StateBuffer): void {
    const piece = this.#pieces[0] as Int32Array;
    const { words } = into;
    const base = this.#readAt;
    for (let i = 0; i < words.length; i++) words[i] = piece[base + i] as number;
    this.#readAt = base + this.#words;
    this.#length--;
    if (this.#readAt < this.#pieceWords) return;
    this.#spare = this.#pieces.shift() as Int32Array;
    this.#readAt = 0;
  }
}
