/**
 * The counts by which a live run is judged: asked for when all likes servers
 * have ended and nothing is on its way any more.
 *
 * @module
 */

import type { RunOptions } from "../../options/run_options.ts";
import { type Counted, CountedTogether } from "../run/counted_between.ts";
import type { LiveNetwork } from "../run/live_network.ts";
import type { Primaries } from "../run/primaries.ts";
import type { PrimaryBaseline } from "../run/primary_baseline.ts";
import type { ReplicaOutcome } from "./replica_outcome.ts";
import { agreementMsMax, type ReplicaSampler } from "./replica_sampler.ts";

/**
 * Time for which the last messages are awaited when all likes servers have
 * ended, in milliseconds: none is delayed for so long.
 */
export const LAST_MESSAGES_MS = 5_000;

/** The parts of a run that know of its primaries. */
export interface FinalCountsOptions {
  /** The run. */
  readonly run: RunOptions;
  /** The primaries of the run. */
  readonly primaries: Primaries;
  /** The state of each before the run. */
  readonly baselines: readonly PrimaryBaseline[];
  /** The network with faults; null where there is none. */
  readonly network: LiveNetwork | null;
  /** Samples of replicas; null where there is one primary. */
  readonly sampler: ReplicaSampler | null;
  /** Ends the wait for agreement. */
  readonly signal: AbortSignal;
}

/** The counts by which a run is judged. */
export interface FinalCounts {
  /**
   * Counts by the primary, or by all replicas together; or the reason for which
   * they are not known.
   */
  readonly counted: Counted | string;
  /** Counts by replica, where there are several. */
  readonly replicas?: ReplicaOutcome;
}

/**
 * Asks for the counts, of replicas when they agree, or have had the time for
 * it.
 *
 * @param options The run.
 * @returns What they say.
 */
export async function finalCounts(
  options: FinalCountsOptions,
): Promise<FinalCounts> {
  const { primaries, baselines, network, sampler } = options;
  if (sampler !== null) return await finalCountsOfReplicas(options, sampler);
  const own = primaries.all[0]?.own;
  own?.answer();
  const isGone = own !== undefined && !await own.up();
  await network?.empty(LAST_MESSAGES_MS);
  const counted = isGone
    ? `the primary is gone: ${own.whyDown}`
    : await (baselines[0] as PrimaryBaseline).countedSince();
  return { counted };
}

async function finalCountsOfReplicas(
  { run, primaries, baselines, network, signal }: FinalCountsOptions,
  sampler: ReplicaSampler,
): Promise<FinalCounts> {
  await Promise.all(primaries.all.map(({ own }) => own?.settled()));
  await network?.empty(LAST_MESSAGES_MS);
  await sampler.agreed(agreementMsMax(run), signal);
  await sampler.stop();
  const counted = await Promise.all(
    primaries.all.map(({ own }, replica) =>
      own?.isUp === false
        ? `it is gone: ${own.whyDown}`
        : (baselines[replica] as PrimaryBaseline).countedSince()
    ),
  );
  const living = counted.filter((one) => typeof one !== "string");
  return {
    counted: living.length === 0
      ? "no replica answers any more"
      : new CountedTogether(living),
    replicas: { sampler, counted },
  };
}
