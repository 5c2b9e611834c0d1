/**
 * The pipes between a likes server or a reader and its parent.
 *
 * @module
 */

import { WorkerExit } from "../../domain/exit_codes.ts";
import { stdinClosed } from "../../platform/stdin.ts";

const encoder = new TextEncoder();

/**
 * Tells the parent a line, and waits for it if the pipe is full: the parent
 * must have read of a report before it is sent, because what it saw is what a
 * restarted likes server is told. Ends the process if the parent is gone.
 *
 * @param line The line, without its LF.
 */
export function tellParent(line: string): void {
  let bytes = encoder.encode(`${line}\n`);
  try {
    while (bytes.length > 0) {
      bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
    }
  } catch {
    Deno.exit(WorkerExit.PARENT_GONE);
  }
}

/**
 * Listens to the parent, and ends the process when it is gone.
 *
 * @param onLine Called with each line that it says, without its LF.
 * @returns Never.
 */
export async function listenToParent(
  onLine: (line: string) => void,
): Promise<never> {
  await stdinClosed(onLine);
  Deno.exit(WorkerExit.PARENT_GONE);
}

/**
 * Says on standard error why something is not as it should be.
 *
 * @param message One line, without its LF.
 */
export function complain(message: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(`${message}\n`));
  } catch {
    // Nobody listens.
  }
}
