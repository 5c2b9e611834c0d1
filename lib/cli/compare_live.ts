/**
 * The same faults and seed under all five delivery modes, with real processes.
 *
 * @module
 */

import { DELIVERIES, type Delivery } from "../domain/delivery.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { ReportRun } from "../view/report/report.ts";
import {
  InterruptedError,
  type Interruption,
} from "../platform/interruption.ts";
import { LiveDisplay } from "../live/pages/live_display.ts";
import { LivePicture } from "../live/pages/live_picture.ts";
import { type LiveRunListener, runLive } from "../live/run/live_run.ts";
import type { LiveRunOptions } from "../live/run/options.ts";
import { OwnPrimary } from "../live/run/own_primary.ts";
import type { RunOptions } from "../options/run_options.ts";

/** A comparison of live runs. */
export interface LiveComparison {
  /**
   * The run; its delivery mode, log folder and command are replaced for each
   * mode.
   */
  readonly options: LiveRunOptions;
  /** Where each mode gets a log folder: see `makeLogFolder()`. */
  readonly folder: string;
  /** The command that runs one mode alone. */
  readonly commandOf: (run: RunOptions) => string;
  /** Stops it. */
  readonly interruption: Interruption;
  /** Is told which mode is next. */
  readonly onMode: (delivery: Delivery, logDir: string) => void;
  /** Is told what a report shows of each run; left out: nobody draws it. */
  readonly onRun?: ((run: ReportRun) => void) | undefined;
}

/**
 * Runs one delivery mode after the other, each with a primary of its own and
 * with log files in a folder of their own, which stay. One after the other and
 * not side by side: fifty processes would take the machine from each other, and
 * what was measured would be that.
 *
 * @param comparison What to run.
 * @returns The verdicts, fewer than five if it was stopped.
 * @throws {StartError} If processes cannot be created.
 */
export async function compareLive(
  comparison: LiveComparison,
): Promise<Verdict[]> {
  const { options, folder, commandOf, interruption, onMode, onRun } =
    comparison;
  const verdicts: Verdict[] = [];
  for (const delivery of DELIVERIES) {
    if (interruption.stop.aborted) break;
    const logDir = `${folder}/${delivery}`;
    Deno.mkdirSync(logDir);
    onMode(delivery, logDir);
    const run = { ...options.run, delivery };
    const one = { ...options, run, logDir, command: commandOf(run) };
    try {
      verdicts.push(await runOne(one, interruption, onRun));
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
    }
  }
  return verdicts;
}

async function runOne(
  options: LiveRunOptions,
  interruption: Interruption,
  onRun?: (run: ReportRun) => void,
): Promise<Verdict> {
  // Standard output is for the table.
  using display = new LiveDisplay({ ...options, json: true });
  await using picture = onRun && new LivePicture(options);
  const listener: LiveRunListener = {
    onLine: (name, line) => picture?.onLine(name, line),
    onNote: (text) => {
      display.onNote(text);
      picture?.onNote(text);
    },
    onBegin: (state) => {
      display.onBegin(state);
      picture?.onBegin(state);
    },
    onEvent: (event) => picture?.onEvent(event),
  };
  const primary = await OwnPrimary.start({
    live: options,
    interruption,
    onLine: () => {},
    onNote: (text) => display.onNote(text),
  });
  try {
    const { port } = primary;
    const { verdict } = await runLive({
      options,
      port,
      primary,
      interruption,
      listener,
    });
    if (picture !== undefined) {
      await picture.end(verdict);
      onRun?.({ picture: picture.picture(), verdict });
    }
    return verdict;
  } finally {
    await primary.stop();
  }
}
