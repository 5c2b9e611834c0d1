/**
 * Numbers of a run at a moment, read from its lines.
 *
 * @module
 */

// @ts-types="@types/d3-array"
import { bisectRight } from "d3-array";
import type { RunSeries } from "../../picture/picture.ts";

/**
 * The values that hold at a moment.
 *
 * @param series The lines.
 * @param seconds The moment.
 * @returns Likes generated and counted, 0 before the first point; and those of
 * each replica, or of a primary alone; left out of more replicas than have
 * lines.
 *
 * @example Usage
 * ```ts
 * import { seriesAt } from "./series_at.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const none = [null, null];
 * const series = {
 *   seconds: [1, 3], generated: [14, 20], counted: [0, 14],
 *   gapMin: none, gapMax: none, staleness: none,
 * };
 * assertEquals(seriesAt(series, 3).replicas, [14]);
 * ```
 */
export function seriesAt(
  series: RunSeries,
  seconds: number,
): {
  generated: number;
  counted: number;
  replicas?: (number | null)[] | undefined;
} {
  const last = bisectRight(series.seconds, seconds) - 1;
  const { generated, counted, lowest } = series;
  const lines = series.replicas ?? (lowest === undefined ? [counted] : []);
  return {
    generated: generated[last] ?? 0,
    counted: counted[last] ?? 0,
    ...lines.length > 0 && {
      replicas: lines.map((line) => line[last] ?? null),
    },
  };
}
