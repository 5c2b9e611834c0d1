/**
 * Where the ticks of an axis stand.
 *
 * @module
 */
import { formatNumber } from "../numbers.ts";

/** From a value to a place on paper. */
export type Scale = (value: number) => number;

/**
 * A linear scale.
 *
 * @param domain Lowest and highest value.
 * @param range Where they are placed.
 * @returns The scale; where both values are equal it places everything at the
 * first end.
 *
 * @example
 * ```ts
 * import { linearScale } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linearScale([0, 10], [100, 200])(5), 150);
 * ```
 */
export function linearScale(
  [low, high]: readonly [number, number],
  [first, last]: readonly [number, number],
): Scale {
  const slope = high === low ? 0 : (last - first) / (high - low);
  return (value) => first + (value - low) * slope;
}

/**
 * Round values that divide an axis, in steps of 1, 2 or 5 times a power of ten.
 *
 * @param low Lowest value.
 * @param high Highest value.
 * @param count About how many are wanted, at least 1.
 * @returns The values, none outside of the axis.
 *
 * @example
 * ```ts
 * import { roundTicks } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(roundTicks(0, 310, 4), [0, 100, 200, 300]);
 * assertEquals(roundTicks(0, 0.9, 3), [0, 0.5]);
 * ```
 */
export function roundTicks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const [step = 10 * power] = [1, 2, 5, 10]
    .map((factor) => factor * power)
    .filter((candidate) => candidate >= rough * 0.999);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-9); i++) {
    // Through text, because 3 * 0.1 is not 0.3.
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/** Steps of a time axis, in seconds: those that clocks have, up to a day. */
export const TIME_STEPS: readonly number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800],
  ...[3600, 7200, 10_800, 21_600, 43_200, 86_400],
];

/**
 * Round times that divide a time axis from 0 on.
 *
 * @param end The last second.
 * @param count About how many are wanted, at least 1.
 * @returns The times in seconds, none beyond the end.
 *
 * @example
 * ```ts
 * import { timeTicks } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(timeTicks(310, 4), [0, 120, 240]);
 * assertEquals(timeTicks(200_000, 4), [0, 86_400, 172_800]);
 * ```
 */
export function timeTicks(end: number, count: number): number[] {
  const step = TIME_STEPS.find((candidate) => candidate >= end / count);
  if (step === undefined) return roundTicks(0, end, count);
  const ticks: number[] = [];
  for (let i = 0; i * step <= end * (1 + 1e-9); i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/**
 * Seconds as an axis tells them.
 *
 * @param seconds Any number of seconds.
 * @returns Such as `90 s`; from ten minutes on `10 min`, from three hours on
 * `3 h`, where that is a round number.
 *
 * @example
 * ```ts
 * import { formatAxisSeconds } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([90, 600, 700, 10800].map(formatAxisSeconds), [
 *   "90 s",
 *   "10 min",
 *   "700 s",
 *   "3 h",
 * ]);
 * ```
 */
export function formatAxisSeconds(seconds: number): string {
  if (seconds >= 10_800 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  if (seconds >= 600 && seconds % 60 === 0) return `${seconds / 60} min`;
  return `${formatNumber(seconds)} s`;
}

/**
 * Times as an axis tells them: all in the same unit, the one of the last of
 * them, if they are round in it.
 *
 * @param times Times in seconds, in order.
 * @returns A text each.
 *
 * @example
 * ```ts
 * import { formatAxisTimes } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatAxisTimes([0, 300, 600]), ["0", "5 min", "10 min"]);
 * assertEquals(formatAxisTimes([0, 60, 120]), ["0 s", "60 s", "120 s"]);
 * ```
 */
export function formatAxisTimes(times: readonly number[]): string[] {
  const last = formatAxisSeconds(times.at(-1) ?? 0);
  const [unit, name] = last.endsWith("h")
    ? [3600, "h"]
    : last.endsWith("min")
    ? [60, "min"]
    : [1, "s"];
  if (unit === 1 || times.some((seconds) => seconds % unit !== 0)) {
    return times.map(formatAxisSeconds);
  }
  return times.map((seconds) =>
    seconds === 0 ? "0" : `${formatNumber(seconds / unit)} ${name}`
  );
}

/**
 * A number as an axis tells it, in little room.
 *
 * @param value Any number.
 * @returns Such as `20,000`; from a million on `1.5 M`.
 *
 * @example
 * ```ts
 * import { formatAxisNumber } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.5, 500_000, 1_500_000, -20_000_000].map(formatAxisNumber), [
 *   "0.5",
 *   "500,000",
 *   "1.5 M",
 *   "-20 M",
 * ]);
 * ```
 */
export function formatAxisNumber(value: number): string {
  return Math.abs(value) < 1e6
    ? formatNumber(value)
    : `${formatNumber(value / 1e6)} M`;
}
