/**
 * `compare --live`: the same faults and seed under all five delivery modes,
 * with real processes.
 *
 * @module
 */

import { compareLive } from "./compare_live.ts";
import { makeLogFolder } from "../options/log_place.ts";
import { Interruption } from "../platform/interruption.ts";
import { ReportFile } from "./report_file.ts";
import { Exit } from "../domain/exit_codes.ts";
import { DELIVERIES } from "../domain/delivery.ts";
import { runCommand } from "../options/format_run.ts";
import type { CompareCommandOptions } from "./command_options.ts";
import { verdictRecord } from "../verdict/json.ts";
import type { ReportRun } from "../view/report/report.ts";
import { comparisonTable } from "./comparison.ts";
import { UsageError } from "../options/usage_error.ts";
import { VirtualOutput } from "./virtual_output.ts";

/**
 * Compares the delivery modes, one live run after the other.
 *
 * @param options What to run.
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
  const output = new VirtualOutput();
  const report = options.report === undefined
    ? null
    : new ReportFile(options.report, (text) => output.note(text));
  const folder = makeLogFolder(options.logDir, "likes-compare-");
  const runs: ReportRun[] = [];
  const verdicts = await compareLive({
    options: { ...options, restart: true },
    folder,
    commandOf: (run) => runCommand(options.program, "start", run),
    interruption,
    onMode: (delivery, logDir) =>
      output.note(
        `${
          DELIVERIES.indexOf(delivery) + 1
        } of ${DELIVERIES.length}: ${delivery}, log files in ${logDir}`,
      ),
    onRun: report === null ? undefined : (run) => runs.push(run),
  });
  output.tell(
    options.json
      ? `${JSON.stringify(verdicts.map(verdictRecord), null, 2)}\n`
      : comparisonTable({
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
