/**
 * From the values of flags to the description of a run: for the command line
 * and the laboratory alike.
 *
 * @module
 */

import { formatTicks } from "../faults/notation.ts";
import { parseFaultPlan } from "../faults/parse.ts";
import { RUN_TICKS_MAX } from "../faults/plan.ts";
import type { FAULT_KEYS, FlagValues } from "./flags.ts";
import { DEFAULT_RUN, type RunOptions } from "./run_options.ts";
import { asUsage, UsageError } from "./usage_error.ts";

const RUN_HOURS_MAX = RUN_TICKS_MAX / 36_000_000;

/** Flags that not every command takes. */
type OptionalKey = "delivery" | "keepAlive" | "durability";

/** Flags that describe a run. */
export type RunValues =
  & FlagValues<
    | "servers"
    | "lifetime"
    | "spawnInterval"
    | "interval"
    | "likes"
    | "ackTimeout"
    | "drain"
    | "seed"
    | (typeof FAULT_KEYS)[number]
  >
  & Partial<FlagValues<OptionalKey>>;

/**
 * Reads a run, its faults included: from here on they are data.
 *
 * @param values The values of the flags. What is left out has its default.
 * @param drawSeed Draws the seed, if `--seed` does not give one.
 * @returns The run.
 * @throws {UsageError} If it would last longer than 59 hours, or its faults
 * cannot be read or do not fit it.
 *
 * @example Usage
 * ```ts
 * import { readRun } from "./read_run.ts";
 * import { FLAGS } from "./flags.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Object.fromEntries(
 *   Object.entries(FLAGS).map(([key, flag]) => [key, flag.read([], key)]),
 * );
 * const run = readRun({ ...values, loss: "3/100" } as never, () => 7);
 * assertEquals([run.seed, run.faults.ackLoss.value], [7, 0.03]);
 * ```
 */
export function readRun(values: RunValues, drawSeed: () => number): RunOptions {
  const { servers, lifetime, spawnInterval, drain, interval, likes } = values;
  const spanTicks = (servers - 1) * spawnInterval + lifetime + drain;
  if (spanTicks > RUN_TICKS_MAX) {
    throw new UsageError(
      `Cannot run ${servers} likes server${
        servers === 1 ? "" : "s"
      } with --spawn-interval ${formatTicks(spawnInterval)}, --lifetime ${
        formatTicks(lifetime)
      } and --drain ${
        formatTicks(drain)
      }: all of it must end within ${RUN_HOURS_MAX} hours`,
    );
  }
  const span = {
    servers,
    lifetimeTicks: lifetime,
    spawnIntervalTicks: spawnInterval,
  };
  return {
    ...DEFAULT_RUN,
    ...span,
    intervalMinTicks: interval[0],
    intervalMaxTicks: interval[1],
    likesMin: likes[0],
    likesMax: likes[1],
    delivery: values.delivery ?? DEFAULT_RUN.delivery,
    ackTimeoutTicks: values.ackTimeout,
    keepAlive: values.keepAlive ?? DEFAULT_RUN.keepAlive,
    drainTicks: drain,
    durability: values.durability ?? DEFAULT_RUN.durability,
    seed: values.seed ?? drawSeed(),
    faults: asUsage(() => parseFaultPlan(values, span)),
  };
}
