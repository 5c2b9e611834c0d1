/**
 * Giving way in the middle of a long computation.
 *
 * @module
 */

/**
 * Lets signals, timers and output of this thread have their turn. Faster than a
 * timer, which waits for at least a millisecond.
 *
 * @returns Fulfils after they had it.
 */
export function yieldToEventLoop(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
