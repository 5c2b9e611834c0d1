/**
 * Parts of the notation that partitions, crashes and pauses share: times and
 * names, checked against the run they are for.
 *
 * @module
 */

import { populationOf } from "./groups.ts";
import { type NamedNodes, nodesNamed } from "./naming.ts";
import { formatTicks, unusable } from "./notation.ts";
import { type FaultRun, runEndTick } from "./plan.ts";

/** The part of a command line that is read, for errors. */
export interface GivenFlag {
  /** The flag, with its dashes. */
  readonly flag: string;
  /** All of its value. */
  readonly text: string;
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
  const nodes = nodesNamed(name, populationOf(run), run.naming);
  if (typeof nodes !== "string") return nodes;
  throw unusable(given.flag, given.text, nodes);
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
  const allowed = "it must begin before the run ends";
  throw unusable(flag, text, `${allowed}, at ${formatTicks(endTick)}`);
}
