/**
 * Messages between the page of the laboratory and its worker.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { RunPicture } from "../picture/picture.ts";
import type { LabRun } from "./lab_run.ts";

/** A request of the page. */
export interface LabRequest {
  /** `run`: one run; `compare`: the same run under all delivery modes. */
  readonly kind: "run" | "compare";
  /** The run. */
  readonly options: RunOptions;
  /** The program of command lines: `deno task` or `likes`. */
  readonly program: string;
}

/** A run under one delivery mode. */
export interface ComparedMode {
  /** The mode. */
  readonly delivery: Delivery;
  /** The verdict on the run. */
  readonly verdict: Verdict;
  /** The picture of the run. */
  readonly picture: RunPicture;
}

/**
 * An answer of the worker. A request ends with `run`, with `compared`, or with
 * `failed`.
 */
export type LabAnswer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "run"; readonly run: LabRun }
  | { readonly kind: "compared"; readonly modes: readonly ComparedMode[] }
  | { readonly kind: "failed"; readonly message: string };
