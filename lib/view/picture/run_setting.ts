/**
 * The setting of a run and its faults over time, from its options.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import { formatFaultPlan } from "../../faults/format.ts";
import { type FaultyRun, scheduleFaults } from "../../faults/schedule.ts";
import { faultMarks } from "./fault_marks.ts";
import type { FaultMark, RunSetting } from "./picture.ts";

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

/** A run, as its options say it. */
export type DescribedRun = FaultyRun & ReplicaOptions & {
  /** Delivery mode. */
  readonly delivery: string;
};

/**
 * The setting of a run.
 *
 * @param world Where it happens.
 * @param run Its options.
 * @param command What reproduces it.
 * @returns The setting, and the planned faults.
 * @throws {RangeError} As `scheduleFaults` does.
 */
export function runSettingOf(
  world: RunSetting["world"],
  run: DescribedRun,
  command: string,
): { setting: RunSetting; marks: FaultMark[] } {
  const schedule = scheduleFaults(run);
  const { delivery, seed, servers } = run;
  return {
    setting: {
      ...{ world, delivery, seed, servers },
      ...replicaSettingOf(run),
      plannedSeconds: secondsFromTicks(schedule.endTick),
      command,
      faultFlags: formatFaultPlan(run.faults, run.replicas),
    },
    marks: faultMarks(schedule),
  };
}
