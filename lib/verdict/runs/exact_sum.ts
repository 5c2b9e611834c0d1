/**
 * A sum that does not depend on the order of what is added.
 *
 * @module
 */

/** Whole numbers up to here add up in a `number` without being rounded. */
const EXACT_MAX = 2 ** 52;

/**
 * A sum of whole numbers, exact however large it gets: a `number` while it
 * fits, the rest in a `bigint`.
 *
 * @example
 * ```ts
 * import { ExactSum } from "./exact_sum.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const sum = new ExactSum();
 * for (const value of [1, 2 ** 53 - 1, 1, 1]) sum.add(value);
 * assertEquals(sum.value, 2 ** 53 + 2); // which 2 ** 53 + 1 + 1 is not
 * ```
 */
export class ExactSum {
  #low = 0;
  #high = 0n;

  /** The sum, rounded to the nearest number. */
  get value(): number {
    return this.#high === 0n
      ? this.#low
      : Number(this.#high + BigInt(this.#low));
  }

  /**
   * Adds a number.
   *
   * @param value A whole number from 0 to 2^53 - 1.
   */
  add(value: number): void {
    if (value > EXACT_MAX) {
      this.#high += BigInt(value);
      return;
    }
    this.#low += value;
    if (this.#low < EXACT_MAX) return;
    this.#high += BigInt(this.#low);
    this.#low = 0;
  }
}
