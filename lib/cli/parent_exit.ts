/**
 * What `parent` and `start` have in common besides the run itself: their lock,
 * and their ends that are no verdict.
 *
 * @module
 */

import { InterruptedError } from "../platform/interruption.ts";
import { FolderLock, FolderLockedError } from "../platform/folder_lock.ts";
import { writeText } from "../platform/output.ts";
import { PrimaryAbsentError } from "../live/run/primary_watch.ts";
import { logStartError, StartError } from "../platform/start_error.ts";
import { STATUS_LOCK } from "../live/run/status_log.ts";

const EXIT_CANNOT_START = 2;
const EXIT_NO_PRIMARY = 4;
/** What a shell says of a program that Ctrl-C has ended. */
const EXIT_INTERRUPTED = 130;

/**
 * Runs, and turns what kept the run from starting into an exit code and a line
 * on standard error.
 *
 * @param run The run.
 * @returns The exit code of the run, 2 if it could not start, 4 if there was no
 * primary, 130 if it was stopped at once.
 */
export async function orExitCode(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PrimaryAbsentError) {
      writeText(Deno.stderr, `error: ${error.message}\n`);
      return EXIT_NO_PRIMARY;
    }
    if (error instanceof StartError || error instanceof FolderLockedError) {
      writeText(Deno.stderr, `error: ${error.message}\n`);
      return EXIT_CANNOT_START;
    }
    if (error instanceof InterruptedError) {
      writeText(Deno.stderr, `${error.message}\n`);
      return EXIT_INTERRUPTED;
    }
    throw error;
  }
}

/** A lock that `using` lets go of. */
export interface HeldLock {
  /** Lets go of it. */
  [Symbol.dispose](): void;
}

/**
 * Keeps a second parent from the same log folder.
 *
 * @param logDir The log folder.
 * @returns The lock.
 * @throws {FolderLockedError} If another parent has it.
 * @throws {StartError} If the lock file cannot be created.
 */
export async function takeParentLock(logDir: string): Promise<HeldLock> {
  const path = `${logDir}/${STATUS_LOCK}`;
  try {
    const lock = await FolderLock.take(path, "parent");
    return { [Symbol.dispose]: () => lock.release() };
  } catch (error) {
    if (error instanceof FolderLockedError) throw error;
    throw logStartError(path, error);
  }
}
