/**
 * What the commands of the virtual run are told.
 *
 * @module
 */

import type { RunOptions } from "./run_options.ts";
import { ticksFromMs } from "../domain/ticks.ts";
import type { Durability } from "../domain/durability.ts";
import type { SimOptions } from "../sim/options.ts";

/** `sim`: a virtual run, or many. */
export interface SimCommandOptions extends RunOptions {
  /** Where a report is before its ACK. */
  readonly durability: Durability;
  /** How many seeds, from `seed` on. */
  readonly runs: number;
  /** Whether the invariants are checked after every event. */
  readonly check: boolean;
  /** Where the history is written. */
  readonly history?: string;
  /** Where a report is written. */
  readonly report?: string;
}

/** `compare`: one run for each delivery mode. */
export interface CompareCommandOptions extends RunOptions {
  /** Where a report is before its ACK. */
  readonly durability: Durability;
  /** How many seeds, from `seed` on. */
  readonly runs: number;
  /** Whether the runs are live. */
  readonly live: boolean;
  /** The primary's port, where the runs are live. */
  readonly port: number;
  /** The folder of the log files, where the runs are live. */
  readonly logDir: string;
  /** Where a report is written. */
  readonly report?: string;
}

/** `shrink`: the smallest fault plan with which a run still fails. */
export interface ShrinkCommandOptions extends RunOptions {
  /** Where a report is before its ACK. */
  readonly durability: Durability;
}

/**
 * The run that a command is about, in the units of the virtual world.
 *
 * @param options What the command was told.
 * @returns The run.
 */
export function simOptionsOf(options: ShrinkCommandOptions): SimOptions {
  return {
    servers: options.servers,
    lifetimeTicks: ticksFromMs(options.lifetimeMs),
    spawnIntervalTicks: ticksFromMs(options.spawnIntervalMs),
    intervalMinTicks: ticksFromMs(options.intervalMinMs),
    intervalMaxTicks: ticksFromMs(options.intervalMaxMs),
    likesMin: options.likesMin,
    likesMax: options.likesMax,
    delivery: options.delivery,
    ackTimeoutTicks: ticksFromMs(options.ackTimeoutMs),
    drainTicks: ticksFromMs(options.drainMs),
    durability: options.durability,
    seed: options.seed,
    faults: options.faultFlags,
  };
}
