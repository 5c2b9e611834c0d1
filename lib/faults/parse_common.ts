/**
 * Parts of the notation that partitions, crashes and pauses share: times and
 * names, checked against the run they are for.
 *
 * @module
 */

import { PRIMARY, readerNode, replicaNode } from "../domain/nodes.ts";
import { type Population, populationOf } from "./groups.ts";
import { formatTicks, quote } from "./notation.ts";
import { type FaultRun, type NodeRange, runEndTick } from "./plan.ts";

/** The kind of the nodes, the first number and, of a range, the last. */
const NAMES_REGEXP =
  /^(LikesServer|primary|Reader)(?:(0|[1-9]\d*)(?:-(0|[1-9]\d*))?)?$/;

/** The part of a command line that is read, for errors. */
export interface GivenFlag {
  /** The flag, with its dashes. */
  readonly flag: string;
  /** All of its value. */
  readonly text: string;
}

/** Nodes that a name stands for. */
export interface NamedNodes extends NodeRange {
  /** Whether the name has a range of numbers in it. */
  readonly isRange: boolean;
}

/**
 * Reads the name of one node or of some with neighbouring numbers:
 * `LikesServer3`, `LikesServer0-4`, `primary1`, `primary1-2`, `Reader0`; and
 * `primary` for every replica.
 *
 * @param name The name.
 * @param given The flag that it is part of.
 * @param run The run.
 * @returns The nodes, or undefined if this is no name.
 * @throws {RangeError} If a node is none of the run, or the range is backwards.
 */
export function parseNodes(
  name: string,
  given: GivenFlag,
  run: FaultRun,
): NamedNodes | undefined {
  const [, kind, firstText, lastText] = NAMES_REGEXP.exec(name) ?? [];
  const population = populationOf(run);
  if (kind === undefined) return undefined;
  if (firstText === undefined) {
    if (kind !== "primary") return undefined;
    const first = replicaNode(population.replicas - 1);
    return { first, last: PRIMARY, isRange: false };
  }
  const first = Number(firstText);
  const last = lastText === undefined ? first : Number(lastText);
  if (last < first) {
    throw new RangeError(
      `Cannot use ${given.flag} ${
        quote(given.text)
      }: a range of names must not end before it begins`,
    );
  }
  const [count, known] = knownOf(kind, population);
  if (last >= count) {
    throw new RangeError(
      `Cannot use ${given.flag} ${quote(given.text)}: ${known}`,
    );
  }
  const isRange = lastText !== undefined;
  switch (kind) {
    case "primary":
      return { first: replicaNode(last), last: replicaNode(first), isRange };
    case "Reader":
      return { first: readerNode(first), last: readerNode(last), isRange };
    default:
      return { first, last, isRange };
  }
}

/** The number of nodes of a kind, and their names. */
function knownOf(
  kind: string,
  { servers, replicas, readers }: Population,
): [count: number, known: string] {
  switch (kind) {
    case "primary":
      return [
        replicas,
        replicas === 1
          ? "the only replica is primary, as --replicas is 1"
          : `the replicas are primary0 to primary${replicas - 1}`,
      ];
    case "Reader":
      return [
        readers,
        readers === 0
          ? "there are no readers, as --readers is 0"
          : readers === 1
          ? "the only reader is Reader0"
          : `the readers are Reader0 to Reader${readers - 1}`,
      ];
    default:
      return [
        servers,
        servers === 1
          ? "the only likes server is LikesServer0"
          : `the likes servers are LikesServer0 to LikesServer${servers - 1}`,
      ];
  }
}

/**
 * Checks that a fault begins before the run ends.
 *
 * @param tick The tick at which it begins.
 * @param given The flag that says so.
 * @param run The run.
 * @throws {RangeError} If it does not.
 */
export function checkBeforeEnd(
  tick: number,
  { flag, text }: GivenFlag,
  run: FaultRun,
): void {
  const endTick = runEndTick(run);
  if (tick < endTick) return;
  throw new RangeError(
    `Cannot use ${flag} ${quote(text)}: it must begin before the run ends, at ${
      formatTicks(endTick)
    }`,
  );
}
