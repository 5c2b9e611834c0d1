/**
 * Files that a flag names and that are created when they are whole.
 *
 * @module
 */

import { checkPlace } from "../platform/check_place.ts";
import { LogFile } from "../platform/log_file.ts";
import { messageOf, StartError } from "../platform/start_error.ts";

/** Articles of what files hold, by the flag that names the file. */
const ARTICLES = { report: "a", diagram: "a", export: "an" } as const;

/** The name of a flag that names a file, which is what the file holds. */
type FileFlag = keyof typeof ARTICLES;

/**
 * A file that will be written. It is created when it is whole: what stands
 * there survives a run that does not come to its end.
 */
export class WholeFile {
  /** The place of the file. */
  readonly #path: string;
  /** Is told why the file could not be written. */
  readonly complain: (message: string) => void;
  readonly #what: FileFlag;

  /**
   * Looks whether the file can be expected to be created, and leaves what is
   * there as it is: an hour's run must not end at a folder that is missing.
   *
   * @param what The name of the flag that names it, which is what it holds.
   * @param path The place of the file.
   * @param complain Is told why the file could not be written.
   * @throws {StartError} If no file can be created there.
   */
  constructor(
    what: FileFlag,
    path: string,
    complain: (message: string) => void,
  ) {
    this.#path = path;
    this.#what = what;
    this.complain = complain;
    try {
      checkPlace(path);
      tryToCreate(path);
    } catch (error) {
      throw new StartError(
        `Cannot write ${ARTICLES[what]} ${what} to ${path}: ${
          reasonOf(error)
        } (name another file with --${what})`,
        { cause: error },
      );
    }
  }

  /**
   * The file that a command was told to write, if it was.
   *
   * @param what The name of the flag that names it, which is what it holds.
   * @param path The place of the file, if there is to be one.
   * @param complain Is told why the file could not be written.
   * @returns The file, or null.
   * @throws {StartError} If no file can be created there.
   */
  static at(
    what: FileFlag,
    path: string | undefined,
    complain: (message: string) => void,
  ): WholeFile | null {
    return path === undefined ? null : new WholeFile(what, path, complain);
  }

  /**
   * Writes the file in place of what is there, without following a link planted
   * there.
   *
   * @param text All of it.
   * @returns Whether it is written; if not, there is no file.
   */
  write(text: string): boolean {
    try {
      writeAnew(this.#path, new TextEncoder().encode(text));
      return true;
    } catch (error) {
      this.complain(
        `error: Cannot write the ${this.#what} to ${this.#path}: ${
          messageOf(error)
        }`,
      );
      return false;
    }
  }
}

/** The reason why no file can be created. */
function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return "its folder does not exist";
  }
  if (error instanceof Deno.errors.NotCapable) {
    return "writing there is not permitted, the tasks permit /tmp";
  }
  return messageOf(error);
}

/** Creates a file where there is none, and removes it again. */
function tryToCreate(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw error;
  }
  Deno.removeSync(path);
}

/**
 * Replaces a file only when its text has been written once beside it: where
 * that does not fit, what is there stays. (To put the new file in its place at
 * one stroke would need permission to read.)
 */
function writeAnew(path: string, bytes: Uint8Array): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const spare = `${folder}.likes-${crypto.randomUUID()}`;
  if (isWritable(spare)) {
    writeNew(spare, bytes);
    Deno.removeSync(spare);
  }
  writeNew(path, bytes);
}

/** Whether more may be written than the one file. */
function isWritable(path: string): boolean {
  const { state } = Deno.permissions.querySync({ name: "write", path });
  return state === "granted";
}

function writeNew(path: string, bytes: Uint8Array): void {
  using file = LogFile.createAnew(path);
  try {
    file.append(bytes);
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
}
