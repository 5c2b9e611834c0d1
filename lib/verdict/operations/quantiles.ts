/**
 * Quantiles of a few thousand numbers.
 *
 * @module
 */

/** The shares that are told of, by the names of Maelstrom's checkers. */
const SHARES = [0, 0.5, 0.95, 0.99, 1] as const;

/** Quantiles, by their shares. */
export type Quantiles = Readonly<Record<`${typeof SHARES[number]}`, number>>;

/**
 * Quantiles: the least number that so many are at most (nearest rank).
 *
 * @param numbers The numbers, in any order; they are sorted in place.
 * @returns Their quantiles; null of no numbers.
 *
 * @example Usage
 * ```ts
 * import { quantilesOf } from "./quantiles.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantilesOf([3, 1, 2, 4]), { "0": 1, "0.5": 2, "0.95": 4, "0.99": 4, "1": 4 });
 * ```
 */
export function quantilesOf(numbers: number[]): Quantiles | null {
  if (numbers.length === 0) return null;
  numbers.sort((a, b) => a - b);
  const at = (share: number) =>
    numbers[Math.max(0, Math.ceil(share * numbers.length) - 1)]!;
  return Object.fromEntries(
    SHARES.map((share) => [`${share}`, at(share)]),
  ) as Quantiles;
}
