/**
 * What the page and the worker that runs for it tell each other.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { RunPicture } from "../picture/picture.ts";
import type { LabRun } from "./lab_run.ts";

/** What the page asks for. */
export interface LabRequest {
  /** `run`: one run; `compare`: the same run under all delivery modes. */
  readonly kind: "run" | "compare";
  /** The run. */
  readonly options: RunOptions;
  /** What is typed before `sim`: `deno task` or `likes`. */
  readonly program: string;
}

/** A delivery mode and what came of it. */
export interface ComparedMode {
  /** The mode. */
  readonly delivery: Delivery;
  /** Its verdict. */
  readonly verdict: Verdict;
  /** Its lines. */
  readonly picture: RunPicture;
}

/**
 * What the worker answers. A request ends with `run`, with `compared`, or with
 * `failed`.
 */
export type LabAnswer =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "run"; readonly run: LabRun }
  | { readonly kind: "compared"; readonly modes: readonly ComparedMode[] }
  | { readonly kind: "failed"; readonly message: string };
