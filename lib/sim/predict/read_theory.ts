/**
 * Theory of the reads of a run: the WARS model with the run's own quorums and
 * latencies, where nothing else is in force.
 *
 * @module
 */

import { PREDICT_REPLICAS_MAX } from "../../domain/replicas.ts";
import type { FaultPlan } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { QuorumPrediction, ReadTheory } from "../../verdict/prediction.ts";
import { Wars } from "./wars.ts";

/** Trials of a theory: its shares are within 0.3 points. */
const TRIALS = 100_000;

/**
 * Parts of a run, beside its faults, that the WARS model does not know.
 *
 * @param run The run.
 * @returns A few words for each; none where the model is of such a store.
 */
function unmodelledStore(run: RunOptions): string[] {
  const { replicas, writeTo, readFrom, gossip, readRepair } = run;
  if (replicas === 1) return ["a single primary"];
  const parts: [isThere: boolean, words: string][] = [
    [replicas > PREDICT_REPLICAS_MAX, `${replicas} replicas`],
    [writeTo !== "all", `--write-to ${writeTo}`],
    [readFrom !== "all", `--read-from ${readFrom}`],
    [gossip !== null, "gossip"],
    [readRepair !== "off", "read repair"],
  ];
  return parts.flatMap(([isThere, words]) => isThere ? [words] : []);
}

/**
 * Faults of a plan that the WARS model does not know: all but latencies.
 *
 * @param plan The plan.
 * @returns A word or two for each kind; none where there is none.
 */
function unmodelledFaults(plan: FaultPlan): string[] {
  const { crashes, randomCrashes, pauses, partitions } = plan;
  const parts: [isThere: boolean, words: string][] = [
    [plan.reportLoss.value > 0 || plan.ackLoss.value > 0, "losses"],
    [plan.duplicate.value > 0, "copies of messages"],
    [partitions.length > 0, "partitions"],
    [crashes.length > 0 || randomCrashes > 0, "crashes"],
    [pauses.length > 0, "pauses"],
  ];
  return parts.flatMap(([isThere, words]) => isThere ? [words] : []);
}

/** Whether no message of a client or its answer takes any time. */
function isInstant({ latency, ackLatency, readLatency }: FaultPlan): boolean {
  return [latency, ackLatency, readLatency].every((one) =>
    one === null || (one.kind === "constant" && one.delayMs === 0)
  );
}

/**
 * Predicts pairs of quorums with the replicas and latencies of a run, whatever
 * else is in force.
 *
 * @param run The run, of at most 32 replicas.
 * @param quorums The only R and W; each from 1 to N where they are null.
 * @returns The predictions, by read quorum, then by write quorum.
 */
export function predictionsOf(
  { replicas, faults, seed }: RunOptions,
  quorums: { readQuorum: number | null; writeQuorum: number | null },
): QuorumPrediction[] {
  const { latency, ackLatency, readLatency } = faults;
  const wars = new Wars({
    ...quorums,
    ...{ replicas, latency, trials: TRIALS, seed, atMs: [] },
    ackLatency: ackLatency ?? latency,
    readLatency: readLatency ?? latency,
    remoteLatency: null,
  });
  wars.advance();
  return wars.predictions();
}

/** Theory of all pairs of quorums of a run. */
export interface QuorumTheory {
  /**
   * The predictions, by read quorum, then by write quorum; none where a part of
   * the store is unmodelled.
   */
  readonly predictions: readonly QuorumPrediction[];
  /** Parts of the store that the model does not know. */
  readonly unmodelled: readonly string[];
  /** Faults in force that the model does not know: theory is without them. */
  readonly faults: readonly string[];
  /** Whether no message of a client or its answer takes any time. */
  readonly isInstant: boolean;
}

/**
 * Theory of all pairs of quorums with the replicas and latencies of a run.
 *
 * @param run The run, of at most 32 replicas.
 * @returns The predictions, and what they leave out.
 */
export function quorumTheoryOf(run: RunOptions): QuorumTheory {
  const unmodelled = unmodelledStore(run);
  const quorums = { readQuorum: null, writeQuorum: null };
  return {
    predictions: unmodelled.length > 0 ? [] : predictionsOf(run, quorums),
    unmodelled,
    faults: unmodelledFaults(run.faults),
    isInstant: isInstant(run.faults),
  };
}

/**
 * Theory of the reads of a run.
 *
 * @param run The run.
 * @returns The prediction for its quorums and latencies, if nothing is in force
 * that the model does not know; else what that is.
 *
 * @example Usage
 * ```ts
 * import { readTheoryOf } from "./read_theory.ts";
 * import { DEFAULT_RUN } from "../../options/run_options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const theory = readTheoryOf({ ...DEFAULT_RUN, replicas: 3 });
 * assertEquals(theory.without, ["--write-to home", "--read-from home", "gossip"]);
 * ```
 */
export function readTheoryOf(run: RunOptions): ReadTheory {
  const without = [...unmodelledStore(run), ...unmodelledFaults(run.faults)];
  if (without.length > 0) return { without };
  const [predicted] = predictionsOf(run, run) as [QuorumPrediction];
  return { predicted };
}
