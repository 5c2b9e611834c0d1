/**
 * Signals that end a program: Ctrl-C, a plain `kill`, a terminal that closes.
 *
 * @module
 */

/**
 * Signals that ask a process to stop in order. SIGHUP is one of them: whoever
 * closes a window or logs out still wants to find the verdict.
 */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Signals this close together, in milliseconds, are one: a terminal and
 * whatever started this process may both pass a Ctrl-C on.
 */
const ECHO_MS = 300;

/** Time of the last signal, by the monotonic clock of this process. */
let signalledAtMs = -Infinity;

/** The reason of an end at once that a signal asked for. */
export class InterruptedError extends Error {
  /** The name that stack traces print. */
  override readonly name = "InterruptedError";
}

/**
 * The result of a run that may be interrupted.
 *
 * @param run The run.
 * @returns Its result; null if it was interrupted.
 */
export async function unlessInterrupted<T>(run: Promise<T>): Promise<T | null> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof InterruptedError) return null;
    throw error;
  }
}

/**
 * Calls a function at each signal that asks this process to stop.
 *
 * @param listener The function.
 * @returns Stops listening when it is disposed of.
 */
export function onStopSignals(listener: () => void): Disposable {
  for (const signal of STOP_SIGNALS) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const signal of STOP_SIGNALS) {
        Deno.removeSignalListener(signal, listener);
      }
    },
  };
}

/**
 * Keeps Ctrl-Z (SIGTSTP) from stopping this process: for as long as others
 * count on it that would go on without it.
 *
 * @param onIgnored Called each time.
 * @returns Lets Ctrl-Z work again when it is disposed of.
 */
export function ignoreSuspension(onIgnored: () => void): Disposable {
  Deno.addSignalListener("SIGTSTP", onIgnored);
  return {
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGTSTP", onIgnored),
  };
}

/**
 * Signals as two orders to this process: first to stop in order, then to stop
 * at once.
 */
export class Interruption {
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  /** Aborted with the first signal: stop in order. */
  readonly stop: AbortSignal = this.#stop.signal;
  /** Aborted with the second signal: stop at once. */
  readonly kill: AbortSignal = this.#kill.signal;
  readonly #listening = onStopSignals(() => {
    const isEcho = performance.now() - signalledAtMs <= ECHO_MS;
    if (isEcho) return;
    signalledAtMs = performance.now();
    (this.stop.aborted ? this.#kill : this.#stop).abort();
  });

  /**
   * Waits for the first signal.
   *
   * @returns Fulfils with it.
   */
  stopped(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.stop.aborted) resolve();
    else this.stop.addEventListener("abort", () => resolve(), { once: true });
    return promise;
  }

  /** Listens no more. */
  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}
