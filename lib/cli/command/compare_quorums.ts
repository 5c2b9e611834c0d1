/**
 * `compare --quorums`: the same faults and seeds with each pair of read and
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
import { figuresOf } from "../../verdict/runs/figures.ts";
import { RunsSummary } from "../../verdict/runs/runs_summary.ts";
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

/** A pair of quorums, its runs so far and their summary. */
interface Row extends QuorumRun {
  readonly verdicts: Verdict[];
  readonly summary: RunsSummary;
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
  const { run, runs, program, live } = options;
  const rows = quorumRunsOf(run).map((row): Row => ({
    ...row,
    verdicts: [],
    summary: new RunsSummary(
      run.delivery,
      run.seed,
      (seed) => runCommand(program, "sim", { ...row.run, seed }),
    ),
  }));
  const count = runs * rows.length;
  const context = { interruption, output };
  const done = live
    ? await runLive(options, rows, context)
    : await runVirtual(options, rows, context);
  const comparison = comparisonOf(options, rows);
  output.tell(
    options.json
      ? jsonText(jsonRows(comparison.rows, rows))
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

/** One seed after the other with all pairs: a stop half way leaves all. */
async function runVirtual(
  { program, run, runs, workers }: CompareCommandOptions,
  rows: readonly Row[],
  { interruption, output }: Context,
): Promise<number> {
  const count = runs * rows.length;
  const optionsAt = (i: number) => ({
    ...rows[i % rows.length]!.run,
    seed: run.seed + Math.floor(i / rows.length),
  });
  return await simulateMany({ count, optionsAt, check: false }, {
    signal: interruption.stop,
    workers,
    onProgress: (done) =>
      output.show(
        done / count,
        () => `${grouped(Math.floor(done))} of ${grouped(count)} runs`,
      ),
    onOutcome: (outcome, i) => {
      const row = rows[i % rows.length]!;
      const { seed, delivery } = optionsAt(i);
      row.summary.add(figuresOf(seed, delivery, outcome));
      if (outcome.verdict === undefined) return;
      const command = runCommand(program, "sim", optionsAt(i));
      row.verdicts.push({ ...outcome.verdict, command });
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
    rows[index]?.verdicts.push(verdict);
    rows[index]?.summary.add(
      figuresOf(verdict.seed, verdict.delivery, { verdict }),
    );
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
    rows: rows.flatMap(({ read, write, verdicts, summary }, i) => {
      if (verdicts.length === 0) return [];
      const theory = predictions[i];
      const { freshAfter = [] } = summary.report().reads ?? {};
      return [{
        ...{ read, write, verdicts, freshAfter },
        ...theory !== undefined && { theory },
      }];
    }),
    ...{ runs, unmodelled, command },
    faults: unmodelledFaults(run.faults),
  };
}

/** A document for each pair: of one run its verdict, of several the summary. */
function jsonRows(compared: readonly ComparedQuorum[], rows: readonly Row[]) {
  return compared.map(({ read, write, verdicts, theory }) => {
    const [first] = verdicts;
    const summary = rows.find((row) => row.read === read && row.write === write)
      ?.summary.report();
    return {
      ...{ read, write },
      ...summary !== undefined && summary.runs > 1
        ? summary
        : first && verdictRecord(first),
      ...theory && { theory },
    };
  });
}
