/**
 * `compare --quorums`: the same faults and seed with each pair of read and
 * write quorums, beside what theory says without faults.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { runCommand } from "../../options/format_run.ts";
import { Interruption } from "../../platform/interruption.ts";
import { simulateMany } from "../../sim/runs/many.ts";
import { grouped } from "../../verdict/explain.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import {
  type ComparedQuorum,
  quorumsTable,
} from "../../view/terminal/quorums_table.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { type QuorumRun, quorumRunsOf } from "../../options/compared_runs.ts";
import type { RunsContext } from "./compare_live.ts";
import { quorumComparison, writeQuorumReport } from "../quorum_comparison.ts";
import { WholeFile } from "../whole_file.ts";

/** A pair of quorums, and the verdict on its run once there is one. */
interface Row extends QuorumRun {
  verdict?: Verdict;
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
  const report = WholeFile.at("report", options.report, output.note);
  const { run, live } = options;
  const rows: Row[] = quorumRunsOf(run);
  const count = rows.length;
  const context = { interruption, output };
  const done = live
    ? await runLive(options, rows, context)
    : await runVirtual(options, rows, context);
  const comparison = quorumComparison(run, options, (i) => {
    const { verdict } = rows[i]!;
    if (verdict === undefined) return null;
    const { freshAfter = [] } = verdict.reads ?? {};
    return { verdicts: [verdict], freshAfter };
  });
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
  const world = live ? "live" : "virtual";
  return await writeQuorumReport(report, world, run, comparison)
    ? Exit.DONE
    : Exit.UNWRITTEN;
}

async function runVirtual(
  { program, workers }: CompareCommandOptions,
  rows: readonly Row[],
  { interruption, output }: RunsContext,
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
  context: RunsContext,
): Promise<number> {
  const { liveRunsOf } = await import("./compare_live.ts");
  const named = rows.map(({ read, write, run }) => ({
    name: `R${read}-W${write}`,
    run,
  }));
  const done = await liveRunsOf(
    { ...options, report: undefined },
    named,
    context,
  );
  for (const { index, verdict } of done) {
    const row = rows[index];
    if (row !== undefined) row.verdict = verdict;
  }
  return done.length;
}

/** A document for each pair: the verdict on its run, beside theory. */
function jsonRows(compared: readonly ComparedQuorum[]) {
  return compared.map(({ read, write, verdicts: [verdict], theory }) => ({
    ...{ read, write },
    ...verdict && verdictRecord(verdict),
    ...theory && { theory },
  }));
}
