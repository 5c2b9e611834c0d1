/**
 * Options of the commands that have some of their own.
 *
 * @module
 */

import type { GossipStyle } from "../domain/replicas.ts";
import type { GossipInterval } from "../rules/choice.ts";
import type { LabOptions } from "../live/pages/lab.ts";
import type { RunCommandOptions } from "../options/run_options.ts";
import type { PredictOptions } from "../sim/predict/wars.ts";
import type { ManyRunsOptions } from "./runs/run_sweep.ts";

/** `sim`: a virtual run, or many. */
export interface SimCommandOptions extends RunCommandOptions, ManyRunsOptions {
  /** Whether the invariants are checked after every event. */
  readonly check: boolean;
  /** Path of the history. */
  readonly history?: string | undefined;
  /** Path of a trace. */
  readonly trace?: string | undefined;
  /** Path of a diagram of what a failing run fails by. */
  readonly diagram?: string | undefined;
  /** Path of a report. */
  readonly report?: string | undefined;
}

/** `shrink`: the smallest fault plan with which a run still fails. */
export interface ShrinkCommandOptions extends RunCommandOptions {
  /** Path of a diagram of what the run that is left fails by. */
  readonly diagram?: string | undefined;
}

/** `compare`: one run for each delivery mode. */
export interface CompareCommandOptions
  extends RunCommandOptions, ManyRunsOptions {
  /**
   * Whether pairs of read and write quorums are compared, not delivery modes.
   */
  readonly quorums: boolean;
  /** Whether the runs are live. */
  readonly live: boolean;
  /** The primary's port, where the runs are live. */
  readonly port: number;
  /** The folder of the log files, where the runs are live. */
  readonly logDir: string;
  /** Path of a report. */
  readonly report?: string | undefined;
}

/** `merge`: the report on many runs from the files of their shards. */
export interface MergeCommandOptions {
  /** Paths of the files; `-` for standard input. */
  readonly files: readonly string[];
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** Path of a report. */
  readonly report?: string | undefined;
  /** The words before a command: `deno task` or `likes`. */
  readonly program: string;
}

/** `predict`: what quorums will serve. */
export interface PredictCommandOptions extends PredictOptions {
  /** Flags of latencies, as they were given. */
  readonly latencies: readonly string[];
  /** Path of a report. */
  readonly report?: string | undefined;
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** The command line that reproduces it, with its seed, for a shell. */
  readonly command: string;
}

/** `read`: what primaries hold. */
export interface ReadOptions {
  /** The port of each, at least one. */
  readonly ports: readonly number[];
  /** Id of the likes server that is asked for; left out: the total. */
  readonly name?: number | undefined;
  /** Whether the answer is printed at every change. */
  readonly watch: boolean;
}

/** `node`: our own replica as a node. */
export interface NodeCommandOptions {
  /** Wait from the start of an exchange to the next; null: none are begun. */
  readonly gossip: GossipInterval | null;
  /** The style of the exchanges that it begins. */
  readonly gossipStyle: GossipStyle;
  /** Partners and waits come from it. */
  readonly seed: number;
}

/** `storm`: live runs in which every process is killed at random moments. */
export interface StormCommandOptions {
  /** Time after which no more runs begin, in minutes. */
  readonly minutes: number;
  /** The seed of the first run; the next ones follow. */
  readonly seed: number;
  /** The folder in which each run gets a folder for its logs. */
  readonly logDir: string;
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** The words before a command: `deno task` or `likes`. */
  readonly program: string;
}

/** `lab`: the laboratory, served or written to a file. */
export interface LabCommandOptions extends LabOptions {
  /** Path of the file, where it is not served. */
  readonly export?: string | undefined;
}
