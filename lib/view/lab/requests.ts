/**
 * Messages between the page of the laboratory and its worker.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import type { RefusedMode } from "../../options/compared_runs.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { ReportRun } from "../report/report_run.ts";
import type { QuorumComparison } from "../terminal/quorums_table.ts";
import type { Explored } from "./exploration.ts";
import type { LabRun } from "./lab_run.ts";

/** A request of the page for runs. */
export interface RunRequest {
  /**
   * `run`: one run; `compare`: the same run under all delivery modes;
   * `quorums`: with all pairs of quorums.
   */
  readonly kind: "run" | "compare" | "quorums";
  /** The run. */
  readonly options: RunOptions;
  /** The program of command lines: `deno task` or `likes`. */
  readonly program: string;
}

/** A request of the page for an exploration. */
export interface ExploreRequest {
  /** The kind of the request. */
  readonly kind: "explore";
  /** The words of a command line behind `explore`. */
  readonly words: readonly string[];
}

/** A request of the page. */
export type LabRequest = RunRequest | ExploreRequest;

/** A run under one delivery mode. */
export interface ComparedMode extends ReportRun {
  /** The mode. */
  readonly delivery: Delivery;
}

/** The delivery modes side by side. */
export interface ComparedModes {
  /** Modes that the run is possible in. */
  readonly modes: readonly ComparedMode[];
  /** Modes that it is refused in, and why. */
  readonly refused: readonly RefusedMode[];
}

/**
 * An answer of the worker. A request ends with any but `progress`.
 */
export type LabAnswer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "run"; readonly run: LabRun }
  | { readonly kind: "compared"; readonly compared: ComparedModes }
  | { readonly kind: "quorums"; readonly comparison: QuorumComparison }
  | { readonly kind: "explored"; readonly explored: Explored }
  | { readonly kind: "failed"; readonly message: string };
