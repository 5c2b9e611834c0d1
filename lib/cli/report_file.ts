/**
 * The file of `--report`.
 *
 * @module
 */

import type { ReportRun } from "../view/report/report.ts";
import type { ComparedReads } from "../view/report/report_reads.ts";
import type { WholeFile } from "./whole_file.ts";

/** Title of the curves of many runs. */
const OF_ALL_RUNS = "How stale readers were in all runs";

/**
 * Writes the report on runs in place of what is there, without following a link
 * planted there.
 *
 * @param file The file.
 * @param runs What it tells.
 * @param extra Markup of further sections.
 * @param curves Reads of more runs than are shown.
 * @returns Whether it is written; if not, there is no file. Whatever the run
 * came to stands without it.
 */
export async function writeReport(
  file: WholeFile,
  runs: readonly ReportRun[],
  extra = "",
  curves: readonly ComparedReads[] = [],
): Promise<boolean> {
  // The page of a report is large: a run without one does not load it.
  const [{ reportHtml }, { freshCurvesSection }] = await Promise.all([
    import("../view/report/report.ts"),
    import("../view/report/report_reads.ts"),
  ]);
  const section = freshCurvesSection(curves, OF_ALL_RUNS);
  return file.write(await reportHtml(runs, extra + section));
}
