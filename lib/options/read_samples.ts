/**
 * The file of `--latency samples:FILE`, read while the command line is.
 *
 * @module
 */

import { quote } from "../faults/notation.ts";
import { parseSamples } from "../faults/samples.ts";
import { messageOf, StartError } from "../platform/start_error.ts";

/** Larger files are refused: tens of millions of delays. */
const BYTES_MAX = 2 ** 28;

/**
 * Reads measured delays.
 *
 * @param path The file.
 * @param flag The flag it was named for, with its dashes, for the error.
 * @returns The delays in milliseconds, at least one.
 * @throws {StartError} If it cannot be read: the message names the permission,
 * where that is what is missing.
 * @throws {SyntaxError} If it is empty, or a line is no number.
 * @throws {RangeError} If a number is out of bounds.
 */
export function readSamples(path: string, flag: string): Float64Array {
  const given = `${flag} ${quote(`samples:${path}`)}`;
  return parseSamples(textOf(path, given), given);
}

function textOf(path: string, given: string): string {
  try {
    const { size, isFile } = Deno.statSync(path);
    // A pipe or a terminal would be waited for; it can be copied to a file.
    if (!isFile) throw new StartError("it is no file");
    if (size > BYTES_MAX) {
      throw new StartError(
        `it has ${size} bytes, at most ${BYTES_MAX} are read`,
      );
    }
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new StartError(`Cannot read ${given}: ${reasonOf(error, path)}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `read access is not permitted (start with --allow-read=${path}; live runs may not read, sim and predict may)`;
  }
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  return messageOf(error);
}
