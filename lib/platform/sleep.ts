/**
 * Waiting that can be cut short.
 *
 * @module
 */

/**
 * Waits.
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
