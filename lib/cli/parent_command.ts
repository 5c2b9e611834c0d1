/**
 * `parent`: likes servers against a primary that somebody else has started.
 *
 * @module
 */

import type { ParentOptions } from "../live/run/options.ts";
import { Interruption } from "../platform/interruption.ts";
import { checkFiles, runLive } from "../live/run/live_run.ts";
import { LiveDisplay } from "../live/pages/live_display.ts";
import { takeParentLock } from "../live/run/parent_lock.ts";
import { RunViews } from "../live/pages/run_views.ts";

/**
 * Starts the likes servers, watches them, gives the verdict.
 *
 * @param options The run.
 * @returns The exit code: 0 converged, 1 not, 2 cannot start, 4 no primary, 130
 * stopped at once.
 */
export async function runParent(options: ParentOptions): Promise<number> {
  using interruption = new Interruption();
  using _lock = await takeParentLock(options.logDir);
  const { port } = options;
  using display = new LiveDisplay(options);
  checkFiles(options);
  await using views = await RunViews.open(options, display);
  const verdict = await runLive({
    options,
    port,
    interruption,
    listener: views.listener,
    onReady: () => views.createReport(),
  });
  const code = display.tellVerdict(verdict);
  await views.end(verdict);
  return code;
}
