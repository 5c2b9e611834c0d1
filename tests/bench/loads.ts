/**
 * Loads of a length that is asked for, whatever the speed of the machine.
 *
 * @module
 */

import type { BenchContext, Contender } from "./context.ts";
import { output, ROOT } from "./process.ts";
import { Skipped } from "./results.ts";
import { yardstick } from "./yardsticks.ts";

/** Reports of the first trial, at least. */
const FIRST_REPORTS = 10_000;

/** A load grows at most so much from one trial to the next. */
const GROWTH_MAX = 16;

/**
 * A trial that took this part of the time asked for tells the speed well
 * enough.
 */
const TRIAL_MIN = 0.4;

/** The result of one load. */
export interface LoadResult {
  /** Reports answered a second. */
  readonly rate: number;
  /** The time it took. */
  readonly seconds: number;
}

/** A load that is repeated. */
export class Load implements Contender {
  readonly #run: (reports: number) => Promise<LoadResult>;
  readonly #step: number;
  readonly #seconds: number;
  #reports: number;

  /**
   * @param context Has the length of a load.
   * @param step Reports are a multiple of this, so that all connections send
   * alike.
   * @param run Sends so many reports.
   */
  constructor(
    context: BenchContext,
    step: number,
    run: (reports: number) => Promise<LoadResult>,
  ) {
    this.#run = run;
    this.#step = step;
    this.#seconds = context.loadSeconds;
    this.#reports = Math.ceil(FIRST_REPORTS / step) * step;
  }

  /**
   * Warms up, and finds out how many reports make a load of the length asked
   * for.
   *
   * @returns Reports a second.
   */
  async warmUp(): Promise<number> {
    while (true) {
      const { rate, seconds } = await this.#run(this.#reports);
      const isLongEnough = seconds >= TRIAL_MIN * this.#seconds;
      const most = isLongEnough ? Infinity : this.#reports * GROWTH_MAX;
      this.#aimAt(Math.min(rate * this.#seconds, most));
      if (isLongEnough) return rate;
    }
  }

  /** @returns Reports a second. */
  async measure(): Promise<number> {
    const { rate } = await this.#run(this.#reports);
    this.#aimAt(rate * this.#seconds);
    return rate;
  }

  #aimAt(reports: number): void {
    this.#reports = Math.ceil(reports / this.#step) * this.#step;
  }
}

/** The messages that `pipelined_load` is asked to send. */
export interface Pipelined {
  /** Connections, at the same time. */
  readonly connections: number;
  /** Reports that are sent before their replies are waited for. */
  readonly depth: number;
  /** Whether they carry session, seq and total. */
  readonly isMarked: boolean;
}

/**
 * Load by `pipelined_load`, the program in C or, where there is no compiler,
 * the one in TypeScript.
 *
 * @param context How the benchmark is run.
 * @param port Whom to load.
 * @param pipelined With what.
 * @returns The load.
 */
export function pipelinedLoad(
  context: BenchContext,
  port: number,
  pipelined: Pipelined,
): Load {
  const step = pipelined.connections * pipelined.depth;
  return new Load(
    context,
    step,
    (reports) => sendPipelined(context, port, pipelined, reports),
  );
}

/**
 * Runs `pipelined_load` once.
 *
 * @param context How the benchmark is run.
 * @param port Whom to load.
 * @param pipelined With what.
 * @param reports Reports in all, a multiple of connections times depth.
 * @returns How fast it was.
 * @throws {Error} If a report was not acknowledged.
 */
export async function sendPipelined(
  context: BenchContext,
  port: number,
  { connections, depth, isMarked }: Pipelined,
  reports: number,
): Promise<LoadResult> {
  const [program, ...before] = await pipelinedCommand(context.folder);
  const args = [port, connections, reports / connections, depth].map(String);
  if (isMarked) args.push("mark");
  return resultOf(await output(program, [...before, ...args]), reports);
}

/** The program and its first arguments. */
async function pipelinedCommand(
  folder: string,
): Promise<[string, ...string[]]> {
  try {
    return [await yardstick("pipelined_load", folder)];
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
    return [
      ...[Deno.execPath(), "run", "--no-prompt", "--quiet"] as const,
      ...["--allow-net=127.0.0.1", `${ROOT}tests/bench/pipelined_load.ts`],
    ];
  }
}

/**
 * Load by `one_shot_load`: one connection for each report, as the original C
 * client does it.
 *
 * @param context How the benchmark is run.
 * @param port Whom to load.
 * @param threads Clients at the same time, at most 64.
 * @returns The load.
 * @throws {Skipped} If there is no C compiler.
 */
export async function oneShotLoad(
  context: BenchContext,
  port: number,
  threads: number,
): Promise<Load> {
  const program = await yardstick("one_shot_load", context.folder);
  return new Load(context, threads * 100, async (reports) => {
    const args = [port, threads, reports / threads].map(String);
    return resultOf(await output(program, args), reports);
  });
}

function resultOf(text: string, reports: number): LoadResult {
  const match = /ok (\d+).* in ([\d.]+)s = (\d+)\/s/.exec(text);
  if (match === null || Number(match[1]) !== reports) {
    throw new Error(
      `Not all of ${reports} reports were acknowledged: ${text.trim()}`,
    );
  }
  return { rate: Number(match[3]), seconds: Number(match[2]) };
}

/**
 * Load by `redis-benchmark`: INCRBY, as a report adds likes.
 *
 * @param context How the benchmark is run.
 * @param port Where Redis is.
 * @param connections Connections at the same time.
 * @param depth Commands that are sent before their replies are waited for.
 * @returns The load.
 */
export function redisLoad(
  context: BenchContext,
  port: number,
  connections: number,
  depth: number,
): Load {
  return new Load(context, connections * depth, async (commands) => {
    const text = await output("redis-benchmark", [
      ...["-p", `${port}`, "-c", `${connections}`, "-P", `${depth}`],
      ...["-n", `${commands}`, "--csv", "INCRBY", "likes", "14"],
    ]);
    const shown = /^"INCRBY likes 14","([\d.]+|inf)"/m.exec(text)?.[1];
    // A load too short for its clock has an infinite rate: the next one is
    // longer.
    const rate = shown === "inf" ? Infinity : Number(shown);
    if (!(rate > 0)) throw new Error(`Odd result of redis-benchmark: ${text}`);
    return { rate, seconds: commands / rate };
  });
}
