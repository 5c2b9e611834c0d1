/**
 * The runs that `compare` puts side by side.
 *
 * @module
 */

import { DELIVERIES, type Delivery } from "../domain/delivery.ts";
import { writeToAllRefusal } from "./read_run.ts";
import type { RunOptions } from "./run_options.ts";

/** A delivery mode that a run is refused in. */
export interface RefusedMode {
  /** The mode. */
  readonly delivery: Delivery;
  /** Reason of the refusal. */
  readonly refused: string;
}

/**
 * Delivery modes to compare a run in.
 *
 * @param run The run.
 * @returns Modes that it is possible in, and those that it is refused in.
 */
export function modesOf(
  { writeTo }: RunOptions,
): { allowed: Delivery[]; refused: RefusedMode[] } {
  const reasonOf = (delivery: Delivery) =>
    writeTo === "all" ? writeToAllRefusal(delivery) : "";
  return {
    allowed: DELIVERIES.filter((delivery) => reasonOf(delivery) === ""),
    refused: DELIVERIES.filter((delivery) => reasonOf(delivery) !== "")
      .map((delivery) => ({ delivery, refused: reasonOf(delivery) })),
  };
}

/** A run with a pair of quorums. */
export interface QuorumRun {
  /** R. */
  readonly read: number;
  /** W. */
  readonly write: number;
  /** The run. */
  readonly run: RunOptions;
}

/**
 * A run with each pair of quorums.
 *
 * @param run The run.
 * @returns N times N runs, by read quorum, then by write quorum.
 */
export function quorumRunsOf(run: RunOptions): QuorumRun[] {
  const sizes = Array.from({ length: run.replicas }, (_, i) => i + 1);
  return sizes.flatMap((read) =>
    sizes.map((write) => ({
      ...{ read, write },
      run: { ...run, readQuorum: read, writeQuorum: write },
    }))
  );
}
