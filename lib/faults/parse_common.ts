/**
 * Names and times in the notations of partitions, crashes and pauses, checked
 * against the run they are for.
 *
 * @module
 */

import { formatTicks, quote } from "./notation.ts";
import { type FaultRun, runEndTick } from "./plan.ts";

/**
 * `LikesServer3`, or `LikesServer0-4`: the first id and, of a range, the last.
 */
export const NAMES_REGEXP: RegExp =
  /^LikesServer(0|[1-9]\d*)(?:-(0|[1-9]\d*))?$/;

/**
 * Checks that a likes server is one of the run.
 *
 * @param id Its id.
 * @param text All of what was given, for the error.
 * @param flag The flag it was given for, for the error.
 * @param run The run.
 * @throws {RangeError} If it is not.
 */
export function checkServer(
  id: number,
  text: string,
  flag: string,
  run: FaultRun,
): void {
  if (id < run.servers) return;
  const names = run.servers === 1
    ? "the only likes server is LikesServer0"
    : `the likes servers are LikesServer0 to LikesServer${run.servers - 1}`;
  throw new RangeError(`Cannot use ${flag} ${quote(text)}: ${names}`);
}

/**
 * Checks that a fault begins before the run ends.
 *
 * @param tick When it begins.
 * @param text All of what was given, for the error.
 * @param flag The flag it was given for, for the error.
 * @param run The run.
 * @throws {RangeError} If it does not.
 */
export function checkBeforeEnd(
  tick: number,
  text: string,
  flag: string,
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
