/**
 * Standard input as a sign of life of the process that holds its other end.
 *
 * @module
 */

import { LINE_CHARS_MAX, readBoundedLines } from "./bounded_lines.ts";

/**
 * Waits until standard input closes.
 *
 * @param onLine Called with each line that comes until then, without its LF.
 * @param onTooLong Called with the beginning of each line of more than
 * `LINE_CHARS_MAX` characters, which is passed over.
 * @returns Fulfils at its end, or at once where it cannot be read.
 * @throws {Error} What `onLine` and `onTooLong` throw.
 */
export async function stdinClosed(
  onLine: (line: string) => void = () => {},
  onTooLong: (beginning: string) => void = () => {},
): Promise<void> {
  const { readable } = Deno.stdin;
  await readBoundedLines(readable, LINE_CHARS_MAX, { onLine, onTooLong });
}
