/**
 * Places of log files: looked at before a run, and what is wrong with them told
 * with the flag that names them.
 *
 * @module
 */

import { checkPlace } from "../platform/check_place.ts";
import { lockFolder } from "../platform/folder_lock.ts";
import { LogFile } from "../platform/log_file.ts";
import { messageOf, StartError } from "../platform/start_error.ts";

/**
 * Says in one line why a file could not be created.
 *
 * @param path The file
 * @param error What Deno threw
 * @param flag The flag that says where the file is: `--log-dir` names its
 * folder, any other the file itself
 * @returns The error to print
 */
export function logStartError(
  path: string,
  error: unknown,
  flag = "--log-dir",
): StartError {
  return new StartError(
    `Cannot log to ${path}: ${logReason(folderOf(path), error, flag)}`,
    { cause: error },
  );
}

function logReason(folder: string, error: unknown, flag: string): string {
  const what = flag === "--log-dir" ? "folder" : "file";
  const another = `name another ${what} with ${flag}`;
  if (error instanceof Deno.errors.NotCapable) {
    return Deno.build.standalone
      ? `writing there is not permitted, ${another} (likes may write in /tmp only)`
      : `writing there is not permitted, ${another} (the tasks permit /tmp) or start with --allow-write=${folder}`;
  }
  if (error instanceof Deno.errors.NotFound) {
    return `the folder ${folder} does not exist, ${another}`;
  }
  if (error instanceof Deno.errors.NotADirectory) {
    return `${folder} is no folder, ${another}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `it is not writable for this user, ${another}`;
  }
  if (error instanceof Deno.errors.AlreadyExists) {
    return "somebody else created it at the same moment";
  }
  return `${messageOf(error)}, ${another}`;
}

function folderOf(path: string): string {
  const end = path.lastIndexOf("/");
  if (end < 0) return ".";
  return path.slice(0, end) || "/";
}

/**
 * Says in one line why a log could not be resumed. Nothing in it was
 * overwritten.
 *
 * @param path The log
 * @param error What Deno or the reader threw
 * @returns The error to print
 */
export function resumeStartError(path: string, error: unknown): StartError {
  return new StartError(
    `Cannot resume from ${path}: ${resumeReason(path, error)}`,
    {
      cause: error,
    },
  );
}

function resumeReason(path: string, error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    const flag = messageOf(error).includes("read") ? "read" : "write";
    return `${messageOf(error)} (start with --allow-${flag}=${path})`;
  }
  if (error instanceof Deno.errors.NotFound) {
    return "there is no such log, start without --resume";
  }
  return messageOf(error);
}

/**
 * Looks whether a log can be expected to be created, and changes nothing.
 *
 * @param path Where the log is to be.
 * @param flag The flag that says where, `--log-dir` if left out.
 * @throws {StartError} If it cannot be created.
 */
export function checkLogPlace(path: string, flag?: string): void {
  try {
    checkPlace(path);
  } catch (error) {
    throw logStartError(path, error, flag);
  }
}

/**
 * Creates a folder of log files, with a name that nobody can have planted
 * anything under.
 *
 * @param logDir The folder that it is to be in.
 * @param prefix How its name begins.
 * @returns Its path.
 * @throws {StartError} If it cannot be created.
 */
export function makeLogFolder(logDir: string, prefix: string): string {
  try {
    return Deno.makeTempDirSync({ dir: logDir, prefix });
  } catch (error) {
    throw logStartError(`${logDir}/${prefix}…`, error);
  }
}

/**
 * Takes the lock that keeps a second program of a kind from the same log
 * folder.
 *
 * @param path The lock file.
 * @param holder The kind of program.
 * @returns The lock, held until it is closed.
 * @throws {StartError} If another program of the kind has it, or the file
 * cannot be created.
 */
export async function lockLogFolder(
  path: string,
  holder: "primary" | "parent",
): Promise<Deno.FsFile> {
  try {
    return await lockFolder(path, holder);
  } catch (error) {
    throw error instanceof StartError ? error : logStartError(path, error);
  }
}

/**
 * Creates a log in place of what is there.
 *
 * @param path The log.
 * @returns The log, empty.
 * @throws {StartError} If it cannot be created.
 */
export function createLog(path: string): LogFile {
  try {
    return LogFile.createAnew(path);
  } catch (error) {
    throw logStartError(path, error);
  }
}
