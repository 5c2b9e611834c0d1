/**
 * Rate and time left of something that goes on.
 *
 * @module
 */

import { grouped } from "../../verdict/explain.ts";
import { formatNumber } from "../numbers.ts";

/** Before that a rate says little, in milliseconds. */
const RATE_AFTER_MS = 1_000;

/**
 * Tells rate and time left.
 *
 * @param done How much was done.
 * @param left How much is left to do.
 * @param elapsedMs Milliseconds that it took.
 * @returns Such as `1,970 a second, 12 s left`; empty while it cannot be told.
 *
 * @example
 * ```ts
 * import { describeRate } from "./rate.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeRate(4000, 36_000, 2000), "2,000 a second, 18 s left");
 * assertEquals(describeRate(2, 36_000, 4000), "0.5 a second, 20 h left");
 * assertEquals(describeRate(0, 36_000, 4000), "");
 * ```
 */
export function describeRate(
  done: number,
  left: number,
  elapsedMs: number,
): string {
  if (elapsedMs < RATE_AFTER_MS || done === 0) return "";
  const perSecond = 1000 * done / elapsedMs;
  return `${formatNumber(perSecond)} a second, ${
    describeSeconds(left / perSecond)
  } left`;
}

/** A duration in its two largest units. */
function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 100) return `${whole} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.ceil(seconds / 3600);
  return `${grouped(hours)} h`;
}
