/**
 * The lines of a run as a still picture, for paper and for pages without
 * JavaScript.
 *
 * @module
 */
import {
  formatAxisNumber,
  formatAxisTimes,
  linearScale,
  roundTicks,
  type Scale,
  timeTicks,
} from "./axis.ts";
import {
  faultLanes,
  faultLanesSvg,
  LANE_HEIGHT,
  laneCount,
} from "./fault_lanes.ts";
import { extentOf } from "../picture/fault_marks.ts";
import { describePicture } from "../picture/describe.ts";
import { escapeMarkup, px } from "./markup.ts";
import type { RunPicture, RunSeries } from "../picture/picture.ts";
import { areaPath, stepPath, type Values } from "./svg_paths.ts";

/** Options of {@linkcode svgTimeline}. */
export interface SvgTimelineOptions {
  /**
   * Width of the drawing's own coordinates; a page may scale it.
   *
   * @default {900}
   */
  width?: number;
  /**
   * Whether gap and staleness have a panel each below the likes.
   *
   * @default {true}
   */
  isWhole?: boolean;
  /**
   * The highest number of likes on the axis, so that several pictures can be
   * compared.
   *
   * @default {the highest of this run}
   */
  likesMax?: number;
  /**
   * The last second on the axis, likewise.
   *
   * @default {the end of this run}
   */
  secondsMax?: number;
}

const LEFT = 64;
/**
 * A drawing wider than this has room for names at the ends of lines, and for
 * titles that explain.
 */
const WIDE = 640;
const AXIS_HEIGHT = 20;
const TITLE_HEIGHT = 20;

/** Between the end of a line and what stands there. */
const END_GAP = 6;

/**
 * Of a letter of what stands there, in the widest of the fonts of the style.
 */
const END_LETTER_WIDTH = 7.2;

/**
 * As long as a total of five digits needs: the lines of short and long runs are
 * as wide as each other.
 */
const END_LETTERS_MIN = 17;

/** One panel. */
interface Panel {
  readonly title: string;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  readonly draw: (y: Scale) => string;
}

/**
 * Draws likes generated and likes at the primary with the gap between them
 * shaded, the gap, and the staleness, below the faults. Colours are classes of
 * the page's style.
 *
 * @param picture What is shown of the run.
 * @param options Size.
 * @returns One `svg` element.
 */
export function svgTimeline(
  picture: RunPicture,
  options: SvgTimelineOptions = {},
): string {
  const { width = 900, isWhole = true } = options;
  const { nowSeconds, setting, faults } = picture;
  const isWide = width >= WIDE;
  const right = width - (isWhole && isWide ? endRoom(picture.series) : 12);
  const end = Math.max(
    options.secondsMax ?? setting.plannedSeconds ?? 0,
    nowSeconds,
    1e-3,
  );
  const x = linearScale([0, end], [LEFT, right]);
  const bars = faultLanes(faults, {
    x,
    left: LEFT,
    right,
    labelsUntil: width,
  });
  const lanesHeight = laneCount(bars) * LANE_HEIGHT;
  const panels = panelsOf(picture, options, x, right);
  const body: string[] = [];
  let y = lanesHeight;
  const plots: [number, number][] = [];
  for (const panel of panels) {
    const top = y + TITLE_HEIGHT;
    const bottom = top + panel.height;
    plots.push([top, bottom]);
    body.push(panelSvg(panel, [top, bottom], right));
    y = bottom + 6;
  }
  const height = y + AXIS_HEIGHT;
  const windows = plots.map(([top, bottom]) =>
    bars.map(({ mark, from, until }) => {
      const extent = extentOf(mark);
      const isMoment = extent === "moment";
      return `<rect class="window ${
        isMoment ? "kill" : `${mark.kind} ${extent}`
      }" x="${px(from)}" y="${px(top)}" width="${
        px(isMoment ? 1 : until - from)
      }" height="${px(bottom - top)}"/>`;
    }).join("")
  ).join("");
  return `<svg class="timeline" viewBox="0 0 ${width} ${
    px(height)
  }" role="img" aria-label="${escapeMarkup(describePicture(picture))}">${
    faultLanesSvg(bars, nowSeconds)
  }${windows}${body.join("")}${timeAxis(x, end, right, y)}</svg>`;
}

function panelsOf(
  picture: RunPicture,
  { width = 900, isWhole = true, likesMax }: SvgTimelineOptions,
  x: Scale,
  right: number,
): Panel[] {
  const { series, nowSeconds } = picture;
  const isWide = width >= WIDE;
  const likes: Panel = {
    title: "Likes",
    height: isWhole ? 220 : 130,
    low: 0,
    high: Math.max(
      likesMax ?? 0,
      highest(series.generated),
      highest(series.counted),
      1,
    ),
    draw: (y) => drawLikes(series, x, y, nowSeconds, right, isWhole && isWide),
  };
  if (!isWhole) return [likes];
  const low = Math.min(0, lowest(series.gapMin));
  return [
    likes,
    {
      title: isWide ? "Gap: likes generated and not at the primary" : "Gap",
      height: 90,
      low,
      high: Math.max(highest(series.gapMax), low < 0 ? 0 : 1),
      draw: (y) => drawGap(series, x, y, nowSeconds),
    },
    {
      title: isWide
        ? "Staleness: age of the oldest like not yet counted, in seconds"
        : "Staleness, in seconds",
      height: 70,
      low: 0,
      high: Math.max(highest(series.staleness), 0.1),
      draw: (y) =>
        area(
          "stale",
          series.seconds,
          series.staleness,
          null,
          x,
          y,
          nowSeconds,
        ) +
        line("missing", series.seconds, series.staleness, x, y, nowSeconds),
    },
  ];
}

function drawLikes(
  series: RunSeries,
  x: Scale,
  y: Scale,
  end: number,
  right: number,
  isLabelled: boolean,
): string {
  const { seconds, generated, counted } = series;
  const lower = generated.map((value, index) =>
    minOf(value, counted[index] ?? null)
  );
  const twice = counted.some((value, index) =>
    (value ?? 0) > (generated[index] ?? Infinity)
  );
  const lines = area("gap", seconds, generated, lower, x, y, end) +
    (twice ? area("twice", seconds, counted, lower, x, y, end) : "") +
    line("generated", seconds, generated, x, y, end) +
    line("counted", seconds, counted, x, y, end);
  return isLabelled ? lines + endLabels(series, y, right + END_GAP) : lines;
}

function drawGap(
  series: RunSeries,
  x: Scale,
  y: Scale,
  end: number,
): string {
  const { seconds, gapMax, gapMin } = series;
  const above = gapMax.map((value) =>
    value === null ? null : Math.max(0, value)
  );
  const below = gapMin.map((value) =>
    value === null ? null : Math.min(0, value)
  );
  const isBelow = below.some((value) => value !== null && value < 0);
  return area("gap", seconds, above, null, x, y, end) +
    line("missing", seconds, above, x, y, end) +
    (isBelow
      ? area("twice", seconds, below, null, x, y, end) +
        line("toomany", seconds, below, x, y, end)
      : "");
}

/**
 * What stands at the ends of the two lines: which one, its name and last value,
 * and that value.
 */
function endTexts(
  { generated, counted }: RunSeries,
): [name: string, text: string, value: number][] {
  const upper = lastOf(generated);
  const lower = lastOf(counted);
  const texts: [string, string, number][] = [];
  if (upper !== null) {
    texts.push(["generated", `generated ${formatAxisNumber(upper)}`, upper]);
  }
  if (lower !== null) {
    texts.push(["counted", `at primary ${formatAxisNumber(lower)}`, lower]);
  }
  return texts;
}

/**
 * Room for them, to the right of the lines: nobody can measure letters here.
 */
function endRoom(series: RunSeries): number {
  const letters = endTexts(series).map(([, text]) => text.length);
  return END_GAP + END_LETTER_WIDTH * Math.max(END_LETTERS_MIN, ...letters);
}

/**
 * Names and last values at the ends of the two lines, pushed apart where they
 * would overlap.
 */
function endLabels(series: RunSeries, y: Scale, x: number): string {
  const labels = endTexts(series);
  for (const label of labels) label[2] = y(label[2]);
  labels.sort((one, other) => one[2] - other[2]);
  const [first, second] = labels;
  if (first !== undefined && second !== undefined) {
    second[2] = Math.max(second[2], first[2] + 14);
  }
  return labels.map(([name, text, at]) =>
    `<text class="end ${name}" x="${px(x)}" y="${px(at + 4)}">${
      escapeMarkup(text)
    }</text>`
  ).join("");
}

function panelSvg(
  panel: Panel,
  [top, bottom]: [number, number],
  right: number,
): string {
  const { low, high, title } = panel;
  const y = linearScale([low, high * 1.02], [bottom, top]);
  const ticks = roundTicks(low, high, panel.height > 100 ? 4 : low < 0 ? 3 : 2);
  const grid = ticks.map((tick) =>
    `<path class="grid" d="M${LEFT} ${px(y(tick))}H${px(right)}"/>` +
    `<text class="tick" x="${LEFT - 6}" y="${
      px(y(tick) + 4)
    }" text-anchor="end">${escapeMarkup(formatAxisNumber(tick))}</text>`
  ).join("");
  return `<text class="title" x="${LEFT}" y="${px(top - 6)}">${
    escapeMarkup(title)
  }</text>${grid}${panel.draw(y)}`;
}

function timeAxis(x: Scale, end: number, right: number, y: number): string {
  const ticks = timeTicks(end, Math.max(2, (right - LEFT) / 60));
  const texts = formatAxisTimes(ticks);
  return ticks.map((tick, index) =>
    `<text class="tick" x="${px(x(tick))}" y="${
      px(y + 10)
    }" text-anchor="middle">${escapeMarkup(texts[index] ?? "")}</text>`
  ).join("");
}

function line(
  name: string,
  seconds: readonly number[],
  values: Values,
  x: Scale,
  y: Scale,
  end: number,
): string {
  return `<path class="line ${name}" d="${
    stepPath(seconds, values, x, y, end)
  }"/>`;
}

function area(
  name: string,
  seconds: readonly number[],
  values: Values,
  base: Values | null,
  x: Scale,
  y: Scale,
  end: number,
): string {
  return `<path class="area ${name}" d="${
    areaPath(seconds, values, base, x, y, end)
  }"/>`;
}

function minOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.min(one, other);
}

function highest(values: Values): number {
  return values.reduce<number>(
    (max, value) => value !== null && value > max ? value : max,
    0,
  );
}

function lowest(values: Values): number {
  return values.reduce<number>(
    (min, value) => value !== null && value < min ? value : min,
    0,
  );
}

function lastOf(values: Values): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
