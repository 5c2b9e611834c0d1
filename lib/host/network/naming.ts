/**
 * The names of the nodes of a run of other people's programs: nodes `n1`… are
 * replicas, clients `c1`… stand where likes servers do, services where readers
 * do.
 *
 * @module
 */

import { nameIn, type Naming, nodeAt } from "../../faults/naming.ts";

/**
 * The services that nodes can send requests to, in the order of their nodes.
 */
export const SERVICES = ["lin-kv", "seq-kv"] as const;

/**
 * The client that starts nodes and asks for the last values: no fault touches
 * its messages.
 */
export const CONTROL_CLIENT = "c0";

/**
 * The names of a run.
 *
 * @param firstNode The number of the first node: 1, or 0 as Maelstrom counts
 * where it is told how many nodes there are.
 * @returns The names.
 */
export function hostNaming(firstNode: number): Naming {
  const a = `n${firstNode}`;
  const b = `n${firstNode + 1}`;
  const c = `n${firstNode + 2}`;
  return {
    servers: { prefix: "c", first: 1, noun: "client", flag: "--clients" },
    replicas: { prefix: "n", first: firstNode, noun: "node", flag: "--nodes" },
    readers: {
      prefix: "",
      first: 0,
      noun: "service",
      flag: "--nodes",
      words: SERVICES,
    },
    partitionForm:
      `a partition is written FROM..TO, FROM..TO:${a},${b}, FROM..TO:${a}--${b}-${
        firstNode + 4
      }, ` +
      `FROM..TO:${a}->${c} (one way) or FROM..TO:c1-3--${a}; lin-kv and seq-kv are nodes as well`,
    links: "a node and others",
    crashForm:
      `a crash is written ${a}@10s+2s, ${a}@10s (never restarted) or random:5`,
    pauseForm: `a pause is written ${a}@10s+2s`,
    processes: ["replicas"],
    victims: "replicas",
  };
}

/** The nodes of a run as far as their names go. */
export interface NamedNodes {
  /** Number of nodes. */
  readonly nodes: number;
  /** Number in the name of the first. */
  readonly firstNode: number;
}

/**
 * The names of the nodes of a run.
 *
 * @param run How many there are, and the number of the first.
 * @returns The names, in order.
 */
export function nodeNamesOf(run: NamedNodes): string[] {
  const nameOf = placeNames(run);
  return Array.from(
    { length: run.nodes },
    (_, index) => nameOf(nodeAt("replicas", index)),
  );
}

/**
 * The names of nodes, clients and services.
 *
 * @param run How many nodes there are, and the number of the first.
 * @returns The name of a place, such as `n1`.
 */
export function placeNames(
  { nodes, firstNode }: NamedNodes,
): (place: number) => string {
  const naming = hostNaming(firstNode);
  return (place) => nameIn(place, nodes, naming);
}
