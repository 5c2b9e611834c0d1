/**
 * The files that a run is told to write, none of which may take the place of
 * another.
 *
 * @module
 */

import { normalize } from "@std/path";
import { quote } from "../faults/notation.ts";
import {
  PRIMARY_LOCK,
  PRIMARY_LOG,
  STATUS_LOCK,
  STATUS_LOG,
} from "../domain/log_files.ts";
import { UsageError } from "../options/usage_error.ts";

/** Paths of files that a run writes because a flag names them. */
export interface NamedFiles {
  /** Path of `--history`. */
  readonly history: string | undefined;
  /** Path of `--trace`. */
  readonly trace?: string | undefined;
  /** Path of `--diagram`. */
  readonly diagram?: string | undefined;
  /** Path of `--report`. */
  readonly report: string | undefined;
  /** Path of `--runs-file`. */
  readonly runsFile?: string | undefined;
}

/**
 * Names of the files that a live run writes in its log folder, whatever else it
 * is told to write.
 */
const LOGS = [PRIMARY_LOG, PRIMARY_LOCK, STATUS_LOG, STATUS_LOCK];
const LIKES_LOG_REGEXP = /^LikesServer\d+$/;

/**
 * Refuses files that would replace each other: the run would end well, and what
 * was asked for would be gone.
 *
 * Paths are compared as they are written. Two names of one file, by a link for
 * instance, are not seen through.
 *
 * @param named The files that flags name.
 * @param logDir The folder of the log files, if there are any.
 * @throws {UsageError} If two of them are the same.
 */
export function checkNamedFiles(
  { history, trace, diagram, report, runsFile }: NamedFiles,
  logDir?: string,
): void {
  const named = Object.entries({
    ...{ history, trace, diagram, report },
    "runs-file": runsFile,
  });
  for (const [flag, path] of named) {
    if (path === undefined || logDir === undefined) continue;
    const plain = plainPath(path);
    const name = plain.slice(plain.lastIndexOf("/") + 1);
    const isLog = LOGS.includes(name) || LIKES_LOG_REGEXP.test(name);
    if (isLog && plain === plainPath(`${logDir}/${name}`)) {
      throw new UsageError(
        `Cannot use --${flag} ${
          quote(path)
        }: the run writes its log there, name another file`,
      );
    }
  }
  const flags = new Map<string, string>();
  for (const [flag, path] of named) {
    if (path === undefined) continue;
    const other = flags.get(plainPath(path));
    if (other !== undefined) {
      throw new UsageError(
        `Cannot use --${flag} ${quote(path)}: the ${
          other.replace("-", " ")
        } is written there, name another file`,
      );
    }
    flags.set(plainPath(path), flag);
  }
}

/** A path without what means nothing in it, a slash at its end too. */
function plainPath(path: string): string {
  return normalize(path).replace(/(?<=.)\/$/, "");
}
