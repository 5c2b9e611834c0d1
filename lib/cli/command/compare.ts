/**
 * `compare`: the same faults and seed under all delivery modes, or with all
 * pairs of quorums.
 *
 * @module
 */

import type { CompareCommandOptions } from "../command_options.ts";
import { runSweep } from "../runs/run_sweep.ts";

/**
 * Compares the delivery modes, or pairs of quorums.
 *
 * @param options The runs.
 * @returns The exit code: 0 whatever the modes do, 3 the report or the runs
 * file is not whole, 130 stopped.
 * @throws {StartError} If processes or files of live runs cannot be created.
 */
export async function runCompare(
  options: CompareCommandOptions,
): Promise<number> {
  if (!options.live) return await runSweep("compare", options);
  const { runCompareLive, runQuorumsLive } = await import("./compare_live.ts");
  return options.quorums
    ? await runQuorumsLive(options)
    : await runCompareLive(options);
}
