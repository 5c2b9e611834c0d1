/**
 * `parent`: likes servers against a primary that somebody else has started.
 *
 * @module
 */

import type { LiveRunOptions } from "../../live/run/options.ts";
import { Interruption } from "../../platform/interruption.ts";
import { runLive } from "../../live/run/live_run.ts";
import { checkFiles } from "../../live/run/run_files.ts";
import { LiveDisplay } from "../../live/pages/live_display.ts";
import { primariesAt } from "../../live/run/primaries.ts";
import { takeParentLock } from "../../live/run/parent_lock.ts";
import { RunViews } from "../../live/pages/run_views.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { ReportFile } from "../report_file.ts";
import { theoryForViews } from "../theory_for_views.ts";

/**
 * Starts the likes servers, watches them, gives the verdict.
 *
 * @param options The run.
 * @returns The exit code: 0 converged, 1 not, 3 a file that it was told to
 * write is not whole.
 */
export async function runParent(options: LiveRunOptions): Promise<number> {
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
  const { verdict, areFilesWhole } = await runLive({
    options,
    primaries: primariesAt(options.ports ?? [options.port]),
    interruption,
    listener: views.listener,
  });
  const code = display.tellVerdict(verdict);
  const picture = await views.end(verdict);
  const isReportWhole = picture === undefined ||
    await report?.write([{ picture, verdict }]) !== false;
  return areFilesWhole && isReportWhole ? code : Exit.UNWRITTEN;
}
