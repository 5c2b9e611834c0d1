/**
 * What keeps a process of a live run from starting.
 *
 * @module
 */

/**
 * The user can do something about it: free the port, name another folder, grant
 * a permission. The message says what, in one line. The process prints it and
 * exits with 2; no likes server was started, and a primary that was has ended.
 */
export class StartError extends Error {
  /** The name that stack traces print. */
  override readonly name: string = "StartError";
}

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
 * Says in one line why a port could not be listened on.
 *
 * @param port The port
 * @param error What Deno threw
 * @param flag The flag that says which port
 * @returns The error to print
 */
export function listenStartError(
  port: number,
  error: unknown,
  flag = "--port",
): StartError {
  return new StartError(
    `Cannot listen on 127.0.0.1:${port}: ${listenReason(error, flag)}`,
    { cause: error },
  );
}

function listenReason(error: unknown, flag: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `${messageOf(error)} (start with --allow-net=127.0.0.1)`;
  }
  if (error instanceof Deno.errors.AddrInUse) {
    return `the port is in use, name another with ${flag}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `the port is not allowed for this user, name another with ${flag}`;
  }
  return messageOf(error);
}

/**
 * The message of whatever was thrown, in one line.
 *
 * @param error What was thrown
 * @returns Its message
 */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? "";
}
