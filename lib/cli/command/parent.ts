/**
 * `parent`: likes servers against a primary that somebody else has started.
 *
 * @module
 */

import type { LiveRunOptions } from "../../live/run/options.ts";
import { primariesAt } from "../../live/run/primaries.ts";
import { runOnTerminal } from "../terminal_run.ts";

/**
 * Starts the likes servers, watches them, gives the verdict.
 *
 * @param options The run.
 * @returns The exit code: 0 converged, 1 not, 3 a file that it was told to
 * write is not whole.
 */
export async function runParent(options: LiveRunOptions): Promise<number> {
  const { ports = [options.port] } = options;
  return await runOnTerminal(options, () => primariesAt(ports));
}
