/**
 * Many virtual runs, spread over the cores.
 *
 * @module
 */

import { yieldToEventLoop } from "../../platform/event_loop.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { Outcome } from "../../verdict/runs/figures.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { InvariantViolation, simulate, verdictOf } from "../run.ts";
import { Simulation } from "../simulation.ts";
import { RUN_WORKER, usesWorkers } from "./workers.ts";

/** The runs that a worker is asked to do. */
export interface WorkerRequest {
  /** The runs, in order. */
  readonly runs: readonly RunOptions[];
  /** Whether invariants are checked after every event. */
  readonly check: boolean;
}

/** Outcomes that a worker tells, in the order of the runs that it was given. */
export type WorkerReply = readonly Outcome[];

/** The runs to do: run i, for i from 0 to `count` - 1. */
export interface ManyRuns {
  /** The number of runs. */
  readonly count: number;
  /** Gives run i. */
  readonly optionsAt: (i: number) => RunOptions;
  /** Whether run i was done before and is left out; left out: none was. */
  readonly isDone?: (i: number) => boolean;
  /** Whether invariants are checked after every event. */
  readonly check: boolean;
}

/** Listeners and threads for many runs. */
export interface ManyRunsHooks {
  /**
   * Called with the outcome of run i as soon as it is known: in the order of i
   * only where the caller's thread does all runs.
   */
  readonly onOutcome: (outcome: Outcome, i: number) => void;
  /**
   * Waited for between two portions of runs: holds them up while outcomes
   * cannot be kept.
   */
  readonly caughtUp?: (() => Promise<void>) | undefined;
  /**
   * Stops, between two runs or in one, which is then left out: what has been
   * told by then stands.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called now and then with the number of runs done, parts of one included,
   * where that is known: in the caller's thread.
   */
  readonly onProgress?: ((runs: number) => void) | undefined;
  /**
   * The number of workers; 0 does all runs in the caller's thread, with turns
   * of the event loop in between.
   *
   * @default {navigator.hardwareConcurrency}
   */
  readonly workers?: number | undefined;
}

/**
 * Runs in a portion: enough that a worker is busy for a while, few enough that
 * the cores end together.
 */
const PORTION_RUNS_MAX = 64;
/**
 * Messages of short runs, some milliseconds of them, that are as good as one:
 * to tell each of these runs by itself, or to give way after each, would cost
 * more than some of them do; and nothing that took long may be lost where the
 * program is killed.
 */
export const MESSAGES_TOLD_TOGETHER = 10_000;
/** Events between two turns of the event loop: some milliseconds. */
const SLICE_EVENTS = 20_000;

/**
 * Does many runs. What is told does not depend on the number of cores.
 *
 * @param runs The runs.
 * @param hooks How to do them, and who is told.
 * @returns How many were told of: all, unless it was stopped.
 * @throws {Error} If a worker cannot be started, or fails: then the others are
 * stopped.
 */
export async function simulateMany(
  runs: ManyRuns,
  hooks: ManyRunsHooks,
): Promise<number> {
  const { workers = navigator.hardwareConcurrency } = hooks;
  return usesWorkers(runs.count, workers)
    ? await simulateThere(runs, hooks, workers)
    : await simulateHere(runs, hooks);
}

/**
 * Does one run for {@linkcode simulateMany}.
 *
 * @param options The run.
 * @param check Whether invariants are checked after every event.
 * @returns What came of it.
 */
export function outcomeOf(options: RunOptions, check: boolean): Outcome {
  try {
    return outcomeFrom(simulate(options, { check }));
  } catch (error) {
    return outcomeFromError(error);
  }
}

/**
 * Does one run as {@linkcode outcomeOf} does, with turns of the event loop in
 * between, so that it can be watched and stopped.
 *
 * @param options The run.
 * @param check Whether invariants are checked after every event.
 * @param hooks `signal` stops it; `onProgress` is told now and then how far it
 * is, as a share of 1.
 * @returns What came of it; null if it was stopped.
 */
export async function outcomeUnlessStopped(
  options: RunOptions,
  check: boolean,
  { signal, onProgress }: Pick<ManyRunsHooks, "signal" | "onProgress"> = {},
): Promise<Outcome | null> {
  try {
    const simulation = new Simulation(options, { check });
    const { faults } = simulation;
    while (!simulation.advance(SLICE_EVENTS)) {
      onProgress?.(Math.min(1, simulation.now / faults.endTick));
      await yieldToEventLoop();
      if (signal?.aborted) return null;
    }
    return outcomeFrom(verdictOf(simulation));
  } catch (error) {
    return outcomeFromError(error);
  }
}

function outcomeFrom({ servers: _, ...verdict }: Verdict): Outcome {
  return { verdict };
}

function outcomeFromError(error: unknown): Outcome {
  if (!(error instanceof InvariantViolation)) throw error;
  return { violation: error.message };
}

/**
 * The messages of a run, as a measure of how long it took.
 *
 * @param outcome What came of it.
 * @returns Their number; of a run that was not finished a large one.
 */
export function messagesOf({ verdict }: Outcome): number {
  if (verdict === undefined) return MESSAGES_TOLD_TOGETHER;
  const { messages = 0, gossip, reads } = verdict;
  return messages + (gossip?.messages ?? 0) + (reads?.count ?? 0);
}

async function simulateHere(
  runs: ManyRuns,
  { onOutcome, onProgress, caughtUp, signal }: ManyRunsHooks,
): Promise<number> {
  const { optionsAt, check } = runs;
  let told = 0;
  let messages = 0;
  for (const i of indicesOf(runs)) {
    if (signal?.aborted) break;
    const done = told;
    const outcome = await outcomeUnlessStopped(optionsAt(i), check, {
      signal,
      onProgress: onProgress && ((share) => onProgress(done + share)),
    });
    if (outcome === null) break;
    onOutcome(outcome, i);
    told++;
    await caughtUp?.();
    messages += messagesOf(outcome);
    if (messages < MESSAGES_TOLD_TOGETHER) continue;
    messages = 0;
    await yieldToEventLoop();
  }
  return told;
}

async function simulateThere(
  runs: ManyRuns,
  { onOutcome, caughtUp, signal }: ManyRunsHooks,
  workers: number,
): Promise<number> {
  const { count, optionsAt, check } = runs;
  const over = new AbortController();
  const stop = AbortSignal.any([over.signal, ...signal ? [signal] : []]);
  const indices = indicesOf(runs);
  let taken = 0;
  let told = 0;
  const nextPortion = () => {
    // Towards the end smaller ones, so that the cores end together.
    const most = Math.ceil((count - taken) / (4 * workers));
    const size = Math.max(1, Math.min(PORTION_RUNS_MAX, most));
    const portion: number[] = [];
    while (portion.length < size) {
      const { value, done } = indices.next();
      if (done === true) break;
      portion.push(value);
    }
    taken = (portion.at(-1) ?? count) + 1;
    return portion;
  };
  const work = async () => {
    using worker = new SimWorker();
    while (!stop.aborted) {
      const portion = nextPortion();
      if (portion.length === 0) return;
      let at = 0;
      await worker.ask(
        { runs: portion.map(optionsAt), check },
        (outcome) => {
          onOutcome(outcome, portion[at++]!);
          told++;
        },
        stop,
      );
      await caughtUp?.();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, count) }, work));
  } finally {
    over.abort(); // where one has failed, nothing is told of the others
  }
  return told;
}

function* indicesOf(
  { count, isDone }: ManyRuns,
): Generator<number, undefined> {
  for (let i = 0; i < count; i++) if (isDone?.(i) !== true) yield i;
}

/** A thread that does runs. */
class SimWorker {
  readonly #worker = new Worker(RUN_WORKER, { type: "module" });

  /**
   * Has runs done, each of which is told as soon as it is done.
   *
   * @returns Fulfils when all are, or at an abort.
   */
  ask(
    request: WorkerRequest,
    onOutcome: (outcome: Outcome) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let left = request.runs.length;
    this.#worker.onmessage = (event: MessageEvent<WorkerReply>) => {
      if (signal.aborted) return;
      event.data.forEach(onOutcome);
      left -= event.data.length;
      if (left === 0) resolve();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot simulate in a worker: ${event.message}`));
    };
    const stop = () => resolve();
    signal.addEventListener("abort", stop);
    this.#worker.postMessage(request);
    return promise.finally(() => signal.removeEventListener("abort", stop));
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
