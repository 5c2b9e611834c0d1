/**
 * A line of a runs file: one run.
 *
 * @module
 */

import type { RunFigures } from "../../verdict/runs/figures.ts";
import { isSealed, sealed } from "./checksum.ts";

/** The figures of a run, and the command that reproduces it if it failed. */
interface RunLine extends RunFigures {
  readonly command?: string;
}

/** The type of each field; a number may be null where it says so. */
const KINDS: Readonly<
  Record<
    keyof RunLine,
    "number" | "number or null" | "string" | "boolean" | "list"
  >
> = {
  seed: "number",
  delivery: "string",
  converged: "boolean",
  draws: "number",
  generated: "number",
  acknowledged: "number",
  counted: "number",
  undelivered: "number",
  lost: "number",
  countedTwice: "number",
  convergenceSeconds: "number or null",
  stalenessSecondsP99: "number",
  reports: "number",
  messages: "number",
  bytes: "number",
  retries: "number",
  duplicates: "number",
  rejected: "number",
  virtualSeconds: "number",
  agreementSeconds: "number or null",
  apartSeconds: "number",
  propagationSecondsP99: "number",
  spreadP99: "number",
  acknowledgementSecondsP50: "number",
  acknowledgementSecondsP99: "number",
  writesUnserved: "number",
  reads: "number",
  readsUnanswered: "number",
  readSecondsP50: "number",
  readSecondsP99: "number",
  readsFresh: "number",
  behindVersionsP99: "number",
  behindSecondsP99: "number",
  monotonicPairs: "number",
  monotonicViolations: "number",
  ownReads: "number",
  ownMissed: "number",
  freshAfter: "list",
  findings: "list",
  digest: "string",
  reason: "string",
  command: "string",
};

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
  if (!Number.isSafeInteger(seed) || delivery === undefined) return false;
  const fields = run as Record<string, unknown>;
  for (const key in KINDS) {
    const value = fields[key];
    if (value === undefined) continue;
    switch (KINDS[key as keyof RunLine]) {
      case "number or null":
        if (value === null) break;
        /* falls through */
      case "number":
        if (!(typeof value === "number" && value >= 0 && value < Infinity)) {
          return false;
        }
        break;
      case "list":
        if (!Array.isArray(value)) return false;
        break;
      case "string":
        if (typeof value !== "string") return false;
        break;
      case "boolean":
        if (typeof value !== "boolean") return false;
    }
  }
  return true;
}
