/**
 * The spreading of many runs over threads, and the module of a thread.
 *
 * @module
 */

/** The module of a thread. Reading it needs permission. */
export const RUN_WORKER: URL = new URL("./run_worker.ts", import.meta.url);

/** Fewer runs than these are done before a worker has started. */
const RUNS_FOR_WORKERS = 8;

/**
 * Whether runs are spread over threads.
 *
 * @param runs How many there are.
 * @param workers How many threads there may be.
 * @returns `true` if they are.
 */
export function usesWorkers(
  runs: number,
  workers: number = navigator.hardwareConcurrency,
): boolean {
  return workers > 1 && runs >= RUNS_FOR_WORKERS;
}
