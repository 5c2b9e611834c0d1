/**
 * `compare`: the same faults and seeds under all five delivery modes.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { endsHealed } from "../../faults/plan.ts";
import { runCommand } from "../../options/format_run.ts";
import { WHOLE } from "../../options/shard.ts";
import { Interruption } from "../../platform/interruption.ts";
import { simulateMany } from "../../sim/runs/many.ts";
import { verdictRecord } from "../../verdict/json.ts";
import { ComparedRuns } from "../../verdict/runs/compared_runs.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { comparisonSection } from "../../view/report/report_comparison.ts";
import {
  type Comparison,
  comparisonTable,
} from "../../view/terminal/comparison.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { modesOf } from "../../options/compared_runs.ts";
import { WholeFile } from "../whole_file.ts";
import { writeReport } from "../report_file.ts";
import { runSweep } from "../runs/run_sweep.ts";
import { SweepRuns } from "../runs/sweep.ts";
import { reportRunOf } from "../virtual_report.ts";

/**
 * Compares the delivery modes.
 *
 * @param options What to run.
 * @returns The exit code: 0 whatever the modes do, 130 stopped.
 * @throws {UsageError} If live runs of several seeds are asked for.
 */
export async function runCompare(
  options: CompareCommandOptions,
): Promise<number> {
  if (options.runs > 1) return await runSweep("compare", options);
  if (options.quorums) {
    const { runCompareQuorums } = await import("./compare_quorums.ts");
    return runCompareQuorums(options);
  }
  if (options.live) {
    const { runCompareLive } = await import("./compare_live.ts");
    return runCompareLive(options);
  }
  return await runOnce(options);
}

async function runOnce(options: CompareCommandOptions): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const report = WholeFile.at("report", options.report, output.note);
  const { run, program, command } = options;
  const { refused } = modesOf(run);
  const runs = new SweepRuns({
    ...{ command: "compare", run, quorums: false, check: false },
    ...{ runs: 1, shard: WHOLE },
  });
  const { count, variants } = runs;
  const verdicts: (Verdict | undefined)[] = [];
  const done = await simulateMany({
    count,
    optionsAt: (i) => runs.at(i),
    check: false,
  }, {
    signal: interruption.stop,
    workers: options.workers,
    onProgress: (done) =>
      output.show(
        done / count,
        () => `${Math.floor(done)} of ${count} runs`,
      ),
    onOutcome: ({ verdict }, i) => {
      verdicts[i] = verdict && {
        ...verdict,
        command: runCommand(program, "sim", runs.at(i)),
      };
    },
  });
  const isHealed = endsHealed(run.faults);
  const comparison: Comparison = {
    rows: variants.map(({ delivery }, i) =>
      ComparedRuns.of(delivery, [verdicts[i] ?? []].flat(), isHealed)
    ),
    ...{ faults: run.faults, refused, command },
  };
  // Of no runs there is nothing to tell.
  const text = done === 0 && !options.json ? "" : options.json
    ? jsonText([
      ...verdicts.flatMap((verdict) => verdict ? verdictRecord(verdict) : []),
      ...refused,
    ])
    : comparisonTable(comparison, output.isColoured);
  output.tell(text);
  if (done < count) {
    output.note(
      `Stopped after ${done} of ${count} runs: these are the results so far`,
    );
    return Exit.INTERRUPTED;
  }
  const isReportWhole = report === null || await writeReport(
    report,
    variants.map((run) => reportRunOf(run, command)),
    comparisonSection(comparison),
  );
  return isReportWhole ? Exit.DONE : Exit.UNWRITTEN;
}
