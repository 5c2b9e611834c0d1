/**
 * A live run that this terminal shows: of `start` and of `parent`.
 *
 * @module
 */

import { Exit } from "../domain/exit_codes.ts";
import { STATUS_LOCK } from "../domain/log_files.ts";
import { LiveDisplay } from "../live/pages/live_display.ts";
import { RunViews } from "../live/pages/run_views.ts";
import { runLive } from "../live/run/live_run.ts";
import type { LiveRunOptions } from "../live/run/options.ts";
import type { OwnPrimariesOptions, Primaries } from "../live/run/primaries.ts";
import { checkFiles } from "../live/run/run_files.ts";
import { lockLogFolder } from "../options/log_place.ts";
import { areThereReads } from "../options/run_options.ts";
import { Interruption } from "../platform/interruption.ts";
import type { ReadTheory } from "../verdict/prediction.ts";
import { writeReport } from "./report_file.ts";
import { WholeFile } from "./whole_file.ts";

/**
 * Starts the likes servers, watches them, gives the verdict and stops the
 * primaries.
 *
 * @param options The run.
 * @param startPrimaries Starts the primaries, or names those that run already.
 * @returns The exit code: 0 converged, 1 not, 3 a file that it was told to
 * write is not whole.
 */
export async function runOnTerminal(
  options: LiveRunOptions,
  startPrimaries: (
    options: OwnPrimariesOptions,
  ) => Primaries | Promise<Primaries>,
): Promise<number> {
  using interruption = new Interruption();
  using _lock = await lockLogFolder(
    `${options.logDir}/${STATUS_LOCK}`,
    "parent",
  );
  using display = new LiveDisplay(options);
  checkFiles(options);
  const report = WholeFile.at(
    "report",
    options.report,
    (text) => display.onNote(text),
  );
  const theory = await theoryForViews(options);
  await using views = await RunViews.open(options, display, theory);
  await using primaries = await startPrimaries({
    live: options,
    interruption,
    onLine: (line) => views.onPrimaryLine(line),
    onNote: (text) => views.onNote(text),
  });
  const { verdict, areFilesWhole } = await runLive({
    options,
    primaries,
    interruption,
    listener: views,
  });
  await primaries[Symbol.asyncDispose]();
  const code = display.tellVerdict(verdict);
  const picture = await views.end(verdict);
  const isReportWhole = report === null || picture === undefined ||
    await writeReport(report, [{ picture, verdict }]);
  return areFilesWhole && isReportWhole ? code : Exit.UNWRITTEN;
}

/**
 * Theory of the reads of a live run, for its dashboard and its report.
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
