/**
 * `read`: asks the primary for the total.
 *
 * @module
 */

import { Interruption } from "../platform/interruption.ts";
import type { ReadOptions } from "../live/run/options.ts";
import { deliverResult, EXIT_UNTOLD, writeText } from "../platform/output.ts";
import { NoAnswerError, readTotal } from "../live/run/primary_client.ts";
import { sleep } from "../platform/sleep.ts";
import { messageOf } from "../platform/start_error.ts";

const EXIT_NO_ANSWER = 1;
const EXIT_NO_PRIMARY = 4;

/** Between two questions of `--watch`. */
const WATCH_MS = 250;

/**
 * Prints the total, once or at every change. A watch ends with a signal, or at
 * the first change that nobody reads.
 *
 * @param options Where the primary is, and whether to go on.
 * @returns The exit code: 0, 1 if the primary knows no such question or the
 * total cannot be written, 4 if there is none.
 * @throws {Deno.errors.NotCapable} Without the permission to connect.
 */
export async function runRead(options: ReadOptions): Promise<number> {
  using interruption = new Interruption();
  let last: number | undefined;
  let complaint = "";
  do {
    try {
      const total = await readTotal(options);
      if (total !== last) {
        const delivered = deliverResult(`${total}\n`);
        if (delivered === "failed") return EXIT_UNTOLD;
        // Nobody is left to watch for; a pipe says so when something is written
        // to it, and not before.
        if (delivered === "unread") return 0;
      }
      last = total;
      complaint = "";
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const isKnown = error instanceof NoAnswerError;
      const message = isKnown
        ? error.message
        : `Cannot reach a primary on 127.0.0.1:${options.port}: ${
          messageOf(error)
        }`;
      // A primary that restarts is complained about once.
      if (message !== complaint) writeText(Deno.stderr, `error: ${message}\n`);
      complaint = message;
      if (!options.watch) return isKnown ? EXIT_NO_ANSWER : EXIT_NO_PRIMARY;
    }
    if (options.watch) await sleep(WATCH_MS, interruption.stop);
  } while (options.watch && !interruption.stop.aborted);
  return 0;
}
