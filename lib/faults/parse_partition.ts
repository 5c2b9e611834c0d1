/**
 * Reads `--partition`.
 *
 * @module
 */

import { areUsed, linksOf, populationOf } from "./groups.ts";
import { LIKES_NAMING } from "./naming.ts";
import {
  parseRange,
  parseTicks,
  partOf,
  unreadable,
  unusable,
} from "./notation.ts";
import { checkBeforeEnd, parseNodes } from "./parse_common.ts";
import type {
  CutDirection,
  FaultRun,
  NodeRange,
  Partition,
  Side,
} from "./plan.ts";

const FLAG = "--partition";

/** The two sides, and between them the direction. */
const SIDES_REGEXP = /^(.*?)(--|->|<-)(.*)$/;

/**
 * Reads a partition.
 *
 * @param text Such as `60s..120s:LikesServer0-4:->primary`, or
 * `60s..120s:primary0,LikesServer0-4--primary1-2`.
 * @param run The run it is for.
 * @returns The partition.
 * @throws {SyntaxError} If the text is no partition.
 * @throws {RangeError} If the window is empty, backwards or after the end of
 * the run, a node is not one of the run, or no messages pass between the sides
 * anyway.
 */
export function parsePartition(text: string, run: FaultRun): Partition {
  const { partitionForm, links } = run.naming ?? LIKES_NAMING;
  const colon = text.indexOf(":");
  const windowText = colon < 0 ? text : text.slice(0, colon);
  const [fromTick, untilTick] = parseRange(
    windowText,
    partOf(FLAG, text, windowText),
    parseTicks,
  );
  if (!windowText.includes("..") || colon === text.length - 1) {
    throw unreadable(FLAG, text, partitionForm);
  }
  if (fromTick === untilTick) {
    throw unusable(FLAG, text, "it must end after it begins");
  }
  checkBeforeEnd(fromTick, { flag: FLAG, text }, run);
  const scope = colon < 0 ? "" : text.slice(colon + 1);
  const partition = { fromTick, untilTick, ...parseScope(scope, text, run) };
  if (!linksOf(partition, populationOf(run)).some(areUsed)) {
    const reason = `messages pass between ${links} only`;
    throw unusable(FLAG, text, `it cuts nothing, as ${reason}`);
  }
  return partition;
}

/**
 * The sides of a partition, and the direction in which nothing passes between
 * them.
 */
function parseScope(
  scope: string,
  text: string,
  run: FaultRun,
): Pick<Partition, "left" | "direction" | "right"> {
  if (scope === "") return { left: "others", direction: "--", right: "others" };
  const [, leftText = "", direction, rightText = ""] =
    SIDES_REGEXP.exec(scope) ?? [];
  if (direction === undefined) {
    return {
      left: parseSide(scope, text, run),
      direction: "--",
      right: "others",
    };
  }
  const left: Side = leftText === "" && direction !== "--"
    ? "others"
    // One colon between the names and the arrow is none of the names.
    : parseSide(leftText.replace(/(?<=.):$/, ""), text, run);
  const right = parseSide(rightText, text, run);
  return { left, direction: direction as CutDirection, right };
}

function parseSide(names: string, text: string, run: FaultRun): NodeRange[] {
  return names.split(",").map((name) => {
    const nodes = parseNodes(name, { flag: FLAG, text }, run);
    if (nodes !== undefined) return { first: nodes.first, last: nodes.last };
    // What is left of an arrow that the shell took for a redirection.
    const hint = /[-<>]$/.test(name) ? " (quote arrows in a shell)" : "";
    const { partitionForm } = run.naming ?? LIKES_NAMING;
    throw unreadable(FLAG, text, `${partitionForm}${hint}`);
  });
}
