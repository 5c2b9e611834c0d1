/**
 * Does many runs for `sim` and `compare`: all of them or a shard, into a runs
 * file or not.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunCommandOptions } from "../../options/run_options.ts";
import { type Shard, WHOLE } from "../../options/shard.ts";
import { Interruption } from "../../platform/interruption.ts";
import { messageOf } from "../../platform/start_error.ts";
import { simulateMany } from "../../sim/runs/many.ts";
import { grouped } from "../../verdict/explain.ts";
import { describeRate } from "../../view/terminal/rate.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { WholeFile } from "../whole_file.ts";
import { RunsFile, STANDARD_STREAM } from "./runs_file.ts";
import { type Sweep, type SweepCommand, SweepRuns } from "./sweep.ts";
import type { SweepResult } from "./result.ts";
import { resultOf } from "./sweep_result.ts";

/** Extent of many runs, and the file that they go to. */
export interface ManyRunsOptions {
  /** Number of seeds, from that of the run on. */
  readonly runs: number;
  /** The part of the seeds that this process does; left out: all. */
  readonly shard?: Shard | undefined;
  /** Path of the runs file; `-` for standard output. */
  readonly runsFile?: string | undefined;
  /** Number of threads; left out: one for each core. */
  readonly workers?: number | undefined;
}

/** Many runs of a command. */
export interface SweepOptions extends RunCommandOptions, ManyRunsOptions {
  /** Whether the invariants are checked after every event. */
  readonly check?: boolean;
  /** Whether pairs of quorums are compared, not delivery modes. */
  readonly quorums?: boolean;
  /** Path of a report. */
  readonly report?: string | undefined;
}

/**
 * Does many runs, or the runs of one seed that are compared.
 *
 * @param command The command.
 * @param options What to run.
 * @returns The exit code: 0 for a shard that was measured; of all runs what the
 * command says of them; 3 if runs or report could not be written; 130 stopped.
 */
export async function runSweep(
  command: SweepCommand,
  options: SweepOptions,
): Promise<number> {
  using interruption = new Interruption();
  const { runsFile, report: reportPath, shard = WHOLE } = options;
  const output = new CommandOutput({
    isStdoutTaken: runsFile === STANDARD_STREAM,
  });
  const report = WholeFile.at("report", reportPath, output.note);
  const { run, runs, check = false, quorums = false, program } = options;
  const sweep: Sweep = { command, run, quorums, check, runs, shard };
  const all = new SweepRuns(sweep);
  const result = resultOf(sweep, program);
  const file = runsFile === undefined
    ? null
    : await RunsFile.open(runsFile, sweep, {
      onRun: (figures) => result.add(figures),
      commandOf: (figures) =>
        runCommand(program, "sim", all.at(all.indexOf(figures))),
    });
  const { count } = all;
  await simulate(options, all, result, file, {
    output,
    stop: interruption.stop,
  });
  await file?.end();
  const facts = { command: options.command, wallSeconds: output.wallSeconds };
  const isStopped = result.runs < count;
  // Of no runs there is nothing to tell.
  output.tell(
    options.json
      ? jsonText(result.json(facts))
      : result.runs === 0
      ? ""
      : result.table(facts, output.isColoured),
  );
  if (file?.failure.aborted) {
    output.note(
      `error: Cannot write runs to ${file.name}: ${
        messageOf(file.failure.reason)
      }${goesOn(runsFile)}`,
    );
    return Exit.UNWRITTEN;
  }
  if (isStopped) {
    output.note(
      `Stopped after ${grouped(result.runs)} of ${
        grouped(count)
      } runs: these are the results so far${goesOn(runsFile)}`,
    );
    return Exit.INTERRUPTED;
  }
  if (report !== null && result.runs > 0) {
    if (!await result.report(report, facts)) return Exit.UNWRITTEN;
  }
  // Who schedules shards repeats those that failed: a finding is no failure.
  const { exitCode = Exit.DONE } = result;
  return shard.count > 1 ? Exit.DONE : exitCode;
}

/** Does what is missing. */
async function simulate(
  { workers, check = false }: SweepOptions,
  runs: SweepRuns,
  result: SweepResult,
  file: RunsFile | null,
  { output, stop }: { output: CommandOutput; stop: AbortSignal },
): Promise<void> {
  const { count } = runs;
  const before = result.runs;
  const beganMs = output.elapsedMs;
  const show = (done: number) =>
    output.show(done / count, () => {
      const rate = describeRate(
        done - before,
        count - done,
        output.elapsedMs - beganMs,
      );
      return [
        `${grouped(Math.floor(done))} of ${grouped(count)} runs`,
        rate === "" ? [] : rate,
        result.soFar ?? [],
      ].flat().join(", ");
    }, { isLogged: true });
  await simulateMany({
    count,
    optionsAt: (i) => runs.at(i),
    check,
    ...file !== null && { isDone: (i) => file.has(i) },
  }, {
    signal: file === null ? stop : AbortSignal.any([stop, file.failure]),
    workers,
    caughtUp: file === null ? undefined : () => file.caughtUp(),
    onProgress: (done) => show(before + done),
    onOutcome: (outcome, i) => {
      const figures = runs.figuresAt(i, outcome);
      result.add(figures, outcome.verdict);
      file?.add(i, figures);
      show(result.runs);
    },
  });
}

function goesOn(runsFile: string | undefined): string {
  return runsFile === undefined || runsFile === STANDARD_STREAM
    ? ""
    : `; the same command goes on with ${runsFile}`;
}
