/**
 * Numbers for people.
 *
 * @module
 */
import { grouped } from "../verdict/explain.ts";

/**
 * The highest of numbers.
 *
 * @param values The numbers; null where one is not known.
 * @returns The highest, at least 0.
 */
export function highestOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
}

/** The text for a number that is not known. */
export const UNKNOWN = "–";

/**
 * A number with as many decimals as are of use: three digits, or all before the
 * point.
 *
 * @param value Any number, or nothing.
 * @returns For instance `20,912`, `12.3`, `0.012`; a dash for nothing.
 *
 * @example
 * ```ts
 * import { formatNumber } from "./numbers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   [20912.4, 12.345, 1.2, 0.01234, 0, undefined].map(formatNumber),
 *   ["20,912", "12.3", "1.2", "0.0123", "0", "–"],
 * );
 * ```
 */
export function formatNumber(value: number | null | undefined): string {
  if (value === undefined || value === null) return UNKNOWN;
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return grouped(Math.round(value));
  const decimals = magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 4;
  return String(Number(value.toFixed(decimals)));
}

/**
 * A whole number, with all its digits.
 *
 * @param count The number, or nothing.
 * @returns For instance `20,912`; a dash for nothing.
 */
export function formatCount(count: number | null | undefined): string {
  return count === undefined || count === null ? UNKNOWN : grouped(count);
}

/**
 * A whole number of things.
 *
 * @param count The number of things.
 * @param one The name of one of them.
 * @param many The name of several; left out: `one` with an s.
 * @returns For instance `1 like`, `0 likes`, `1,003 retries`.
 *
 * @example
 * ```ts
 * import { quantity } from "./numbers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantity(1, "retry", "retries"), "1 retry");
 * assertEquals(quantity(1003, "retry", "retries"), "1,003 retries");
 * assertEquals(quantity(0, "like"), "0 likes");
 * ```
 */
export function quantity(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${Math.abs(count) === 1 ? one : many}`;
}

/**
 * A number of things, and how many of them there were for each like.
 *
 * @param amount The number of things.
 * @param generated Likes generated.
 * @param one The name of one of them.
 * @param many The name of several.
 * @returns For instance `306 messages (0.476 a like)`.
 */
export function amountPerLike(
  amount: number,
  generated: number,
  one: string,
  many: string,
): string {
  const perLike = amount === 0 || generated === 0
    ? ""
    : ` (${formatNumber(amount / generated)} a like)`;
  return `${quantity(amount, one, many)}${perLike}`;
}

/**
 * A share in percent, to three digits; with more where it would pass for all or
 * for none.
 *
 * @param part The part.
 * @param whole The whole; left out: the part is of one.
 * @returns For instance `4.9 %`, `99.98 %`; a dash where the part is not known
 * or there is no whole.
 *
 * @example
 * ```ts
 * import { formatShare } from "./numbers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatShare(49, 1000), "4.9 %");
 * assertEquals(formatShare(9998, 10_000), "99.98 %");
 * assertEquals(formatShare(undefined, 1000), "–");
 * ```
 */
export function formatShare(part: number | undefined, whole = 1): string {
  if (part === undefined || whole === 0) return UNKNOWN;
  const share = part / whole;
  const text = formatNumber(100 * share);
  const isRounded = text === "100" && share < 1 || text === "0" && share > 0;
  return isRounded ? formatPercent(share) : `${text} %`;
}

/**
 * Seconds.
 *
 * @param seconds Any number of seconds, or nothing.
 * @returns For instance `1.5 s`; a dash for nothing.
 */
export function formatSeconds(seconds: number | null | undefined): string {
  const text = formatNumber(seconds);
  return text === UNKNOWN ? text : `${text} s`;
}

/**
 * A share in percent, with as many digits as tell it from all and from none.
 *
 * @param share From 0 to 1.
 * @returns For instance `97.37 %`, `99.987 %`, `100 %`.
 *
 * @example
 * ```ts
 * import { formatPercent } from "./numbers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   [0.97368, 0.4369, 0.999873, 0.9999996, 1, 0].map(formatPercent),
 *   ["97.37 %", "43.69 %", "99.987 %", "99.99996 %", "100 %", "0 %"],
 * );
 * ```
 */
export function formatPercent(share: number): string {
  const rest = Math.min(share, 1 - share);
  // Two digits of what is missing, at least two decimals.
  const decimals = rest <= 0
    ? 0
    : Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(100 * rest))));
  const text = (100 * share).toFixed(decimals);
  return `${text.replace(/\.0*$|(?<=\.\d*[1-9])0+$/, "")} %`;
}

/**
 * A short time in milliseconds, to three or four digits.
 *
 * @param seconds Any number of seconds.
 * @returns For instance `0.4893 ms`, `52.1 ms`, `1,466 ms`, `0 ms`.
 *
 * @example
 * ```ts
 * import { formatMs } from "./numbers.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.0004893, 0.0521, 1.4656].map(formatMs), [
 *   "0.4893 ms",
 *   "52.1 ms",
 *   "1,466 ms",
 * ]);
 * ```
 */
export function formatMs(seconds: number): string {
  return `${formatNumber(1000 * seconds)} ms`;
}
