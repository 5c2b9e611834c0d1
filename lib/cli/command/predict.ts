/**
 * `predict`: what each quorum of a store with N replicas will serve.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { yieldToSockets } from "../../platform/event_loop.ts";
import { Interruption } from "../../platform/interruption.ts";
import { Wars } from "../../sim/predict/wars.ts";
import { grouped } from "../../verdict/explain.ts";
import type { Prediction, QuorumPrediction } from "../../verdict/prediction.ts";
import { predictionTable } from "../../view/terminal/prediction_table.ts";
import type { PredictCommandOptions } from "../command_options.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { WholeFile } from "../whole_file.ts";

/** Trials between two looks at the clock: some milliseconds. */
const SLICE_TRIALS = 16_384;

/** Between two turns in which signals are heard, in milliseconds. */
const TURN_MS = 100;

/**
 * Predicts.
 *
 * @param options What to predict.
 * @returns The exit code: 0 done, 3 the report could not be written, 130
 * stopped.
 */
export async function runPredict(
  options: PredictCommandOptions,
): Promise<number> {
  using interruption = new Interruption();
  const { stop, kill } = interruption;
  const output = new CommandOutput();
  const report = WholeFile.at("report", options.report, output.note);
  const { trials, seed, replicas, latencies, command } = options;
  const wars = new Wars(options);
  let turnMs = output.elapsedMs;
  const takeTurn = async (): Promise<void> => {
    if (output.elapsedMs - turnMs < TURN_MS) return;
    await yieldToSockets();
    turnMs = output.elapsedMs;
  };
  while (!stop.aborted && !wars.advance(SLICE_TRIALS)) {
    output.show(
      wars.done / trials,
      () => `${grouped(wars.done)} of ${grouped(trials)} trials`,
    );
    await takeTurn();
  }
  if (wars.done === 0) return Exit.INTERRUPTED;
  const quorums: QuorumPrediction[] = [];
  for (const one of wars.eachPrediction()) {
    quorums.push(one);
    await takeTurn();
    if (kill.aborted) {
      output.note("Stopped at once: nothing is predicted");
      return Exit.INTERRUPTED;
    }
  }
  const prediction: Prediction = {
    ...{ replicas, trials: wars.done, seed, latencies, command },
    quorums,
  };
  output.tell(
    options.json ? jsonText(prediction) : predictionTable(prediction),
  );
  if (wars.done < trials) {
    output.note(
      `Stopped after ${grouped(wars.done)} of ${
        grouped(trials)
      } trials: this is what they say`,
    );
    return Exit.INTERRUPTED;
  }
  if (report === null) return Exit.DONE;
  // The page is large: who asks for none does not load it.
  const { predictionHtml } = await import("../../view/report/prediction.ts");
  return report.write(await predictionHtml(prediction))
    ? Exit.DONE
    : Exit.UNWRITTEN;
}
