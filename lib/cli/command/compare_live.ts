/**
 * `compare --live`: the same faults and seed under all five delivery modes, or
 * with each pair of quorums, with real processes.
 *
 * @module
 */

import { makeLogFolder } from "../../options/log_place.ts";
import { endsHealed } from "../../faults/plan.ts";
import { ComparedRuns } from "../../verdict/runs/compared_runs.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import {
  Interruption,
  unlessInterrupted,
} from "../../platform/interruption.ts";
import { LiveDisplay } from "../../live/pages/live_display.ts";
import { RunViews } from "../../live/pages/run_views.ts";
import { runLive } from "../../live/run/live_run.ts";
import type { LiveRunOptions } from "../../live/run/options.ts";
import { OwnPrimaries } from "../../live/run/primaries.ts";
import { WholeFile } from "../whole_file.ts";
import { writeReport } from "../report_file.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { theoryForViews } from "../terminal_run.ts";
import { modesOf } from "../../options/compared_runs.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { RunPicture } from "../../view/picture/picture.ts";
import type { ReportRun } from "../../view/report/report.ts";
import { comparisonTable } from "../../view/terminal/comparison.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { WHOLE } from "../../options/shard.ts";
import { QuorumResult } from "../runs/quorum_result.ts";
import { type Sweep, SweepRuns } from "../runs/sweep.ts";

/** A live run that has taken place. */
interface DoneRun {
  /** The place of the run among all. */
  readonly index: number;
  /** The verdict on it. */
  readonly verdict: Verdict;
  /** The picture of the run, where there is to be a report. */
  readonly picture?: RunPicture | undefined;
}

/**
 * Compares the delivery modes, one live run after the other.
 *
 * @param options The runs.
 * @returns The exit code: 0 whatever the modes do, 130 stopped.
 * @throws {StartError} If processes or files cannot be created.
 */
export async function runCompareLive(
  options: CompareCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const report = WholeFile.at("report", options.report, output.note);
  const { allowed, refused } = modesOf(options.run);
  const done = await liveRunsOf(
    options,
    allowed.map((delivery) => ({ ...options.run, delivery })),
    interruption,
    output,
  );
  output.tell(
    options.json
      ? jsonText([
        ...done.map(({ verdict }) => verdictRecord(verdict)),
        ...refused,
      ])
      : comparisonTable({
        rows: done.map(({ verdict }) =>
          ComparedRuns.of(
            verdict.delivery,
            [verdict],
            endsHealed(options.run.faults),
          )
        ),
        faults: options.run.faults,
        refused,
        command: options.command,
      }, output.isColoured),
  );
  if (interruption.stop.aborted) {
    output.note("Stopped: these are the results so far");
    return Exit.INTERRUPTED;
  }
  // What all have in common is told once: each run's own command would be
  // that of one mode.
  const isReportWhole = report === null || await writeReport(
    report,
    done.flatMap(({ picture, verdict }) =>
      picture === undefined
        ? []
        : [ofCommand({ picture, verdict }, options.command)]
    ),
  );
  return isReportWhole ? Exit.DONE : Exit.UNWRITTEN;
}

/**
 * Compares pairs of quorums, one live run after the other, beside theory.
 *
 * @param options The runs.
 * @returns The exit code: 0 whatever is read, 3 the report could not be
 * written, 130 stopped.
 * @throws {StartError} If processes or files cannot be created.
 */
export async function runQuorumsLive(
  options: CompareCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const report = WholeFile.at("report", options.report, output.note);
  const sweep: Sweep = {
    ...{ command: "compare", run: options.run, quorums: true, check: false },
    ...{ runs: 1, shard: WHOLE },
  };
  const runs = new SweepRuns(sweep);
  const result = new QuorumResult(sweep, options.program);
  const done = await liveRunsOf(
    { ...options, report: undefined },
    runs.variants,
    interruption,
    output,
  );
  for (const { index, verdict } of done) {
    result.add(runs.figuresAt(index, { verdict }), verdict);
  }
  const { command } = options;
  const facts = { command, wallSeconds: output.wallSeconds, areLive: true };
  output.tell(
    options.json
      ? jsonText(result.json())
      : done.length === 0
      ? ""
      : result.table(facts),
  );
  if (done.length < runs.count) {
    output.note(
      `Stopped after ${done.length} of ${runs.count} runs: these are the results so far`,
    );
    return Exit.INTERRUPTED;
  }
  if (report === null) return Exit.DONE;
  return await result.report(report, facts) ? Exit.DONE : Exit.UNWRITTEN;
}

/**
 * Does live runs one after the other, each with primaries of its own and with
 * log files in a folder of their own, which stay. Not side by side: fifty
 * processes would take the machine from each other, and what was measured would
 * be that.
 *
 * @param options What they have in common; pictures are made for a report.
 * @param runs The runs.
 * @param interruption Ends what is going on.
 * @param output The output of the command.
 * @returns The runs that took place: all, or those until it was stopped.
 * @throws {StartError} If processes or files cannot be created.
 */
async function liveRunsOf(
  options: CompareCommandOptions,
  runs: readonly RunOptions[],
  interruption: Interruption,
  output: CommandOutput,
): Promise<DoneRun[]> {
  const folder = makeLogFolder(options.logDir, "likes-compare-");
  const done: DoneRun[] = [];
  for (const [index, run] of runs.entries()) {
    if (interruption.stop.aborted) break;
    const name = options.quorums
      ? `R${run.readQuorum}-W${run.writeQuorum}`
      : run.delivery;
    const logDir = `${folder}/${name}`;
    Deno.mkdirSync(logDir);
    output.note(
      `${index + 1} of ${runs.length}: ${name}, log files in ${logDir}`,
    );
    const command = runCommand(options.program, "start", run);
    const one = { ...options, run, logDir, command, restart: true };
    const outcome = await unlessInterrupted(runOne(one, interruption));
    if (outcome !== null) done.push({ index, ...outcome });
  }
  return done;
}

function ofCommand(
  { picture, verdict }: ReportRun,
  command: string,
): ReportRun {
  const setting = { ...picture.setting, command };
  return { picture: { ...picture, setting }, verdict };
}

/** Progress and notes of a run; what its processes print is not shown. */
class QuietDisplay extends LiveDisplay {
  override onLine(): void {}
}

async function runOne(
  options: LiveRunOptions,
  interruption: Interruption,
): Promise<Omit<DoneRun, "index">> {
  // Standard output is for the table.
  using display = new QuietDisplay({ ...options, json: true });
  const theory = await theoryForViews(options);
  await using views = await RunViews.open(options, display, theory);
  await using primaries = await OwnPrimaries.start({
    live: options,
    interruption,
    onLine: () => {},
    onNote: (text) => display.onNote(text),
  });
  const { verdict } = await runLive({
    options,
    primaries,
    interruption,
    listener: views,
  });
  return { verdict, picture: await views.end(verdict) };
}
