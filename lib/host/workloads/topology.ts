/**
 * The neighbours that a broadcast is told.
 *
 * Source of the shapes: Maelstrom, `doc/03-broadcast/02-performance.md`.
 *
 * @module
 */

import type { Topology } from "../../domain/workloads.ts";

/** By node, its neighbours. */
export type Neighbours = Readonly<Record<string, readonly string[]>>;

/**
 * The neighbours of each node.
 *
 * @param topology The shape: a line; a grid of rows as long as there are, or
 * nearly so; a tree in which each node has so many children; all of all.
 * @param names The nodes, in order.
 * @returns By node, its neighbours. Who is whose neighbour is mutual.
 *
 * @example Usage
 * ```ts
 * import { neighboursOf } from "./topology.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(neighboursOf("line", ["n1", "n2", "n3"]), {
 *   n1: ["n2"],
 *   n2: ["n1", "n3"],
 *   n3: ["n2"],
 * });
 * ```
 */
export function neighboursOf(
  topology: Topology,
  names: readonly string[],
): Neighbours {
  const places = placesOf(topology, names.length);
  return Object.fromEntries(
    names.map((name, i) => [name, places(i).map((place) => names[place]!)]),
  );
}

function placesOf(
  topology: Topology,
  count: number,
): (place: number) => number[] {
  const exists = (place: number) => place >= 0 && place < count;
  switch (topology) {
    case "line":
      return (i) => [i - 1, i + 1].filter(exists);
    case "grid": {
      const side = Math.ceil(Math.sqrt(count));
      return (i) =>
        [
          i - side,
          ...i % side === 0 ? [] : [i - 1],
          ...i % side === side - 1 ? [] : [i + 1],
          i + side,
        ].filter(exists);
    }
    case "total":
      return (i) =>
        Array.from({ length: count }, (_, other) => other)
          .filter((other) => other !== i);
    default: {
      const children = Number(topology.slice("tree".length));
      return (i) =>
        [
          ...i === 0 ? [] : [Math.floor((i - 1) / children)],
          ...Array.from({ length: children }, (_, k) => children * i + 1 + k),
        ].filter(exists);
    }
  }
}
