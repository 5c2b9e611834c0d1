/**
 * What a run is told, in either world.
 *
 * @module
 */

import type { Delivery } from "../domain/delivery.ts";
import type { FaultFlags, FaultPlan } from "../faults/plan.ts";

/** A run, live or virtual. */
export interface RunOptions {
  /** How many likes servers, 1 to 10,000 in a live run. */
  readonly servers: number;
  /** How long each draws, at least 1 ms. */
  readonly lifetimeMs: number;
  /** From one start to the next. */
  readonly spawnIntervalMs: number;
  /** The shortest pause between two draws, at least 1 ms. */
  readonly intervalMinMs: number;
  /** The longest pause between two draws. */
  readonly intervalMaxMs: number;
  /** The fewest likes of a draw, 0 to 42. */
  readonly likesMin: number;
  /** The most likes of a draw, 0 to 42. */
  readonly likesMax: number;
  /** What a likes server does about a report that got no answer. */
  readonly delivery: Delivery;
  /** How long a report waits for its reply, at least 1 ms. */
  readonly ackTimeoutMs: number;
  /** Whether a likes server keeps one connection open. */
  readonly keepAlive: boolean;
  /** How long after the last lifetime what is left may be delivered. */
  readonly drainMs: number;
  /** The root of all randomness, 0 to 2^53-1; drawn if it was not given. */
  readonly seed: number;
  /** Which faults happen when. */
  readonly faults: FaultPlan;
  /**
   * The faults as they were typed: with another seed, drawn crashes are others.
   */
  readonly faultFlags: FaultFlags;
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** What reproduces the run, for a shell: the words given, and the seed. */
  readonly command: string;
}
