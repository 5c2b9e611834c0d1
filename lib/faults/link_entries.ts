/**
 * History entries of links that are cut or heal, the same in every world.
 *
 * @module
 */

import {
  byNode,
  isReader,
  isReplica,
  PRIMARY,
  readerOf,
  replicaNode,
  replicaOf,
} from "../domain/nodes.ts";
import { sizeOf } from "./groups.ts";
import type { CutDirection, NodeRange } from "./plan.ts";
import type { LinkTransition } from "./transitions.ts";

/**
 * Beyond so many pairs of nodes each node of the smaller side is told once,
 * without the other end.
 */
const PAIRS_MAX = 1000;

/** Links that one event tells of: an end that it does not name is any. */
export interface LinkEntry {
  /** A likes server at one end. */
  readonly server?: number;
  /** A reader at one end. */
  readonly reader?: number;
  /** A replica at one end, where there are several. */
  readonly replica?: number;
  /** A replica at the other end. */
  readonly peer?: number;
  /**
   * Left out: both ways. Of clients, whether it is about replies to them; of
   * replicas, whether about what the replica is sent, not what it sends.
   */
  readonly reply?: boolean;
}

/**
 * The events of a history that tell of links.
 *
 * @param transition What changes.
 * @param replicas The number of replicas.
 * @returns One event for all, for each node, or for each pair of nodes.
 *
 * @example Usage
 * ```ts
 * import { linkEntries } from "./link_entries.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const left = [{ first: 0, last: 1 }];
 * const change = { tick: 0, kind: "heal", links: "clients", left } as const;
 * assertEquals(
 *   [...linkEntries({ ...change, direction: "->", right: "all" }, 1)],
 *   [{ server: 0, reply: false }, { server: 1, reply: false }],
 * );
 * ```
 */
export function* linkEntries(
  { links, left, direction, right }: LinkTransition,
  replicas: number,
): Generator<LinkEntry> {
  if (links === "peers") {
    const all = [{ first: replicaNode(replicas - 1), last: PRIMARY }];
    const nodesAt = (side: typeof left) => side === "all" ? all : side;
    yield* peerEntries(nodesAt(left), direction, nodesAt(right));
    return;
  }
  const reply = direction === "--" ? {} : { reply: direction === "<-" };
  const isLarge = left !== "all" && right !== "all" &&
    sizeOf(left) * sizeOf(right) > PAIRS_MAX;
  const isLeftOut = isLarge && sizeOf(left) > sizeOf(right);
  const atRight = right === "all" || isLarge && !isLeftOut
    ? [{}]
    : [...nodesOf(right)].map((node) => ({ replica: replicaOf(node) }));
  for (const replica of atRight) {
    if (left === "all" || isLeftOut) {
      yield { ...replica, ...reply };
      continue;
    }
    for (const node of nodesOf(left)) {
      yield isReader(node)
        ? { reader: readerOf(node), ...replica, ...reply }
        : { server: node, ...replica, ...reply };
    }
  }
}

function* peerEntries(
  left: readonly NodeRange[],
  direction: CutDirection,
  right: readonly NodeRange[],
): Generator<LinkEntry> {
  const [senders, receivers] = direction === "<-"
    ? [right, left]
    : [left, right];
  const reply = direction === "--" ? {} : { reply: false };
  if (sizeOf(senders) * sizeOf(receivers) > PAIRS_MAX) {
    const areSenders = sizeOf(senders) <= sizeOf(receivers);
    for (const node of nodesOf(areSenders ? senders : receivers)) {
      yield {
        replica: replicaOf(node),
        ...direction !== "--" && { reply: !areSenders },
      };
    }
    return;
  }
  const told = new Set<string>();
  for (const sender of nodesOf(senders)) {
    for (const receiver of nodesOf(receivers)) {
      // The same two both ways are one link.
      if (sender === receiver || told.has(`${receiver} ${sender}`)) continue;
      if (direction === "--") told.add(`${sender} ${receiver}`);
      yield {
        replica: replicaOf(sender),
        peer: replicaOf(receiver),
        ...reply,
      };
    }
  }
}

/** Nodes in the order in which they are told. */
function* nodesOf(ranges: readonly NodeRange[]): Generator<number> {
  for (const { first, last } of ranges.toSorted(byRange)) {
    const count = last - first + 1;
    for (let i = 0; i < count; i++) {
      yield isReplica(first) ? last - i : first + i;
    }
  }
}

function byRange(a: NodeRange, b: NodeRange): number {
  return byNode(a.first, b.first);
}
