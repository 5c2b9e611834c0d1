/**
 * Replicas in the lines of a run: one for each, or a band where they are many.
 *
 * @module
 */
import type { RunPicture, RunSeries } from "../picture/picture.ts";
import {
  areaSvg,
  lineSvg,
  type StepPathOptions,
  type Values,
} from "./svg_paths.ts";

/**
 * Draws what replicas hold.
 *
 * @param series The lines of the run.
 * @param paths Times and scales.
 * @returns Elements: a line each, of the classes `replica r0`, `replica r1`, …,
 * or an area from the lowest to the highest; none with one replica.
 */
export function drawReplicas(
  { replicas, lowest, highest }: RunSeries,
  paths: StepPathOptions,
): string {
  if (replicas !== undefined) {
    return replicas.map((line, replica) =>
      lineSvg(`replica r${replica}`, line, paths)
    ).join("");
  }
  return lowest === undefined || highest === undefined
    ? ""
    : areaSvg("replicas", highest, lowest, paths);
}

/**
 * Draws a piece of the line of a replica, for a key.
 *
 * @param replica Its number.
 * @returns An image, of the classes `dashes` and `r0`, `r1`, ….
 */
export function replicaKeySvg(replica: number): string {
  return `<svg class="dashes r${replica}" width="26" height="6" aria-hidden="true"><path d="M0 3H26"/></svg>`;
}

/**
 * Draws how far replicas are from each other: the spread as an area and, where
 * they have lines of their own, how many likes each holds less than the one
 * that holds the most.
 *
 * @param series The lines of the run.
 * @param paths Times and scales.
 * @returns Elements; none with one replica.
 */
export function drawSpread(
  { spread, replicas }: RunSeries,
  paths: StepPathOptions,
): string {
  if (spread === undefined) return "";
  return areaSvg("spread", spread, null, paths) +
    (replicas === undefined
      ? lineSvg("spread", spread, paths)
      : behindMost(replicas).map((line, replica) =>
        lineSvg(`replica r${replica}`, line, paths)
      ).join(""));
}

/**
 * Likes that each replica holds less than the one that holds the most.
 *
 * @param replicas Likes that each holds; null while it is down.
 * @returns Likes, null likewise.
 *
 * @example
 * ```ts
 * import { behindMost } from "./svg_replicas.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(behindMost([[5, null], [7, 9]]), [[2, null], [0, 0]]);
 * ```
 */
export function behindMost(
  replicas: readonly Values[],
): (number | null)[][] {
  const most = (replicas[0] ?? []).map((_, point) =>
    replicas.reduce((max, line) => Math.max(max, line[point] ?? 0), 0)
  );
  return replicas.map((line) =>
    line.map((value, point) =>
      value === null ? null : (most[point] ?? 0) - value
    )
  );
}

/** Stretches that the time of a run is divided into for its fresh reads. */
const STRETCHES = 50;

/** The shortest of them, in seconds. */
const STRETCH_MIN = 0.5;

/**
 * The share of reads that were fresh, over time: at each point that of the
 * reads of the last stretch.
 *
 * @param picture The picture of the run.
 * @returns In percent; null where no read of the stretch can be judged. Left
 * out where the run has no readers.
 *
 * @example
 * ```ts
 * import { freshPercent } from "./svg_replicas.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const series = {
 *   seconds: [0, 10, 20],
 *   readsJudged: [0, 4, 8],
 *   readsFresh: [0, 4, 6],
 * };
 * assertEquals(freshPercent({ nowSeconds: 100, series }), [null, 100, 50]);
 * ```
 */
export function freshPercent(
  { series, nowSeconds }:
    & Pick<RunPicture, "nowSeconds">
    & { series: Pick<RunSeries, "seconds" | "readsJudged" | "readsFresh"> },
): Values | undefined {
  const { seconds, readsJudged, readsFresh } = series;
  if (readsJudged === undefined || readsFresh === undefined) return undefined;
  const stretch = Math.max(STRETCH_MIN, nowSeconds / STRETCHES);
  let first = -1; // the last point before the stretch
  return seconds.map((at, point) => {
    while ((seconds[first + 1] ?? at) < at - stretch) first++;
    const judged = (readsJudged[point] ?? 0) - (readsJudged[first] ?? 0);
    const fresh = (readsFresh[point] ?? 0) - (readsFresh[first] ?? 0);
    return judged <= 0 ? null : 100 * fresh / judged;
  });
}
