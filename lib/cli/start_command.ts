/**
 * `start`: everything in one terminal: a primary, its likes servers, the
 * verdict.
 *
 * @module
 */

import type { StartOptions } from "../live/run/options.ts";
import { Interruption } from "../platform/interruption.ts";
import { LiveDisplay } from "../live/pages/live_display.ts";
import { checkFiles, runLive } from "../live/run/live_run.ts";
import { OwnPrimary } from "../live/run/own_primary.ts";
import { takeParentLock } from "../live/run/parent_lock.ts";
import { RunViews } from "../live/pages/run_views.ts";

/**
 * Starts a primary as a subprocess, then the likes servers, gives the verdict
 * and stops the primary.
 *
 * @param options The run.
 * @returns The exit code: 0 converged, 1 not, 2 cannot start, 130 stopped at
 * once.
 */
export async function runStart(options: StartOptions): Promise<number> {
  using interruption = new Interruption();
  using _lock = await takeParentLock(options.logDir);
  using display = new LiveDisplay(options);
  checkFiles(options);
  await using views = await RunViews.open(options, display);
  const primary = await OwnPrimary.start({
    run: options,
    interruption,
    onLine: (line) => views.onPrimaryLine(line),
    onNote: (text) => views.listener.onNote(text),
  });
  try {
    const verdict = await runLive({
      options,
      port: primary.port,
      primary,
      interruption,
      listener: views.listener,
      onReady: () => views.createReport(),
    });
    await primary.stop();
    const code = display.tellVerdict(verdict);
    await views.end(verdict);
    return code;
  } finally {
    await primary.stop();
  }
}
