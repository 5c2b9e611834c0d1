/**
 * Waits of a likes server: for a reply, and between attempts.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";

/** The waits of a likes server, in ticks of 0.1 ms. */
export interface Timing {
  /** The wait for a reply. */
  readonly ackTimeoutTicks: number;
  /** The longest wait after a first failure; doubles with each in a row. */
  readonly backoffMinTicks: number;
  /** The longest wait after any failure. */
  readonly backoffMaxTicks: number;
}

/** The usual times: 2 s for a reply, at most 100 ms to 5 s between attempts. */
export const DEFAULT_TIMING = {
  ackTimeoutTicks: 20_000,
  backoffMinTicks: 1_000,
  backoffMaxTicks: 50_000,
} as const satisfies Timing;

/**
 * Checks how long is to be waited.
 *
 * @param timing The times.
 * @throws {RangeError} If one is not a whole number of at least 1 tick.
 */
export function checkTiming(timing: Timing): void {
  for (const name of Object.keys(DEFAULT_TIMING) as (keyof Timing)[]) {
    const ticks = timing[name];
    if (!Number.isInteger(ticks) || ticks < 1 || ticks >= NEVER) {
      throw new RangeError(
        `Cannot wait ${name} ${ticks}: allowed are whole numbers from 1 to ${
          NEVER - 1
        }`,
      );
    }
  }
}

/**
 * 2^31 ticks are longer than any wait: more doublings would change nothing, and
 * in the end pass all numbers.
 */
const DOUBLINGS_MAX = 31;

/**
 * A wait of exponential backoff with full jitter: uniform from 1 tick to
 * min(maxTicks, minTicks * 2^failures).
 *
 * Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture
 * Blog, 2015. There a wait may be 0; here it is at least a tick, so that time
 * goes on.
 *
 * @param failures Failures in a row before this one, at least 0.
 * @param minTicks The longest wait after a first failure.
 * @param maxTicks The longest wait after any failure.
 * @param randomBits 32 random bits: a whole number from -2^31 to 2^31 - 1, or
 * from 0 to 2^32 - 1.
 * @returns Ticks of 0.1 ms, at least 1.
 *
 * @example Usage
 * ```ts
 * import { backoffTicks } from "./backoff.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(backoffTicks(0, 1_000, 50_000, 2 ** 32 - 1), 1_000);
 * assertEquals(backoffTicks(9, 1_000, 50_000, 2 ** 32 - 1), 50_000);
 * ```
 */
export function backoffTicks(
  failures: number,
  minTicks: number,
  maxTicks: number,
  randomBits: number,
): number {
  const longest = Math.min(
    maxTicks,
    minTicks * 2 ** Math.min(failures, DOUBLINGS_MAX),
  );
  return 1 + Math.floor(((randomBits >>> 0) * longest) / 2 ** 32);
}
