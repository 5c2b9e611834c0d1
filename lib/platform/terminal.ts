/**
 * The terminal that this process runs in, if it does.
 *
 * @module
 */

/** Width where there is no terminal, or one that does not know its size. */
const COLUMNS_DEFAULT = 80;

/**
 * Width of the terminal, asked anew at each call because windows change.
 *
 * @returns Characters in a line; 80 where that is not known.
 */
export function terminalColumns(): number {
  try {
    // Some terminals do not know their size and say 0.
    return Deno.consoleSize().columns || COLUMNS_DEFAULT;
  } catch {
    return COLUMNS_DEFAULT;
  }
}
