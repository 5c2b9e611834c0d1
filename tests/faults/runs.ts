/**
 * Runs and plans for the tests of faults.
 *
 * @module
 */

import { Faults } from "../../lib/faults/force.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import type { FaultFlags, FaultRun } from "../../lib/faults/plan.ts";
import { Streams } from "../../lib/domain/random.ts";

/** Ten likes servers, one a second, 60 s each: the run ends at 69 s. */
export function tenServers(seed = 7): FaultRun {
  return {
    servers: 10,
    spawnIntervalTicks: 10_000,
    lifetimeTicks: 600_000,
    streams: new Streams(seed),
  };
}

/** The faults of a plan for {@linkcode tenServers}. */
export function faultsOf(flags: FaultFlags, seed = 7): Faults {
  const run = tenServers(seed);
  return new Faults(parseFaultPlan(flags, run), run.streams);
}
