/**
 * From the values of flags to the description of a run: for the command line
 * and the laboratory alike.
 *
 * @module
 */

import { REPLICA_SESSIONS_MAX } from "../domain/replicas.ts";
import type { SamplesReader } from "../faults/latency.ts";
import { formatTicks } from "../faults/notation.ts";
import { parseFaultPlan } from "../faults/parse.ts";
import { RUN_TICKS_MAX } from "../faults/plan.ts";
import {
  type FAULT_KEYS,
  type FlagKey,
  flagName,
  type FlagValues,
} from "./flags.ts";
import { DEFAULT_RUN, type RunOptions } from "./run_options.ts";
import { asUsage, UsageError } from "./usage_error.ts";

const RUN_HOURS_MAX = RUN_TICKS_MAX / 36_000_000;

/** Flags of replicas and of reads. */
type ReplicaKey =
  | "replicas"
  | "gossip"
  | "gossipStyle"
  | "writeTo"
  | "noFailover"
  | "readers"
  | "readInterval"
  | "readFrom";

/** Flags that not every command takes. */
type OptionalKey = "delivery" | "keepAlive" | "durability" | ReplicaKey;

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
 * @param readSamples Reads the file of `--latency samples:FILE`; left out, there
 * is none.
 * @returns The run.
 * @throws {UsageError} If it would last longer than 59 hours, its replicas hold
 * too much, a flag is given that has no effect, or its faults cannot be read or
 * do not fit it.
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
export function readRun(
  values: RunValues,
  drawSeed: () => number,
  readSamples?: SamplesReader,
): RunOptions {
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
  const replicas = readReplicas(values);
  const span = {
    servers,
    replicas: replicas.replicas,
    readers: replicas.readers,
    lifetimeTicks: lifetime,
    spawnIntervalTicks: spawnInterval,
  };
  return {
    ...span,
    ...replicas,
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
    faults: asUsage(() => parseFaultPlan(values, span, readSamples)),
  };
}

function readReplicas(
  values: RunValues,
): Pick<
  RunOptions,
  | Exclude<ReplicaKey, "noFailover" | "readInterval">
  | "failover"
  | "readIntervalMinTicks"
  | "readIntervalMaxTicks"
> {
  const { servers, replicas = DEFAULT_RUN.replicas } = values;
  if (replicas * servers > REPLICA_SESSIONS_MAX) {
    throw new UsageError(
      `Cannot use --replicas "${replicas}" with --servers "${servers}": replicas times likes servers must be at most ${REPLICA_SESSIONS_MAX}`,
    );
  }
  checkEffects(values);
  const { gossip, readInterval } = values;
  const [
    readIntervalMinTicks = DEFAULT_RUN.readIntervalMinTicks,
    readIntervalMaxTicks = DEFAULT_RUN.readIntervalMaxTicks,
  ] = readInterval ?? [];
  return {
    replicas,
    // Off is null.
    gossip: gossip === undefined ? DEFAULT_RUN.gossip : gossip,
    gossipStyle: values.gossipStyle ?? DEFAULT_RUN.gossipStyle,
    writeTo: values.writeTo ?? DEFAULT_RUN.writeTo,
    failover: values.noFailover !== true,
    readers: values.readers ?? DEFAULT_RUN.readers,
    readIntervalMinTicks,
    readIntervalMaxTicks,
    readFrom: values.readFrom ?? DEFAULT_RUN.readFrom,
  };
}

/** Refuses flags that were given though nothing depends on them. */
function checkEffects(values: RunValues): void {
  const { replicas = DEFAULT_RUN.replicas, readers = DEFAULT_RUN.readers } =
    values;
  if (replicas === 1) {
    refuseGiven(
      values,
      ["gossip", "gossipStyle", "peerLatency", "writeTo", "noFailover"],
      "with one replica: it is about two or more",
    );
  }
  if (values.gossip === null) {
    refuseGiven(
      values,
      ["gossipStyle", "peerLatency"],
      "with --gossip off: it is about replicas that gossip",
    );
  }
  if (values.writeTo === "any") {
    refuseGiven(
      values,
      ["noFailover"],
      "with --write-to any: it is about likes servers that have a home",
    );
  }
  if (readers === 0) {
    refuseGiven(
      values,
      ["readInterval", "readFrom", "readLatency"],
      "without --readers: there is none to read",
    );
  }
  if (replicas === 1) {
    refuseGiven(
      values,
      ["readFrom"],
      "with one replica: it is about two or more",
    );
  }
}

function refuseGiven(
  values: RunValues,
  keys: readonly (keyof RunValues & FlagKey)[],
  reason: string,
): void {
  for (const key of keys) {
    if (values[key] === undefined || values[key] === false) continue;
    throw new UsageError(`Cannot use --${flagName(key)} ${reason}`);
  }
}
