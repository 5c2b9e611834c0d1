/**
 * The options of a run of other people's programs.
 *
 * @module
 */

import type { FaultPlan } from "../../faults/mod.ts";
import type { Topology, WorkloadName } from "../../domain/workloads.ts";

/** A run. */
export interface HostRun {
  /** The workload. */
  readonly workload: WorkloadName;
  /** Number of nodes. */
  readonly nodes: number;
  /** The number in the name of the first node: 1, or 0. */
  readonly firstNode: number;
  /** Number of clients. */
  readonly clients: number;
  /** Operations a second over all nodes. */
  readonly rate: number;
  /** Time for which there is load, in ticks of 0.1 ms. */
  readonly lifetimeTicks: number;
  /** Time that nodes have after it to agree, in ticks of 0.1 ms. */
  readonly drainTicks: number;
  /** Time that a client waits for an answer, in ticks of 0.1 ms. */
  readonly timeoutTicks: number;
  /** The neighbours that a broadcast is told. */
  readonly topology: Topology;
  /** The least number that is added to a counter. */
  readonly likesMin: number;
  /** The most. */
  readonly likesMax: number;
  /** The root of all that is drawn. */
  readonly seed: number;
  /** The faults, of any seed. */
  readonly faults: FaultPlan;
  /** The program of each node. */
  readonly program: string;
  /** The arguments of the program. */
  readonly args: readonly string[];
}

/** A run, and what is told of it. */
export interface HostOptions {
  /** The run of somebody else's program. */
  readonly hosted: HostRun;
  /** The folder of the standard error of each node. */
  readonly logDir: string;
  /** Path of the history. */
  readonly history?: string | undefined;
  /** Path of a trace. */
  readonly trace?: string | undefined;
  /** Path of a diagram of the first element lost. */
  readonly diagram?: string | undefined;
  /** Path of a report. */
  readonly report?: string | undefined;
  /** The first port to try for a page that shows the run while it goes on. */
  readonly dashboardPort?: number | undefined;
  /** Whether stdout is for one JSON document. */
  readonly json: boolean;
  /** The words before a command, `deno task` or `likes`, if it is to shrink. */
  readonly shrink?: string | undefined;
  /** The command line that does the same again, for a shell. */
  readonly command: string;
}
