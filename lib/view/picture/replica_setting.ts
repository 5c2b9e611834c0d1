/**
 * The part of a run's setting that is about replicas and reads.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import type { RunSetting } from "./picture.ts";

/** Replicas and reads of a run, as its options say it. */
export interface ReplicaOptions {
  /** The number of replicas. */
  readonly replicas: number;
  /** The number of readers. */
  readonly readers: number;
  /** The replicas that a likes server reports to. */
  readonly writeTo: string;
  /** W. */
  readonly writeQuorum: number;
  /** The replicas that a reader asks. */
  readonly readFrom: string;
  /** R. */
  readonly readQuorum: number;
  /** Read repair. */
  readonly readRepair: string;
  /** From an acknowledgement to the read of the own item; null: none. */
  readonly readAfterTicks: number | null;
}

/**
 * Replicas, readers and quorums of a run.
 *
 * @param options The run.
 * @returns The part of its setting; what does not apply is left out.
 */
export function replicaSettingOf(
  options: ReplicaOptions,
): Pick<RunSetting, "replicas" | "readers" | "quorums"> {
  const { replicas, readers, writeTo, writeQuorum } = options;
  const { readFrom, readQuorum, readRepair, readAfterTicks } = options;
  const hasReads = readers > 0 || readAfterTicks !== null;
  return {
    ...readers > 0 && { readers },
    ...replicas > 1 && {
      replicas,
      quorums: {
        ...{ writeTo, writeQuorum },
        ...hasReads && {
          reads: {
            ...{ readFrom, readQuorum, readRepair },
            ...readAfterTicks !== null && {
              readAfterSeconds: secondsFromTicks(readAfterTicks),
            },
          },
        },
      },
    },
  };
}
