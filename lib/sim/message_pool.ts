/**
 * Messages on their way that have no place in the row of their likes server.
 *
 * @module
 */

/** No message. */
export const NO_MESSAGE = 0;

/** Numbers of a message, 4 bytes each: two cache lines hold three. */
const FIELDS = 8;
const NEXT = 0;
const ARRIVAL = 1;
const KIND = 2;
const ATTEMPT = 3;
const LIKES = 4;
const SEQ = 5;
const FROM_SEQ = 6;
const VALUE = 7;

/**
 * Copies that the network made, and messages that their sender no longer waits
 * for: chains of them, one for each likes server that has any, sorted by
 * arrival, those of the same tick in the order in which they were sent. They
 * are few.
 *
 * @example Usage
 * ```ts
 * import { MessagePool, NO_MESSAGE } from "./message_pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pool = new MessagePool();
 * const late = pool.take(900);
 * const chain = pool.link(pool.take(500), pool.link(late, NO_MESSAGE));
 * assertEquals(pool.arrivalOf(chain), 500);
 * assertEquals(pool.release(chain), late);
 * ```
 */
export class MessagePool {
  #ints = new Int32Array(16 * FIELDS);
  #totals = new Float64Array(16);
  #used = 1; // number 0 is no message
  #free = NO_MESSAGE;

  /** Messages that there is room for: 40 bytes each. */
  get capacity(): number {
    return this.#totals.length;
  }

  /**
   * Makes a message, to be filled and linked.
   *
   * @param arrival When it arrives.
   * @returns Its number.
   */
  take(arrival: number): number {
    let message = this.#free;
    if (message === NO_MESSAGE) {
      message = this.#used++;
      if (message === this.#totals.length) this.#grow();
    } else {
      this.#free = this.#ints[message * FIELDS + NEXT] as number;
    }
    this.#ints[message * FIELDS + ARRIVAL] = arrival;
    return message;
  }

  /**
   * Fills a message.
   *
   * @param message Its number.
   * @param kind What it is.
   * @param attempt The attempt that it is or answers.
   * @param likes Likes that the report carries.
   * @param fromSeq The report carries draws after this one …
   * @param seq … up to this one.
   * @param total Total of the report, -1 if it has none.
   * @param value What the reply says besides its kind.
   */
  fill(
    message: number,
    kind: number,
    attempt: number,
    likes: number,
    fromSeq: number,
    seq: number,
    total: number,
    value: number,
  ): void {
    const cell = message * FIELDS;
    this.#ints[cell + KIND] = kind;
    this.#ints[cell + ATTEMPT] = attempt;
    this.#ints[cell + LIKES] = likes;
    this.#ints[cell + FROM_SEQ] = fromSeq;
    this.#ints[cell + SEQ] = seq;
    this.#ints[cell + VALUE] = value;
    this.#totals[message] = total;
  }

  /**
   * Puts a message into a chain.
   *
   * @param message The message.
   * @param chain The chain's first message, or NO_MESSAGE.
   * @returns The chain's first message.
   */
  link(message: number, chain: number): number {
    const arrival = this.arrivalOf(message);
    let before = NO_MESSAGE;
    let after = chain;
    while (after !== NO_MESSAGE && this.arrivalOf(after) <= arrival) {
      before = after;
      after = this.nextOf(after);
    }
    this.#ints[message * FIELDS + NEXT] = after;
    if (before === NO_MESSAGE) return message;
    this.#ints[before * FIELDS + NEXT] = message;
    return chain;
  }

  /**
   * Gives a message up; its contents can be read until the next one is made.
   *
   * @param message The first message of a chain.
   * @returns The chain without it.
   */
  release(message: number): number {
    const next = this.nextOf(message);
    this.#ints[message * FIELDS + NEXT] = this.#free;
    this.#free = message;
    return next;
  }

  /** The message behind another in its chain. */
  nextOf(message: number): number {
    return this.#ints[message * FIELDS + NEXT] as number;
  }

  /** The tick at which a message arrives. */
  arrivalOf(message: number): number {
    return this.#ints[message * FIELDS + ARRIVAL] as number;
  }

  /** The kind of a message. */
  kindOf(message: number): number {
    return this.#ints[message * FIELDS + KIND] as number;
  }

  /** The attempt that a message is or answers. */
  attemptOf(message: number): number {
    return this.#ints[message * FIELDS + ATTEMPT] as number;
  }

  /** Likes that a report carries. */
  likesOf(message: number): number {
    return this.#ints[message * FIELDS + LIKES] as number;
  }

  /** The draw after which the draws of a report begin. */
  fromSeqOf(message: number): number {
    return this.#ints[message * FIELDS + FROM_SEQ] as number;
  }

  /** The last draw of a report. */
  seqOf(message: number): number {
    return this.#ints[message * FIELDS + SEQ] as number;
  }

  /** Total of a report, -1 if it has none. */
  totalOf(message: number): number {
    return this.#totals[message] as number;
  }

  /** The number in a reply: a seq that is wanted, or the code of a refusal. */
  valueOf(message: number): number {
    return this.#ints[message * FIELDS + VALUE] as number;
  }

  #grow(): void {
    const ints = new Int32Array(2 * this.#ints.length);
    ints.set(this.#ints);
    this.#ints = ints;
    const totals = new Float64Array(2 * this.#totals.length);
    totals.set(this.#totals);
    this.#totals = totals;
  }
}
