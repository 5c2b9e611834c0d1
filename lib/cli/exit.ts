/**
 * The one way in and out for every command: what it throws becomes a message
 * and an exit code, and all output is written before the process ends.
 *
 * @module
 */

import { Exit } from "../domain/exit_codes.ts";
import { PrimaryAbsentError } from "../live/run/primary_holdings.ts";
import { UsageError } from "../options/usage_error.ts";
import { InterruptedError, Interruption } from "../platform/interruption.ts";
import { finishOutput, stderr } from "../platform/output.ts";
import { StartError } from "../platform/start_error.ts";

/**
 * Runs a command and ends this process with its exit code.
 *
 * Never by returning: a call to the system that cannot be taken back (a wait
 * for a lock, a read of standard input, a write that nobody takes) must not
 * keep the process.
 *
 * @param command The command; answers with an exit code.
 */
export async function runToExit(command: () => Promise<number>): Promise<void> {
  // A promise that nobody waits for may fail as well: an error in this program,
  // not a verdict.
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    end(tellError(event.error));
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    end(tellError(event.reason));
  });
  let code: number;
  try {
    code = await command();
  } catch (error) {
    code = tellError(error);
  }
  await end(code);
}

async function end(code: number): Promise<never> {
  const { stop } = new Interruption();
  const isWhole = await finishOutput(stop);
  if (stop.aborted) Deno.exit(Exit.INTERRUPTED);
  Deno.exit(isWhole ? code : Exit.UNWRITTEN);
}

/**
 * Says on standard error what was thrown.
 *
 * @param error What was thrown.
 * @param output Standard error.
 * @returns The exit code that says the same.
 */
export function tellError(error: unknown, output = stderr): number {
  if (error instanceof InterruptedError) {
    output.print(`${error.message}\n`);
    return Exit.INTERRUPTED;
  }
  // The message of a permission that is missing names the flag that grants it.
  if (
    error instanceof UsageError || error instanceof StartError ||
    error instanceof Deno.errors.NotCapable
  ) {
    output.print(`error: ${error.message}\n`);
    return Exit.USAGE;
  }
  if (error instanceof PrimaryAbsentError) {
    output.print(`error: ${error.message}\n`);
    return Exit.NO_PRIMARY;
  }
  const text = error instanceof Error ? error.stack ?? error.message : error;
  output.print(`error: This should not happen: ${text}\n`);
  return Exit.INTERNAL;
}
