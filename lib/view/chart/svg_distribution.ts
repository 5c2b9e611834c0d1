/**
 * The distribution of a quantity over time, as a still picture: the share of
 * the time that it was above each value.
 *
 * @module
 */
import type { Distribution } from "../../verdict/histogram.ts";
import { gridSvg, LEFT, linearScale, type Scale } from "./axis.ts";
import { escapeMarkup, px, textSvg, TICK_BELOW } from "./markup.ts";
import { formatNumber } from "../numbers.ts";
import { areaSvg, lineSvg, type Values } from "./svg_paths.ts";

/** A share of the time and the value that was exceeded for so long. */
export interface Exceeded {
  /** A value. */
  readonly value: number;
  /** The share of the time that the quantity was above it, from 0 to 1. */
  readonly share: number;
}

/**
 * The share of the time that a quantity was above each of its values.
 *
 * @param seconds The time of each change, in seconds.
 * @param values The value from then on; times at which it is null, not known,
 * do not count.
 * @param end Until when the last value holds, in seconds.
 * @returns The values in rising order, the first being 0; empty if nothing is
 * known.
 *
 * @example
 * ```ts
 * import { exceedance } from "./svg_distribution.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(exceedance([0, 3], [0, 8], 4), [
 *   { value: 0, share: 0.25 },
 *   { value: 8, share: 0 },
 * ]);
 * ```
 */
export function exceedance(
  seconds: readonly number[],
  values: Values,
  end: number,
): Exceeded[] {
  const weights = new Map<number, number>([[0, 0]]);
  let total = 0;
  values.forEach((value, index) => {
    const from = seconds[index] ?? 0;
    const weight = Math.max(0, (seconds[index + 1] ?? end) - from);
    if (value === null || weight === 0) return;
    weights.set(value, (weights.get(value) ?? 0) + weight);
    total += weight;
  });
  if (total === 0) return [];
  let above = total;
  return [...weights].sort(([one], [other]) => one - other)
    .map(([value, weight]) => {
      above -= weight;
      return { value, share: Math.max(0, above / total) };
    });
}

/** Options of {@linkcode svgDistribution}. */
export interface SvgDistributionOptions {
  /** The name of the quantity, with its unit. */
  readonly name: string;
  /** The unit alone. */
  readonly unit: string;
  /** Quantiles that are marked. */
  readonly quantiles: Distribution;
  /**
   * Width of the drawing's own coordinates; a page may scale it.
   *
   * @default {900}
   */
  readonly width?: number;
}

const HEIGHT = 190;
const TOP = 34;
const BOTTOM = HEIGHT - 36;

/**
 * Draws the share of the time that a quantity was above each value.
 *
 * @param exceeded From {@linkcode exceedance}.
 * @param options Names and quantiles.
 * @returns One `svg` element; nothing if nothing is known.
 */
export function svgDistribution(
  exceeded: readonly Exceeded[],
  options: SvgDistributionOptions,
): string {
  const { name, unit, quantiles, width = 900 } = options;
  const right = width - 24;
  const highest = Math.max(quantiles.max, exceeded.at(-1)?.value ?? 0);
  if (exceeded.length === 0 || highest <= 0) return "";
  const x = linearScale([0, highest], [LEFT, right]);
  const y = linearScale([0, 1], [BOTTOM, TOP]);
  const seconds = exceeded.map(({ value }) => value);
  const shares = exceeded.map(({ share }) => share);
  const paths = { seconds, end: highest, x, y };
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  const grid = gridSvg(y, quarters, (share) => `${100 * share} %`, right);
  const ticks = x.ticks(right / 100).map((value) =>
    textSvg(formatNumber(value), x(value), BOTTOM + 15, TICK_BELOW)
  ).join("");
  return `<svg class="timeline" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${
    escapeMarkup(
      `${name}: half of the time at most ${
        formatNumber(quantiles.p50)
      }, 99 % of the time at most ${formatNumber(quantiles.p99)}, never above ${
        formatNumber(quantiles.max)
      } ${unit}`,
    )
  }">${textSvg("Share of the time above", LEFT, 13, 'class="title"')}${grid}${
    areaSvg("stale", shares, null, paths)
  }${lineSvg("missing", shares, paths)}${
    quantileMarks(quantiles, x, right)
  }${ticks}${textSvg(name, (LEFT + right) / 2, HEIGHT - 5, TICK_BELOW)}</svg>`;
}

/**
 * Marks p50, p95, p99 and the highest value; those that would lie on one
 * another share a label.
 */
function quantileMarks(
  { p50, p95, p99, max }: Distribution,
  x: Scale,
  right: number,
): string {
  const marks: [string, number][] = [
    ["p50", p50],
    ["p95", p95],
    ["p99", p99],
    ["max", max],
  ];
  let free = -Infinity;
  return marks.map(([name, value]) => {
    const at = x(value);
    const text = `${name} ${formatNumber(value)}`;
    const size = text.length * 6.2;
    const isLeft = at + 3 + size > right + 20;
    const label = isLeft
      ? Math.max(at - 3 - size, free)
      : Math.max(at + 3, free);
    const hasRoom = label + size <= right + 24;
    if (hasRoom) free = label + size + 8;
    return `<path class="quantile" d="M${px(at)} ${TOP - 12}V${BOTTOM}"/>` +
      (hasRoom ? textSvg(text, label, TOP - 5, "") : "");
  }).join("");
}
