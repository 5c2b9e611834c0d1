/**
 * `start`: everything in one terminal: a primary, its likes servers, the
 * verdict.
 *
 * @module
 */

import type { LiveRunOptions } from "../../live/run/options.ts";
import { OwnPrimaries } from "../../live/run/primaries.ts";
import { runOnTerminal } from "../terminal_run.ts";

/**
 * Starts a primary as a subprocess, then the likes servers, gives the verdict
 * and stops the primary.
 *
 * @param options The run.
 * @returns The exit code: 0 converged, 1 not, 3 a file that it was told to
 * write is not whole.
 */
export async function runStart(options: LiveRunOptions): Promise<number> {
  return await runOnTerminal(options, OwnPrimaries.start);
}
