/**
 * `read`: asks the primary for the total.
 *
 * @module
 */

import { Exit } from "../domain/exit_codes.ts";
import { Interruption } from "../platform/interruption.ts";
import type { ReadOptions } from "./command_options.ts";
import { stderr, stdout } from "../platform/output.ts";
import { NoAnswerError, readTotal } from "../live/run/primary_client.ts";
import { sleep } from "../platform/sleep.ts";
import { messageOf } from "../platform/start_error.ts";

/** Between two questions of `--watch`. */
const WATCH_MS = 250;

/**
 * Prints the total, once or at every change. A watch ends with a signal, or at
 * the first change that nobody reads.
 *
 * @param options Where the primary is, and whether to go on.
 * @returns The exit code: 0, 1 if the primary is of the original kind, which
 * knows no such question, 4 if no primary answers, 130 if a signal came before
 * the one answer.
 * @throws {Deno.errors.NotCapable} Without the permission to connect.
 */
export async function runRead(options: ReadOptions): Promise<number> {
  using interruption = new Interruption();
  const { stop } = interruption;
  // A primary that does not answer, or a reader that does not read, keeps
  // nobody from stopping this.
  const stopped = interruption.stopped().then(() =>
    options.watch ? Exit.DONE : Exit.INTERRUPTED
  );
  return await Promise.race([printTotals(options, stop), stopped]);
}

async function printTotals(
  options: ReadOptions,
  stop: AbortSignal,
): Promise<number> {
  let last: number | undefined;
  let complaint = "";
  do {
    try {
      const total = await readTotal(options);
      if (total !== last) {
        const delivered = await stdout.deliver(`${total}\n`);
        // Nobody is left to watch for; a pipe says so when something is written
        // to it, and not before.
        if (delivered !== "written") return Exit.DONE;
      }
      last = total;
      complaint = "";
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const isAnswered = error instanceof NoAnswerError;
      const message = isAnswered
        ? error.message
        : `Cannot reach a primary on 127.0.0.1:${options.port}: ${
          messageOf(error)
        }`;
      // A primary that restarts is complained about once.
      if (message !== complaint) stderr.print(`error: ${message}\n`);
      complaint = message;
      if (!options.watch) {
        const isOriginal = isAnswered && error.isOriginalKind;
        return isOriginal ? Exit.FAILED : Exit.NO_PRIMARY;
      }
    }
    if (options.watch) await sleep(WATCH_MS, stop);
  } while (options.watch && !stop.aborted);
  return Exit.DONE;
}
