/**
 * From the fault plan of many runs to that of one: crashes drawn from its seed.
 *
 * @module
 */

import { byNode } from "../domain/nodes.ts";
import { Streams } from "../domain/random.ts";
import { formatFaultPlan } from "./format.ts";
import { isNodeOf, populationOf } from "./groups.ts";
import { drawCrashes, RANDOM_CRASHES_MAX } from "./draw_crashes.ts";
import {
  type FaultPlan,
  type FaultRun,
  type FaultSchedule,
  runEndTick,
} from "./plan.ts";

/** A run as far as its faults are concerned. */
export interface FaultyRun extends FaultRun {
  /** The root of all randomness, 0 to 2^53-1. */
  readonly seed: number;
  /** The faults, of any seed. */
  readonly faults: FaultPlan;
}

/**
 * Draws from the seed of a run what its fault plan leaves to chance.
 *
 * @param run The run.
 * @param streams The random numbers of the run.
 * @returns All that happens in the run, and when.
 * @throws {RangeError} If the run is longer than 59 hours, the plan was read
 * for another run and does not fit this one, or drawn crashes do not fit into
 * it, which does not depend on the seed.
 *
 * @example Usage
 * ```ts
 * import { NO_FAULTS } from "./plan.ts";
 * import { scheduleFaults } from "./schedule.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { crashes } = scheduleFaults({
 *   servers: 10,
 *   spawnIntervalTicks: 10_000,
 *   lifetimeTicks: 600_000,
 *   faults: { ...NO_FAULTS, randomCrashes: 5 },
 *   seed: 7,
 * });
 * assertEquals(crashes.length, 5);
 * ```
 */
export function scheduleFaults(
  run: FaultyRun,
  streams: Streams = new Streams(run.seed),
): FaultSchedule {
  const endTick = runEndTick(run);
  checkFits(run, endTick);
  const { randomCrashes, ...given } = run.faults;
  const { crashes, pauses } = given;
  const drawn = randomCrashes > RANDOM_CRASHES_MAX
    ? undefined
    : drawCrashes(randomCrashes, run, streams, { crashes, pauses });
  if (drawn === undefined) {
    throw new RangeError(
      `Cannot use --crash random:${randomCrashes}: so many crashes, each 0.5s or longer, ` +
        "do not fit between 10 and 80 % of the run without overlapping",
    );
  }
  return {
    ...given,
    crashes: [...crashes, ...drawn].sort(byTime),
    ...populationOf(run),
    endTick,
  };
}

/** A plan is data and may have been read for another run. */
function checkFits(run: FaultyRun, endTick: number): void {
  const { spawnIntervalTicks, faults } = run;
  const { partitions, crashes, pauses } = faults;
  const population = populationOf(run);
  const isFitting =
    partitions.every(({ fromTick, left, right }) =>
      fromTick < endTick &&
      [left, right].every((side) =>
        side === "others" || side.every(({ first, last }) =>
          isNodeOf(first, population) && isNodeOf(last, population)
        )
      )
    ) &&
    [...crashes, ...pauses].every(({ process, atTick }) =>
      isNodeOf(process, population) &&
      atTick >= process * spawnIntervalTicks && atTick < endTick
    );
  if (isFitting) return;
  throw new RangeError(
    `Cannot use faults that were read for another run: ${
      formatFaultPlan(faults, population.replicas, run.naming).join(" ")
    }`,
  );
}

/**
 * A fault plan with its drawn crashes written out, so that each can be looked
 * at, and left out, by itself.
 *
 * @param run The run.
 * @returns A plan that leaves nothing to chance but what happens to messages.
 * @throws {RangeError} As {@linkcode scheduleFaults} does.
 */
export function spellOutFaults(run: FaultyRun): FaultPlan {
  const { crashes } = scheduleFaults(run);
  return { ...run.faults, crashes, randomCrashes: 0 };
}

/**
 * The order of what happens to processes: by time, then by process.
 *
 * @param a A crash or a pause.
 * @param b Another.
 * @returns Below 0 if `a` is first.
 */
export function byTime(
  a: { readonly atTick: number; readonly process: number },
  b: { readonly atTick: number; readonly process: number },
): number {
  return a.atTick - b.atTick || byNode(a.process, b.process);
}
