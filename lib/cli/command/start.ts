/**
 * `start`: everything in one terminal: a primary, its likes servers, the
 * verdict.
 *
 * @module
 */

import type { LiveRunOptions } from "../../live/run/options.ts";
import { Interruption } from "../../platform/interruption.ts";
import { LiveDisplay } from "../../live/pages/live_display.ts";
import { runLive } from "../../live/run/live_run.ts";
import { checkFiles } from "../../live/run/run_files.ts";
import { OwnPrimaries } from "../../live/run/primaries.ts";
import { takeParentLock } from "../../live/run/parent_lock.ts";
import { RunViews } from "../../live/pages/run_views.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { ReportFile } from "../report_file.ts";
import { theoryForViews } from "../theory_for_views.ts";

/**
 * Starts a primary as a subprocess, then the likes servers, gives the verdict
 * and stops the primary.
 *
 * @param options The run.
 * @returns The exit code: 0 converged, 1 not, 3 a file that it was told to
 * write is not whole.
 */
export async function runStart(options: LiveRunOptions): Promise<number> {
  using interruption = new Interruption();
  using _lock = await takeParentLock(options.logDir);
  using display = new LiveDisplay(options);
  checkFiles(options);
  const report = ReportFile.at(
    options.report,
    (text) => display.onNote(text),
  );
  await using views = await RunViews.open(
    options,
    display,
    await theoryForViews(options),
  );
  const primaries = await OwnPrimaries.start({
    live: options,
    interruption,
    onLine: (line) => views.onPrimaryLine(line),
    onNote: (text) => views.listener.onNote(text),
  });
  try {
    const { verdict, areFilesWhole } = await runLive({
      options,
      primaries,
      interruption,
      listener: views.listener,
    });
    await primaries.stop();
    const code = display.tellVerdict(verdict);
    const picture = await views.end(verdict);
    const isReportWhole = picture === undefined ||
      await report?.write([{ picture, verdict }]) !== false;
    return areFilesWhole && isReportWhole ? code : Exit.UNWRITTEN;
  } finally {
    await primaries.stop();
  }
}
