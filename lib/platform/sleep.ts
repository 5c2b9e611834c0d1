/**
 * Waiting that can be cut short.
 *
 * @module
 */

/**
 * Waits for a time.
 *
 * @param ms Milliseconds; none or fewer wait for nothing.
 * @param signal Cuts the wait short.
 * @returns Fulfils when the time is over or the signal was given.
 */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
  });
}

/**
 * Time in which this process stood still is told by the clock: a piece of a
 * wait counts as no more than this, however long it took.
 */
const PIECE_MS = 250;

/**
 * Waits, and does not count time in which this process stood still: a process
 * that was stopped, and goes on, must not find that all patience with others is
 * at an end.
 *
 * @param ms Milliseconds; none or fewer wait for nothing.
 * @param signal Cuts the wait short.
 * @returns Fulfils when the time is over or the signal was given.
 */
export async function sleepAwake(
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  for (let left = ms; left > 0 && !signal.aborted; left -= PIECE_MS) {
    await sleep(Math.min(left, PIECE_MS), signal);
  }
}

/** A countdown that stands still when this process does. */
export class AwakeCountdown implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  #leftMs: number;
  #lookedMs: number = performance.now();

  /** @param ms Where it begins, in milliseconds. */
  constructor(ms: number) {
    this.#leftMs = ms;
    this.#timer = setInterval(() => this.leftMs, PIECE_MS);
  }

  /** Milliseconds that are left, 0 or fewer when the time is over. */
  get leftMs(): number {
    const nowMs = performance.now();
    this.#leftMs -= Math.min(nowMs - this.#lookedMs, PIECE_MS);
    this.#lookedMs = nowMs;
    return this.#leftMs;
  }

  /** Counts no further. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
