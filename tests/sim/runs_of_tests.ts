/**
 * Short runs for the tests of the virtual world.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import type { FaultFlags, FaultPlan } from "../../lib/faults/plan.ts";
import { DEFAULT_RUN, type RunOptions } from "../../lib/options/run_options.ts";
import { simulate } from "../../lib/sim/run.ts";
import type { SimHooks } from "../../lib/sim/simulation.ts";
import type { HistoryEvent } from "../../lib/verdict/history.ts";
import type { Verdict } from "../../lib/verdict/verdict.ts";

/** The differences of a run from the usual one; its faults may be flags. */
export interface RunChanges extends Partial<Omit<RunOptions, "faults">> {
  readonly faults?: FaultPlan | FaultFlags;
}

/**
 * Options of a run, half a minute of five likes servers unless told otherwise.
 *
 * @param changes What is different.
 * @returns The options.
 */
export function runOf(
  { faults = {}, ...changes }: RunChanges = {},
): RunOptions {
  const run = {
    ...DEFAULT_RUN,
    servers: 5,
    lifetimeTicks: 30 * TICKS_PER_SECOND,
    spawnIntervalTicks: TICKS_PER_SECOND / 10,
    ...changes,
  };
  const isPlan = "randomCrashes" in faults;
  return { ...run, faults: isPlan ? faults : parseFaultPlan(faults, run) };
}

/**
 * Runs, checks the invariants after every event, and keeps the history.
 *
 * @param changes What is different from {@linkcode runOf}.
 * @param hooks More hooks.
 * @returns The verdict and all events.
 */
export function historyOf(
  changes: RunChanges = {},
  hooks: SimHooks = {},
): { verdict: Verdict; events: HistoryEvent[] } {
  const events: HistoryEvent[] = [];
  const verdict = simulate(runOf(changes), {
    check: true,
    ...hooks,
    onEvent: (event) => events.push(event),
  });
  return { verdict, events };
}
