/**
 * `compare --quorums`: the same faults and seed with each pair of read and write
 * quorums, beside what theory says without faults.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { Interruption } from "../../platform/interruption.ts";
import { Wars } from "../../sim/predict/wars.ts";
import { simulateMany } from "../../sim/runs/many.ts";
import { grouped } from "../../verdict/explain.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { QuorumPrediction } from "../../verdict/prediction.ts";
import {
  type ComparedQuorum,
  quorumsTable,
} from "../../view/terminal/quorums_table.ts";
import type { CompareCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";

/** Trials of the theory: its shares are within a few tenths of a percent. */
const TRIALS = 100_000;

/**
 * Compares quorums.
 *
 * @param options What to run.
 * @returns The exit code: 0 whatever is read, 130 stopped.
 */
export async function runCompareQuorums(
  options: CompareCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const { run, program, command } = options;
  const { replicas } = run;
  const predictions = predictionsOf(run);
  const count = replicas ** 2;
  const optionsAt = (i: number) => ({
    ...run,
    readQuorum: 1 + Math.floor(i / replicas),
    writeQuorum: 1 + i % replicas,
  });
  const rows: ComparedQuorum[] = [];
  const done = await simulateMany({ count, optionsAt, check: false }, {
    signal: interruption.stop,
    onProgress: (runs) =>
      output.show(
        runs / count,
        () => `${grouped(Math.floor(runs))} of ${grouped(count)} runs`,
      ),
    onOutcome: ({ verdict }, i) => {
      if (verdict === undefined) return;
      const { readQuorum: read, writeQuorum: write } = optionsAt(i);
      const theory = predictions[i];
      rows.push({
        ...{ read, write },
        verdict: {
          ...verdict,
          command: runCommand(program, "sim", optionsAt(i)),
        },
        ...theory && { theory },
      });
    },
  });
  output.tell(
    options.json
      ? jsonText(
        rows.map(({ read, write, verdict, theory }) => ({
          ...{ read, write },
          ...verdictRecord(verdict),
          ...theory && { theory },
        })),
      )
      : done === 0
      ? ""
      : quorumsTable(rows, command),
  );
  if (done === count) return Exit.DONE;
  output.note(
    `Stopped after ${done} of ${count} runs: these are the results so far`,
  );
  return Exit.INTERRUPTED;
}

/**
 * The prediction for each pair of quorums without faults, by read quorum, then
 * by write quorum. It knows neither gossip nor readers that repair: it says
 * nothing then.
 */
function predictionsOf(run: RunOptions): readonly QuorumPrediction[] {
  if (run.gossip !== null || run.readRepair !== "off") return [];
  if (run.readFrom !== "all") return [];
  const { latency, ackLatency, readLatency } = run.faults;
  const wars = new Wars({
    ...{ replicas: run.replicas, readQuorum: null, writeQuorum: null },
    ...{ latency, trials: TRIALS, seed: run.seed, atMs: [] },
    ackLatency: ackLatency ?? latency,
    readLatency: readLatency ?? latency,
    remoteLatency: null,
  });
  while (!wars.advance());
  return wars.predictions();
}
