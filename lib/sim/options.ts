/**
 * What a virtual run is told.
 *
 * @module
 */

import {
  type FaultFlags,
  type FaultPlan,
  RUN_TICKS_MAX,
  runEndTick,
} from "../faults/plan.ts";
import { parseFaultPlan } from "../faults/parse.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { Durability } from "../domain/durability.ts";
import { DEFAULT_TIMING } from "../rules/backoff.ts";
import { Streams } from "../domain/random.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";

/** A virtual run. Times are in ticks of 0.1 ms. */
export interface SimOptions {
  /** How many likes servers, at least 1. */
  readonly servers: number;
  /** How long each draws. */
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
  /** What a likes server does about a report that got no answer. */
  readonly delivery: Delivery;
  /** How long a report waits for its reply. */
  readonly ackTimeoutTicks: number;
  /** How long after the last lifetime what is left may be delivered. */
  readonly drainTicks: number;
  /**
   * Where a report is before its ACK: with `none` a killed primary forgets what
   * came within the last 200 ms.
   */
  readonly durability: Durability;
  /** The root of all randomness, 0 to 2^53-1. */
  readonly seed: number;
  /** The faults, as they are typed. */
  readonly faults: FaultFlags;
}

/** The usual run: ten likes servers, five minutes, no faults. */
export const DEFAULT_SIM_OPTIONS: SimOptions = {
  servers: 10,
  lifetimeTicks: 300 * TICKS_PER_SECOND,
  spawnIntervalTicks: TICKS_PER_SECOND,
  intervalMinTicks: TICKS_PER_SECOND,
  intervalMaxTicks: 5 * TICKS_PER_SECOND,
  likesMin: 0,
  likesMax: 42,
  delivery: "crdt",
  ackTimeoutTicks: DEFAULT_TIMING.ackTimeoutTicks,
  drainTicks: 10 * TICKS_PER_SECOND,
  durability: "write",
  seed: 0,
  faults: {},
};

/**
 * Reads the faults of a run.
 *
 * @param options The run.
 * @param streams Its random numbers, from which crashes can be drawn.
 * @returns The fault plan.
 * @throws {SyntaxError} If a fault is written wrongly.
 * @throws {RangeError} If a fault does not fit the run.
 *
 * @example Usage
 * ```ts
 * import { DEFAULT_SIM_OPTIONS, faultPlanOf } from "./options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = faultPlanOf({ ...DEFAULT_SIM_OPTIONS, faults: { loss: "3/100" } });
 * assertEquals(plan.reportLoss.value, 0.03);
 * ```
 */
export function faultPlanOf(
  options: SimOptions,
  streams: Streams = new Streams(options.seed),
): FaultPlan {
  const { servers, spawnIntervalTicks, lifetimeTicks } = options;
  return parseFaultPlan(options.faults, {
    servers,
    spawnIntervalTicks,
    lifetimeTicks,
    streams,
  });
}

/**
 * When a run is over, whatever is left: its planned end and the drain.
 *
 * @param options The run.
 * @returns The last tick at which a likes server may still deliver.
 * @throws {RangeError} If the run is longer than 59 hours, or a time is not a
 * whole number of ticks from 0 on.
 */
export function deadlineTickOf(options: SimOptions): number {
  const { drainTicks } = options;
  const endTick = runEndTick(options);
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
