/**
 * The lines of a run as a still picture, for paper and for pages without
 * JavaScript.
 *
 * @module
 */
import {
  formatAxisNumber,
  gridSvg,
  LEFT,
  linearScale,
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
import { escapeMarkup, px, textSvg, TICK_BELOW } from "./markup.ts";
import { drawReplicas, drawSpread, freshPercent } from "./svg_replicas.ts";
import { highestOf } from "../numbers.ts";
import type { RunPicture, RunSeries } from "../picture/picture.ts";
import { type RunWords, wordsOf } from "../picture/words.ts";
import {
  areaSvg,
  lineSvg,
  type StepPathOptions,
  type Values,
} from "./svg_paths.ts";

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

/**
 * A drawing wider than this has room for names at the ends of lines, and for
 * titles that explain.
 */
const WIDE = 640;
const AXIS_HEIGHT = 20;
const TITLE_HEIGHT = 20;

/** About as far apart are the labels of the time axis, in pixels. */
const TIME_TICK_WIDTH = 90;

/** Between the end of a line and its label, in pixels. */
const END_GAP = 6;

/** Width of a letter of a label, in pixels, in the widest font of the style. */
const END_LETTER_WIDTH = 7.2;

/**
 * Letters of a label with five digits: runs with fewer have lines as wide as
 * those with five.
 */
const END_LETTERS_MIN = 17;

/** A panel of the time line. */
interface Panel {
  readonly title: string;
  readonly height: number;
  readonly low: number;
  readonly high: number;
  readonly draw: (paths: StepPathOptions) => string;
}

/**
 * Draws likes generated and likes at the primary with the gap between them
 * shaded, the gap, and the staleness, below the faults. Colours are classes of
 * the page's style.
 *
 * @param picture The picture of the run.
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
  const right = width -
    (isWhole && isWide ? endRoom(picture.series, wordsOf(setting)) : 12);
  const end = Math.max(
    options.secondsMax ?? setting.plannedSeconds ?? 0,
    nowSeconds,
    1e-3,
  );
  const x = linearScale([0, end], [LEFT, right]);
  const bars = faultLanes(faults, { x, labelsUntil: width });
  const lanesHeight = laneCount(bars) * LANE_HEIGHT;
  const panels = panelsOf(picture, options, right);
  const body: string[] = [];
  let bottom = lanesHeight;
  const plots: [number, number][] = [];
  for (const panel of panels) {
    const top = bottom + TITLE_HEIGHT;
    bottom = top + panel.height;
    plots.push([top, bottom]);
    const y = linearScale([panel.low, panel.high * 1.02], [bottom, top]);
    const paths = { seconds: picture.series.seconds, end: nowSeconds, x, y };
    body.push(panelSvg(panel, paths, [right, top, isWide]));
    bottom += 6;
  }
  const height = bottom + AXIS_HEIGHT;
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
  }${windows}${body.join("")}${timeAxis(x, end, right, bottom)}</svg>`;
}

function panelsOf(
  picture: RunPicture,
  { width = 900, isWhole = true, likesMax }: SvgTimelineOptions,
  right: number,
): Panel[] {
  const { series } = picture;
  const isWide = width >= WIDE;
  const words = wordsOf(picture.setting);
  const likes: Panel = {
    title: words.title,
    height: isWhole ? 220 : 130,
    low: 0,
    high: Math.max(
      likesMax ?? 0,
      highestOf(series.generated),
      highestOf(series.counted),
      highestOf(series.highest ?? []),
      1,
    ),
    draw: (paths) =>
      drawLikes(series, paths) + drawReplicas(series, paths) +
      (isWhole && isWide
        ? endLabels(series, words, paths.y, right + END_GAP)
        : ""),
  };
  if (!isWhole) return [likes];
  const low = Math.min(0, lowest(series.gapMin));
  const { spread } = series;
  const fresh = freshPercent(picture);
  return [
    likes,
    ...spread === undefined ? [] : [{
      title:
        `Spread: ${words.many} by which each ${words.holder} is behind the one with the most`,
      height: 70,
      low: 0,
      high: Math.max(highestOf(spread), 1),
      draw: (paths: StepPathOptions) => drawSpread(series, paths),
    }],
    ...fresh === undefined ? [] : [{
      title:
        "Fresh reads, in %: share that had all that was acknowledged before",
      height: 70,
      low: 0,
      high: 100,
      draw: (paths: StepPathOptions) => lineSvg("fresh", fresh, paths),
    }],
    {
      title: `Gap: ${words.many} ${words.generated} and not at ${words.place}`,
      height: 90,
      low,
      high: Math.max(highestOf(series.gapMax), low < 0 ? 0 : 1),
      draw: (paths) => drawGap(series, paths),
    },
    ...picture.setting.world === "hosted" ? [] : [{
      title: "Staleness, in seconds: age of the oldest like not yet counted",
      height: 70,
      low: 0,
      high: Math.max(highestOf(series.staleness), 0.1),
      draw: (paths: StepPathOptions) =>
        areaSvg("stale", series.staleness, null, paths) +
        lineSvg("missing", series.staleness, paths),
    }],
  ];
}

function drawLikes(
  { generated, counted }: RunSeries,
  paths: StepPathOptions,
): string {
  const lower = generated.map((value, index) =>
    minOf(value, counted[index] ?? null)
  );
  const twice = counted.some((value, index) =>
    (value ?? 0) > (generated[index] ?? Infinity)
  );
  return areaSvg("gap", generated, lower, paths) +
    (twice ? areaSvg("twice", counted, lower, paths) : "") +
    lineSvg("generated", generated, paths) +
    lineSvg("counted", counted, paths);
}

function drawGap(
  { gapMax, gapMin }: RunSeries,
  paths: StepPathOptions,
): string {
  const above = gapMax.map((value) =>
    value === null ? null : Math.max(0, value)
  );
  const below = gapMin.map((value) =>
    value === null ? null : Math.min(0, value)
  );
  return areaSvg("gap", above, null, paths) +
    lineSvg("missing", above, paths) +
    (lowest(below) < 0
      ? areaSvg("twice", below, null, paths) +
        lineSvg("toomany", below, paths)
      : "");
}

/** Labels for the ends of the two lines: class, text, last value. */
function endTexts(
  { generated, counted, highest }: RunSeries,
  words: RunWords,
): [name: string, text: string, value: number][] {
  const upper = lastOf(generated);
  const lower = lastOf(counted);
  const texts: [string, string, number][] = [];
  if (upper !== null) {
    texts.push([
      "generated",
      `${words.generated} ${formatAxisNumber(upper)}`,
      upper,
    ]);
  }
  if (lower !== null) {
    const where = highest === undefined ? "at primary" : words.held;
    texts.push(["counted", `${where} ${formatAxisNumber(lower)}`, lower]);
  }
  return texts;
}

/**
 * Room for these labels to the right of the lines, in pixels: letters cannot be
 * measured without a browser.
 */
function endRoom(series: RunSeries, words: RunWords): number {
  const letters = endTexts(series, words).map(([, text]) => text.length);
  return END_GAP + END_LETTER_WIDTH * Math.max(END_LETTERS_MIN, ...letters);
}

/**
 * Names and last values at the ends of the two lines, pushed apart where they
 * would overlap.
 */
function endLabels(
  series: RunSeries,
  words: RunWords,
  y: Scale,
  x: number,
): string {
  const labels = endTexts(series, words);
  for (const label of labels) label[2] = y(label[2]);
  labels.sort((one, other) => one[2] - other[2]);
  const [first, second] = labels;
  if (first !== undefined && second !== undefined) {
    second[2] = Math.max(second[2], first[2] + 14);
  }
  return labels.map(([name, text, at]) =>
    textSvg(text, x, at + 4, `class="end ${name}"`)
  ).join("");
}

function panelSvg(
  { low, height, title, draw }: Panel,
  paths: StepPathOptions,
  [right, top, isWide]: readonly [right: number, top: number, isWide: boolean],
): string {
  const { y } = paths;
  // What stands behind the colon explains, where there is room.
  const [short = title] = title.split(":");
  const heading = isWide ? title : short;
  const ticks = y.ticks(height > 100 ? 4 : low < 0 ? 3 : 2);
  const grid = gridSvg(y, ticks, formatAxisNumber, right);
  return textSvg(heading, LEFT, top - 6, 'class="title"') + grid + draw(paths);
}

function timeAxis(x: Scale, end: number, right: number, y: number): string {
  return timeTicks(end, (right - LEFT) / TIME_TICK_WIDTH).map((tick) =>
    textSvg(tick.label, x(tick.seconds), y + 10, TICK_BELOW)
  ).join("");
}

function minOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : Math.min(one, other);
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
