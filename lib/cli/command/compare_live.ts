/**
 * `compare --live`: the same faults and seed under all five delivery modes,
 * with real processes.
 *
 * @module
 */

import { makeLogFolder } from "../../options/log_place.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { InterruptedError, Interruption } from "../../platform/interruption.ts";
import { LiveDisplay } from "../../live/pages/live_display.ts";
import { LivePicture } from "../../live/pages/live_picture.ts";
import { type LiveRunListener, runLive } from "../../live/run/live_run.ts";
import type { LiveRunOptions } from "../../live/run/options.ts";
import { OwnPrimaries } from "../../live/run/primaries.ts";
import { ReportFile } from "../report_file.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { DELIVERIES } from "../../domain/delivery.ts";
import { runCommand } from "../../options/format_run.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { ReportRun } from "../../view/report/report.ts";
import { comparisonTable } from "../../view/terminal/comparison.ts";
import { UsageError } from "../../options/usage_error.ts";
import { CommandOutput, jsonText } from "../command_output.ts";

/**
 * Compares the delivery modes, one live run after the other, each with a primary
 * of its own and with log files in a folder of their own, which stay. Not side
 * by side: fifty processes would take the machine from each other, and what was
 * measured would be that.
 *
 * @param options The runs.
 * @returns The exit code: 0 whatever the modes do, 130 stopped.
 * @throws {UsageError} If more than one seed is asked for.
 * @throws {StartError} If processes or files cannot be created.
 */
export async function runCompareLive(
  options: CompareCommandOptions,
): Promise<number> {
  if (options.runs > 1) {
    throw new UsageError(
      `Cannot use --runs ${options.runs} with --live: live runs of one seed are compared`,
    );
  }
  using interruption = new Interruption();
  const output = new CommandOutput();
  const report = ReportFile.at(options.report, (text) => output.note(text));
  const folder = makeLogFolder(options.logDir, "likes-compare-");
  const runs: ReportRun[] = [];
  const verdicts: Verdict[] = [];
  for (const [i, delivery] of DELIVERIES.entries()) {
    if (interruption.stop.aborted) break;
    const logDir = `${folder}/${delivery}`;
    Deno.mkdirSync(logDir);
    output.note(
      `${i + 1} of ${DELIVERIES.length}: ${delivery}, log files in ${logDir}`,
    );
    const run = { ...options.run, delivery };
    const command = runCommand(options.program, "start", run);
    const one = { ...options, run, logDir, command, restart: true };
    const onRun = report === null
      ? undefined
      : (told: ReportRun) => void runs.push(told);
    try {
      verdicts.push(await runOne(one, interruption, onRun));
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
    }
  }
  output.tell(
    options.json ? jsonText(verdicts.map(verdictRecord)) : comparisonTable({
      rows: verdicts.map((one) => ({
        delivery: one.delivery,
        verdicts: [one],
      })),
      faults: options.run.faults,
      command: options.command,
    }, output.isColoured),
  );
  if (interruption.stop.aborted) {
    output.note("Stopped: these are the results so far");
    return Exit.INTERRUPTED;
  }
  // What all have in common is told once: each run's own command would be
  // that of one mode.
  const isReportWhole = await report?.write(
    runs.map((run) => ofCommand(run, options.command)),
  );
  return isReportWhole === false ? Exit.UNWRITTEN : Exit.DONE;
}

function ofCommand(
  { picture, verdict }: ReportRun,
  command: string,
): ReportRun {
  const setting = { ...picture.setting, command };
  return { picture: { ...picture, setting }, verdict };
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
  const primaries = await OwnPrimaries.start({
    live: options,
    interruption,
    onLine: () => {},
    onNote: (text) => display.onNote(text),
  });
  try {
    const { verdict } = await runLive({
      options,
      primaries,
      interruption,
      listener,
    });
    if (picture !== undefined) {
      await picture.end(verdict);
      onRun?.({ picture: picture.picture(), verdict });
    }
    return verdict;
  } finally {
    await primaries.stop();
  }
}
