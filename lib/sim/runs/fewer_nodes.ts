/**
 * Runs with fewer replicas and readers than a given one.
 *
 * @module
 */

import {
  isReplica,
  PRIMARY,
  replicaNode,
  replicaOf,
} from "../../domain/nodes.ts";
import type {
  FaultPlan,
  NodeRange,
  Partition,
  Side,
} from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";

/**
 * Runs like a given one that have fewer readers or fewer replicas, those first
 * that save most. Faults of replicas that a run does not have are left out; or
 * a partition between such a replica and clients is one of a replica that the
 * run has.
 *
 * @param run The run.
 * @returns The smaller runs.
 */
export function* runsOfFewer(run: RunOptions): Generator<RunOptions> {
  for (const readers of fewer(run.readers, 0)) yield { ...run, readers };
  const { writeTo, writeQuorum, readQuorum } = run;
  const least = writeTo === "all" ? 2 : 1;
  const replicasMin = Math.max(least, writeQuorum, readQuorum);
  for (const replicas of fewer(run.replicas, replicasMin)) {
    const faults = planOf(run.faults, replicas);
    yield { ...run, replicas, faults };
    const partitions = run.faults.partitions.map((partition) =>
      movedPartition(partition, replicas)
    );
    const moved = planOf({ ...run.faults, partitions }, replicas);
    if (moved.partitions.length > faults.partitions.length) {
      yield { ...run, replicas, faults: moved };
    }
  }
}

/** The least number, half of a number, one less. */
function fewer(count: number, least: number): number[] {
  const candidates = [least, count >> 1, count - 1];
  return [...new Set(candidates)].filter((one) => one >= least && one < count)
    .sort((a, b) => a - b);
}

/** Plan cut down to a number of replicas. */
function planOf(plan: FaultPlan, replicas: number): FaultPlan {
  const exists = ({ process }: { readonly process: number }) =>
    !isReplica(process) || replicaOf(process) < replicas;
  return {
    ...plan,
    crashes: plan.crashes.filter(exists),
    pauses: plan.pauses.filter(exists),
    partitions: plan.partitions.flatMap((partition) => {
      const left = sideOf(partition.left, replicas);
      const right = sideOf(partition.right, replicas);
      return left.length === 0 || right.length === 0
        ? []
        : [{ ...partition, left, right }];
    }),
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

function sideOf(side: Side, replicas: number): Side {
  return side === "others"
    ? side
    : side.flatMap((range) => rangeOf(range, replicas));
}

function rangeOf({ first, last }: NodeRange, replicas: number): NodeRange[] {
  const lowest = first <= PRIMARY ? replicaNode(replicas - 1) : first;
  return lowest <= last ? [{ first: Math.max(first, lowest), last }] : [];
}
