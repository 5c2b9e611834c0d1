/**
 * The numbers of a virtual run at a moment, for its picture.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import type { ReplicaSet } from "../../sim/replicas/replica_set.ts";
import type { Simulation } from "../../sim/simulation.ts";
import { REPLICA_LINES_MAX } from "../picture/picture.ts";
import type { ReplicaSample, RunSample } from "../picture/run_sample.ts";

/**
 * The sums of a virtual run, as of its last event.
 *
 * @param simulation The run.
 * @param seconds The moment, which the age of the oldest like follows.
 * @returns The numbers for a picture.
 */
export function runSample(
  { meter, replicas }: Simulation,
  seconds: number,
): RunSample {
  const { oldestTick } = meter;
  return {
    generated: meter.likesGenerated,
    counted: meter.likesCounted,
    stalenessSeconds: oldestTick < 0
      ? 0
      : Math.max(0, seconds - secondsFromTicks(oldestTick)),
    ...replicas?.areMany && { replicas: replicaSample(replicas.set) },
    ...replicas?.readers && { reads: replicas.readers.meter.soFar },
  };
}

function replicaSample(set: ReplicaSet): ReplicaSample {
  const { meter, size } = set;
  const isOneUp = meter.largest > -Infinity;
  const length = Math.min(size, REPLICA_LINES_MAX);
  return {
    rows: Array.from({ length }, (_, replica) => ({
      state: meter.isUp(replica) ? "up" : "down",
      counted: set.ledgerOf(replica).total,
    })),
    ...isOneUp && { lowest: meter.smallest, highest: meter.largest },
  };
}
