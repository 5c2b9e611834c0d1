/**
 * What the commands are told, each its own.
 *
 * @module
 */

import type { RunCommandOptions } from "../options/run_options.ts";

/** `sim`: a virtual run, or many. */
export interface SimCommandOptions extends RunCommandOptions {
  /** How many seeds, from that of the run on. */
  readonly runs: number;
  /** Whether the invariants are checked after every event. */
  readonly check: boolean;
  /** Where the history is written. */
  readonly history?: string;
  /** Where a report is written. */
  readonly report?: string;
}

/** `compare`: one run for each delivery mode. */
export interface CompareCommandOptions extends RunCommandOptions {
  /** How many seeds, from that of the run on. */
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

/** `read`. */
export interface ReadOptions {
  /** The primary's port. */
  readonly port: number;
  /** Whether the total is printed at every change. */
  readonly watch: boolean;
}

/** `storm`: live runs in which every process is killed at random moments. */
export interface StormCommandOptions {
  /** How long to go on, in minutes. */
  readonly minutes: number;
  /** The seed of the first run; the next ones follow. */
  readonly seed: number;
  /** Where the log folders of the runs are created. */
  readonly logDir: string;
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** What is typed before a command: `deno task` or `likes`. */
  readonly program: string;
}
