/**
 * The description of a run that every world takes, and its defaults.
 *
 * @module
 */

import type { Delivery } from "../domain/delivery.ts";
import type { Durability } from "../domain/durability.ts";
import type {
  GossipStyle,
  ReadRepair,
  ReplicaChoice,
} from "../domain/replicas.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";
import {
  type FaultPlan,
  NO_FAULTS,
  RUN_TICKS_MAX,
  runEndTick,
} from "../faults/plan.ts";
import { LIKES_MAX } from "../protocol/validator.ts";
import { DEFAULT_TIMING } from "../rules/backoff.ts";
import type { GossipInterval } from "../rules/choice.ts";

/** A run, live or virtual. Times are in ticks of 0.1 ms. */
export interface RunOptions {
  /** Number of likes servers, at least 1; at most 10,000 in a live run. */
  readonly servers: number;
  /** Lifetime of a likes server, in which it draws; at least 1 ms. */
  readonly lifetimeTicks: number;
  /** From one start to the next: likes server i starts at i times this. */
  readonly spawnIntervalTicks: number;
  /** The shortest pause between two draws, at least 1. */
  readonly intervalMinTicks: number;
  /** The longest pause between two draws. */
  readonly intervalMaxTicks: number;
  /** The fewest likes of a draw, 0 to 42. */
  readonly likesMin: number;
  /** The most likes of a draw, 0 to 42. */
  readonly likesMax: number;
  /** The delivery mode: what follows a report that got no answer. */
  readonly delivery: Delivery;
  /** Longest wait of a report for its reply. */
  readonly ackTimeoutTicks: number;
  /**
   * Whether a likes server keeps one connection open; the virtual network knows
   * no connections.
   */
  readonly keepAlive: boolean;
  /** Time after the last lifetime in which what is left may be delivered. */
  readonly drainTicks: number;
  /**
   * The place of a report before its ACK: with `none` a killed primary forgets
   * what came within the last 200 ms.
   */
  readonly durability: Durability;
  /** The root of all randomness, 0 to 2^53-1. */
  readonly seed: number;
  /** The fault plan. */
  readonly faults: FaultPlan;
  /** Number of replicas, at least 1; at most 32 in a live run. */
  readonly replicas: number;
  /**
   * Wait of a replica from the start of an exchange to the next; null: replicas
   * do not gossip.
   */
  readonly gossip: GossipInterval | null;
  /** Gossip style: the messages of an exchange that carry entries. */
  readonly gossipStyle: GossipStyle;
  /** To which replica a likes server reports. */
  readonly writeTo: ReplicaChoice;
  /**
   * Write quorum W: replicas that must have acknowledged a draw for it to be
   * acknowledged; above 1 only where likes servers report to all.
   */
  readonly writeQuorum: number;
  /** Whether a likes server leaves a home that does not answer. */
  readonly failover: boolean;
  /** Number of readers. */
  readonly readers: number;
  /** The shortest pause between two reads of a reader, at least 1 ms. */
  readonly readIntervalMinTicks: number;
  /** The longest pause between two reads of a reader. */
  readonly readIntervalMaxTicks: number;
  /** Choice of the replicas that a reader asks. */
  readonly readFrom: ReplicaChoice;
  /**
   * Read quorum R: replicas that must answer a read; above 1 only where any are
   * asked, or all.
   */
  readonly readQuorum: number;
  /**
   * Read repair: whether and when a reader that saw replicas differ tells those
   * that lack something.
   */
  readonly readRepair: ReadRepair;
  /**
   * Time from each acknowledgement to the likes server's read of its own item;
   * null: no own reads.
   */
  readonly readAfterTicks: number | null;
}

/** The usual run: ten likes servers, five minutes, no faults. */
export const DEFAULT_RUN: RunOptions = {
  servers: 10,
  lifetimeTicks: 300 * TICKS_PER_SECOND,
  spawnIntervalTicks: TICKS_PER_SECOND,
  intervalMinTicks: TICKS_PER_SECOND,
  intervalMaxTicks: 5 * TICKS_PER_SECOND,
  likesMin: 0,
  likesMax: LIKES_MAX,
  delivery: "crdt",
  ackTimeoutTicks: DEFAULT_TIMING.ackTimeoutTicks,
  keepAlive: false,
  drainTicks: 10 * TICKS_PER_SECOND,
  durability: "write",
  seed: 0,
  faults: NO_FAULTS,
  replicas: 1,
  gossip: { kind: "constant", ticks: TICKS_PER_SECOND },
  gossipStyle: "push-pull",
  writeTo: "home",
  writeQuorum: 1,
  failover: true,
  readers: 0,
  readIntervalMinTicks: TICKS_PER_SECOND / 10,
  readIntervalMaxTicks: TICKS_PER_SECOND / 2,
  readFrom: "home",
  readQuorum: 1,
  readRepair: "off",
  readAfterTicks: null,
};

/**
 * Whether anybody reads in a run.
 *
 * @param run The run.
 * @returns `true` with readers, or likes servers that read their own items.
 */
export function areThereReads(
  { readers, readAfterTicks }: RunOptions,
): boolean {
  return readers > 0 || readAfterTicks !== null;
}

/**
 * The replicas that a read asks.
 *
 * @param run The run.
 * @returns Their number.
 */
export function replicasAsked(
  { readFrom, readQuorum, replicas }: RunOptions,
): number {
  if (readFrom === "home") return 1;
  return readFrom === "any" ? readQuorum : replicas;
}

/** Options of every command about runs. */
export interface RunCommandOptions {
  /** The run. */
  readonly run: RunOptions;
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** The words before a command: `deno task` or `likes`. */
  readonly program: string;
  /** The command line that reproduces the run, with its seed, for a shell. */
  readonly command: string;
}

/**
 * The deadline of a run: its planned end and the drain.
 *
 * @param run The run.
 * @returns The last tick at which a likes server may still deliver.
 * @throws {RangeError} If the run is longer than 59 hours, or a time is not a
 * whole number of ticks from 0 on.
 */
export function deadlineTickOf(run: RunOptions): number {
  const { drainTicks } = run;
  const endTick = runEndTick(run);
  const drainTicksMax = RUN_TICKS_MAX - endTick;
  if (!Number.isInteger(drainTicks) || drainTicks < 0) {
    throw new RangeError(
      `Cannot drain for ${drainTicks} ticks: whole numbers from 0 are allowed`,
    );
  }
  if (drainTicks > drainTicksMax) {
    throw new RangeError(
      `Cannot drain for ${drainTicks} ticks after ${endTick}: all of it must end within 59 hours, which leaves ${drainTicksMax}`,
    );
  }
  return endTick + drainTicks;
}
