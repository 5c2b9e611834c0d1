/**
 * Fault plans of runs with fewer nodes.
 *
 * @module
 */

import {
  isReader,
  isReplica,
  readerNode,
  replicaNode,
} from "../../domain/nodes.ts";
import type { FaultPlan, NodeRange, Side } from "../plan.ts";

/**
 * Numbers to try below a number.
 *
 * @param count The number.
 * @param least The least that is allowed.
 * @returns The least, half of the number and one less, as far as they are less.
 */
export function fewer(count: number, least: number): number[] {
  const candidates = [least, count >> 1, count - 1];
  return [...new Set(candidates)].filter((one) => one >= least && one < count)
    .sort((a, b) => a - b);
}

/** Number of the processes of each kind that come and go. */
export interface NodeCounts {
  /** Number of replicas. */
  readonly replicas: number;
  /** Number of readers. */
  readonly readers: number;
}

/**
 * A plan cut down to the processes that there are.
 *
 * @param plan The plan.
 * @param nodes How many there are.
 * @returns The plan without faults of others.
 */
export function planOf(plan: FaultPlan, nodes: NodeCounts): FaultPlan {
  const exists = ({ process }: { readonly process: number }) =>
    rangeOf({ first: process, last: process }, nodes).length > 0;
  return {
    ...plan,
    crashes: plan.crashes.filter(exists),
    pauses: plan.pauses.filter(exists),
    partitions: plan.partitions.flatMap((partition) => {
      const left = sideOf(partition.left, nodes);
      const right = sideOf(partition.right, nodes);
      return left.length === 0 || right.length === 0
        ? []
        : [{ ...partition, left, right }];
    }),
  };
}

function sideOf(side: Side, nodes: NodeCounts): Side {
  return side === "others"
    ? side
    : side.flatMap((range) => rangeOf(range, nodes));
}

/** Nodes of a range that there are: replicas count downwards. */
function rangeOf(
  { first, last }: NodeRange,
  { replicas, readers }: NodeCounts,
): NodeRange[] {
  const lowest = isReplica(first)
    ? Math.max(first, replicaNode(replicas - 1))
    : first;
  const highest = isReader(last)
    ? Math.min(last, readerNode(readers - 1))
    : last;
  return lowest <= highest ? [{ first: lowest, last: highest }] : [];
}
