/**
 * The options of a live run.
 *
 * @module
 */

import { formatFaultPlan } from "../../faults/format.ts";
import {
  areThereReads,
  type RunCommandOptions,
  type RunOptions,
} from "../../options/run_options.ts";

/**
 * Whether a proxy is between the processes of a run, from which everything is
 * known of every message.
 *
 * @param options The run.
 * @returns `true` with faults, reads, a history, a trace, or reports to all
 * replicas.
 */
export function isNetworkWatched(
  { run, history, trace }: LiveRunOptions,
): boolean {
  return areThereReads(run) || areAcknowledgementsTimed(run) ||
    history !== undefined || trace !== undefined ||
    formatFaultPlan(run.faults, run.replicas).length > 0;
}

/**
 * Whether it is told how long draws wait for their acknowledgement.
 *
 * @param run The run.
 * @returns `true` where all replicas are told of them, or likes servers read
 * their own items.
 */
export function areAcknowledgementsTimed(
  { writeTo, readAfterTicks }: RunOptions,
): boolean {
  return writeTo === "all" || readAfterTicks !== null;
}

/** A live run: of `parent`, `start`, `compare --live` or a storm. */
export interface LiveRunOptions extends RunCommandOptions {
  /** The primary's port; with `start` the first one to try. */
  readonly port: number;
  /** The ports of replicas that others have started, by their numbers. */
  readonly ports?: readonly number[];
  /** The folder of the log files. */
  readonly logDir: string;
  /**
   * Whether a likes server that a foreign signal has killed is started again.
   */
  readonly restart: boolean;
  /** The file of the history. */
  readonly history?: string | undefined;
  /** The file of a trace. */
  readonly trace?: string | undefined;
  /**
   * The first port to try for a page that shows the run; left out: there is
   * none.
   */
  readonly dashboardPort?: number | undefined;
  /** The file of a report on the run. */
  readonly report?: string | undefined;
}
