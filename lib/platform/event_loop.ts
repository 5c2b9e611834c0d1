/**
 * Giving way in the middle of a long computation.
 *
 * @module
 */

/**
 * Lets timers and output of this thread have their turn, and signals in one of
 * some 60 turns. Faster than a timer, which waits for at least a millisecond.
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

/**
 * Lets sockets and signals have their turn as well, in about a millisecond.
 * Only a thread that waits hears of them at once: one that always has something
 * to do asks the system after every 61 of its tasks. Source: tokio,
 * `runtime::Builder::event_interval`.
 *
 * @returns Fulfils after they had it.
 */
export function yieldToSockets(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
