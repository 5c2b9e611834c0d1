/**
 * Predicted staleness as a still picture: the share of reads that are fresh by
 * the time between acknowledgement and read, a line for each pair of quorums.
 *
 * @module
 */
import type { QuorumPrediction } from "../../verdict/prediction.ts";
import { formatMs, formatPercent } from "../numbers.ts";
import { gridSvg, LEFT, linearScale } from "./axis.ts";
import { escapeMarkup, px, textSvg, TICK_BELOW } from "./markup.ts";

/** The most lines that can be told apart: as many as there are dashes. */
export const CURVES_MAX = 6;

const HEIGHT = 280;
const TOP = 24;
const BOTTOM = HEIGHT - 40;
/** Room for the names of the lines. */
const NAMES_WIDTH = 104;
const NAME_HEIGHT = 13;

/** Between 0, which a logarithm cannot show, and the first time after it. */
const GAP_DECADES = 0.5;

/**
 * Draws the share of fresh reads over time: the t-visibility of PBS (Bailis et
 * al., PVLDB 5(8), 2012). Time is logarithmic, 0 apart from it.
 *
 * @param quorums Pairs of quorums, at most {@linkcode CURVES_MAX}, all at the
 * same times.
 * @param width Width of the drawing's own coordinates; a page may scale it.
 * @returns One `svg` element; nothing if there is no pair.
 */
export function svgFreshCurves(
  quorums: readonly QuorumPrediction[],
  width = 900,
): string {
  const times = (quorums[0]?.freshAfter ?? []).map(({ seconds }) => seconds);
  const [, first] = times;
  if (first === undefined) return "";
  const whole = times.findIndex((_, i) =>
    quorums.every(({ freshAfter }) => freshAfter[i]?.fresh === 1)
  );
  const count = Math.max(3, whole < 0 ? times.length : whole + 1);
  const shown = times.slice(0, count);
  const decades = (seconds: number) =>
    seconds === 0
      ? Math.log10(first) - GAP_DECADES
      : Math.max(Math.log10(seconds), Math.log10(first) - GAP_DECADES);
  const right = width - NAMES_WIDTH;
  const x = linearScale(
    [decades(0), decades(shown.at(-1) ?? first)],
    [LEFT, right],
  );
  const lowest = Math.min(...quorums.map(({ freshAtOnce }) => freshAtOnce));
  const y = linearScale(
    [Math.max(0, lowest - (1 - lowest) / 10), 1],
    [BOTTOM, TOP],
  );
  const grid = gridSvg(y, y.ticks(5), formatPercent, right);
  let free = -Infinity;
  const ticks = shown.map((seconds) => {
    const at = x(decades(seconds));
    const text = seconds === 0 ? "at once" : formatMs(seconds);
    const half = text.length * 3.2;
    if (at - half < free) return "";
    free = at + half + 8;
    return textSvg(text, at, BOTTOM + 15, TICK_BELOW);
  }).join("");
  const names = namesBeside(
    quorums.map(({ freshAtOnce }) => y(freshAtOnce)),
  );
  const lines = quorums.map(({ read, write, freshAfter }, index) => {
    const points = freshAfter.slice(0, count).map(({ seconds, fresh }) =>
      `${px(x(decades(seconds)))} ${px(y(fresh))}`
    );
    const name = `R=${read} W=${write}`;
    return `<path class="line fresh curve${index}" d="M${
      points.join("L")
    }"><title>${escapeMarkup(name)}</title></path>` +
      `<path class="line fresh curve${index}" d="M${right + 8} ${
        px(names[index] ?? 0)
      }h18"/>${textSvg(name, right + 30, (names[index] ?? 0) + 4, "")}`;
  }).join("");
  return `<svg class="timeline" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${
    escapeMarkup(
      `Share of reads that are fresh, by time since the acknowledgement: ${
        quorums.map(({ read, write, freshAtOnce, freshSeconds }) =>
          `R=${read} W=${write} ${
            formatPercent(freshAtOnce)
          } at once, 99.9 % after ${formatMs(freshSeconds["p99.9"])}`
        ).join("; ")
      }`,
    )
  }">${
    textSvg("Share of reads that are fresh", LEFT, 13, 'class="title"')
  }${grid}${lines}${ticks}${
    textSvg(
      "time from the acknowledgement to the read",
      (LEFT + right) / 2,
      HEIGHT - 8,
      TICK_BELOW,
    )
  }</svg>`;
}

/** Heights of names: each at its line's, but none on another. */
function namesBeside(heights: readonly number[]): number[] {
  const order = heights.map((_, i) => i)
    .sort((one, other) => (heights[one] ?? 0) - (heights[other] ?? 0));
  const places: number[] = [];
  let free = TOP;
  for (const i of order) {
    const most = BOTTOM - NAME_HEIGHT * (order.length - order.indexOf(i) - 1);
    places[i] = Math.min(most, Math.max(free, heights[i] ?? 0));
    free = (places[i] ?? 0) + NAME_HEIGHT;
  }
  return places;
}
