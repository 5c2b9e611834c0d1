/**
 * From the values of flags to the description of a run: for the command line
 * and the laboratory alike.
 *
 * @module
 */

import { REPLICA_SESSIONS_MAX } from "../domain/replicas.ts";
import type { SamplesReader } from "../faults/latency.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import { ROWS_MAX } from "../rules/rows.ts";
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

/** Flags that not every command takes. */
type OptionalKey =
  | "delivery"
  | "keepAlive"
  | "durability"
  | "replicas"
  | "gossip"
  | "gossipStyle"
  | "writeTo"
  | "writeQuorum"
  | "noFailover"
  | "readers"
  | "readInterval"
  | "readFrom"
  | "readQuorum"
  | "readRepair"
  | "readAfter";

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
 * @param readSamples Reads the file of `--latency samples:FILE`; left out,
 * there is none.
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
  const { replicas = DEFAULT_RUN.replicas } = values;
  if (replicas * servers > REPLICA_SESSIONS_MAX) {
    throw new UsageError(
      `Cannot use --replicas "${replicas}" with --servers "${servers}": replicas times likes servers must be at most ${REPLICA_SESSIONS_MAX}`,
    );
  }
  checkEffects(values);
  checkQuorums(values);
  const [readIntervalMinTicks, readIntervalMaxTicks] = values.readInterval ?? [
    DEFAULT_RUN.readIntervalMinTicks,
    DEFAULT_RUN.readIntervalMaxTicks,
  ];
  const run = {
    servers,
    lifetimeTicks: lifetime,
    spawnIntervalTicks: spawnInterval,
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
    replicas,
    gossip: gossipOf(values),
    gossipStyle: values.gossipStyle ?? DEFAULT_RUN.gossipStyle,
    writeTo: values.writeTo ?? DEFAULT_RUN.writeTo,
    writeQuorum: values.writeQuorum ?? DEFAULT_RUN.writeQuorum,
    failover: values.noFailover !== true,
    readers: values.readers ?? DEFAULT_RUN.readers,
    readIntervalMinTicks,
    readIntervalMaxTicks,
    readFrom: values.readFrom ?? DEFAULT_RUN.readFrom,
    readQuorum: values.readQuorum ?? DEFAULT_RUN.readQuorum,
    readRepair: values.readRepair ?? DEFAULT_RUN.readRepair,
    readAfterTicks: values.readAfter ?? DEFAULT_RUN.readAfterTicks,
  };
  const faults = asUsage(() => parseFaultPlan(values, run, readSamples));
  return { ...run, faults };
}

/** Gossip interval that the flags ask for; null for `off`. */
function gossipOf({ gossip, writeTo }: RunValues): RunOptions["gossip"] {
  return gossip === undefined ? defaultGossip(writeTo) : gossip;
}

/**
 * Default of `--gossip`.
 *
 * @param writeTo To which replicas likes servers report.
 * @returns The interval; null, for off, where every replica is told of
 * everything.
 */
export function defaultGossip(
  writeTo: RunOptions["writeTo"] = DEFAULT_RUN.writeTo,
): RunOptions["gossip"] {
  return writeTo === "all" ? null : DEFAULT_RUN.gossip;
}

/** Refuses flags that were given though nothing depends on them. */
function checkEffects(values: RunValues): void {
  const { replicas = DEFAULT_RUN.replicas, readers = DEFAULT_RUN.readers } =
    values;
  const ofMany = "with one replica: it is about two or more";
  if (replicas === 1) {
    refuseGiven(values, [
      "gossip",
      "gossipStyle",
      "peerLatency",
      "writeTo",
      "writeQuorum",
      "noFailover",
    ], ofMany);
  }
  if (gossipOf(values) === null) {
    refuseGiven(
      values,
      ["gossipStyle", "peerLatency"],
      "with --gossip off: it is about replicas that gossip",
    );
  }
  const { writeTo } = values;
  if (writeTo === "any" || writeTo === "all") {
    refuseGiven(
      values,
      ["noFailover"],
      `with --write-to ${writeTo}: it is about likes servers that have a home`,
    );
  }
  const ofReads = ["readFrom", "readQuorum", "readRepair"] as const;
  if (readers === 0) {
    refuseGiven(
      values,
      ["readInterval"],
      "without --readers: nobody reads",
    );
    if (values.readAfter === undefined) {
      refuseGiven(
        values,
        [...ofReads, "readLatency"],
        "without --readers or --read-after: nobody reads",
      );
    }
  }
  if (replicas === 1) refuseGiven(values, ofReads, ofMany);
}

/**
 * Refuses what a run of quorums cannot be.
 *
 * @param values The values of its flags.
 * @throws {UsageError} If they do not go together.
 */
export function checkQuorums(
  values: Pick<RunValues, "servers" | OptionalKey>,
): void {
  const { servers, replicas = DEFAULT_RUN.replicas } = values;
  const { writeTo = "home", readFrom = "home", delivery } = values;
  const { writeQuorum = 1, readQuorum = 1, readRepair = "off" } = values;
  if (writeTo === "all") {
    if (servers * replicas > ROWS_MAX) {
      throw new UsageError(
        `Cannot use --write-to all with --servers "${servers}" and --replicas "${replicas}": likes servers times replicas must be at most ${ROWS_MAX}`,
      );
    }
    const refusal = delivery && writeToAllRefusal(delivery);
    if (refusal) {
      throw new UsageError(
        `Cannot use --write-to all with --delivery ${delivery}: ${refusal}`,
      );
    }
  } else if (writeQuorum > 1) {
    throw new UsageError(
      `Cannot use --write-quorum "${writeQuorum}" with --write-to ${writeTo}: only where all replicas are told, --write-to all, can several acknowledge`,
    );
  }
  if (readFrom === "home" && readQuorum > 1) {
    throw new UsageError(
      `Cannot use --read-quorum "${readQuorum}" with --read-from home: only where several replicas are asked, --read-from any or all, can several answer`,
    );
  }
  for (const [name, quorum] of Object.entries({ writeQuorum, readQuorum })) {
    if (quorum <= replicas) continue;
    throw new UsageError(
      `Cannot use --${
        flagName(name as FlagKey)
      } "${quorum}" with --replicas "${replicas}": it must be at most ${replicas}`,
    );
  }
  if (readRepair === "off") return;
  if (writeTo !== "all") {
    throw new UsageError(
      `Cannot use --read-repair ${readRepair} with --write-to ${writeTo}: it is about replicas that likes servers tell themselves, --write-to all`,
    );
  }
  const areSeveralAsked = readFrom === "all" ||
    readFrom === "any" && readQuorum > 1;
  if (readRepair === "after" && !areSeveralAsked) {
    throw new UsageError(
      "Cannot use --read-repair after where one replica is asked: it is about readers that see replicas differ",
    );
  }
}

/**
 * The reason why likes servers cannot report to all replicas in a delivery
 * mode.
 *
 * @param delivery The mode.
 * @returns The reason; an empty text if they can.
 */
export function writeToAllRefusal(
  delivery: RunOptions["delivery"],
): string {
  return isMarked(delivery)
    ? ""
    : "without a mark replicas could not tell that they were told of the same draw";
}

/**
 * Refuses flags that were given.
 *
 * @param values The values of all flags.
 * @param keys The flags that are refused.
 * @param reason The reason, behind the name of a flag.
 * @throws {UsageError} If one of them was given.
 */
export function refuseGiven<K extends FlagKey>(
  values: Readonly<Partial<Record<K, unknown>>>,
  keys: readonly K[],
  reason: string,
): void {
  for (const key of keys) {
    const value = values[key];
    const isAbsent = value === undefined || value === false ||
      Array.isArray(value) && value.length === 0;
    if (isAbsent) continue;
    throw new UsageError(`Cannot use --${flagName(key)} ${reason}`);
  }
}
