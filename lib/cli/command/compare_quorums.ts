/**
 * `compare --quorums`: the same faults and seed with each pair of read and
 * write quorums, beside what theory says without faults.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { runCommand } from "../../options/format_run.ts";
import { Interruption } from "../../platform/interruption.ts";
import {
  predictionsOf,
  unmodelledFaults,
  unmodelledStore,
} from "../../sim/predict/read_theory.ts";
import { simulateMany } from "../../sim/runs/many.ts";
import { grouped } from "../../verdict/explain.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import {
  type ComparedQuorum,
  type QuorumComparison,
  quorumsTable,
} from "../../view/terminal/quorums_table.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { type QuorumRun, quorumRunsOf } from "../../options/compared_runs.ts";
import { ReportFile } from "../report_file.ts";

/** A pair of quorums, and the verdict on its run once there is one. */
interface Row extends QuorumRun {
  verdict?: Verdict;
}

/** Surroundings of the runs. */
interface Context {
  readonly interruption: Interruption;
  readonly output: CommandOutput;
}

/**
 * Compares quorums.
 *
 * @param options What to run.
 * @returns The exit code: 0 whatever is read, 3 the report could not be
 * written, 130 stopped.
 * @throws {StartError} If processes or files of live runs cannot be created.
 */
export async function runCompareQuorums(
  options: CompareCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const report = ReportFile.at(options.report, (text) => output.note(text));
  const { run, live } = options;
  const rows: Row[] = quorumRunsOf(run);
  const count = rows.length;
  const context = { interruption, output };
  const done = live
    ? await runLive(options, rows, context)
    : await runVirtual(options, rows, context);
  const comparison = comparisonOf(options, rows);
  output.tell(
    options.json
      ? jsonText(jsonRows(comparison.rows))
      : done === 0
      ? ""
      : quorumsTable(comparison),
  );
  if (done < count) {
    output.note(
      `Stopped after ${done} of ${count} runs: these are the results so far`,
    );
    return Exit.INTERRUPTED;
  }
  if (report === null) return Exit.DONE;
  // The page is large: a run without a report does not load it.
  const [{ quorumsHtml }, { runSettingOf }] = await Promise.all([
    import("../../view/report/report_quorums.ts"),
    import("../../view/picture/run_setting.ts"),
  ]);
  const { setting, marks } = runSettingOf(
    live ? "live" : "virtual",
    run,
    options.command,
  );
  const html = await quorumsHtml(comparison, setting, marks);
  return report.writeHtml(html) ? Exit.DONE : Exit.UNWRITTEN;
}

async function runVirtual(
  { program, workers }: CompareCommandOptions,
  rows: readonly Row[],
  { interruption, output }: Context,
): Promise<number> {
  const count = rows.length;
  const optionsAt = (i: number) => rows[i]!.run;
  return await simulateMany({ count, optionsAt, check: false }, {
    signal: interruption.stop,
    workers,
    onProgress: (done) =>
      output.show(
        done / count,
        () => `${grouped(Math.floor(done))} of ${grouped(count)} runs`,
      ),
    onOutcome: ({ verdict }, i) => {
      if (verdict === undefined) return;
      const command = runCommand(program, "sim", optionsAt(i));
      rows[i]!.verdict = { ...verdict, command };
    },
  });
}

async function runLive(
  options: CompareCommandOptions,
  rows: readonly Row[],
  context: Context,
): Promise<number> {
  const { liveRunsOf } = await import("./compare_live.ts");
  const named = rows.map(({ read, write, run }) => ({
    name: `R${read}-W${write}`,
    run,
  }));
  const done = await liveRunsOf(options, named, {
    ...context,
    hasPictures: false,
  });
  for (const { index, verdict } of done) {
    const row = rows[index];
    if (row !== undefined) row.verdict = verdict;
  }
  return done.length;
}

/** The runs beside theory, which is of each pair without faults. */
function comparisonOf(
  { run, runs, command }: CompareCommandOptions,
  rows: readonly Row[],
): QuorumComparison {
  const unmodelled = unmodelledStore(run);
  const predictions = unmodelled.length > 0 ? [] : predictionsOf(run, {
    readQuorum: null,
    writeQuorum: null,
  });
  return {
    rows: rows.flatMap(({ read, write, verdict }, i) => {
      if (verdict === undefined) return [];
      const theory = predictions[i];
      const { freshAfter = [] } = verdict.reads ?? {};
      return [{
        ...{ read, write, verdicts: [verdict], freshAfter },
        ...theory !== undefined && { theory },
      }];
    }),
    ...{ runs, unmodelled, command },
    faults: unmodelledFaults(run.faults),
  };
}

/** A document for each pair: the verdict on its run, beside theory. */
function jsonRows(compared: readonly ComparedQuorum[]) {
  return compared.map(({ read, write, verdicts: [verdict], theory }) => ({
    ...{ read, write },
    ...verdict && verdictRecord(verdict),
    ...theory && { theory },
  }));
}
