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
 * each replica, where they have lines.
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
 * assertEquals(seriesAt(series, 2.9), { generated: 14, counted: 0 });
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
  return {
    generated: series.generated[last] ?? 0,
    counted: series.counted[last] ?? 0,
    ...series.replicas && {
      replicas: series.replicas.map((line) => line[last] ?? null),
    },
  };
}
