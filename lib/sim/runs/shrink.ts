/**
 * The smallest fault plan, and the fewest replicas and readers, with which a
 * run still fails.
 *
 * @module
 */

import {
  type ShrinkHooks,
  shrinkRun,
  type Shrunk,
} from "../../faults/shrink/shrink.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { runsOfFewer } from "./fewer_nodes.ts";

/**
 * Makes the fault plan of a failing run smaller until nothing can be taken away
 * without the run passing, as {@linkcode shrinkRun} does; the run then has as
 * few replicas and readers as still fail.
 *
 * @param options The failing run. Crashes drawn from the seed are spelled out.
 * @param hooks What failing means.
 * @returns The run with the smallest plan.
 * @throws {RangeError} If the run does not fail.
 *
 * @example A loss of reports counts nothing twice, a loss of replies does
 * ```ts
 * import { shrink } from "./shrink.ts";
 * import { simulate } from "../run.ts";
 * import { formatFaultPlan } from "../../faults/format.ts";
 * import { parseFaultPlan } from "../../faults/parse.ts";
 * import { DEFAULT_RUN } from "../../options/run_options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const faults = { loss: "1/10", latency: "exp:20ms", crash: ["random:5"] };
 * const { options } = await shrink({
 *   ...DEFAULT_RUN,
 *   delivery: "at-least-once",
 *   faults: parseFaultPlan(faults, DEFAULT_RUN),
 * }, { fails: (options) => (simulate(options).countedTwice ?? 0) > 0 });
 * const left = formatFaultPlan(options.faults, options.replicas);
 * assertEquals([left.length, left[0]?.split(" ")[0]], [1, "--ack-loss"]);
 * ```
 */
export function shrink(
  options: RunOptions,
  hooks: ShrinkHooks<RunOptions>,
): Promise<Shrunk<RunOptions>> {
  return shrinkRun(options, { ...hooks, smaller: runsOfFewer });
}
