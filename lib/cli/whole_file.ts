/**
 * Files that a flag names and that are created when they are whole.
 *
 * @module
 */

import { checkPlace } from "../platform/check_place.ts";
import { LogFile } from "../platform/log_file.ts";
import { messageOf, StartError } from "../platform/start_error.ts";

/**
 * A file that will be written. It is created when it is whole: what stands there
 * survives a run that does not come to its end.
 */
export class WholeFile {
  /** The place of the file. */
  readonly path: string;
  readonly #what: string;
  readonly #complain: (message: string) => void;

  /**
   * Looks whether the file can be expected to be created, and leaves what is
   * there as it is: an hour's run must not end at a folder that is missing.
   *
   * @param path The place of the file.
   * @param what The name of the flag that says so, which is what it holds.
   * @param complain Is told why the file could not be written.
   * @throws {StartError} If no file can be created there.
   */
  constructor(
    path: string,
    what: "report" | "diagram",
    complain: (message: string) => void,
  ) {
    this.path = path;
    this.#what = what;
    this.#complain = complain;
    try {
      checkPlace(path);
      tryToCreate(path);
    } catch (error) {
      throw new StartError(
        `Cannot write a ${what} to ${path}: ${
          error instanceof Deno.errors.NotFound
            ? "its folder does not exist"
            : messageOf(error)
        } (name another file with --${what})`,
        { cause: error },
      );
    }
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
      writeAnew(this.path, new TextEncoder().encode(text));
      return true;
    } catch (error) {
      this.#complain(
        `error: Cannot write the ${this.#what} to ${this.path}: ${
          messageOf(error)
        }`,
      );
      return false;
    }
  }
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

function writeAnew(path: string, bytes: Uint8Array): void {
  using file = LogFile.createAnew(path);
  try {
    file.append(bytes);
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
}
