/**
 * Single reads as points over time, by how far they were behind. Their shapes
 * tell their outcomes as well as their colours.
 *
 * @module
 */
/// <reference lib="dom" />
import uPlot from "uplot";
import { highestOf } from "../numbers.ts";
import { colour } from "./dom.ts";

/** A read that is drawn. */
export interface DrawnRead {
  /** The time of its end, in seconds. */
  readonly seconds: number;
  /** The outcome of it. */
  readonly outcome: "fresh" | "stale" | "unjudged" | "unanswered";
  /** Seconds that it was behind; 0 of one that was not stale. */
  readonly behindSeconds: number;
  /** Whether its reader had been told of a newer version before. */
  readonly wentBack: boolean;
}

/** Reads that are drawn. */
export interface DrawnReads {
  /** Reads in order of their ends. */
  readonly reads: readonly DrawnRead[];
  /** The number of reads in place of which each stands, from 1 on. */
  readonly every: number;
}

/** The least height of the axis, in seconds. */
const HIGH_MIN = 0.1;

/**
 * The height of the axis of reads.
 *
 * @param reads The reads.
 * @returns Seconds.
 */
export function readsHigh(reads: readonly DrawnRead[]): number {
  const behind = reads.map(({ behindSeconds }) => behindSeconds);
  return 1.15 * Math.max(HIGH_MIN, highestOf(behind));
}

/**
 * Draws reads: those that were fresh as dots on the ground, stale ones as
 * triangles at their height, with a stroke below where the reader had been told
 * of newer versions, unanswered ones as crosses at the top.
 *
 * @param plot The panel.
 * @param reads The reads.
 */
export function drawReads(plot: uPlot, { reads }: DrawnReads): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const [good, stale, bad, twice] = ["good", "stale", "bad", "twice"].map(
    (name) => colour(`--${name}`),
  );
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.4 * ratio;
  const placeOf = ({ seconds, behindSeconds }: DrawnRead) => ({
    x: plot.valToPos(seconds, "x", true),
    y: plot.valToPos(behindSeconds, "y", true),
  });
  const each = (
    isMeant: (read: DrawnRead) => boolean,
    trace: (x: number, y: number) => void,
  ) => {
    ctx.beginPath();
    for (const read of reads) {
      if (!isMeant(read)) continue;
      const { x, y } = placeOf(read);
      trace(x, y);
    }
  };
  each(({ outcome }) => outcome === "fresh", (x, y) => {
    ctx.moveTo(x + 2 * ratio, y - 3 * ratio);
    ctx.arc(x, y - 3 * ratio, 2 * ratio, 0, 2 * Math.PI);
  });
  ctx.strokeStyle = good ?? "";
  ctx.stroke();
  each(({ outcome }) => outcome === "stale", (x, y) => {
    ctx.moveTo(x, y - 5 * ratio);
    ctx.lineTo(x + 4 * ratio, y + 2.5 * ratio);
    ctx.lineTo(x - 4 * ratio, y + 2.5 * ratio);
    ctx.closePath();
  });
  ctx.fillStyle = stale ?? "";
  ctx.fill();
  each(({ wentBack }) => wentBack, (x, y) => {
    ctx.moveTo(x - 5 * ratio, y + 5 * ratio);
    ctx.lineTo(x + 5 * ratio, y + 5 * ratio);
  });
  ctx.lineWidth = 2.4 * ratio;
  ctx.strokeStyle = twice ?? "";
  ctx.stroke();
  each(({ outcome }) => outcome === "unanswered", (x) => {
    const y = bbox.top + 7 * ratio;
    const arm = 3.5 * ratio;
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x + arm, y - arm);
    ctx.lineTo(x - arm, y + arm);
  });
  ctx.lineWidth = 1.8 * ratio;
  ctx.strokeStyle = bad ?? "";
  ctx.stroke();
  ctx.restore();
}
