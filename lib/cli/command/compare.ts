/**
 * `compare`: the same faults and seeds under all five delivery modes.
 *
 * @module
 */

import { Interruption } from "../../platform/interruption.ts";
import { ReportFile } from "../report_file.ts";
import { Exit } from "../../domain/exit_codes.ts";
import type { Delivery } from "../../domain/delivery.ts";
import { runCommand } from "../../options/format_run.ts";
import { modesOf } from "../compared_runs.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { simulateMany } from "../../sim/runs/many.ts";
import { RunsSummary } from "../../sim/runs/runs_report.ts";
import { grouped } from "../../verdict/explain.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { escapeMarkup } from "../../view/chart/markup.ts";
import { comparisonTable } from "../../view/terminal/comparison.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { reportRunOf } from "../virtual_report.ts";

/**
 * Compares the delivery modes.
 *
 * @param options What to run.
 * @returns The exit code: 0 whatever the modes do, 130 stopped.
 */
export async function runCompare(
  options: CompareCommandOptions,
): Promise<number> {
  if (options.quorums) {
    const { runCompareQuorums } = await import("./compare_quorums.ts");
    return runCompareQuorums(options);
  }
  if (options.live) {
    const { runCompareLive } = await import("./compare_live.ts");
    return runCompareLive(options);
  }
  using interruption = new Interruption();
  const output = new CommandOutput();
  const report = ReportFile.at(options.report, (text) => output.note(text));
  const { run: first, runs, program, command } = options;
  // One seed after the other under all modes: whoever stops half way sees all
  // five.
  const { allowed, refused } = modesOf(first);
  const modes = allowed.length;
  const optionsAt = (i: number) => ({
    ...first,
    seed: first.seed + Math.floor(i / modes),
    delivery: allowed[i % modes] as Delivery,
  });
  const results = allowed.map((delivery) => ({
    delivery,
    verdicts: [] as Verdict[],
    summary: new RunsSummary(
      delivery,
      first.seed,
      (seed) => runCommand(program, "sim", { ...first, delivery, seed }),
    ),
  }));
  const count = runs * modes;
  const show = (done: number) =>
    output.show(
      done / count,
      () => `${grouped(Math.floor(done))} of ${grouped(count)} runs`,
    );
  const done = await simulateMany({ count, optionsAt, check: false }, {
    signal: interruption.stop,
    onProgress: show,
    onOutcome: (outcome, i) => {
      const result = results[i % modes];
      result?.summary.add(outcome);
      if (outcome.verdict !== undefined) {
        const command = runCommand(program, "sim", optionsAt(i));
        result?.verdicts.push({ ...outcome.verdict, command });
      }
      show(i + 1);
    },
  });
  const comparison = {
    rows: results,
    faults: first.faults,
    refused,
    command,
  };
  // Of no runs there is nothing to tell.
  const text = done === 0 && !options.json ? "" : options.json
    ? jsonText(
      runs === 1
        ? [
          ...results.flatMap(({ verdicts }) => verdicts.map(verdictRecord)),
          ...refused,
        ]
        : [...results.map(({ summary }) => summary.report()), ...refused],
    )
    : comparisonTable(comparison, output.isColoured);
  output.tell(text);
  if (done < count) {
    output.note(
      `Stopped after ${done} of ${count} runs: these are the results so far`,
    );
    return Exit.INTERRUPTED;
  }
  // With several seeds, what the first one looks like; the table tells of all.
  const isReportWhole = await report?.write(
    allowed.map((delivery) => reportRunOf({ ...first, delivery }, command)),
    tableMarkup(comparisonTable(comparison, false)),
  );
  return isReportWhole === false ? Exit.UNWRITTEN : Exit.DONE;
}

/**
 * The table as it stands on a terminal, for a report: what theory predicts, and
 * what came of all seeds.
 */
function tableMarkup(table: string): string {
  return `<section><h2>Theory and practice</h2><div class="scroll"><pre>${
    escapeMarkup(table)
  }</pre></div></section>`;
}
