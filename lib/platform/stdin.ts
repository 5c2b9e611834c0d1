/**
 * Standard input as a sign of life of the process that holds its other end.
 *
 * @module
 */

/**
 * Waits until standard input closes; what is read until then is ignored.
 *
 * @returns Fulfils at its end, or at once where it cannot be read.
 */
export async function stdinClosed(): Promise<void> {
  const ignored = new Uint8Array(64);
  try {
    while (await Deno.stdin.read(ignored) !== null);
  } catch {
    // Not readable: as good as closed.
  }
}
