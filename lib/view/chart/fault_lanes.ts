/**
 * The faults of a run as labelled bars above its lines.
 *
 * @module
 */
import type { Scale } from "./axis.ts";
import { describeFault, faultLabel } from "../picture/fault_marks.ts";
import { escapeMarkup, px, textSvg } from "./markup.ts";
import { highestOf } from "../numbers.ts";
import type { FaultMark } from "../picture/picture.ts";

/** Options of {@linkcode faultLanes}. */
export interface FaultLanesOptions {
  /** The time axis, from seconds to pixels. */
  readonly x: Scale;
  /**
   * The right end of labels, in pixels.
   *
   * @default {that of the axis}
   */
  readonly labelsUntil?: number;
  /**
   * The most lanes; bars that find no room in them stand in one more without
   * labels.
   *
   * @default {6}
   */
  readonly lanesMax?: number;
}

/** A bar in a lane. */
export interface FaultBar {
  /** The fault. */
  readonly mark: FaultMark;
  /** Number of its lane, from 0 on. */
  readonly lane: number;
  /** The left end of the bar, in pixels. */
  readonly from: number;
  /** The right end of the bar, in pixels. */
  readonly until: number;
  /** The label; empty where there is no room. */
  readonly label: string;
  /** The left end of the label, in pixels. */
  readonly labelAt: number;
}

/** Height of a lane, in pixels. */
export const LANE_HEIGHT = 18;

/** Width of a character of a label of 11 px, on average and a bit more. */
const CHARACTER_WIDTH = 6;
const BAR_WIDTH_MIN = 3;
const PADDING = 5;

/**
 * Places bars in lanes such that no two overlap, labels included.
 *
 * @param marks The faults, in the order of their beginnings.
 * @param options The time axis, and room for labels.
 * @returns A bar each.
 */
export function faultLanes(
  marks: readonly FaultMark[],
  options: FaultLanesOptions,
): FaultBar[] {
  const { x, lanesMax = 6 } = options;
  const [left, right] = x.range;
  const { labelsUntil = right } = options;
  /** The place from which on each lane is free. */
  const free: number[] = [];
  return marks.map((mark) => {
    const from = Math.max(left, Math.min(right, x(mark.fromSeconds)));
    const end = mark.untilSeconds === null ? right : x(mark.untilSeconds);
    const until = Math.max(from + BAR_WIDTH_MIN, Math.min(right, end));
    const label = faultLabel(mark);
    const width = label.length * CHARACTER_WIDTH + PADDING;
    const glyph = mark.kind === "crash" ? 10 : 0;
    const isInside = until - from >= width + PADDING + glyph;
    const isRight = until + PADDING + width <= labelsUntil;
    // Where there is room on neither side, it stands over the bar.
    const labelAt = isInside
      ? from + PADDING + glyph
      : isRight
      ? until + PADDING
      : from - width >= left
      ? from - width
      : Math.max(left, Math.min(from + PADDING + glyph, labelsUntil - width));
    const begin = Math.min(from, labelAt);
    const lane = free.findIndex((at) => at <= begin);
    if (lane < 0 && free.length >= lanesMax) {
      return { mark, lane: lanesMax, from, until, label: "", labelAt };
    }
    const place = lane < 0 ? free.length : lane;
    free[place] = Math.max(until, labelAt + width) + PADDING;
    return { mark, lane: place, from, until, label, labelAt };
  });
}

/**
 * Draws bars.
 *
 * @param bars The bars.
 * @param nowSeconds Time that has passed: faults to come are drawn as planned.
 * @returns Elements of an SVG drawing whose first lane begins at y = 0.
 */
export function faultLanesSvg(
  bars: readonly FaultBar[],
  nowSeconds: number,
): string {
  return bars.map((bar) => {
    const { mark, lane, from, until, label, labelAt } = bar;
    const y = lane * LANE_HEIGHT;
    const plan = mark.fromSeconds > nowSeconds ? " planned" : "";
    const middle = y + LANE_HEIGHT / 2 - 1;
    const cross = mark.kind === "crash"
      ? `<path class="cross" d="M${px(from - 3)} ${
        px(middle - 4)
      }l8 8m0-8l-8 8"/>`
      : "";
    const text = label === "" ? "" : textSvg(label, labelAt, middle + 4, "");
    return `<g class="fault ${mark.kind}${plan}"><title>${
      escapeMarkup(describeFault(mark))
    }</title><rect x="${px(from)}" y="${y + 1}" width="${
      px(until - from)
    }" height="${LANE_HEIGHT - 4}" rx="2"/>${cross}${text}</g>`;
  }).join("");
}

/**
 * The number of lanes that bars take.
 *
 * @param bars The bars.
 * @returns 0 for none.
 */
export function laneCount(bars: readonly FaultBar[]): number {
  return highestOf(bars.map(({ lane }) => lane + 1));
}
