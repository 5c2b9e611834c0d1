/**
 * The numbers and names of everybody in a run, in one numbering: a link is a
 * pair of nodes.
 *
 * | node | number | name |
 * | --- | --- | --- |
 * | likes server i | i | `LikesServer3` |
 * | replica r | -1 - r | `primary1`; alone: `primary` |
 * | reader j | 2^30 + j | `Reader0` |
 *
 * @module
 */

/** The node of a primary that is alone, and of replica 0. */
export const PRIMARY = -1;

/** The node of reader 0. */
export const READER_FIRST: number = 2 ** 30;

/**
 * The node of a replica.
 *
 * @param replica Its number, 0 or more.
 * @returns The node: -1, -2, …
 *
 * @example Usage
 * ```ts
 * import { replicaNode, replicaOf } from "./nodes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(replicaNode(2), -3);
 * assertEquals(replicaOf(replicaNode(2)), 2);
 * ```
 */
export function replicaNode(replica: number): number {
  return PRIMARY - replica;
}

/**
 * The number of a replica.
 *
 * @param node The node of a replica.
 * @returns 0 or more.
 */
export function replicaOf(node: number): number {
  return PRIMARY - node;
}

/**
 * The node of a reader.
 *
 * @param reader Its number, 0 or more.
 * @returns The node.
 */
export function readerNode(reader: number): number {
  return READER_FIRST + reader;
}

/**
 * The number of a reader.
 *
 * @param node The node of a reader.
 * @returns 0 or more.
 */
export function readerOf(node: number): number {
  return node - READER_FIRST;
}

/**
 * Whether a node is a replica.
 *
 * @param node Any node.
 * @returns `true` if it is.
 */
export function isReplica(node: number): boolean {
  return node <= PRIMARY;
}

/**
 * Whether a node is a reader.
 *
 * @param node Any node.
 * @returns `true` if it is.
 */
export function isReader(node: number): boolean {
  return node >= READER_FIRST;
}

/**
 * The name of a node.
 *
 * @param node Any node.
 * @param replicas How many replicas there are: one alone has no number.
 * @returns Such as `LikesServer3`, `primary`, `primary1`, `Reader0`.
 *
 * @example Usage
 * ```ts
 * import { nodeName, PRIMARY, readerNode } from "./nodes.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nodeName(3, 1), "LikesServer3");
 * assertEquals(nodeName(PRIMARY, 1), "primary");
 * assertEquals(nodeName(PRIMARY, 3), "primary0");
 * assertEquals(nodeName(readerNode(2), 3), "Reader2");
 * ```
 */
export function nodeName(node: number, replicas: number): string {
  if (isReader(node)) return `Reader${readerOf(node)}`;
  if (!isReplica(node)) return `LikesServer${node}`;
  return replicas === 1 ? "primary" : `primary${replicaOf(node)}`;
}

/** Most replicas that a sentence names before it counts the others. */
const REPLICAS_NAMED_MAX = 3;

/**
 * The names of some of several replicas, for a sentence.
 *
 * @param replicas Their numbers, at least one.
 * @returns Such as `primary0`, `primary0 and primary2`, `primary0, primary1,
 * primary2 and 4 others`.
 */
export function replicaNames(replicas: readonly number[]): string {
  const more = replicas.length - REPLICAS_NAMED_MAX;
  const names = replicas.slice(0, REPLICAS_NAMED_MAX).map((replica) =>
    `primary${replica}`
  );
  if (more > 0) names.push(more === 1 ? "1 other" : `${more} others`);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

/**
 * The order in which nodes are told: replicas by their numbers, likes servers,
 * readers.
 *
 * @param a A node.
 * @param b Another.
 * @returns Below 0 if `a` is first.
 */
export function byNode(a: number, b: number): number {
  return isReplica(a) && isReplica(b) ? b - a : a - b;
}
