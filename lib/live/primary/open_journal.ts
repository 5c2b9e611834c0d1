/**
 * The primary's log, created anew or gone on with.
 *
 * @module
 */

import { createLog, resumeStartError } from "../../options/log_place.ts";
import { getLogger } from "@std/log";
import type { PrimaryRules } from "../../rules/primary_rules.ts";
import { ReplicaRules } from "../../rules/replica_rules.ts";
import { readJournal } from "./journal_reader.ts";
import { LogFile, openToResume } from "../../platform/log_file.ts";
import type { PrimaryCounters } from "./counters.ts";

/** The primary's log, open. */
export interface OpenedLog {
  /** The log. */
  readonly log: LogFile;
  /** Likes by which the total grew with entries of other replicas. */
  readonly mergedLikes: number;
}

const logger = getLogger(["likes", "primary"]);

/**
 * Opens the primary's log.
 *
 * @param path Where it is
 * @param isResumed Whether to go on from what it holds; otherwise it is
 * replaced
 * @param rules An empty ledger; afterwards it holds what the log does
 * @param counters Where the resumed reports are counted
 * @returns The log, open, and what of its likes came from others
 * @throws {StartError} If it cannot be opened, or what it holds cannot be gone
 * on from; then nothing was overwritten
 */
export function openPrimaryLog(
  path: string,
  isResumed: boolean,
  rules: PrimaryRules,
  counters: PrimaryCounters,
): OpenedLog {
  if (isResumed) return resumeLog(path, rules, counters);
  return { log: createLog(path), mergedLikes: 0 };
}

function resumeLog(
  path: string,
  rules: PrimaryRules,
  counters: PrimaryCounters,
): OpenedLog {
  let file: Deno.FsFile | undefined;
  try {
    const log = file = openToResume(path);
    const content = readJournal((into) => log.readSync(into), rules);
    counters.resumedReports = content.reports;
    logger.info(
      "Resumed {reports} reports with {total} likes from {lines} lines of {path}",
      { ...content, total: rules.ledger.total, path },
    );
    if (content.tornBytes > 0) {
      logger.warn(
        "Cut off the last {tornBytes} bytes of {path}: a line that was not completed",
        { ...content, path },
      );
    }
    if (rules instanceof ReplicaRules) rules.touchAll();
    const { soundBytes, mergedLikes } = content;
    return { log: LogFile.resume(log, soundBytes), mergedLikes };
  } catch (error) {
    file?.close();
    throw resumeStartError(path, error);
  }
}
