/**
 * The names that the nodes of a run have in its fault plan, and which of them
 * can be killed.
 *
 * @module
 */

import {
  isReader,
  isReplica,
  nodeName,
  PRIMARY,
  readerNode,
  readerOf,
  replicaNode,
  replicaOf,
} from "../domain/nodes.ts";

/**
 * Nodes of one kind with neighbouring numbers, both ends included; see
 * `domain/nodes.ts` for the numbers.
 */
export interface NodeRange {
  /** The lowest number. */
  readonly first: number;
  /** The highest number. */
  readonly last: number;
}

/** Numbers of nodes of each kind. */
export interface Population {
  /** Number of likes servers. */
  readonly servers: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Number of readers. */
  readonly readers: number;
}

/** The names of the nodes of one kind. */
export interface KindNaming {
  /** The part of a name before its number. */
  readonly prefix: string;
  /** The number of the first. */
  readonly first: number;
  /** The words for one process, in an error message. */
  readonly noun: string;
  /** The flag that says how many there are. */
  readonly flag: string;
  /** The name of all of them together, and of one that is alone. */
  readonly all?: string;
  /** Names without numbers, in order, in place of prefix and number. */
  readonly words?: readonly string[];
}

/** Names of all kinds of nodes, and the notations in which they stand. */
export interface Naming {
  /** Likes servers, or other clients. */
  readonly servers: KindNaming;
  /** Replicas. */
  readonly replicas: KindNaming;
  /** Readers, or other nodes that exchange messages with replicas only. */
  readonly readers: KindNaming;
  /** Notation of a partition, for errors. */
  readonly partitionForm: string;
  /** The pairs between which messages pass, for errors. */
  readonly links: string;
  /** Notation of a crash, for errors. */
  readonly crashForm: string;
  /** Notation of a pause, for errors. */
  readonly pauseForm: string;
  /** The kinds whose processes can be killed and stopped. */
  readonly processes: readonly ("servers" | "replicas")[];
  /** The kind of which crashes are drawn from the seed. */
  readonly victims: "servers" | "replicas";
}

/** The names of likes servers, primaries and readers. */
export const LIKES_NAMING: Naming = {
  servers: {
    prefix: "LikesServer",
    first: 0,
    noun: "likes server",
    flag: "--servers",
  },
  replicas: {
    prefix: "primary",
    first: 0,
    noun: "replica",
    flag: "--replicas",
    all: "primary",
  },
  readers: { prefix: "Reader", first: 0, noun: "reader", flag: "--readers" },
  partitionForm:
    "a partition is written FROM..TO, FROM..TO:LikesServer0-4,LikesServer7, " +
    "FROM..TO:->primary (cuts reports only), FROM..TO:<-primary (cuts replies only) " +
    "or FROM..TO:LikesServer0-4:->primary; primary1 is one of several replicas, " +
    "A--B, A->B and A<-B cut between two groups",
  links: "a replica and others",
  crashForm: "a crash is written primary@100s+10s, LikesServer3@50s+5s, " +
    "LikesServer3@50s (never restarted) or random:5",
  pauseForm: "a pause is written LikesServer2@30s+20s",
  processes: ["servers", "replicas"],
  victims: "servers",
};

/** A kind of nodes. */
export type NodeKind = "servers" | "replicas" | "readers";

/**
 * The kind of a node.
 *
 * @param node Its number.
 * @returns The kind.
 */
export function kindOf(node: number): NodeKind {
  if (isReplica(node)) return "replicas";
  return isReader(node) ? "readers" : "servers";
}

/**
 * The node that has a place among those of its kind.
 *
 * @param kind The kind.
 * @param index Its place, from 0 on.
 * @returns Its number.
 */
export function nodeAt(kind: NodeKind, index: number): number {
  if (kind === "replicas") return replicaNode(index);
  return kind === "readers" ? readerNode(index) : index;
}

/**
 * The place of a node among those of its kind.
 *
 * @param node Its number.
 * @returns From 0 on.
 */
export function indexOf(node: number): number {
  if (isReplica(node)) return replicaOf(node);
  return isReader(node) ? readerOf(node) : node;
}

/**
 * The name of a node.
 *
 * @param node Its number.
 * @param replicas How many replicas there are.
 * @param naming The names.
 * @returns Such as `LikesServer3`, or `n1`.
 */
export function nameIn(
  node: number,
  replicas: number,
  naming: Naming = LIKES_NAMING,
): string {
  if (naming === LIKES_NAMING) return nodeName(node, replicas);
  const { prefix, first, words } = naming[kindOf(node)];
  const index = indexOf(node);
  return words?.[index] ?? `${prefix}${first + index}`;
}

/** The nodes that a name stands for. */
export interface NamedNodes extends NodeRange {
  /** Whether the name has a range of numbers in it. */
  readonly isRange: boolean;
}

/** A prefix, the first number and, of a range, the last. */
const NUMBERED_REGEXP = /^([A-Za-z]+)(0|[1-9]\d*)(?:-(0|[1-9]\d*))?$/;

/**
 * Reads the name of one node or of some with neighbouring numbers.
 *
 * @param name Such as `LikesServer0-4`, `primary`, `n2`, `lin-kv`.
 * @param population How many nodes there are of each kind.
 * @param naming The names.
 * @returns The nodes; a text that says why there are none such; undefined if
 * this is no name.
 */
export function nodesNamed(
  name: string,
  population: Population,
  naming: Naming = LIKES_NAMING,
): NamedNodes | string | undefined {
  const kinds = ["servers", "replicas", "readers"] as const;
  const [, prefix, firstText, lastText] = NUMBERED_REGEXP.exec(name) ?? [];
  for (const kind of kinds) {
    const names = naming[kind];
    const { words = [], all } = names;
    const count = population[kind];
    if (name === all) {
      return { ...rangeOf(kind, 0, count - 1), isRange: false };
    }
    const word = words.slice(0, count).indexOf(name);
    if (word >= 0) return { ...rangeOf(kind, word, word), isRange: false };
    if (words.length > 0 || names.prefix !== prefix) continue;
    const first = Number(firstText) - names.first;
    const last = lastText === undefined
      ? first
      : Number(lastText) - names.first;
    if (last < first) return "a range of names must not end before it begins";
    if (first < 0 || last >= count) return knownIn(kind, count, naming);
    return { ...rangeOf(kind, first, last), isRange: lastText !== undefined };
  }
  return undefined;
}

/** Replicas have numbers that go down. */
function rangeOf(kind: NodeKind, first: number, last: number): NodeRange {
  return kind === "replicas"
    ? { first: replicaNode(last), last: PRIMARY - first }
    : { first: nodeAt(kind, first), last: nodeAt(kind, last) };
}

/** Says which nodes of a kind there are. */
function knownIn(kind: NodeKind, count: number, naming: Naming): string {
  const { noun, flag, all } = naming[kind];
  if (count === 0) return `there are no ${noun}s, as ${flag} is 0`;
  const nameOf = (index: number) => nameIn(nodeAt(kind, index), count, naming);
  if (count > 1) return `the ${noun}s are ${nameOf(0)} to ${nameOf(count - 1)}`;
  return all === undefined
    ? `the only ${noun} is ${nameOf(0)}`
    : `the only ${noun} is ${all}, as ${flag} is 1`;
}
