/**
 * What each command is told, typed: the values of its flags, checked against
 * each other.
 *
 * @module
 */

import {
  DURATION_MS_MAX,
  formatDuration,
  parseInteger,
  quote,
} from "../faults/notation.ts";
import { parseFaultPlan } from "../faults/parse.ts";
import { type FaultFlags, type FaultPlan, PRIMARY } from "../faults/plan.ts";
import type { RunOptions } from "./run_options.ts";
import type {
  ParentOptions,
  ReadOptions,
  StartOptions,
} from "../live/run/options.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import { SEED_MAX, Streams } from "../domain/random.ts";
import { ticksFromMs } from "../domain/ticks.ts";
import type {
  CompareCommandOptions,
  ShrinkCommandOptions,
  SimCommandOptions,
} from "./sim_commands.ts";
import { checkDraws, drawsMaxOf } from "../sim/counted_draws.ts";
import type { FlagKeyOf } from "../cli/commands.ts";
import type { FlagValues } from "./flags.ts";
import { asUsage, UsageError } from "./usage_error.ts";
import { checkNamedFiles } from "../cli/written_files.ts";

export type {
  ParentOptions,
  PrimaryCommandOptions,
  ReadOptions,
  StartOptions,
} from "../live/run/options.ts";

/** What a command line says besides the values of the flags. */
export interface CommandLine {
  /** Draws the seed, if `--seed` does not give one. */
  readonly drawSeed: () => number;
  /** Writes the command that reproduces the run with this seed. */
  readonly reproduce: (seed: number) => string;
}

/** The flags that all runs have in common. */
export type RunValues = FlagValues<
  FlagKeyOf<"parent"> & FlagKeyOf<"shrink">
>;

/**
 * Checks what all runs have in common.
 *
 * @param values The values of the flags.
 * @param line The rest of the command line.
 * @returns The options of the run.
 * @throws {UsageError} If it would last longer than time can be counted.
 */
export function runOptions(values: RunValues, line: CommandLine): RunOptions {
  const { servers, lifetime, spawnInterval, drain, interval, likes } = values;
  const spanMs = (servers - 1) * spawnInterval + lifetime + drain;
  if (spanMs > DURATION_MS_MAX) {
    throw new UsageError(
      `Cannot run ${servers} likes server${
        servers === 1 ? "" : "s"
      } with --spawn-interval ${formatDuration(spawnInterval)}, --lifetime ${
        formatDuration(lifetime)
      } and --drain ${formatDuration(drain)}: all of it must end within ${
        DURATION_MS_MAX / 3_600_000
      } hours`,
    );
  }
  const seed = values.seed ?? line.drawSeed();
  return {
    servers,
    lifetimeMs: lifetime,
    spawnIntervalMs: spawnInterval,
    intervalMinMs: interval[0],
    intervalMaxMs: interval[1],
    likesMin: likes[0],
    likesMax: likes[1],
    delivery: values.delivery,
    ackTimeoutMs: values.ackTimeout,
    keepAlive: values.keepAlive,
    drainMs: drain,
    seed,
    faults: faultPlan(values, seed),
    faultFlags: faultFlags(values),
    json: values.json,
    command: line.reproduce(seed),
  };
}

function faultFlags(
  { latency, loss, ackLoss, duplicate, partition, crash, pause }: RunValues,
): FaultFlags {
  return { latency, loss, ackLoss, duplicate, partition, crash, pause };
}

function faultPlan(values: RunValues, seed: number): FaultPlan {
  return asUsage(() =>
    parseFaultPlan(faultFlags(values), {
      servers: values.servers,
      spawnIntervalTicks: ticksFromMs(values.spawnInterval),
      lifetimeTicks: ticksFromMs(values.lifetime),
      streams: new Streams(seed),
    })
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
): ParentOptions {
  const { port, logDir, noRestart } = values;
  const run = runOptions(values, line);
  checkFolder(logDir);
  checkNamedFiles(values, logDir);
  checkPrimaryIsLeftAlone(run.faults);
  checkPrimaryPort(port);
  return {
    ...run,
    port,
    logDir,
    restart: !noRestart,
    ...viewOptions(values),
  };
}

/**
 * Checks what `read` is told.
 *
 * @param values The values of its flags.
 * @returns Its options.
 * @throws {UsageError} If the port is none that a primary can listen on.
 */
export function readOptions(
  values: FlagValues<FlagKeyOf<"read">>,
): ReadOptions {
  checkPrimaryPort(values.port);
  return values;
}

/** Port 0 is for listening on any that is free. */
function checkPrimaryPort(port: number): void {
  if (port !== 0) return;
  throw new UsageError(
    'Cannot use --port "0": it must be the port of a primary, from 1 to 65535',
  );
}

/**
 * Checks what `start` is told.
 *
 * @param values The values of its flags.
 * @param line The rest of the command line.
 * @returns Its options.
 * @throws {UsageError} If the values do not fit together.
 */
export function startOptions(
  values: FlagValues<FlagKeyOf<"start">>,
  line: CommandLine,
): StartOptions {
  const { port, logDir, noRestart, durability } = values;
  const run = runOptions(values, line);
  checkFolder(logDir);
  checkNamedFiles(values, logDir);
  return {
    ...run,
    port,
    logDir,
    restart: !noRestart,
    durability,
    ...viewOptions(values),
  };
}

/** What is told of a live run besides its verdict. */
function viewOptions(
  { history, dashboard, pagePort, report }: FlagValues<
    "history" | "dashboard" | "pagePort" | "report"
  >,
): Pick<ParentOptions, "history" | "dashboardPort" | "report"> {
  return {
    ...history !== undefined && { history },
    ...dashboard && { dashboardPort: pagePort },
    ...report !== undefined && { report },
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
  const { runs, check, history, report, durability } = values;
  for (const [name, path] of Object.entries({ history, report })) {
    if (runs === 1 || path === undefined) continue;
    throw new UsageError(
      `Cannot use --${name} with --runs ${runs}: a ${name} is of one run`,
    );
  }
  checkNamedFiles(values);
  const run = runOptions(values, line);
  checkRuns(run, runs);
  if (!isMarked(run.delivery)) checkDrawsOf(run);
  return {
    ...run,
    durability,
    runs,
    check,
    ...history !== undefined && { history },
    ...report !== undefined && { report },
  };
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
  const { runs, live, port, logDir, durability, report } = values;
  // It is each mode in turn; which one stands here is of no matter.
  const run = runOptions({ ...values, delivery: "crdt" }, line);
  checkRuns(run, runs);
  if (live) checkFolder(logDir);
  else checkDrawsOf(run);
  return {
    ...run,
    durability,
    runs,
    live,
    port,
    logDir,
    ...report !== undefined && { report },
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
  const run = runOptions({ ...values, seed }, line);
  if (!isMarked(run.delivery)) checkDrawsOf(run);
  return { ...run, durability: values.durability };
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
  const isPrimary = ({ process }: { process: number }) => process === PRIMARY;
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
  { servers, lifetimeMs, intervalMinMs }: RunOptions,
): void {
  asUsage(() => checkDraws(servers, drawsMaxOf(lifetimeMs, intervalMinMs)));
}
