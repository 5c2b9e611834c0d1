/**
 * Searching what is sorted by time.
 *
 * @module
 */

/**
 * Counts the items before the first one that is too late.
 *
 * @param items The items, in order.
 * @param isLate Whether an item is too late; so are those behind it then.
 * @returns From 0 to the number of items.
 *
 * @example Usage
 * ```ts
 * import { countUntil } from "./count_until.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(countUntil([1, 3, 3, 7], (at) => at > 3), 3);
 * ```
 */
export function countUntil<T>(
  items: ArrayLike<T>,
  isLate: (item: T) => boolean,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isLate(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
