/**
 * A line of a runs file: one run.
 *
 * @module
 */

import { FINDING_KINDS } from "../../verdict/findings.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import { isSealed, sealed } from "./checksum.ts";

/** The figures of a run, and the command that reproduces it if it failed. */
interface RunLine extends RunFigures {
  readonly command?: string;
}

/** Whether a value is what a field can hold. */
type Check = (value: unknown) => boolean;

const isCount: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber: Check = (value) =>
  typeof value === "number" && value >= 0 && value < Infinity;
const isNumberOrNever: Check = (value) => value === null || isNumber(value);
const isText: Check = (value) => typeof value === "string";
const isBoolean: Check = (value) => typeof value === "boolean";
const areFindings: Check = (value) =>
  Array.isArray(value) &&
  value.every((kind) => FINDING_KINDS.some((known) => known === kind));
const areAges: Check = (value) =>
  Array.isArray(value) &&
  value.every((age) =>
    Array.isArray(age) && age.length === 3 && isNumber(age[0]) &&
    isCount(age[1]) && isCount(age[2])
  );

/** The check of each field. */
const CHECKS: Readonly<Record<keyof RunLine, Check>> = {
  seed: isCount,
  delivery: isText,
  readQuorum: isCount,
  writeQuorum: isCount,
  converged: isBoolean,
  draws: isCount,
  generated: isCount,
  acknowledged: isCount,
  counted: isCount,
  undelivered: isCount,
  lost: isCount,
  countedTwice: isCount,
  convergenceSeconds: isNumberOrNever,
  stalenessSecondsP99: isNumber,
  reports: isCount,
  messages: isCount,
  bytes: isCount,
  retries: isCount,
  duplicates: isCount,
  rejected: isCount,
  virtualSeconds: isNumber,
  agreementSeconds: isNumberOrNever,
  apartSeconds: isNumber,
  propagationSecondsP99: isNumber,
  spreadP99: isNumber,
  acknowledgementSecondsP50: isNumber,
  acknowledgementSecondsP99: isNumber,
  writesUnserved: isNumber,
  reads: isCount,
  readsUnanswered: isCount,
  readSecondsP50: isNumber,
  readSecondsP99: isNumber,
  readsFresh: isNumber,
  behindVersionsP99: isNumber,
  behindSecondsP99: isNumber,
  monotonicPairs: isCount,
  monotonicViolations: isCount,
  ownReads: isCount,
  ownMissed: isCount,
  freshAfter: areAges,
  findings: areFindings,
  digest: isText,
  reason: isText,
  command: isText,
};

const CHECK_OF: ReadonlyMap<string, Check> = new Map(Object.entries(CHECKS));

/**
 * Writes a run.
 *
 * @param run Its figures.
 * @param sweep The checksum of the sweep that it belongs to.
 * @param commandOf Writes the command that reproduces it, if it failed.
 * @returns The line, with its line feed.
 */
export function formatRunLine(
  run: RunFigures,
  sweep: number,
  commandOf: () => string,
): string {
  const line: RunLine = run.reason === undefined
    ? run
    : { ...run, command: commandOf() };
  return `${sealed(JSON.stringify(line).slice(0, -1), sweep)}\n`;
}

/**
 * Reads a run.
 *
 * @param line The line, without its line feed.
 * @param sweep The checksum of the sweep that it has to belong to.
 * @returns The figures; null if the line was not written for that sweep, or was
 * changed since.
 */
export function parseRunLine(line: string, sweep: number): RunFigures | null {
  if (!isSealed(line, sweep)) return null;
  let run: unknown;
  try {
    run = JSON.parse(line);
  } catch {
    return null;
  }
  return isRun(run) ? run : null;
}

function isRun(run: unknown): run is RunFigures {
  if (typeof run !== "object" || run === null) return false;
  const { seed, delivery } = run as Partial<RunFigures>;
  if (seed === undefined || delivery === undefined) return false;
  const fields = run as Record<string, unknown>;
  for (const key in fields) {
    if (CHECK_OF.get(key)?.(fields[key]) === false) return false;
  }
  return true;
}
