/**
 * `storm`: live runs in which every process is killed at random moments, until
 * one fails or the time is over.
 *
 * @module
 */

import { makeLogFolder } from "../../options/log_place.ts";
import {
  Interruption,
  unlessInterrupted,
} from "../../platform/interruption.ts";
import type { LiveRunOptions } from "../../live/run/options.ts";
import type { StormCommandOptions } from "../command_options.ts";
import { stderr, stdout } from "../../platform/output.ts";
import { type OutsideKiller, runStorm } from "../../live/storm/storm.ts";
import { STORM_SERVERS, stormWords } from "../../live/storm/storm_plan.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { SEED_MAX } from "../../domain/random.ts";
import { messageOf } from "../../platform/start_error.ts";
import { quantity } from "../../view/numbers.ts";
import { jsonText } from "../command_output.ts";
import { parseInvocation } from "../invocation.ts";
import { reproduction } from "../reproduction.ts";

/** Lifetime of the likes servers of a run. */
const LIFETIME_MS = 8_000;

/**
 * Every so many runs, nothing is killed on plan but many processes by somebody
 * else.
 */
const OUTSIDE_EVERY = 4;
const OUTSIDE_KILLS = 200;
const OUTSIDE_EVERY_MS = 120;
const OUTSIDE_LIFETIME_MS = 80_000;

/** Storms of one command. */
interface Storms {
  readonly options: StormCommandOptions;
  readonly interruption: Interruption;
  /** Sums so far. */
  readonly totals: { runs: number; kills: number; likes: number };
}

/**
 * Lets storms pass until one fails or the time is over.
 *
 * @param options For how long, and from which seed on.
 * @returns The exit code: 0 all well, 1 one failed and its logs are kept, 2
 * cannot start, 130 stopped.
 */
export async function runStorms(options: StormCommandOptions): Promise<number> {
  using interruption = new Interruption();
  const endMs = performance.now() + options.minutes * 60_000;
  const totals = { runs: 0, kills: 0, likes: 0 };
  const storms: Storms = { options, interruption, totals };
  let seed = options.seed;
  let code: number = Exit.DONE;
  for (let run = 0; run === 0 || performance.now() < endMs; run++) {
    const isOutside = run % OUTSIDE_EVERY === OUTSIDE_EVERY - 1;
    if (!await passes(storms, seed, isOutside)) {
      code = Exit.FAILED;
      break;
    }
    if (interruption.stop.aborted) {
      code = Exit.INTERRUPTED;
      break;
    }
    seed = seed === SEED_MAX ? 0 : seed + 1;
  }
  const { runs, kills, likes } = totals;
  const hasFailed = code === Exit.FAILED;
  stdout.deliver(
    options.json
      ? jsonText({
        ...{ seed: options.seed, ...totals },
        ...hasFailed && { failedSeed: seed },
      })
      : `${quantity(runs, "run")}, ${quantity(kills, "kill")}, ${
        quantity(likes, "like")
      }: ${hasFailed ? `seed ${seed} FAILED` : "all well"}\n`,
  );
  return code;
}

async function passes(
  storms: Storms,
  seed: number,
  isOutside: boolean,
): Promise<boolean> {
  const logDir = makeLogFolder(storms.options.logDir, "likes-storm-");
  let hasPassed = true;
  try {
    hasPassed = await passesIn(logDir, storms, seed, isOutside);
    return hasPassed;
  } finally {
    // The logs of a storm that failed stay, and no others.
    if (hasPassed) Deno.removeSync(logDir, { recursive: true });
  }
}

async function passesIn(
  logDir: string,
  { options, interruption, totals }: Storms,
  seed: number,
  isOutside: boolean,
): Promise<boolean> {
  const { program } = options;
  const words = stormWords({
    seed,
    lifetimeMs: isOutside ? OUTSIDE_LIFETIME_MS : LIFETIME_MS,
    isPlanned: !isOutside,
  });
  const start = startOptionsOf(program, words, logDir);
  const printed: string[] = [];
  const outcome = await unlessInterrupted(runStorm({
    options: start,
    ...isOutside && { killer: outsideKiller(start.run.replicas) },
    interruption,
    onLine: (line) => printed.push(line),
  }));
  // Cut short it shows nothing.
  if (outcome === null || interruption.stop.aborted) return true;
  const { verdict, kills, failures } = outcome;
  const output = options.json ? stderr : stdout;
  const how = isOutside ? "killed by somebody else" : "killed on plan";
  output.print(
    `seed ${seed} ${verdict.delivery}: ${
      failures.length === 0 ? "CONVERGED" : "FAILED"
    }, ${quantity(verdict.generated, "like")}, ${
      quantity(kills, "process", "processes")
    } ${how}, ${(verdict.wallSeconds ?? 0).toFixed(1)} s\n    ${
      reproduction(program, "start", words, seed)
    }\n`,
  );
  totals.runs++;
  totals.kills += kills;
  totals.likes += verdict.generated;
  if (failures.length === 0) return true;
  for (const failure of failures) output.print(`    ${failure}\n`);
  const path = `${logDir}/printed`;
  try {
    Deno.writeTextFileSync(
      path,
      printed.map((line) => `${line}\n`).join(""),
      { createNew: true },
    );
  } catch (error) {
    output.print(
      `    Cannot keep what it printed in ${path}: ${messageOf(error)}\n`,
    );
  }
  output.print(`    its log files are in ${logDir}\n`);
  return false;
}

function startOptionsOf(
  program: string,
  words: readonly string[],
  logDir: string,
): LiveRunOptions {
  const folder = ["--log-dir", logDir, "--history", `${logDir}/history`];
  const invocation = parseInvocation(["start", ...words, ...folder], {
    program,
    drawSeed: () => 0,
  });
  if (invocation.command !== "start") throw new TypeError("No run");
  return invocation.options;
}

/** Moments and victims are not from the seed: nobody announces them. */
function outsideKiller(replicas: number): OutsideKiller {
  const processes = STORM_SERVERS + replicas;
  return {
    kills: OUTSIDE_KILLS,
    everyMs: OUTSIDE_EVERY_MS,
    choose: () => Math.floor(Math.random() * processes) - replicas,
  };
}
