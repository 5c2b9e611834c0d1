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

/** A wait is cut into pieces of this length. */
const PIECE_MS = 250;

/**
 * Waits, and does not count time in which this process stood still: a process
 * that was stopped, and goes on, must not find that all patience with others is
 * at an end. A piece of the wait counts as long as it was to be, however long
 * it took.
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
