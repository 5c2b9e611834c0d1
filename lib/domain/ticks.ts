/**
 * Time as the rules know it: whole ticks of 0.1 ms since the start of the run,
 * in 32 bits.
 *
 * Whole numbers, because fractions add up differently in different orders and a
 * run must be the same everywhere; 32 bits, because the state of a likes server
 * is a row of an `Int32Array`. A run can last 59 hours.
 *
 * @module
 */

/** Ticks in a millisecond. */
export const TICKS_PER_MS = 10;

/** Ticks in a second. */
export const TICKS_PER_SECOND = 10_000;

/** The tick that never comes: what a timer that is not set holds. */
export const NEVER = 2 ** 31 - 1;

/**
 * Converts milliseconds to ticks, rounded to the nearest.
 *
 * @param ms Milliseconds, 0 to 214,748,364.
 * @returns Whole ticks of 0.1 ms.
 * @throws {RangeError} If `ms` is negative, not a number, or too long for 32
 * bits.
 *
 * @example Usage
 * ```ts
 * import { ticksFromMs } from "./ticks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ticksFromMs(1500), 15_000);
 * ```
 */
export function ticksFromMs(ms: number): number {
  const ticks = Math.round(ms * TICKS_PER_MS);
  if (!(ms >= 0 && ticks < NEVER)) {
    throw new RangeError(
      `Cannot count ${ms} ms in ticks: allowed are 0 to ${
        (NEVER - 1) / TICKS_PER_MS
      } ms (about 59 hours)`,
    );
  }
  return ticks;
}

/**
 * Converts ticks to seconds, as a history and a verdict give times.
 *
 * @param ticks Whole ticks of 0.1 ms.
 * @returns Seconds, with at most four decimals.
 *
 * @example Usage
 * ```ts
 * import { secondsFromTicks } from "./ticks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(secondsFromTicks(12_345), 1.2345);
 * ```
 */
export function secondsFromTicks(ticks: number): number {
  return ticks / TICKS_PER_SECOND;
}
