// deno-lint-ignore-file no-console
/**
 * One measurement of a prediction, in a process of its own: a JSON object on
 * standard output.
 *
 * ```sh
 * deno run tests/bench/predict_run.ts '{"setting":"lnkd-ssd","replicas":3,"quorum":1,"trials":1000000}'
 * ```
 *
 * @module
 */

import { latencySettingOf } from "../../lib/faults/latency_settings.ts";
import { Wars } from "../../lib/sim/predict/wars.ts";

/** What is to be measured. */
export interface PredictRunRequest {
  /** The name of the latencies. */
  readonly setting: string;
  /** N. */
  readonly replicas: number;
  /** R and W; null: all pairs of quorums. */
  readonly quorum: number | null;
  /** Number of trials. */
  readonly trials: number;
}

/** Trials a second of real time, from options to quantiles. */
function measure(
  { setting, replicas, quorum, trials }: PredictRunRequest,
): number {
  const latencies = latencySettingOf(setting);
  if (latencies === undefined) throw new Error(`No setting is ${setting}`);
  const { latency, others } = latencies;
  const beganMs = performance.now();
  const wars = new Wars({
    ...{ replicas, readQuorum: quorum, writeQuorum: quorum, latency },
    ...{ ackLatency: others, readLatency: others, remoteLatency: null },
    ...{ trials, seed: 7, atMs: [] },
  });
  wars.advance();
  if (wars.predictions().length === 0) throw new Error("Nothing was predicted");
  return trials / (performance.now() - beganMs) * 1000;
}

if (import.meta.main) {
  const request: PredictRunRequest = JSON.parse(Deno.args[0] ?? "");
  console.log(JSON.stringify({ trialsPerSecond: measure(request) }));
}
