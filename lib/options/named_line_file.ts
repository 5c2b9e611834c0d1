/**
 * Files of lines that a flag names.
 *
 * @module
 */

import { LineFile } from "../platform/line_file.ts";
import { createFileAnew } from "../platform/log_file.ts";
import { logStartError } from "./log_place.ts";

/**
 * Replaces what is at a path by an empty file, never through a link that
 * somebody has planted there.
 *
 * @param path Where the file is to be.
 * @param flag The flag that names it, without its dashes.
 * @param complain Is told, once, why the file ends before its lines do.
 * @returns The file, open.
 * @throws {StartError} If it cannot be created.
 */
export function createLineFile(
  path: string,
  flag: "history" | "trace",
  complain: (message: string) => void,
): LineFile {
  try {
    return new LineFile(
      createFileAnew(path),
      (reason) => complain(`The ${flag} is cut short: ${reason}`),
    );
  } catch (error) {
    throw logStartError(path, error, `--${flag}`);
  }
}
