/**
 * `read`: asks the primary for the total.
 *
 * @module
 */

import { Interruption } from "./interruption.ts";
import type { ReadOptions } from "./options.ts";
import { writeResult, writeText } from "./output.ts";
import { NoAnswerError, readTotal } from "./primary_client.ts";
import { sleep } from "./sleep.ts";
import { messageOf } from "./start_error.ts";

const EXIT_NO_ANSWER = 1;
const EXIT_NO_PRIMARY = 4;

/** Between two questions of `--watch`. */
const WATCH_MS = 250;

/**
 * Prints the total, once or at every change.
 *
 * @param options Where the primary is, and whether to go on.
 * @returns The exit code: 0, 1 if the primary knows no such question or the total cannot be written, 4 if there is none.
 * @throws {Deno.errors.NotCapable} Without the permission to connect.
 */
export async function runRead(options: ReadOptions): Promise<number> {
  using interruption = new Interruption();
  let last: number | undefined;
  let complaint = "";
  do {
    try {
      const total = await readTotal(options);
      const code = total === last ? 0 : writeResult(`${total}\n`);
      if (code !== 0) return code;
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
