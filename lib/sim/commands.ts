/**
 * What the commands of the virtual run are told.
 *
 * @module
 */

import type { RunOptions } from "../faults/run_options.ts";
import type { VirtualDurability } from "./options.ts";

/** `sim`: a virtual run, or many. */
export interface SimCommandOptions extends RunOptions {
  /** Where a report is before its ACK. */
  readonly durability: VirtualDurability;
  /** How many seeds, from `seed` on. */
  readonly runs: number;
  /** Whether the invariants are checked after every event. */
  readonly check: boolean;
  /** Where the history is written. */
  readonly history?: string;
}

/** `compare`: one run for each delivery mode. */
export interface CompareCommandOptions extends RunOptions {
  /** Where a report is before its ACK. */
  readonly durability: VirtualDurability;
  /** How many seeds, from `seed` on. */
  readonly runs: number;
  /** Whether the runs are live. */
  readonly live: boolean;
  /** The primary's port, where the runs are live. */
  readonly port: number;
  /** The folder of the log files, where the runs are live. */
  readonly logDir: string;
}
