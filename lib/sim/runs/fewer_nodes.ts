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
import type { FaultPlan, NodeRange, Side } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";

/**
 * Runs like a given one that have fewer readers or fewer replicas, those first
 * that save most. Faults of replicas that a run does not have are left out.
 *
 * @param run The run.
 * @returns The smaller runs.
 */
export function* runsOfFewer(run: RunOptions): Generator<RunOptions> {
  for (const readers of fewer(run.readers, 0)) yield { ...run, readers };
  for (const replicas of fewer(run.replicas, 1)) {
    yield { ...run, replicas, faults: planOf(run.faults, replicas) };
  }
}

/** The least number, half of a number, one less. */
function fewer(count: number, least: number): number[] {
  const candidates = [least, count >> 1, count - 1];
  return [...new Set(candidates)].filter((one) => one >= least && one < count)
    .sort((a, b) => a - b);
}

/** What is left of a plan with so many replicas. */
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

function sideOf(side: Side, replicas: number): Side {
  return side === "others"
    ? side
    : side.flatMap((range) => rangeOf(range, replicas));
}

function rangeOf({ first, last }: NodeRange, replicas: number): NodeRange[] {
  const lowest = first <= PRIMARY ? replicaNode(replicas - 1) : first;
  return lowest <= last ? [{ first: Math.max(first, lowest), last }] : [];
}
