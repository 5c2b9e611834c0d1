/**
 * The likes of the draws of a run that is explored.
 *
 * @module
 */

import { LIKES_MAX } from "../../protocol/validator.ts";

/** The likes of a first draw, and of a second that makes more than 42 of it. */
const FIRST = 14;
const SECOND = 29;
/** The most times that a draw can be counted so that it can be told. */
export const COUNTS_MAX = 15;

/** A second draw that a sum can carry together with the first. */
const SECOND_IN_SUM = 5;

/**
 * Likes by which sums can be told apart: which draws were counted, and how
 * often, follows from what was counted. Some two of them together are above 42,
 * which no report can carry. All likes servers draw the same, as their names
 * must make no difference.
 *
 * @param draws Number of draws, from 1 on.
 * @param countsMax How often a draw can be counted, from 1 on.
 * @param isSum Whether reports carry sums: then the second of two draws brings
 * few likes or many, so that the sum can be carried or not.
 * @returns By draw, the likes that it can bring.
 * @throws {RangeError} If there are no such likes.
 *
 * @example
 * ```ts
 * import { likesOfDraws } from "./likes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(likesOfDraws(2, 5, false), [[14], [29]]);
 * assertEquals(likesOfDraws(2, 5, true), [[14], [5, 29]]);
 * assertEquals(likesOfDraws(3, 5, false), [[1], [6], [37]]);
 * ```
 */
export function likesOfDraws(
  draws: number,
  countsMax: number,
  isSum: boolean,
): readonly (readonly number[])[] {
  if (countsMax > COUNTS_MAX) {
    throw new RangeError(
      `Cannot tell how often a draw was counted that can be counted ${countsMax} times: allowed are ${COUNTS_MAX}`,
    );
  }
  if (draws === 1) return [[FIRST]];
  // 5 times 14 is 14 times 5, 29 times 14 is 14 times 29, and no less is.
  if (draws === 2 && countsMax < FIRST) {
    return [[FIRST], isSum ? [SECOND_IN_SUM, SECOND] : [SECOND]];
  }
  // Digits of a number: each draw weighs more than all before it together, as
  // often as these can be counted. The last is as large as it must be to make
  // more than 42 with the one before.
  const likes: number[] = [];
  let sum = 0;
  for (let draw = 1; draw <= draws; draw++) {
    const least = countsMax * sum + 1;
    const before = likes.at(-1) ?? 0;
    likes.push(
      draw < draws ? least : Math.max(least, LIKES_MAX + 1 - before),
    );
    sum += likes.at(-1) as number;
  }
  if (likes.some((number) => number > LIKES_MAX)) {
    throw new RangeError(
      `Cannot tell ${draws} draws apart that can each be counted ${countsMax} times: there are no such likes up to ${LIKES_MAX}`,
    );
  }
  return likes.map((number) => [number]);
}
