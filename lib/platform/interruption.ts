/**
 * Ctrl-C, once and twice.
 *
 * @module
 */

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Signals this close together are one: a terminal and whatever started this
 * process may both pass a Ctrl-C on.
 */
const ECHO_MS = 300;

/** Somebody wanted this process to stop at once. */
export class InterruptedError extends Error {
  /** The name that stack traces print. */
  override readonly name = "InterruptedError";
}

/**
 * What this process is told to do by signals: first to stop in order, then to
 * stop at once.
 */
export class Interruption {
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  #stoppedAtMs = 0;
  readonly #listener = () => {
    if (!this.#stop.signal.aborted) {
      this.#stoppedAtMs = performance.now();
      this.#stop.abort();
    } else if (performance.now() - this.#stoppedAtMs > ECHO_MS) {
      this.#kill.abort();
    }
  };

  /** Listens, from now on until it is disposed of. */
  constructor() {
    for (const signal of SIGNALS) {
      Deno.addSignalListener(signal, this.#listener);
    }
  }

  /** Is given with the first signal: stop in order. */
  get stop(): AbortSignal {
    return this.#stop.signal;
  }

  /** Is given with the second signal: stop at once. */
  get kill(): AbortSignal {
    return this.#kill.signal;
  }

  /** Listens no more. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) {
      Deno.removeSignalListener(signal, this.#listener);
    }
  }
}
