/**
 * The panels of a timeline, drawn by uPlot.
 *
 * @module
 */
/// <reference lib="dom" />
import uPlot from "uplot";
import { formatAxisNumber, timeTicks } from "../chart/axis.ts";
import { extentOf } from "../picture/fault_marks.ts";
import { behindMost, freshPercent } from "../chart/svg_replicas.ts";
import { formatNumber } from "../numbers.ts";
import type { FaultMark, RunPicture } from "../picture/picture.ts";
import { colour } from "./dom.ts";

/** Width of the axis on the left, in pixels. */
export const AXIS_WIDTH = 58;

/** A page wider than this has room for names at the ends of lines. */
const WIDE = 640;

const FONT = "12px system-ui, sans-serif";

/** The data of the panels. */
export interface PanelData {
  /** The time of each point, in seconds. */
  readonly seconds: number[];
  /** Likes generated. */
  readonly generated: (number | null)[];
  /** Likes at the primary. */
  readonly counted: (number | null)[];
  /** The part of the gap above zero. */
  readonly missing: (number | null)[];
  /** The part of the gap below zero. */
  readonly tooMany: (number | null)[];
  /** Age of the oldest like not counted, in seconds. */
  readonly staleness: (number | null)[];
  /** Replicas, where there are several. */
  readonly replicas?: ReplicaColumns;
  /** Share of reads that were fresh, in percent, where there are readers. */
  readonly fresh?: (number | null)[];
  /** Whether any gap is below zero. */
  readonly hasNegative: boolean;
  /** The last second of the axis. */
  readonly endSeconds: number;
  /** Time that has passed, in seconds. */
  readonly nowSeconds: number;
  /** Whether the run is over. */
  readonly isOver: boolean;
  /** The faults. */
  readonly faults: readonly FaultMark[];
}

/** The data of replicas. */
export interface ReplicaColumns {
  /** Likes that each holds; empty where they are many. */
  readonly each: (number | null)[][];
  /** The fewest likes that one holds. */
  readonly lowest: (number | null)[];
  /** The most. */
  readonly highest: (number | null)[];
  /** Largest minus smallest total. */
  readonly spread: (number | null)[];
}

/** A panel of the time line. */
export interface Panel {
  /** Shows other data. */
  show(data: PanelData): void;
  /** Puts the cursor on a point; -1 takes it away. */
  look(index: number): void;
  /** Takes the panel away. */
  destroy(): void;
}

/**
 * Takes the data of the panels out of a picture.
 *
 * @param picture The picture of a run.
 * @returns Columns, the last value of each holding until now.
 */
export function panelData(picture: RunPicture): PanelData {
  const { series, nowSeconds, setting, faults, verdict } = picture;
  const { gapMin, gapMax, spread } = series;
  const fresh = freshPercent(picture);
  const tooMany = gapMin.map((gap) => gap === null ? null : Math.min(0, gap));
  const last = series.seconds.at(-1) ?? 0;
  // One more point where the last values still hold.
  const holds = nowSeconds > last && series.seconds.length > 0;
  const held = <T>(values: readonly T[], value?: T): T[] => {
    const end = value ?? values.at(-1);
    return holds && end !== undefined ? [...values, end] : [...values];
  };
  return {
    seconds: held(series.seconds, nowSeconds),
    generated: held(series.generated),
    counted: held(series.counted),
    missing: held(
      gapMax.map((gap) => gap === null ? null : Math.max(0, gap)),
    ),
    tooMany: held(tooMany),
    staleness: held(series.staleness),
    ...spread !== undefined && {
      replicas: {
        each: (series.replicas ?? []).map((line) => held(line)),
        lowest: held(series.lowest ?? []),
        highest: held(series.highest ?? []),
        spread: held(spread),
      },
    },
    ...fresh !== undefined && { fresh: held(fresh) },
    hasNegative: tooMany.some((gap) => gap !== null && gap < 0),
    endSeconds: Math.max(setting.plannedSeconds ?? 0, nowSeconds, 0.001),
    nowSeconds,
    isOver: verdict !== undefined,
    faults,
  };
}

/**
 * Room on the right of a timeline: for the names of lines where it is wide.
 *
 * @param width The width of the timeline, in pixels.
 * @returns Pixels.
 */
export function rightPadding(width: number): number {
  return width >= WIDE ? 128 : 12;
}

/** The plan of a panel. */
interface PanelPlan {
  readonly title: string;
  readonly height: number;
  readonly columns: (data: PanelData) => (number | null)[][];
  readonly series: uPlot.Series[];
  readonly bands?: uPlot.Band[];
  readonly valueLabel: (value: number) => string;
  readonly highMin: number;
  /** The highest value of the axis, where that is fixed. */
  readonly high?: number;
  readonly names?: (data: PanelData) => EndName[];
}

/** A name at the end of a line. */
interface EndName {
  readonly text: string;
  readonly value: number | null | undefined;
  readonly colour: string;
}

/**
 * Makes the panels.
 *
 * @param host The element that they are put into.
 * @param width Their width, in pixels.
 * @param data The data that they show first.
 * @param onCursor Called with the index of the point at the pointer; with -1
 * where there is none.
 * @returns The panels, from top to bottom.
 */
export function makePanels(
  host: HTMLElement,
  width: number,
  data: PanelData,
  onCursor: (index: number) => void,
): Panel[] {
  const sync = uPlot.sync(`timeline ${++timelines}`);
  // A primary alone does not know what is generated: then there is no gap.
  const isAlone = data.generated.every((likes) => likes === null) &&
    data.counted.some((likes) => likes !== null);
  const plans = panelPlans(data, width).slice(0, isAlone ? 1 : undefined);
  return plans.map((plan, index) =>
    makePanel(host, width, data, plan, {
      sync,
      onCursor,
      isLast: index === plans.length - 1,
    })
  );
}

let timelines = 0;

function panelPlans(data: PanelData, width: number): PanelPlan[] {
  const ink = colour("--generated");
  const blue = colour("--counted");
  const gap = colour("--gap");
  const twice = colour("--twice");
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const line = (stroke: string, fill?: string): uPlot.Series => ({
    stroke,
    width: 2,
    points: { show: false },
    ...steps !== undefined && { paths: steps },
    ...fill !== undefined && { fill },
  });
  const isWide = width >= WIDE;
  const { replicas, fresh } = data;
  const thin = (stroke: string): uPlot.Series => ({
    ...line(stroke),
    width: 1.3,
  });
  const replicaLines = (replicas?.each ?? []).map((_, replica) =>
    thin(colour(`--r${replica}`))
  );
  const place = replicas === undefined ? "the primary" : "any replica";
  const isBand = replicas !== undefined && replicaLines.length === 0;
  const unseen: uPlot.Series = { ...line("transparent"), width: 0 };
  return [
    {
      title: "Likes",
      height: isWide ? 280 : 220,
      columns: ({ generated, counted, replicas }) => [
        generated,
        counted,
        ...isBand && replicas !== undefined
          ? [replicas.highest, replicas.lowest]
          : replicas?.each ?? [],
      ],
      series: [
        line(ink),
        line(blue),
        ...isBand ? [unseen, unseen] : replicaLines,
      ],
      // A band fills only where its first line is above its second one.
      bands: [
        { series: [1, 2], fill: colour("--gap-area") },
        { series: [2, 1], fill: colour("--twice-area") },
        ...isBand
          ? [{
            series: [3, 4] as [number, number],
            fill: colour("--replicas-area"),
          }]
          : [],
      ],
      valueLabel: formatAxisNumber,
      highMin: 10,
      names: ({ generated, counted }) => [
        { text: "generated", value: generated.at(-1), colour: ink },
        {
          text: replicas === undefined ? "at the primary" : "together",
          value: counted.at(-1),
          colour: blue,
        },
      ],
    },
    ...replicas === undefined ? [] : [{
      title:
        "Spread: likes by which each replica is behind the one with the most",
      height: 110,
      columns: ({ replicas }: PanelData) => [
        replicas?.spread ?? [],
        ...behindMost(replicas?.each ?? []),
      ],
      series: [
        isBand
          ? line(colour("--partition"), colour("--replicas-area"))
          : { ...unseen, fill: colour("--replicas-area") },
        ...replicaLines,
      ],
      valueLabel: formatAxisNumber,
      highMin: 10,
    }],
    ...fresh === undefined ? [] : [{
      title: "Fresh reads: share that had all that was acknowledged before",
      height: 110,
      columns: ({ fresh = [] }: PanelData) => [fresh],
      series: [line(colour("--good"))],
      valueLabel: (value: number) => `${formatNumber(value)} %`,
      highMin: 100,
      high: 105,
    }],
    {
      title: data.hasNegative
        ? `Gap: likes generated and not at ${place}; below zero: counted twice`
        : `Gap: likes generated and not at ${place}`,
      height: 110,
      columns: ({ missing, tooMany }) => [missing, tooMany],
      series: [
        line(gap, colour("--gap-area")),
        {
          ...line(twice, colour("--twice-area")),
          show: data.hasNegative,
        },
      ],
      valueLabel: formatAxisNumber,
      highMin: 10,
    },
    {
      title: "Staleness: age of the oldest like not yet counted",
      height: 116,
      columns: ({ staleness }) => [staleness],
      series: [line(colour("--stale"), colour("--stale-area"))],
      valueLabel: (value) => `${formatNumber(value)} s`,
      highMin: 0.5,
    },
  ];
}

interface PanelContext {
  readonly sync: uPlot.SyncPubSub;
  readonly onCursor: (index: number) => void;
  readonly isLast: boolean;
}

function makePanel(
  host: HTMLElement,
  width: number,
  first: PanelData,
  plan: PanelPlan,
  { sync, onCursor, isLast }: PanelContext,
): Panel {
  let data = first;
  const timesOf = (plot: uPlot) =>
    timeTicks(data.endSeconds, plot.bbox.width / devicePixelRatio / 90);
  const axis: uPlot.Axis = {
    stroke: colour("--quiet"),
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  const plot = new uPlot(
    {
      width,
      height: plan.height,
      padding: [22, rightPadding(width), isLast ? 0 : 6, 0],
      legend: { show: false },
      cursor: {
        sync: { key: sync.key },
        y: false,
        drag: { x: false, y: false },
        points: { show: true, size: 7 },
      },
      scales: {
        x: { time: false, range: () => [0, data.endSeconds] },
        y: {
          range: (_plot, low, high) => [
            Math.min(0, low ?? 0),
            plan.high ?? Math.max(plan.highMin, high ?? 0) * 1.04,
          ],
        },
      },
      axes: [
        {
          ...axis,
          size: isLast ? 28 : 0,
          splits: (plot) => timesOf(plot).map(({ seconds }) => seconds),
          values: (plot) =>
            isLast ? timesOf(plot).map(({ label }) => label) : [],
        },
        {
          ...axis,
          size: AXIS_WIDTH,
          space: plan.height > 150 ? 34 : 24,
          values: (_plot, ticks) => ticks.map((tick) => plan.valueLabel(tick)),
        },
      ],
      series: [{}, ...plan.series],
      ...plan.bands !== undefined && { bands: plan.bands },
      hooks: {
        drawClear: [(plot) => drawFaults(plot, data)],
        draw: [(plot) => {
          drawTitle(plot, plan.title, width);
          if (plan.names !== undefined && width >= WIDE) {
            drawNames(plot, plan.names(data));
          }
        }],
        setCursor: [(plot) => onCursor(plot.cursor.idx ?? -1)],
      },
    },
    [data.seconds, ...plan.columns(data)],
    host,
  );
  return {
    show: (next) => {
      data = next;
      plot.setData([data.seconds, ...plan.columns(data)]);
    },
    look: (index) => {
      const seconds = data.seconds[index];
      const left = seconds === undefined ? -10 : plot.valToPos(seconds, "x");
      plot.setCursor({ left, top: 0 }, false);
    },
    destroy: () => plot.destroy(),
  };
}

/**
 * Shades the windows of faults behind the lines, and marks kills of likes
 * servers and the present.
 */
function drawFaults(plot: uPlot, data: PanelData): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const mark of data.faults) {
    const from = plot.valToPos(mark.fromSeconds, "x", true);
    const until = plot.valToPos(
      mark.untilSeconds ?? data.endSeconds,
      "x",
      true,
    );
    const isPlanned = mark.fromSeconds > data.nowSeconds && !data.isOver;
    const extent = extentOf(mark);
    ctx.globalAlpha = (isPlanned ? 0.5 : 1) * (extent === "some" ? 0.4 : 1);
    if (extent === "moment") {
      ctx.fillStyle = colour("--crash");
      ctx.fillRect(from, bbox.top, uPlot.pxRatio, bbox.height);
    } else {
      ctx.fillStyle = colour(`--${mark.kind}-area`);
      const width = Math.max(uPlot.pxRatio, until - from);
      ctx.fillRect(from, bbox.top, width, bbox.height);
    }
  }
  ctx.globalAlpha = 1;
  if (!data.isOver && data.seconds.length > 0) {
    const now = plot.valToPos(data.nowSeconds, "x", true);
    ctx.fillStyle = colour("--quiet");
    ctx.fillRect(now, bbox.top, uPlot.pxRatio, bbox.height);
  }
  ctx.restore();
}

function drawTitle(
  { ctx, bbox }: uPlot,
  title: string,
  width: number,
): void {
  // What stands behind the colon explains, where there is room.
  const [short = title] = title.split(":");
  ctx.save();
  ctx.fillStyle = colour("--ink");
  ctx.font = scaledFont(600);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  const text = width >= WIDE ? title : short;
  ctx.fillText(text, bbox.left, bbox.top - 5 * uPlot.pxRatio);
  ctx.restore();
}

/**
 * Writes names beside the ends of lines, pushed apart where they would overlap.
 */
function drawNames(plot: uPlot, names: readonly EndName[]): void {
  const { ctx, bbox } = plot;
  const end = plot.data[0].at(-1);
  if (end === undefined) return;
  const apart = 15 * uPlot.pxRatio;
  const x = plot.valToPos(end, "x", true) + 6 * uPlot.pxRatio;
  const placed = names
    .flatMap(({ value, ...name }) =>
      value === null || value === undefined
        ? []
        : [{ ...name, y: plot.valToPos(value, "y", true) }]
    )
    .sort((one, other) => one.y - other.y);
  const [upper, lower] = placed;
  if (upper !== undefined && lower !== undefined) {
    lower.y = Math.min(
      bbox.top + bbox.height,
      Math.max(lower.y, upper.y + apart),
    );
    upper.y = Math.min(upper.y, lower.y - apart);
  }
  ctx.save();
  ctx.font = scaledFont(600);
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  for (const { text, colour, y } of placed) {
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }
  ctx.restore();
}

function scaledFont(weight: number): string {
  return `${weight} ${12 * uPlot.pxRatio}px system-ui, sans-serif`;
}
