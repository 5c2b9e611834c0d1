/**
 * Nodes that partitions treat alike, as classes.
 *
 * @module
 */

import { isReplica } from "../domain/nodes.ts";
import { type DirectedLinks, everybody, type Population } from "./groups.ts";
import type { NodeRange } from "./plan.ts";

/** A range of nodes of one class. */
export interface ClassRange extends NodeRange {
  /** The number of the class. */
  readonly index: number;
}

/** The classes at both ends of a set of links. */
interface Ends {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * The nodes of a run in classes: two nodes are of one class if both are
 * replicas or neither is, and each set of links has both or neither, as senders
 * and as receivers.
 */
export class Classes {
  /** All nodes, in order of their numbers, each range of one class. */
  readonly ranges: readonly ClassRange[];
  /** The number of classes. */
  readonly size: number;
  /** The classes of replicas. */
  readonly ofReplicas: readonly number[];
  /** The others. */
  readonly ofClients: readonly number[];
  readonly #ends: ReadonlyMap<DirectedLinks, Ends>;

  /**
   * Classifies all nodes.
   *
   * @param links The sets of links.
   * @param population How many nodes there are.
   */
  constructor(links: readonly DirectedLinks[], population: Population) {
    const groups = links.flatMap(({ from, to }) => [from, to]);
    /** The classes of each group. */
    const classes: number[][] = groups.map(() => []);
    const ranges: ClassRange[] = [];
    const ofReplicas: number[] = [];
    const ofClients: number[] = [];
    const indexes = new Map<bigint, number>();
    for (const { first, last, within, key } of elements(groups, population)) {
      let index = indexes.get(key);
      if (index === undefined) {
        index = indexes.size;
        indexes.set(key, index);
        (isReplica(first) ? ofReplicas : ofClients).push(index);
        for (const group of within) classes[group]?.push(index);
      }
      ranges.push({ first, last, index });
    }
    this.ranges = ranges;
    this.size = indexes.size;
    this.ofReplicas = ofReplicas;
    this.ofClients = ofClients;
    this.#ends = new Map(links.map((one, i) => {
      const [from = [], to = []] = classes.slice(2 * i, 2 * i + 2);
      return [one, { from, to }];
    }));
  }

  /**
   * The classes between which nothing passes.
   *
   * @param links Sets of links, among those that the nodes were classified by.
   * @returns 1 where the links have those of the class of a row as senders,
   * those of the class of a column as receivers: a row after the other.
   */
  tableOf(links: readonly DirectedLinks[]): Uint8Array {
    const table = new Uint8Array(this.size ** 2);
    for (const one of links) {
      const { from, to } = this.#ends.get(one) ?? { from: [], to: [] };
      for (const row of from) {
        for (const column of to) table[row * this.size + column] = 1;
      }
    }
    return table;
  }

  /**
   * The nodes of some classes.
   *
   * @param indexes The numbers of the classes.
   * @returns Their ranges, in order; some may touch.
   */
  nodesOf(indexes: ReadonlySet<number>): NodeRange[] {
    return this.ranges
      .filter(({ index }) => indexes.has(index))
      .map(({ first, last }) => ({ first, last }));
  }
}

/** Ranges of nodes that are in the same groups. */
interface Element extends NodeRange {
  /** The numbers of the groups, until the next element is asked for. */
  readonly within: ReadonlySet<number>;
  /** A bit for each of them, and one for replicas. */
  readonly key: bigint;
}

/** Divides all nodes wherever a group begins or ends. */
function* elements(
  groups: readonly (readonly NodeRange[])[],
  population: Population,
): Generator<Element> {
  /** By node: the groups that it is the first, or the first behind, of. */
  const changes = new Map<number, number[]>();
  const change = (node: number, ...groups: number[]) => {
    const found = changes.get(node);
    if (found === undefined) changes.set(node, groups);
    else found.push(...groups);
  };
  const whole = everybody(population);
  groups.forEach((ranges, group) => {
    for (const { first, last } of ranges) {
      change(first, group);
      change(last + 1, group);
    }
  });
  for (const { first, last } of whole) {
    change(first);
    change(last + 1);
  }
  const bounds = [...changes.keys()].sort((a, b) => a - b);
  const within = new Set<number>();
  let bits = 0n;
  for (const [i, first] of bounds.entries()) {
    for (const group of changes.get(first) ?? []) {
      // Ranges are apart: whoever is in a group leaves it.
      if (!within.delete(group)) within.add(group);
      bits ^= 1n << BigInt(group);
    }
    const next = bounds[i + 1];
    const isPopulated = whole.some((one) =>
      one.first <= first && first <= one.last
    );
    if (next === undefined || !isPopulated) continue;
    const key = bits << 1n | (isReplica(first) ? 1n : 0n);
    yield { first, last: next - 1, within, key };
  }
}
