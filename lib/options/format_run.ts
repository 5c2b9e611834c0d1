/**
 * From the description of a run back to flags: what reproduces it.
 *
 * @module
 */

import { faultFlagsOf } from "../faults/format.ts";
import { formatTicks, shellWord } from "../faults/notation.ts";
import { FAULT_KEYS, flagName } from "./flags.ts";
import { formatGossip } from "./gossip.ts";
import { defaultGossip } from "./read_run.ts";
import { DEFAULT_RUN, type RunOptions } from "./run_options.ts";

/**
 * Writes the command line of a run: what differs from the defaults, the faults,
 * the seed.
 *
 * @param program What is typed before the command: `deno task` or `likes`.
 * @param command The world it is to happen in: `sim` or `start`.
 * @param run The run.
 * @returns A line for a POSIX shell.
 *
 * @example Usage
 * ```ts
 * import { runCommand } from "./format_run.ts";
 * import { DEFAULT_RUN } from "./run_options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   runCommand("likes", "sim", { ...DEFAULT_RUN, servers: 3, seed: 7 }),
 *   "likes sim --servers 3 --seed 7",
 * );
 * ```
 */
export function runCommand(
  program: string,
  command: "sim" | "start",
  run: RunOptions,
): string {
  const words = [...runWords(run), "--seed", `${run.seed}`];
  return [program, command, ...words.map(shellWord)].join(" ");
}

/**
 * The words that describe a run on a command line, besides its seed: the same
 * for runs that are the same, however they were asked for.
 *
 * @param run The run.
 * @returns What differs from the defaults, and the faults; not quoted.
 *
 * @example Usage
 * ```ts
 * import { runWords } from "./format_run.ts";
 * import { DEFAULT_RUN } from "./run_options.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(runWords({ ...DEFAULT_RUN, servers: 3 }), ["--servers", "3"]);
 * ```
 */
export function runWords(run: RunOptions): string[] {
  const faults = faultFlagsOf(run.faults, run.replicas);
  return [
    ...changedFlags(run).flatMap(([name, text]) => [`--${name}`, text]),
    ...run.keepAlive ? ["--keep-alive"] : [],
    ...run.failover ? [] : ["--no-failover"],
    ...FAULT_KEYS.flatMap((key) =>
      [faults[key] ?? []].flat().flatMap((text) => [`--${flagName(key)}`, text])
    ),
  ];
}

/**
 * Flags with a value that differ from the defaults, besides faults and seed.
 *
 * @param run The run.
 * @returns Flags without their dashes, each with its value. No value needs
 * quoting.
 */
export function changedFlags(run: RunOptions): [name: string, text: string][] {
  const defaults: Record<string, string> = {
    ...flagsOf(DEFAULT_RUN),
    ...replicaFlagsOf(DEFAULT_RUN),
    "gossip": formatGossip(defaultGossip(run.writeTo)),
    "write-quorum": `${DEFAULT_RUN.writeQuorum}`,
    ...readFlagsOf(DEFAULT_RUN),
    "read-quorum": `${DEFAULT_RUN.readQuorum}`,
    "read-repair": DEFAULT_RUN.readRepair,
  };
  return Object.entries(flagsOf(run))
    .filter(([name, text]) => defaults[name] !== text);
}

/**
 * All flags with a value of a run, besides faults and seed.
 *
 * @param run The run.
 * @returns The value of each flag, by its name without dashes.
 */
export function flagsOf(run: RunOptions): Record<string, string> {
  return {
    "servers": `${run.servers}`,
    "lifetime": formatTicks(run.lifetimeTicks),
    "spawn-interval": formatTicks(run.spawnIntervalTicks),
    "interval": `${formatTicks(run.intervalMinTicks)}..${
      formatTicks(run.intervalMaxTicks)
    }`,
    "likes": `${run.likesMin}..${run.likesMax}`,
    "delivery": run.delivery,
    "ack-timeout": formatTicks(run.ackTimeoutTicks),
    "drain": formatTicks(run.drainTicks),
    "durability": run.durability,
    ...run.replicas > 1 && replicaFlagsOf(run),
    ...run.readers > 0 && readFlagsOf(run),
    ...run.readAfterTicks !== null && {
      "read-after": formatTicks(run.readAfterTicks),
      "read-from": run.readFrom,
    },
    ...(run.readers > 0 || run.readAfterTicks !== null) && quorumFlagsOf(run),
  };
}

/** The flags of replicas, which say nothing where there is one. */
function replicaFlagsOf(run: RunOptions): Record<string, string> {
  return {
    "replicas": `${run.replicas}`,
    "gossip": formatGossip(run.gossip),
    "gossip-style": run.gossipStyle,
    "write-to": run.writeTo,
    ...run.writeTo === "all" && { "write-quorum": `${run.writeQuorum}` },
  };
}

/** The flags of reads, which say nothing where there are no readers. */
function readFlagsOf(run: RunOptions): Record<string, string> {
  return {
    "readers": `${run.readers}`,
    "read-interval": `${formatTicks(run.readIntervalMinTicks)}..${
      formatTicks(run.readIntervalMaxTicks)
    }`,
    "read-from": run.readFrom,
  };
}

/** The flags of reads that say nothing where one replica is asked. */
function quorumFlagsOf(run: RunOptions): Record<string, string> {
  return {
    ...run.readFrom !== "home" && { "read-quorum": `${run.readQuorum}` },
    ...run.readRepair !== "off" && { "read-repair": run.readRepair },
  };
}
