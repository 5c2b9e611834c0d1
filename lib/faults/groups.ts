/**
 * Groups of nodes as ranges of their numbers: what is named, and everybody
 * else.
 *
 * @module
 */

import {
  isReplica,
  PRIMARY,
  READER_FIRST,
  replicaNode,
} from "../domain/nodes.ts";
import { indexOf, kindOf, type Population } from "./naming.ts";
import type { CutDirection, FaultRun, NodeRange, Partition } from "./plan.ts";

export type { Population } from "./naming.ts";

/**
 * The nodes of a run by their kinds.
 *
 * @param run The run: one replica and no readers where it does not say.
 * @returns How many there are.
 */
export function populationOf(run: FaultRun): Population {
  const { servers, replicas = 1, readers = 0 } = run;
  return { servers, replicas, readers };
}

/** Links on which a message goes one way: from each node to each. */
export interface DirectedLinks {
  /** Senders, in order and apart. */
  readonly from: readonly NodeRange[];
  /** Receivers, in order and apart. */
  readonly to: readonly NodeRange[];
}

/**
 * All nodes of a run.
 *
 * @param population How many there are.
 * @returns Their ranges, in order.
 */
export function everybody(population: Population): NodeRange[] {
  const { servers, replicas, readers } = population;
  return [
    { first: replicaNode(replicas - 1), last: PRIMARY },
    { first: 0, last: servers - 1 },
    { first: READER_FIRST, last: READER_FIRST + readers - 1 },
  ].filter(({ first, last }) => first <= last);
}

/**
 * Whether a node is one of the run.
 *
 * @param node Its number.
 * @param population How many there are of each kind.
 * @returns `true` if it is.
 */
export function isNodeOf(node: number, population: Population): boolean {
  return indexOf(node) < population[kindOf(node)];
}

/**
 * The number of nodes of ranges that are apart.
 *
 * @param ranges The ranges.
 * @returns How many nodes they have together.
 */
export function sizeOf(ranges: readonly NodeRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/**
 * Ranges in order and apart: none touches another, but where likes servers
 * begin, as replicas are other nodes.
 *
 * @param ranges Any ranges.
 * @returns The same nodes.
 *
 * @example Usage
 * ```ts
 * import { united } from "./groups.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const ranges = [{ first: 3, last: 9 }, { first: -1, last: -1 }, { first: 0, last: 2 }];
 * assertEquals(united(ranges), [{ first: -1, last: -1 }, { first: 0, last: 9 }]);
 * ```
 */
export function united(ranges: readonly NodeRange[]): NodeRange[] {
  const result: NodeRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const previous = result.at(-1);
    const touches = previous !== undefined &&
      range.first <= previous.last + 1 &&
      isReplica(range.first) === isReplica(previous.first);
    if (!touches) result.push(range);
    else if (range.last > previous.last) {
      result[result.length - 1] = { first: previous.first, last: range.last };
    }
  }
  return result;
}

/**
 * The nodes of some ranges that are not in others.
 *
 * @param ranges Ranges in order and apart.
 * @param without Ranges to take away, in order and apart.
 * @returns What is left, in order and apart.
 *
 * @example Usage
 * ```ts
 * import { rangesWithout } from "./groups.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   rangesWithout([{ first: 0, last: 9 }], [{ first: 2, last: 3 }]),
 *   [{ first: 0, last: 1 }, { first: 4, last: 9 }],
 * );
 * ```
 */
export function rangesWithout(
  ranges: readonly NodeRange[],
  without: readonly NodeRange[],
): NodeRange[] {
  const result: NodeRange[] = [];
  for (const range of ranges) {
    let { first } = range;
    for (const away of without) {
      if (away.last < first || away.first > range.last) continue;
      if (away.first > first) result.push({ first, last: away.first - 1 });
      first = away.last + 1;
    }
    if (first <= range.last) result.push({ first, last: range.last });
  }
  return result;
}

/**
 * The links that a partition cuts, each way by itself.
 *
 * @param partition The partition.
 * @param population How many nodes there are.
 * @returns One or two sets of links. Pairs of nodes between which nothing is
 * ever sent are among them.
 */
export function linksOf(
  { left, direction, right }: Partition,
  population: Population,
): DirectedLinks[] {
  const all = everybody(population);
  const leftNodes = left === "others" ? null : united(left);
  const rightNodes = right === "others" ? null : united(right);
  const one = leftNodes ?? rangesWithout(all, rightNodes ?? []);
  const other = rightNodes ?? rangesWithout(all, leftNodes ?? []);
  const there: DirectedLinks = { from: one, to: other };
  const back: DirectedLinks = { from: other, to: one };
  const LINKS: Record<CutDirection, DirectedLinks[]> = {
    "--": [there, back],
    "->": [there],
    "<-": [back],
  };
  return LINKS[direction];
}

/**
 * The links among some on which messages are ever sent: between clients and
 * replicas, one way or the other, and among replicas. Those that have the same
 * replicas at one end are united: of one replica few are left, however many
 * partitions there are.
 *
 * @param links Any links.
 * @returns Links that have replicas at one end or at both.
 */
export function unitedLinks(links: readonly DirectedLinks[]): DirectedLinks[] {
  const replicasOf = (ranges: readonly NodeRange[]) =>
    ranges.filter(({ first }) => isReplica(first));
  const clientsOf = (ranges: readonly NodeRange[]) =>
    ranges.filter(({ first }) => !isReplica(first));
  const reports = links.map(({ from, to }) => ({
    from: clientsOf(from),
    to: replicasOf(to),
  }));
  const replies = links.map(({ from, to }) => ({
    from: replicasOf(from),
    to: clientsOf(to),
  }));
  const exchanges = links.map(({ from, to }) => ({
    from: replicasOf(from),
    to: replicasOf(to),
  }));
  return [
    ...unitedBy("to", reports),
    ...unitedBy("from", replies),
    ...unitedBy("from", exchanges),
  ].filter(areUsed);
}

/** Unites links that have the same nodes at one end. */
function unitedBy(
  end: "from" | "to",
  links: readonly DirectedLinks[],
): DirectedLinks[] {
  const alike = Map.groupBy(links, (one) => JSON.stringify(one[end]));
  return [...alike.values()].map((ones) => ({
    from: united(ones.flatMap(({ from }) => from)),
    to: united(ones.flatMap(({ to }) => to)),
  }));
}

/**
 * Whether messages are ever sent on some links: between a replica and anybody
 * else.
 *
 * @param links The links.
 * @returns `false` if they are between clients, or a replica and itself.
 */
export function areUsed({ from, to }: DirectedLinks): boolean {
  const isOfReplicas = ({ first }: NodeRange) => isReplica(first);
  const senders = from.filter(isOfReplicas);
  const receivers = to.filter(isOfReplicas);
  if (senders.length < from.length && receivers.length > 0) return true;
  if (receivers.length < to.length && senders.length > 0) return true;
  if (senders.length === 0 || receivers.length === 0) return false;
  return sizeOf(united([...senders, ...receivers])) > 1;
}
