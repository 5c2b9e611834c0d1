/**
 * The command that reproduces a virtual run.
 *
 * @module
 */

import { faultFlagsOf, formatFaultFlags } from "../faults/format.ts";
import { formatDuration } from "../faults/notation.ts";
import { TICKS_PER_MS } from "../domain/ticks.ts";
import {
  DEFAULT_SIM_OPTIONS,
  faultPlanOf,
  type SimOptions,
} from "../sim/options.ts";

/**
 * Writes the command line of one virtual run: what differs from the defaults,
 * the faults as given, the seed.
 *
 * @param program What is typed before `sim`: `deno task` or `likes`.
 * @param options The run.
 * @returns A line for a POSIX shell.
 *
 * @example Usage
 * ```ts
 * import { simCommand } from "./command_line.ts";
 * import { DEFAULT_SIM_OPTIONS } from "../sim/options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   simCommand("likes", { ...DEFAULT_SIM_OPTIONS, servers: 3, seed: 7, faults: { loss: "3/100" } }),
 *   "likes sim --servers 3 --loss 3/100 --seed 7",
 * );
 * ```
 */
export function simCommand(program: string, options: SimOptions): string {
  return [
    program,
    "sim",
    ...changedFlags(options).map(([flag, text]) => `${flag} ${text}`),
    ...formatFaultFlags(options.faults),
    `--seed ${options.seed}`,
  ].join(" ");
}

/**
 * What differs from the defaults, besides faults and seed.
 *
 * @param options The run.
 * @returns Flags, each with its dashes and its value. No value needs quoting.
 */
export function changedFlags(
  options: SimOptions,
): [flag: string, text: string][] {
  const defaults = flagsOf(DEFAULT_SIM_OPTIONS);
  return Object.entries(flagsOf(options))
    .filter(([flag, text]) => defaults[flag] !== text);
}

/**
 * All flags of a run, besides faults and seed.
 *
 * @param options The run.
 * @returns The value of each flag, which is named with its dashes.
 */
export function flagsOf(options: SimOptions): Record<string, string> {
  return {
    "--servers": `${options.servers}`,
    "--lifetime": durationOf(options.lifetimeTicks),
    "--spawn-interval": durationOf(options.spawnIntervalTicks),
    "--interval": `${durationOf(options.intervalMinTicks)}..${
      durationOf(options.intervalMaxTicks)
    }`,
    "--likes": `${options.likesMin}..${options.likesMax}`,
    "--delivery": options.delivery,
    "--ack-timeout": durationOf(options.ackTimeoutTicks),
    "--drain": durationOf(options.drainTicks),
    "--durability": options.durability,
  };
}

function durationOf(ticks: number): string {
  return formatDuration(ticks / TICKS_PER_MS);
}

/**
 * Spells the faults of a run out, those drawn from the seed too, so that they
 * can be taken apart.
 *
 * @param options The run.
 * @returns The same run.
 */
export function withFaultsSpelledOut(options: SimOptions): SimOptions {
  return { ...options, faults: faultFlagsOf(faultPlanOf(options)) };
}
