/**
 * The fault plan: which faults happen when. Plain data; all times are ticks of
 * 0.1 ms since the first likes server started.
 *
 * @module
 */

import { isReplica } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import { type Latency, LATENCY_NONE } from "./latency.ts";
import type { Naming, NodeRange } from "./naming.ts";
import { type Ratio, RATIO_NONE } from "./notation.ts";

export type { NodeRange } from "./naming.ts";

/** One side of a partition: nodes, or everybody that the other side is not. */
export type Side = readonly NodeRange[] | "others";

/** Direction in which nothing passes between two sides, as it is written. */
export type CutDirection = "--" | "->" | "<-";

/** A window in which nothing passes between two sides. */
export interface Partition {
  /** The first tick at which nothing passes. */
  readonly fromTick: number;
  /** The first tick at which messages pass again. */
  readonly untilTick: number;
  /** The side written first. */
  readonly left: Side;
  /** Direction of the cut: left to right, right to left, or both. */
  readonly direction: CutDirection;
  /** The other side. If both sides are `others`, nothing passes at all. */
  readonly right: Side;
}

/** A process is killed, and restarted or not. */
export interface Crash {
  /** The node: a likes server, or a replica. */
  readonly process: number;
  /** The tick at which it is killed. */
  readonly atTick: number;
  /**
   * Ticks for which it is down, at least 1; `NEVER` (2^31 - 1): it is not
   * restarted.
   */
  readonly downTicks: number;
}

/** A process stands still for a while. */
export interface Pause {
  /** The node: a likes server, or a replica. */
  readonly process: number;
  /** The tick at which it is stopped. */
  readonly atTick: number;
  /** Ticks for which it stands still, at least 1. */
  readonly pausedTicks: number;
}

/** The faults of a run as they are given, the same for every seed. */
export interface FaultPlan {
  /** One-way delay of each message that no other latency is given for. */
  readonly latency: Latency;
  /** One-way delay of replies to likes servers; null: as `latency`. */
  readonly ackLatency: Latency | null;
  /** One-way delay of messages between replicas; null: as `latency`. */
  readonly peerLatency: Latency | null;
  /** One-way delay of reads and their answers; null: as `latency`. */
  readonly readLatency: Latency | null;
  /** The share of requests that are lost: reports, reads, exchanges. */
  readonly reportLoss: Ratio;
  /** The share of replies to these that are lost. */
  readonly ackLoss: Ratio;
  /** The share of messages, in both directions, that arrive twice. */
  readonly duplicate: Ratio;
  /** In the order given. They may overlap. */
  readonly partitions: readonly Partition[];
  /** In order of time and process. */
  readonly crashes: readonly Crash[];
  /** The number of further crashes, drawn from the seed of each run. */
  readonly randomCrashes: number;
  /** In order of time and process. */
  readonly pauses: readonly Pause[];
}

/** The plan without faults. */
export const NO_FAULTS: FaultPlan = {
  latency: LATENCY_NONE,
  ackLatency: null,
  peerLatency: null,
  readLatency: null,
  reportLoss: RATIO_NONE,
  ackLoss: RATIO_NONE,
  duplicate: RATIO_NONE,
  partitions: [],
  crashes: [],
  randomCrashes: 0,
  pauses: [],
};

/** The fault plan of one run: drawn crashes are among its crashes. */
export interface FaultSchedule extends Omit<FaultPlan, "randomCrashes"> {
  /** Number of likes servers. */
  readonly servers: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Number of readers. */
  readonly readers: number;
  /**
   * The tick at which all faults are lifted: the end of the last lifetime.
   * Faults beyond it do not happen.
   */
  readonly endTick: number;
}

/** The fault flags of a command line, without their dashes, as text. */
export interface FaultFlags {
  /** `--latency`, default `0ms`. */
  readonly latency?: string | undefined;
  /** `--ack-latency`, default: as `--latency`. */
  readonly ackLatency?: string | undefined;
  /** `--peer-latency`, default: as `--latency`. */
  readonly peerLatency?: string | undefined;
  /** `--read-latency`, default: as `--latency`. */
  readonly readLatency?: string | undefined;
  /** `--loss`, default `0`. */
  readonly loss?: string | undefined;
  /** `--ack-loss`, default: as `--loss`. */
  readonly ackLoss?: string | undefined;
  /** `--duplicate`, default `0`. */
  readonly duplicate?: string | undefined;
  /** Each `--partition`. */
  readonly partition?: readonly string[] | undefined;
  /** Each `--crash`. */
  readonly crash?: readonly string[] | undefined;
  /** Each `--pause`. */
  readonly pause?: readonly string[] | undefined;
}

/** The processes of a run, and when its likes servers live. */
export interface FaultRun {
  /** Number of likes servers, at least 1. */
  readonly servers: number;
  /** Number of replicas, at least 1. @default {1} */
  readonly replicas?: number;
  /** Number of readers. @default {0} */
  readonly readers?: number;
  /** Names of the nodes. @default {LIKES_NAMING} */
  readonly naming?: Naming;
  /**
   * Time from each acknowledgement to the likes server's own read, in ticks;
   * null: no own reads. @default {null}
   */
  readonly readAfterTicks?: number | null;
  /** Time from the start of one likes server to that of the next, in ticks. */
  readonly spawnIntervalTicks: number;
  /** Lifetime of a likes server, in ticks. */
  readonly lifetimeTicks: number;
}

/** The longest run, in ticks: 59 hours. */
export const RUN_TICKS_MAX = 59 * 36_000_000;

/**
 * The planned end of a run: when the last likes server's lifetime ends.
 *
 * @param run The run.
 * @returns `(servers - 1) * spawnIntervalTicks + lifetimeTicks`.
 * @throws {RangeError} If a number is not a whole one, or the run is longer
 * than 59 hours.
 *
 * @example Usage
 * ```ts
 * import { runEndTick } from "./plan.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 10_000, lifetimeTicks: 3_000_000 };
 * assertEquals(runEndTick(run), 3_090_000);
 * ```
 */
export function runEndTick(run: FaultRun): number {
  const { servers, spawnIntervalTicks, lifetimeTicks } = run;
  if (!Number.isSafeInteger(servers) || servers < 1) {
    throw new RangeError(
      `Cannot plan faults for ${servers} likes servers: at least 1 is needed`,
    );
  }
  for (const ticks of [spawnIntervalTicks, lifetimeTicks]) {
    if (!Number.isSafeInteger(ticks) || ticks < 0) {
      throw new RangeError(
        `Cannot plan faults with ${ticks} ticks: whole numbers from 0 are allowed`,
      );
    }
  }
  const endTick = (servers - 1) * spawnIntervalTicks + lifetimeTicks;
  if (endTick > RUN_TICKS_MAX) {
    throw new RangeError(
      `Cannot run for ${
        endTick / 36_000_000
      } hours: (--servers - 1) * --spawn-interval + --lifetime must be at most 59h`,
    );
  }
  return endTick;
}

/**
 * Whether every replica is there in the end, so that what can be delivered can
 * be counted.
 *
 * @param plan The plan.
 * @returns False if one is killed and not restarted.
 */
export function endsHealed(plan: Pick<FaultPlan, "crashes">): boolean {
  return !plan.crashes.some(({ process, downTicks }) =>
    isReplica(process) && downTicks === NEVER
  );
}
