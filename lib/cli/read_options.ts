/**
 * Options of each command: the values of its flags, checked against each other.
 *
 * @module
 */

import { isReplica } from "../domain/nodes.ts";
import { parseLatency } from "../faults/latency.ts";
import { parseLatencies, SETTING_NAMES } from "../faults/latency_settings.ts";
import { parseInteger, quote } from "../faults/notation.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { scheduleFaults } from "../faults/schedule.ts";
import { transitionsOf } from "../faults/transitions.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import { SEED_MAX } from "../domain/random.ts";
import type { LiveRunOptions } from "../live/run/options.ts";
import { type FlagKey, flagName, type FlagValues } from "../options/flags.ts";
import {
  PRIMARY_DEFAULTS,
  type PrimaryCommandOptions,
  type ReplicaOptions,
} from "../options/primary_options.ts";
import {
  GOSSIP_STYLES,
  LIVE_REPLICAS_MAX,
  PREDICT_PAIR_TRIALS_MAX,
} from "../domain/replicas.ts";
import { readRun, refuseGiven, type RunValues } from "../options/read_run.ts";
import { readSamples } from "../options/read_samples.ts";
import {
  DEFAULT_RUN,
  type RunCommandOptions,
  type RunOptions,
} from "../options/run_options.ts";
import { asUsage, UsageError } from "../options/usage_error.ts";
import { checkDraws, drawsMaxOf } from "../sim/counted_draws.ts";
import type {
  CompareCommandOptions,
  PredictCommandOptions,
  ReadOptions,
  ShrinkCommandOptions,
  SimCommandOptions,
} from "./command_options.ts";
import type { FlagKeyOf } from "./commands.ts";
import { checkNamedFiles } from "./named_files.ts";
import { lineOfParts, readParts } from "./runs/read_parts.ts";

const LATENCY_KEYS = [
  "latency",
  "ackLatency",
  "readLatency",
  "remoteLatency",
] as const satisfies readonly FlagKey[];

/** The rest of a command line, besides the values of its flags. */
export interface CommandLine {
  /** The words before a command: `deno task` or `likes`. */
  readonly program: string;
  /** Draws the seed, 0 to 2^53-1, if `--seed` does not give one. */
  readonly drawSeed: () => number;
  /** Writes the command that reproduces the run with this seed. */
  readonly reproduce: (seed: number) => string;
}

/** A run, with the options that all commands have. */
function runCommandOptions(
  values: RunValues & FlagValues<"json">,
  { program, drawSeed, reproduce }: CommandLine,
): RunCommandOptions {
  const run = readRun(values, drawSeed, readSamples);
  return { run, json: values.json, program, command: reproduce(run.seed) };
}

/**
 * Checks what `primary` is told.
 *
 * @param values The values of its flags.
 * @param drawSeed Draws the seed, if `--seed` does not give one.
 * @returns Its options.
 * @throws {UsageError} If the values do not fit together.
 */
export function primaryOptions(
  values: FlagValues<FlagKeyOf<"primary">>,
  drawSeed: () => number,
): PrimaryCommandOptions {
  const { replica: number, peer, gossip, gossipStyle, seed, ...options } =
    values;
  if (number === undefined) {
    refuseGiven(
      values,
      ["gossip", "gossipStyle", "seed", "peer"],
      "without --replica: a primary that is alone tells nobody",
    );
    return { ...options, replica: null };
  }
  if (options.exitOnAckFailure) {
    throw new UsageError(
      "Cannot use --exit-on-ack-failure with --replica: a replica outlives its peers, and the original program has none",
    );
  }
  checkPeers(number, peer, options.port);
  const replica: ReplicaOptions = {
    number,
    peers: peer,
    // Off is null.
    gossip: gossip === undefined ? DEFAULT_RUN.gossip : gossip,
    style: GOSSIP_STYLES.indexOf(gossipStyle ?? DEFAULT_RUN.gossipStyle),
    seed: seed ?? drawSeed(),
  };
  return { ...options, replica };
}

function checkPeers(
  number: number,
  peers: readonly number[],
  port: number,
): void {
  if (peers.length === 0) {
    throw new UsageError(
      `Cannot use --replica "${number}" without --peer: the port of each other replica is needed`,
    );
  }
  if (peers.length >= LIVE_REPLICAS_MAX) {
    throw new UsageError(
      `Cannot use --peer ${peers.length} times: at most ${
        LIVE_REPLICAS_MAX - 1
      } are allowed`,
    );
  }
  if (number > peers.length) {
    throw new UsageError(
      `Cannot use --replica "${number}" with ${peers.length} times --peer: each replica but this one needs one, from 0 on, so it must be at most ${peers.length}`,
    );
  }
  if (peers.includes(port)) {
    throw new UsageError(
      `Cannot use --peer "${port}" with --port "${port}": it must be the port of another replica`,
    );
  }
  refuseTwice("peer", peers);
}

function refuseTwice(flag: string, ports: readonly number[]): void {
  const twice = ports.find((port, i) => ports.indexOf(port) < i);
  if (twice === undefined) return;
  throw new UsageError(
    `Cannot use --${flag} "${twice}" twice: each replica has a port of its own`,
  );
}

/**
 * Checks what `parent` is told.
 *
 * @param values The values of its flags.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If the values do not fit together.
 */
export function parentOptions(
  values: FlagValues<FlagKeyOf<"parent">>,
  line: CommandLine,
): LiveRunOptions {
  const { ports } = values;
  checkPorts(ports);
  const [port = PRIMARY_DEFAULTS.port] = ports;
  const replicas = ports.length;
  const options = liveRunOptions({
    ...values,
    port,
    replicas,
    gossipStyle: undefined,
  }, line);
  checkPrimaryIsLeftAlone(options.run.faults);
  checkPeersAreLeftAlone(options.run);
  return { ...options, ports };
}

/**
 * Checks what `read` is told.
 *
 * @param values The values of its flags.
 * @returns Its options.
 * @throws {UsageError} If a port is 0 or given twice, or there are more than
 * 32.
 */
export function readOptions(
  values: FlagValues<FlagKeyOf<"read">>,
): ReadOptions {
  checkPorts(values.ports);
  return values;
}

/** Each replica is named once. */
function checkPorts(ports: readonly number[]): void {
  for (const port of ports) checkPrimaryPort(port);
  refuseTwice("port", ports);
  if (ports.length > LIVE_REPLICAS_MAX) {
    throw new UsageError(
      `Cannot use --port ${ports.length} times: at most ${LIVE_REPLICAS_MAX} replicas are allowed`,
    );
  }
}

/** Port 0 is for listening on any that is free. */
function checkPrimaryPort(port: number): void {
  if (port !== 0) return;
  throw new UsageError(
    'Cannot use --port "0": it must be the port of a primary, from 1 to 65535',
  );
}

/**
 * Checks what `start` is told, and most of what `parent` is.
 *
 * @param values The values of its flags.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If the values do not fit together.
 */
export function liveRunOptions(
  values:
    & Omit<FlagValues<FlagKeyOf<"start">>, "durability">
    & Partial<FlagValues<"durability">>,
  line: CommandLine,
): LiveRunOptions {
  const { port, logDir, noRestart, dashboard, pagePort } = values;
  const { history, trace, report } = values;
  const options = runCommandOptions(values, line);
  checkFolder(logDir);
  checkNamedFiles(values, logDir);
  return {
    ...{ ...options, port, logDir, history, trace, report },
    restart: !noRestart,
    dashboardPort: dashboard ? pagePort : undefined,
  };
}

/**
 * Checks what `sim` is told.
 *
 * @param values The values of its flags.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If the values do not fit together.
 */
export function simOptions(
  values: FlagValues<FlagKeyOf<"sim">>,
  line: CommandLine,
): SimCommandOptions {
  const { runs, check, history, trace, diagram, report } = values;
  for (const [name, path] of Object.entries({ history, trace, diagram })) {
    if (runs === 1 || path === undefined) continue;
    throw new UsageError(
      `Cannot use --${name} with --runs ${runs}: a ${name} is of one run`,
    );
  }
  const parts = readParts(values);
  checkNamedFiles(values);
  const options = runCommandOptions(values, lineOfParts(values, line));
  checkRuns(options.run, runs);
  if (!isMarked(options.run.delivery)) checkDrawsOf(options.run);
  return { ...options, ...parts, check, history, trace, diagram, report };
}

/**
 * Checks what `compare` is told.
 *
 * @param values The values of its flags.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If the values do not fit together.
 */
export function compareOptions(
  values: FlagValues<FlagKeyOf<"compare">>,
  line: CommandLine,
): CompareCommandOptions {
  const { quorums, runs, live, port, logDir, report } = values;
  if (live && runs > 1) {
    throw new UsageError(
      `Cannot use --runs ${runs} with --live: live runs of one seed are compared`,
    );
  }
  if (live) {
    refuseGiven(
      values,
      ["shard", "runsFile", "workers"],
      "with --live: it is for virtual runs",
    );
  }
  const parts = readParts(values);
  checkNamedFiles({ ...values, history: undefined });
  const options = runCommandOptions(
    quorums ? valuesOfQuorums(values) : values,
    lineOfParts(values, line),
  );
  checkRuns(options.run, runs);
  if (live) checkFolder(logDir);
  else checkDrawsOf(options.run);
  return { ...options, ...parts, quorums, live, port, logDir, report };
}

/** The values of the flags of `compare --quorums`, with its own defaults. */
function valuesOfQuorums(
  values: FlagValues<FlagKeyOf<"compare">>,
): FlagValues<FlagKeyOf<"compare">> {
  const { replicas, readers, readFrom = "all", writeTo = "all" } = values;
  const fail = (flag: string, reason: string): never => {
    throw new UsageError(`Cannot use --${flag} with --quorums: ${reason}`);
  };
  if (replicas < 2 || replicas > QUORUM_REPLICAS_MAX) {
    fail(
      `replicas "${replicas}"`,
      `it must be within 2..${QUORUM_REPLICAS_MAX}`,
    );
  }
  if (writeTo !== "all") fail(`write-to ${writeTo}`, "all are told");
  if (readFrom === "home") fail("read-from home", "several are asked");
  refuseGiven(
    values,
    ["readQuorum", "writeQuorum"],
    "with --quorums: it runs all of them",
  );
  const { readAfter = readers === 0 ? 0 : undefined } = values;
  return { ...values, writeTo, readFrom, readAfter };
}

/** The most replicas of which all pairs of quorums are run. */
const QUORUM_REPLICAS_MAX = 9;

/**
 * Checks what `predict` is told.
 *
 * @param values The values of its flags.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If a quorum is larger than the number of replicas, or a
 * latency is missing or cannot be read.
 */
export function predictOptions(
  values: FlagValues<FlagKeyOf<"predict">>,
  { drawSeed, reproduce }: CommandLine,
): PredictCommandOptions {
  const { replicas, readQuorum, writeQuorum, report, json } = values;
  for (const [key, quorum] of Object.entries({ readQuorum, writeQuorum })) {
    if (quorum === undefined || quorum <= replicas) continue;
    throw new UsageError(
      `Cannot use --${
        flagName(key as FlagKey)
      } "${quorum}" with --replicas "${replicas}": it must be from 1 to ${replicas}`,
    );
  }
  if (values.latency === undefined) {
    throw new UsageError(
      "Missing --latency: how long a report takes is needed, such as exp:5ms, samples:FILE or lnkd-disk",
    );
  }
  const { latency, ackLatency, readLatency } = asUsage(() =>
    parseLatencies(values, readSamples, SETTING_NAMES)
  );
  const pairs = (readQuorum === undefined ? replicas : 1) *
    (writeQuorum === undefined ? replicas : 1);
  if (pairs * values.trials > PREDICT_PAIR_TRIALS_MAX) {
    throw new UsageError(
      `Cannot use --trials "${values.trials}" with ${pairs} pairs of quorums: trials times pairs must be at most ${PREDICT_PAIR_TRIALS_MAX}`,
    );
  }
  const { remoteLatency } = values;
  const seed = values.seed ?? drawSeed();
  return {
    replicas,
    readQuorum: readQuorum ?? null,
    writeQuorum: writeQuorum ?? null,
    latency,
    ackLatency: ackLatency ?? latency,
    readLatency: readLatency ?? latency,
    remoteLatency: remoteLatency === undefined
      ? null
      : asUsage(() =>
        parseLatency(remoteLatency, "--remote-latency", readSamples)
      ),
    trials: values.trials,
    seed,
    atMs: values.at ?? [],
    latencies: LATENCY_KEYS.flatMap((key) =>
      values[key] === undefined ? [] : [`--${flagName(key)} ${values[key]}`]
    ),
    json,
    command: reproduce(seed),
    report,
  };
}

/**
 * Checks what `shrink` is told.
 *
 * @param values The values of its flags.
 * @param operands The seed.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If the seed is none, or another than `--seed` says.
 */
export function shrinkOptions(
  values: FlagValues<FlagKeyOf<"shrink">>,
  operands: readonly string[],
  line: CommandLine,
): ShrinkCommandOptions {
  const [text = ""] = operands;
  const seed = asUsage(() => parseInteger(text, "SEED", 0, SEED_MAX));
  if (values.seed !== undefined && values.seed !== seed) {
    throw new UsageError(
      `Cannot use --seed "${values.seed}" with SEED "${seed}": they must be equal, or --seed left out`,
    );
  }
  const { diagram } = values;
  const options = runCommandOptions({ ...values, seed }, line);
  if (!isMarked(options.run.delivery)) checkDrawsOf(options.run);
  return { ...options, diagram };
}

/**
 * Subprocesses are permitted their log by a flag in which commas separate
 * paths, and not every Deno can escape one.
 */
function checkFolder(logDir: string): void {
  if (!logDir.includes(",")) return;
  throw new UsageError(
    `Cannot use --log-dir ${quote(logDir)}: a folder without a comma is needed`,
  );
}

function checkPrimaryIsLeftAlone({ crashes, pauses }: FaultPlan): void {
  const isPrimary = ({ process }: { process: number }) => isReplica(process);
  const flag = crashes.some(isPrimary)
    ? "--crash"
    : pauses.some(isPrimary)
    ? "--pause"
    : undefined;
  if (flag !== undefined) {
    throw new UsageError(
      `Cannot use ${flag} primary@… with parent, which did not start the primary: name likes servers, or use start`,
    );
  }
}

/** Replicas that others have started know each other's own ports. */
function checkPeersAreLeftAlone(run: RunOptions): void {
  const isCut = transitionsOf(scheduleFaults(run)).some((one) =>
    "links" in one && one.links !== "clients" && run.replicas > 1
  );
  const flag = isCut
    ? "--partition between replicas"
    : run.faults.peerLatency !== null
    ? "--peer-latency"
    : undefined;
  if (flag !== undefined) {
    throw new UsageError(
      `Cannot use ${flag} with parent, whose replicas others have started and which reach each other directly: name likes servers or readers, or use start`,
    );
  }
}

function checkRuns({ seed }: RunOptions, runs: number): void {
  // Not `seed + runs - 1 > …`: beyond 2^53-1 sums are rounded.
  if (runs - 1 > SEED_MAX - seed) {
    throw new UsageError(
      `Cannot use --runs "${runs}" from --seed "${seed}" on: the last seed must be at most ${SEED_MAX}`,
    );
  }
}

/** A virtual run knows each draw where reports do not: that has a bound. */
function checkDrawsOf(
  { servers, lifetimeTicks, intervalMinTicks }: RunOptions,
): void {
  asUsage(() =>
    checkDraws(servers, drawsMaxOf(lifetimeTicks, intervalMinTicks))
  );
}
