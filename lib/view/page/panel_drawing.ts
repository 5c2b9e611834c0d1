/**
 * Drawing on the panels of a timeline besides their lines: titles, names,
 * faults.
 *
 * @module
 */
/// <reference lib="dom" />
import uPlot from "uplot";
import { extentOf } from "../picture/fault_marks.ts";
import { highestOf } from "../numbers.ts";
import type { FaultMark } from "../picture/picture.ts";
import { colour } from "./dom.ts";

/** A page wider than this has room for names at the ends of lines. */
export const WIDE = 640;

/** A name at the end of a line. */
export interface EndName {
  /** The name. */
  readonly text: string;
  /** The last value of the line. */
  readonly value: number | null | undefined;
  /** The colour of the line. */
  readonly colour: string;
}

/** Faults of a run, and the time that has passed of it. */
export interface DrawnFaults {
  /** The faults. */
  readonly faults: readonly FaultMark[];
  /** The time of each point, in seconds. */
  readonly seconds: readonly number[];
  /** The last second of the axis. */
  readonly endSeconds: number;
  /** Time that has passed, in seconds. */
  readonly nowSeconds: number;
  /** Whether the run is over. */
  readonly isOver: boolean;
}

/**
 * Shades the windows of faults behind the lines, and marks kills of likes
 * servers and the present.
 */
export function drawFaults(plot: uPlot, data: DrawnFaults): void {
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

/**
 * Writes the title of a panel above it; what stands behind a colon explains,
 * and is left out where room is short.
 *
 * @param plot The panel.
 * @param title The title.
 * @param width The width of the panel, in pixels.
 */
export function drawTitle(
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
export function drawNames(plot: uPlot, names: readonly EndName[]): void {
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

/**
 * The font of a text on a panel.
 *
 * @param weight Its weight.
 * @returns The font, in pixels of the canvas.
 */
function scaledFont(weight: number): string {
  return `${weight} ${12 * uPlot.pxRatio}px system-ui, sans-serif`;
}

/**
 * Writes the number of each replica at the highest point of its line; those of
 * neighbours together.
 *
 * @param plot The panel.
 * @param lines The line of each replica.
 * @param first The number of the first replica.
 */
export function drawNumbers(
  plot: uPlot,
  lines: readonly (readonly (number | null)[])[],
  first: number,
): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const near = 22 * ratio;
  const peaks: { x: number; y: number; replicas: number[] }[] = [];
  lines.forEach((line, replica) => {
    const most = highestOf(line);
    const seconds = plot.data[0][line.indexOf(most)];
    if (most === 0 || seconds === undefined) return;
    const x = plot.valToPos(seconds, "x", true);
    const y = Math.max(bbox.top + 13 * ratio, plot.valToPos(most, "y", true));
    const peak = peaks.find((other) =>
      Math.abs(other.x - x) < near && Math.abs(other.y - y) < near
    );
    const number = first + replica;
    if (peak === undefined) peaks.push({ x, y, replicas: [number] });
    else peak.replicas.push(number);
  });
  ctx.save();
  ctx.font = scaledFont(700);
  ctx.textBaseline = "bottom";
  ctx.lineWidth = 3 * ratio;
  ctx.strokeStyle = colour("--page");
  for (const { x, y, replicas } of peaks) {
    ctx.fillStyle = colour("--ink");
    const text = rangesText(replicas);
    const isAtEnd = x > bbox.left + 0.8 * bbox.width;
    ctx.textAlign = isAtEnd ? "right" : "left";
    const at = x + (isAtEnd ? -3 : 3) * ratio;
    ctx.strokeText(text, at, y);
    ctx.fillText(text, at, y);
  }
  ctx.restore();
}

/** Rising numbers, neighbours together: `0–2, 5`. */
function rangesText(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] === number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) =>
    first === last ? `${first}` : `${first}–${last}`
  ).join(", ");
}
