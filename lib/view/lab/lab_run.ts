/**
 * A run of the laboratory, from its setting to its verdict, picture and film.
 *
 * @module
 */

import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { verdictOf } from "../../sim/run.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { type ObservedRun, RunObserver } from "./run_observer.ts";

/** A run, as the page shows it. */
export interface LabRun extends ObservedRun {
  /** The options of the run. */
  readonly options: RunOptions;
  /** The verdict, with the command that reproduces the run. */
  readonly verdict: Verdict;
}

/** Options of {@linkcode runLab}. */
export interface LabRunHooks {
  /** Called now and then with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** The program of command lines. @default {"deno task"} */
  readonly program?: string | undefined;
  /**
   * A clock in milliseconds, to time the run; without it the verdict has no
   * `wallSeconds`.
   */
  readonly clock?: (() => number) | undefined;
  /** Whether messages are kept. @default {true} */
  readonly hasReel?: boolean | undefined;
}

/** Events between two reports of progress. */
const SLICE_EVENTS = 10_000;

/**
 * Runs a setting.
 *
 * @param options The options of the run.
 * @param hooks Progress, program and clock.
 * @returns The run.
 * @throws {Error} If the setting is none that can be run.
 *
 * @example Usage
 * ```ts
 * import { runLab } from "./lab_run.ts";
 * import { DEFAULT_SETTING } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { verdict, picture } = runLab(DEFAULT_SETTING);
 * assertEquals(verdict.converged, true);
 * assertEquals(picture.counted, verdict.counted);
 * ```
 */
export function runLab(options: RunOptions, hooks: LabRunHooks = {}): LabRun {
  const { onProgress, program = "deno task", clock } = hooks;
  const startedMs = clock?.() ?? 0;
  const command = runCommand(program, "sim", options);
  const simulation = new Simulation(options, {
    onEvent: (event) => observer.add(event),
  });
  const observer = new RunObserver(simulation, command, hooks.hasReel ?? true);
  while (!simulation.advance(SLICE_EVENTS)) {
    onProgress?.(Math.min(1, simulation.now / simulation.faults.endTick));
  }
  const verdict = verdictOf(simulation, {
    command,
    ...clock !== undefined &&
      { wallSeconds: Math.round(clock() - startedMs) / 1000 },
  });
  return { options, verdict, ...observer.end(verdict) };
}
