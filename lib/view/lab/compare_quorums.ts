/**
 * The run of a setting with each pair of read and write quorums.
 *
 * @module
 */

import { quorumRunsOf } from "../../options/compared_runs.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { quorumTheoryOf } from "../../sim/predict/read_theory.ts";
import { verdictOf } from "../../sim/run.ts";
import { Simulation } from "../../sim/simulation.ts";
import type {
  ComparedQuorum,
  QuorumComparison,
} from "../terminal/quorums_table.ts";
import { quorumSettingOf } from "./quorum_setting.ts";

/** Events between two reports of progress. */
const SLICE_EVENTS = 10_000;

/**
 * Runs a setting with each pair of quorums.
 *
 * @param options The run.
 * @param program The program of command lines.
 * @param onProgress Called now and then with the share that is done, 0 to 1.
 * @returns The comparison, beside theory where there is one.
 * @throws {RangeError} If quorums of this setting cannot be compared.
 */
export function compareQuorums(
  options: RunOptions,
  program: string,
  onProgress: (share: number) => void,
): QuorumComparison {
  const setting = quorumSettingOf(options);
  if ("refusal" in setting) throw new RangeError(setting.refusal);
  const { run } = setting;
  const { predictions, ...theory } = quorumTheoryOf(run);
  const pairs = quorumRunsOf(run);
  const rows = pairs.map(({ read, write, run }, index): ComparedQuorum => {
    const simulation = new Simulation(run);
    while (!simulation.advance(SLICE_EVENTS)) {
      const share = Math.min(1, simulation.now / simulation.faults.endTick);
      onProgress((index + share) / pairs.length);
    }
    const command = runCommand(program, "sim", run);
    const verdict = verdictOf(simulation, { command });
    const predicted = predictions[index];
    return {
      ...{ read, write, verdicts: [verdict] },
      freshAfter: verdict.reads?.freshAfter ?? [],
      ...predicted !== undefined && { theory: predicted },
    };
  });
  return { rows, runs: 1, ...theory, command: "" };
}
