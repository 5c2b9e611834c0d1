/**
 * The choice of likes servers that a film shows where there are many.
 *
 * @module
 */

import type { FaultSchedule } from "../../faults/plan.ts";

/** The most likes servers that a film shows. */
export const SHOWN_MAX = 10;

/** The most likes servers shown of each range that a partition cuts off. */
const OF_RANGE_MAX = 2;

/**
 * Chooses likes servers: all if they are few; else those that faults name,
 * since there is something to be seen, and then the first ones.
 *
 * @param schedule The faults of the run.
 * @returns Ids, in order, at most {@linkcode SHOWN_MAX}.
 *
 * @example Usage
 * ```ts
 * import { serversToShow } from "./servers_shown.ts";
 * import { parseFaultPlan } from "../../faults/parse.ts";
 * import { scheduleFaults } from "../../faults/schedule.ts";
 * import { DEFAULT_SETTING } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { ...DEFAULT_SETTING, servers: 1000, spawnIntervalTicks: 0 };
 * const faults = parseFaultPlan({ crash: ["LikesServer500@50s"] }, run);
 * const schedule = scheduleFaults({ ...run, faults });
 * assertEquals(serversToShow(schedule), [0, 1, 2, 3, 4, 5, 6, 7, 8, 500]);
 * ```
 */
export function serversToShow(schedule: FaultSchedule): number[] {
  const { servers, crashes, pauses, partitions } = schedule;
  const shown = new Set<number>();
  const show = (id: number) => {
    if (shown.size < SHOWN_MAX && id >= 0 && id < servers) shown.add(id);
  };
  for (const { process } of [...crashes, ...pauses]) {
    show(process);
  }
  for (const side of partitions.flatMap(({ left, right }) => [left, right])) {
    if (side === "others") continue;
    for (const { first, last } of side) {
      const end = Math.min(last, first + OF_RANGE_MAX - 1);
      for (let id = first; id <= end; id++) show(id);
    }
  }
  for (let id = 0; id < SHOWN_MAX; id++) show(id);
  return [...shown].sort((one, other) => one - other);
}
