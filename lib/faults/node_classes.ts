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
  /** Whether each class is of replicas. */
  readonly areReplicas: readonly boolean[];
  /** The classes of the senders and of the receivers of each set of links. */
  readonly #ends = new Map<DirectedLinks, [from: number[], to: number[]]>();

  /**
   * Classifies all nodes.
   *
   * @param links The sets of links.
   * @param population How many nodes there are.
   */
  constructor(links: readonly DirectedLinks[], population: Population) {
    const ends = links.flatMap(({ from, to }) => [from, to]);
    const indexes = new Map<string, number>();
    const members: number[][] = [];
    const areReplicas: boolean[] = [];
    this.ranges = elementsOf(ends, population).map(
      ({ first, last, within }) => {
        const isOfReplicas = isReplica(first);
        const key = `${isOfReplicas} ${within.join()}`;
        const index = indexes.get(key) ?? indexes.size;
        if (index === indexes.size) {
          indexes.set(key, index);
          members.push([...within]);
          areReplicas.push(isOfReplicas);
        }
        return { first, last, index };
      },
    );
    this.size = indexes.size;
    this.areReplicas = areReplicas;
    for (const one of links) this.#ends.set(one, [[], []]);
    members.forEach((within, index) => {
      for (const end of within) {
        const one = links[end >> 1] as DirectedLinks;
        this.#ends.get(one)?.[end & 1]?.push(index);
      }
    });
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
      const [from = [], to = []] = this.#ends.get(one) ?? [];
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

/** Ranges of nodes, and which of some groups have them. */
interface Element extends NodeRange {
  /** The numbers of the groups, in order. */
  readonly within: readonly number[];
}

/** Divides all nodes wherever a group begins or ends. */
function elementsOf(
  groups: readonly (readonly NodeRange[])[],
  population: Population,
): Element[] {
  /** By node: the groups that begin there, and those that have ended. */
  const changes = new Map<number, { begin: number[]; end: number[] }>();
  const changeAt = (node: number) => {
    const change = changes.get(node) ?? { begin: [], end: [] };
    changes.set(node, change);
    return change;
  };
  groups.forEach((ranges, group) => {
    for (const { first, last } of ranges) {
      changeAt(first).begin.push(group);
      changeAt(last + 1).end.push(group);
    }
  });
  for (const { first, last } of everybody(population)) {
    changeAt(first);
    changeAt(last + 1);
  }
  const bounds = [...changes.keys()].sort((a, b) => a - b);
  const within = new Set<number>();
  const elements: Element[] = [];
  bounds.forEach((first, i) => {
    const { begin, end } = changeAt(first);
    for (const group of end) within.delete(group);
    for (const group of begin) within.add(group);
    const next = bounds[i + 1];
    if (next === undefined || !isPopulated(first, population)) return;
    const sorted = [...within].sort((a, b) => a - b);
    elements.push({ first, last: next - 1, within: sorted });
  });
  return elements;
}

function isPopulated(node: number, population: Population): boolean {
  return everybody(population).some(({ first, last }) =>
    first <= node && node <= last
  );
}
