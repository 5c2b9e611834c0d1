/**
 * Runs with each pair of read and write quorums beside theory.
 *
 * @module
 */

import { quorumRunsOf } from "../options/compared_runs.ts";
import type { RunOptions } from "../options/run_options.ts";
import { quorumTheoryOf } from "../sim/predict/read_theory.ts";
import type {
  ComparedQuorum,
  QuorumComparison,
} from "../view/terminal/quorums_table.ts";
import type { WholeFile } from "./whole_file.ts";

/** The runs of a pair of quorums, as they are compared. */
type MeasuredQuorum = Pick<ComparedQuorum, "verdicts" | "runs" | "freshAfter">;

/**
 * Compares pairs of quorums with each other, and with theory, which is of each
 * pair without faults.
 *
 * @param run The run, with any quorums.
 * @param facts Runs of each pair that were asked for, and the command that does
 * it again.
 * @param measuredOf What was measured with a pair, by the number of the pair;
 * null if it was not run.
 * @returns The comparison of the pairs that were run.
 */
export function quorumComparison(
  run: RunOptions,
  { runs, command }: Pick<QuorumComparison, "runs" | "command">,
  measuredOf: (index: number) => MeasuredQuorum | null,
): QuorumComparison {
  const { predictions, unmodelled, faults } = quorumTheoryOf(run);
  return {
    rows: quorumRunsOf(run).flatMap(({ read, write }, i) => {
      const measured = measuredOf(i);
      const theory = predictions[i];
      return measured === null
        ? []
        : [{ read, write, ...measured, ...theory && { theory } }];
    }),
    ...{ runs, unmodelled, faults, command },
  };
}

/**
 * Writes the report on a comparison of quorums.
 *
 * @param file The file.
 * @param world Where the runs took place.
 * @param run The run, with any quorums.
 * @param comparison The comparison.
 * @returns Whether it is written; if not, there is no file.
 */
export async function writeQuorumReport(
  file: WholeFile,
  world: "live" | "virtual",
  run: RunOptions,
  comparison: QuorumComparison,
): Promise<boolean> {
  // The page is large: a run without a report does not load it.
  const [{ quorumsHtml }, { runSettingOf }] = await Promise.all([
    import("../view/report/report_quorums.ts"),
    import("../view/picture/run_setting.ts"),
  ]);
  const { setting, marks } = runSettingOf(world, run, comparison.command);
  return file.write(await quorumsHtml(comparison, setting, marks));
}
