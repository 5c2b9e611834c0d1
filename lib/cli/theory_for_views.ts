/**
 * Theory of the reads of a live run, for its dashboard and its report.
 *
 * @module
 */

import type { LiveRunOptions } from "../live/run/options.ts";
import { areThereReads } from "../options/run_options.ts";
import type { ReadTheory } from "../verdict/prediction.ts";

/**
 * Theory of the reads of a run.
 *
 * @param options The run, and the views that were asked for.
 * @returns The theory; undefined, and nothing is computed, where no view was
 * asked for or nobody reads.
 */
export async function theoryForViews(
  { run, dashboardPort, report }: LiveRunOptions,
): Promise<ReadTheory | undefined> {
  const hasViews = dashboardPort !== undefined || report !== undefined;
  if (!hasViews || !areThereReads(run)) return undefined;
  const { readTheoryOf } = await import("../sim/predict/read_theory.ts");
  return readTheoryOf(run);
}
