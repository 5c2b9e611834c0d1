/**
 * Runs with fewer replicas and readers than a given one.
 *
 * @module
 */

import { isReplica, replicaNode, replicaOf } from "../../domain/nodes.ts";
import type { Partition, Side } from "../../faults/plan.ts";
import { fewer, planOf } from "../../faults/shrink/fewer_nodes.ts";
import { DEFAULT_RUN, type RunOptions } from "../../options/run_options.ts";

/** Settings that say nothing where there is one replica. */
const { gossip, gossipStyle, writeTo, writeQuorum, failover } = DEFAULT_RUN;
const { readFrom, readQuorum, readRepair } = DEFAULT_RUN;
const OF_ONE_REPLICA: Partial<RunOptions> = {
  ...{ gossip, gossipStyle, writeTo, writeQuorum, failover },
  ...{ readFrom, readQuorum, readRepair },
};
/** Settings that say nothing where nobody reads. */
const OF_NO_READS: Partial<RunOptions> = { readFrom, readQuorum, readRepair };

/**
 * Runs like a given one that have fewer readers or fewer replicas, those first
 * that save most. Faults of processes that a run does not have are left out, as
 * are settings that have become void; or a partition between such a replica and
 * clients is one of a replica that the run has. Each has a command line of its
 * own.
 *
 * @param run The run.
 * @returns The smaller runs.
 */
export function* runsOfFewer(run: RunOptions): Generator<RunOptions> {
  for (const readers of fewer(run.readers, 0)) {
    yield runWith({ ...run, readers });
  }
  const least = run.writeTo === "all" ? 2 : 1;
  const replicasMin = Math.max(least, run.writeQuorum, run.readQuorum);
  for (const replicas of fewer(run.replicas, replicasMin)) {
    const left = runWith({ ...run, replicas });
    yield left;
    const partitions = run.faults.partitions.map((partition) =>
      movedPartition(partition, replicas)
    );
    const faults = { ...run.faults, partitions };
    const moved = runWith({ ...run, replicas, faults });
    if (moved.faults.partitions.length > left.faults.partitions.length) {
      yield moved;
    }
  }
}

/** A run without what its replicas and readers make void. */
function runWith(run: RunOptions): RunOptions {
  const { replicas, readers, readAfterTicks } = run;
  const hasReads = readers > 0 || readAfterTicks !== null;
  const { readIntervalMinTicks, readIntervalMaxTicks } = DEFAULT_RUN;
  return {
    ...run,
    ...readers === 0 && { readIntervalMinTicks, readIntervalMaxTicks },
    ...!hasReads && OF_NO_READS,
    ...replicas === 1 && OF_ONE_REPLICA,
    faults: {
      ...planOf(run.faults, run),
      ...!hasReads && { readLatency: null },
      ...replicas === 1 && { peerLatency: null },
    },
  };
}

/**
 * A partition from clients of replicas beyond a number, as one of replica i for
 * each replica i + n: so a likes server's home moves, too, if n divides the
 * number of replicas.
 */
function movedPartition(partition: Partition, replicas: number): Partition {
  const { left, right } = partition;
  if (isOfReplicas(left) && isOfReplicas(right)) return partition;
  const moved = (side: Side): Side =>
    side === "others" ? side : side.map((range) => {
      const { last } = range;
      if (!isReplica(last) || replicaOf(last) < replicas) return range;
      const node = replicaNode(replicaOf(last) % replicas);
      return { first: node, last: node };
    });
  return { ...partition, left: moved(left), right: moved(right) };
}

function isOfReplicas(side: Side): boolean {
  return side !== "others" && side.every(({ last }) => isReplica(last));
}
