/**
 * Many virtual runs, spread over the cores.
 *
 * @module
 */

import { yieldToEventLoop } from "../../platform/event_loop.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { InvariantViolation, simulate, verdictOf } from "../run.ts";
import { Simulation } from "../simulation.ts";
import { RUN_WORKER, usesWorkers } from "./workers.ts";

/**
 * The outcome of a run: its verdict without the list of likes servers, or the
 * violation of an invariant.
 */
export type Outcome =
  | { readonly verdict: Verdict; readonly violation?: undefined }
  | { readonly verdict?: undefined; readonly violation: string };

/** The runs that a worker is asked to do. */
export interface WorkerRequest {
  /** The runs, in order. */
  readonly runs: readonly RunOptions[];
  /** Whether invariants are checked after every event. */
  readonly check: boolean;
}

/** The runs to do: run i, for i from 0 to `count` - 1. */
export interface ManyRuns {
  /** The number of runs. */
  readonly count: number;
  /** Gives run i. */
  readonly optionsAt: (i: number) => RunOptions;
  /** Whether invariants are checked after every event. */
  readonly check: boolean;
}

/** Listeners and threads for many runs. */
export interface ManyRunsHooks {
  /** Called with the outcome of run i, in the order of i. */
  readonly onOutcome: (outcome: Outcome, i: number) => void;
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
/** Events between two turns of the event loop: some milliseconds. */
const SLICE_EVENTS = 20_000;

/**
 * Does many runs. What is told does not depend on the number of cores.
 *
 * @param runs The runs.
 * @param hooks How to do them, and who is told.
 * @returns How many were told of: all, unless it was stopped.
 * @throws {Error} If a worker cannot be started.
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

async function simulateHere(
  { count, optionsAt, check }: ManyRuns,
  { onOutcome, onProgress, signal }: ManyRunsHooks,
): Promise<number> {
  for (let i = 0; i < count; i++) {
    if (signal?.aborted) return i;
    const outcome = await outcomeUnlessStopped(optionsAt(i), check, {
      signal,
      onProgress: onProgress && ((share) => onProgress(i + share)),
    });
    if (outcome === null) return i;
    onOutcome(outcome, i);
    await yieldToEventLoop();
  }
  return count;
}

async function simulateThere(
  { count, optionsAt, check }: ManyRuns,
  { onOutcome, signal }: ManyRunsHooks,
  workers: number,
): Promise<number> {
  const waiting = new Map<number, Outcome>();
  let next = 0;
  let told = 0;
  const portionOf = () =>
    Math.max(
      1,
      Math.min(PORTION_RUNS_MAX, Math.ceil((count - next) / (4 * workers))),
    );
  const work = async () => {
    using worker = new SimWorker();
    while (next < count && !signal?.aborted) {
      const first = next;
      next += portionOf();
      const runs = Array.from(
        { length: next - first },
        (_, i) => optionsAt(first + i),
      );
      const outcomes = await worker.ask({ runs, check }, signal);
      outcomes.forEach((outcome, i) => waiting.set(first + i, outcome));
      for (let outcome; (outcome = waiting.get(told)) !== undefined;) {
        waiting.delete(told);
        onOutcome(outcome, told++);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, count) }, work));
  } finally {
    next = count; // where one has failed, the others need not go on
  }
  return told;
}

/** A thread that does runs. */
class SimWorker {
  readonly #worker = new Worker(RUN_WORKER, { type: "module" });

  /** Has runs done; an abort gives none. */
  ask(request: WorkerRequest, signal?: AbortSignal): Promise<Outcome[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome[]>();
    this.#worker.onmessage = (event: MessageEvent<Outcome[]>) =>
      resolve(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`Cannot simulate in a worker: ${event.message}`));
    };
    const stop = () => resolve([]);
    signal?.addEventListener("abort", stop);
    this.#worker.postMessage(request);
    return promise.finally(() => signal?.removeEventListener("abort", stop));
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
