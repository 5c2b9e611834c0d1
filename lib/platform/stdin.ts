/**
 * Standard input as a sign of life of the process that holds its other end.
 *
 * @module
 */

import { readLines } from "./lines.ts";

/**
 * Waits until standard input closes.
 *
 * @param onLine Called with each line that comes until then, without its LF.
 * @returns Fulfils at its end, or at once where it cannot be read.
 */
export async function stdinClosed(
  onLine: (line: string) => void = () => {},
): Promise<void> {
  try {
    await readLines(Deno.stdin.readable, onLine);
  } catch {
    // Not readable: as good as closed.
  }
}
