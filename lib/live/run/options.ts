/**
 * What the commands of the live run are told.
 *
 * @module
 */

import type { RunOptions } from "../../options/run_options.ts";
import type { Durability } from "../../domain/durability.ts";
import type { PrimaryOptions } from "../primary/options.ts";

/** `parent`: a live run against a primary that somebody else has started. */
export interface ParentOptions extends RunOptions {
  /** The primary's port. */
  readonly port: number;
  /** The folder of the log files. */
  readonly logDir: string;
  /**
   * Whether a likes server that a foreign signal has killed is started again.
   */
  readonly restart: boolean;
  /** Where the history is written. */
  readonly history?: string;
  /**
   * The first port to try for a page that shows the run; left out: there is
   * none.
   */
  readonly dashboardPort?: number;
  /** Where a report of the run is written. */
  readonly report?: string;
}

/**
 * `start`: a live run with a primary of its own, on the first free port from
 * `port` on.
 */
export interface StartOptions extends ParentOptions {
  /** Where a report is before its ACK. */
  readonly durability: Durability;
}

/** `primary`: every option of a primary that has a flag. */
export interface PrimaryCommandOptions extends
  Required<
    Omit<PrimaryOptions, "lineTimeoutMs" | "replyTimeoutMs">
  > {
  /** Whether it serves a page that shows what it counts. */
  readonly dashboard: boolean;
  /** The first port to try for that page. */
  readonly pagePort: number;
  /** Whether it stops when its standard input closes. */
  readonly untilStdinCloses: boolean;
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
