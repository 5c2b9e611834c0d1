/**
 * Runs and plans for the tests of faults.
 *
 * @module
 */

import { Faults } from "../../lib/faults/force.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import type {
  FaultFlags,
  FaultRun,
  FaultSchedule,
} from "../../lib/faults/plan.ts";
import { scheduleFaults } from "../../lib/faults/schedule.ts";

/** Ten likes servers, one a second, 60 s each: the run ends at 69 s. */
export function tenServers(seed = 7): FaultRun & { seed: number } {
  return {
    servers: 10,
    spawnIntervalTicks: 10_000,
    lifetimeTicks: 600_000,
    seed,
  };
}

/** {@linkcode tenServers} with three replicas and as many readers. */
export function threeReplicas(
  seed = 7,
): ReturnType<typeof tenServers> & { replicas: number; readers: number } {
  return { ...tenServers(seed), replicas: 3, readers: 3 };
}

/** The faults of a plan for {@linkcode tenServers}. */
export function faultsOf(flags: FaultFlags, seed = 7): Faults {
  const run = tenServers(seed);
  return new Faults({ ...run, faults: parseFaultPlan(flags, run) });
}

/** The events, and their times, of a run of {@linkcode tenServers}. */
export function scheduleOf(flags: FaultFlags, seed = 7): FaultSchedule {
  const run = tenServers(seed);
  return scheduleFaults({ ...run, faults: parseFaultPlan(flags, run) });
}
