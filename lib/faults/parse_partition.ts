/**
 * Reads `--partition`.
 *
 * @module
 */

import { parseRange, parseTicks, partOf, quote } from "./notation.ts";
import { checkBeforeEnd, checkServer, NAMES_REGEXP } from "./parse_common.ts";
import type { Cut, FaultRun, Partition, ServerRange } from "./plan.ts";

const PARTITION_FORM =
  "a partition is written FROM..TO, FROM..TO:LikesServer0-4,LikesServer7, " +
  "FROM..TO:->primary (cuts reports only), FROM..TO:<-primary (cuts replies only) " +
  "or FROM..TO:LikesServer0-4:->primary";
const ARROW_REGEXP = /(->|<-)primary$/;

/**
 * Reads a partition.
 *
 * @param text Such as `60s..120s:LikesServer0-4:->primary`.
 * @param run The run it is for.
 * @returns The partition.
 * @throws {SyntaxError} If the text is no partition.
 * @throws {RangeError} If the window is empty, backwards or after the end of
 * the run, or a likes server is not one of the run.
 */
export function parsePartition(text: string, run: FaultRun): Partition {
  const flag = "--partition";
  const colon = text.indexOf(":");
  const windowText = colon < 0 ? text : text.slice(0, colon);
  const [fromTick, untilTick] = parseRange(
    windowText,
    partOf(flag, text, windowText),
    parseTicks,
  );
  if (!windowText.includes("..") || colon === text.length - 1) {
    throw new SyntaxError(
      `Cannot read ${flag} ${quote(text)}: ${PARTITION_FORM}`,
    );
  }
  if (fromTick === untilTick) {
    throw new RangeError(
      `Cannot use ${flag} ${quote(text)}: it must end after it begins`,
    );
  }
  checkBeforeEnd(fromTick, text, flag, run);
  const [servers, cut] = parseScope(
    colon < 0 ? "" : text.slice(colon + 1),
    text,
    run,
  );
  return { fromTick, untilTick, servers, cut };
}

/** The likes servers that a partition cuts off, and the direction. */
function parseScope(
  scope: string,
  text: string,
  run: FaultRun,
): [ServerRange[] | "all", Cut] {
  if (scope === "") return ["all", "both"];
  const arrow = ARROW_REGEXP.exec(scope)?.[1];
  const cut = arrow === undefined
    ? "both"
    : arrow === "->"
    ? "reports"
    : "replies";
  const names = scope.replace(ARROW_REGEXP, "");
  if (names === "") return ["all", cut];
  // One colon between the names and the arrow is none of the names.
  const list = cut === "both" ? names : names.replace(/(?<=.):$/, "");
  return [list.split(",").map((name) => parseNames(name, text, run)), cut];
}

function parseNames(name: string, text: string, run: FaultRun): ServerRange {
  const flag = "--partition";
  const [, firstText, lastText] = NAMES_REGEXP.exec(name) ?? [];
  if (firstText === undefined) {
    // What is left of an arrow that the shell took for a redirection.
    const hint = /[-<>]$/.test(name) ? " (quote arrows in a shell)" : "";
    throw new SyntaxError(
      `Cannot read ${flag} ${quote(text)}: ${PARTITION_FORM}${hint}`,
    );
  }
  const first = Number(firstText);
  const last = lastText === undefined ? first : Number(lastText);
  if (last < first) {
    throw new RangeError(
      `Cannot use ${flag} ${
        quote(text)
      }: a range of names must not end before it begins`,
    );
  }
  checkServer(last, text, flag, run);
  return { first, last };
}
