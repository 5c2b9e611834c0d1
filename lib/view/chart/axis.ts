/**
 * The axes of charts: scales, and ticks with their labels.
 *
 * @module
 */
// @ts-types="@types/d3-array"
import { ticks } from "d3-array";
import { formatNumber } from "../numbers.ts";
import { px, textSvg, TICK_LEFT } from "./markup.ts";

/** From a value to a place on paper, with ticks at round values. */
export interface Scale {
  /** Places a value, also one outside of the domain. */
  (value: number): number;
  /** Round values in the domain, about as many as are wanted. */
  ticks(count: number): number[];
  /** The places of the lowest and the highest value of the domain. */
  readonly range: readonly [number, number];
}

/**
 * A linear scale.
 *
 * @param domain Lowest and highest value.
 * @param range Their places.
 * @returns The scale; where both values are equal it places everything in the
 * middle.
 *
 * @example
 * ```ts
 * import { linearScale } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const scale = linearScale([0, 10], [100, 200]);
 * assertEquals(scale(5), 150);
 * assertEquals(scale.ticks(2), [0, 5, 10]);
 * ```
 */
export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const [low, high] = domain;
  const [start, end] = range;
  const place = low === high
    ? () => (start + end) / 2
    : (value: number) => start + (end - start) * (value - low) / (high - low);
  return Object.assign(place, {
    ticks: (count: number) => ticks(low, high, count),
    range,
  });
}

/** Units of a time axis and the time from which on each is used, in seconds. */
const TIME_UNITS = [
  { fromSeconds: 36_000, seconds: 3600, name: "h" },
  { fromSeconds: 600, seconds: 60, name: "min" },
  { fromSeconds: 0, seconds: 1, name: "s" },
] as const;

/** A tick of a time axis. */
export interface TimeTick {
  /** The time of the tick, in seconds. */
  readonly seconds: number;
  /** The label. */
  readonly label: string;
}

/**
 * Round times that divide a time axis from 0 on, all in one unit: seconds,
 * minutes from ten minutes on, hours from ten hours on.
 *
 * @param endSeconds The end of the axis.
 * @param count About how many ticks are wanted, at least 1.
 * @returns The ticks, none beyond the end.
 *
 * @example
 * ```ts
 * import { timeTicks } from "./axis.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const labels = timeTicks(25, 2).map(({ label }) => label);
 * assertEquals(labels, ["0 s", "10 s", "20 s"]);
 * assertEquals(timeTicks(1300, 2), [
 *   { seconds: 0, label: "0 min" },
 *   { seconds: 600, label: "10 min" },
 *   { seconds: 1200, label: "20 min" },
 * ]);
 * ```
 */
export function timeTicks(endSeconds: number, count: number): TimeTick[] {
  const unit =
    TIME_UNITS.find(({ fromSeconds }) => endSeconds >= fromSeconds) ??
      TIME_UNITS[2];
  return ticks(0, endSeconds / unit.seconds, count)
    .map((tick) => ({
      seconds: tick * unit.seconds,
      label: `${formatNumber(tick)} ${unit.name}`,
    }));
}

/**
 * A number as an axis shows it, in little room.
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

/** The left end of the time axis of a still picture, in pixels. */
export const LEFT = 64;

/**
 * Draws level lines, with their values to the left.
 *
 * @param y The upright axis.
 * @param values The values.
 * @param format Shows one.
 * @param right The right end of the lines, in pixels.
 * @returns Elements of an SVG drawing.
 */
export function gridSvg(
  y: Scale,
  values: readonly number[],
  format: (value: number) => string,
  right: number,
): string {
  return values.map((value) =>
    `<path class="grid" d="M${LEFT} ${px(y(value))}H${px(right)}"/>` +
    textSvg(format(value), LEFT - 6, y(value) + 4, TICK_LEFT)
  ).join("");
}
