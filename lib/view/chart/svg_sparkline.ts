/**
 * Sparklines: small lines for the cells of a table.
 *
 * @module
 */
import { linearScale } from "./axis.ts";
import { px } from "./markup.ts";
import { quantity } from "../numbers.ts";
import { SPARKLINE_SLOTS } from "../picture/sparkline.ts";
import { areaSvg, lineSvg } from "./svg_paths.ts";

const WIDTH = 144;
const HEIGHT = 20;

/**
 * Draws a gap over time; below the middle line: likes counted twice.
 *
 * @param gaps The gap furthest from zero, slot by slot.
 * @param scale The gap that fills the height.
 * @returns One `svg` element.
 */
export function sparklineSvg(gaps: readonly number[], scale: number): string {
  const low = gaps.some((gap) => gap < 0) ? -scale : 0;
  const x = linearScale([0, SPARKLINE_SLOTS], [0, WIDTH]);
  const y = linearScale([low, scale], [HEIGHT - 1, 1]);
  const seconds = gaps.map((_gap, slot) => slot);
  const paths = { seconds, end: gaps.length, x, y };
  const highest = gaps.reduce(
    (max, gap) => Math.abs(gap) > Math.abs(max) ? gap : max,
    0,
  );
  const above = gaps.map((gap) => Math.max(0, gap));
  const below = gaps.map((gap) => Math.min(0, gap));
  return `<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="furthest apart: ${
    quantity(highest, "like")
  }">` +
    `<path class="grid" d="M0 ${px(y(0))}H${WIDTH}"/>` +
    areaSvg("gap", above, null, paths) +
    (low < 0 ? areaSvg("twice", below, null, paths) : "") +
    `${lineSvg("missing", gaps, paths)}</svg>`;
}
