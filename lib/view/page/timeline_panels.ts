/**
 * The panels of a timeline, drawn by uPlot.
 *
 * @module
 */
/// <reference lib="dom" />
import uPlot from "uplot";
import { formatAxisNumber, timeTicks } from "../chart/axis.ts";
import { behindMost, freshPercent } from "../chart/svg_replicas.ts";
import { formatNumber } from "../numbers.ts";
import { type FaultMark, isOver, type RunPicture } from "../picture/picture.ts";
import { type RunWords, wordsOf } from "../picture/words.ts";
import { colour } from "./dom.ts";
import {
  drawFaults,
  drawNames,
  drawNumbers,
  drawTitle,
  type EndName,
  WIDE,
} from "./panel_drawing.ts";
import { type DrawnReads, drawReads, readsHigh } from "./read_points.ts";

/** Width of the axis on the left, in pixels. */
const AXIS_WIDTH = 58;

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
  /** Single reads, where they are known. */
  readonly reads?: DrawnReads;
  /** The words for what is shown. */
  readonly words: RunWords;
  /** Whether the age of what is missing is known. */
  readonly hasStaleness: boolean;
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
 * @param reads Single reads, where they are known.
 * @returns Columns, the last value of each holding until now.
 */
export function panelData(
  picture: RunPicture,
  reads?: DrawnReads,
): PanelData {
  const { series, nowSeconds, setting, faults } = picture;
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
    ...reads !== undefined && { reads },
    words: wordsOf(setting),
    hasStaleness: setting.world !== "hosted",
    hasNegative: tooMany.some((gap) => gap !== null && gap < 0),
    endSeconds: Math.max(setting.plannedSeconds ?? 0, nowSeconds, 0.001),
    nowSeconds,
    isOver: isOver(picture),
    faults,
  };
}

/**
 * Room on the right of a timeline: for the names of lines where it is wide.
 *
 * @param width The width of the timeline, in pixels.
 * @returns Pixels.
 */
function rightPadding(width: number): number {
  return width >= WIDE ? 128 : 12;
}

/**
 * The ends of the time axis.
 *
 * @param width Width of the panels, in pixels.
 * @returns Left and right end, in pixels.
 */
export function axisRange(width: number): [left: number, right: number] {
  return [AXIS_WIDTH, width - rightPadding(width)];
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
  /** Draws what is no line. */
  readonly draw?: (plot: uPlot, data: PanelData) => void;
}

/** The dashes of a replica's line, by which it is told from others. */
function dashOf(replica: number): { dash?: number[] } {
  const dash = colour(`--dash${replica}`).split(" ").map(Number);
  return dash.every((length) => length > 0) ? { dash } : {};
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
  const { replicas, fresh, words } = data;
  const replicaLines = (replicas?.each ?? []).map((_, replica) => ({
    ...line(colour(`--r${replica}`)),
    width: 1.5,
    ...dashOf(replica),
  }));
  const isBand = replicas !== undefined && replicaLines.length === 0;
  const unseen: uPlot.Series = { ...line("transparent"), width: 0 };
  return [
    {
      title: words.title,
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
        { text: words.generated, value: generated.at(-1), colour: ink },
        {
          text: words.held,
          value: counted.at(-1),
          colour: blue,
        },
      ],
    },
    ...replicas === undefined ? [] : [{
      title:
        `Spread: ${words.many} by which each ${words.holder} is behind the one with the most`,
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
      draw: (plot: uPlot, { replicas }: PanelData) =>
        drawNumbers(
          plot,
          behindMost(replicas?.each ?? []),
          words.firstNumber,
        ),
    }],
    ...data.reads === undefined ? [] : [{
      title: isWide
        ? "Reads by the seconds they were behind"
        : "Reads, seconds behind",
      height: 120,
      columns: ({ seconds }: PanelData) => [seconds.map(() => null)],
      series: [unseen],
      valueLabel: (value: number) => `${formatNumber(value)} s`,
      highMin: 0.5,
      high: readsHigh(data.reads.reads),
      draw: (plot: uPlot, { reads }: PanelData) => {
        if (reads !== undefined) drawReads(plot, reads);
      },
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
        ? `Gap: ${words.many} ${words.generated} and not at ${words.place}; below zero: counted twice`
        : `Gap: ${words.many} ${words.generated} and not at ${words.place}`,
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
    ...!data.hasStaleness ? [] : [{
      title: "Staleness: age of the oldest like not yet counted",
      height: 116,
      columns: ({ staleness }: PanelData) => [staleness],
      series: [line(colour("--stale"), colour("--stale-area"))],
      valueLabel: (value: number) => `${formatNumber(value)} s`,
      highMin: 0.5,
    }],
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
          plan.draw?.(plot, data);
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
