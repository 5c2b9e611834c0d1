/**
 * The pause between two questions to a primary that is watched.
 *
 * @module
 */

import { sleep } from "../../platform/sleep.ts";

const PAUSE_MS_MIN = 250;

/** A question may have taken so long because this process stood still. */
const PAUSE_MS_MAX = 30_000;

/** Questions take at most one part in this many of the time. */
const SHARE = 50;

/**
 * The pause after a question: large runs have large answers, and watching them
 * must not slow them down.
 *
 * @param tookMs How long the last question and its answer took, in
 * milliseconds.
 * @returns Milliseconds, 250 to 30,000.
 */
export function pollPauseMs(tookMs: number): number {
  return Math.min(Math.max(PAUSE_MS_MIN, SHARE * tookMs), PAUSE_MS_MAX);
}

/**
 * Asks a primary again and again.
 *
 * @param look Asks it once, and does what is to be done with the answer.
 * @param signal Ends it.
 * @returns Fulfils when it has ended.
 */
export async function poll(
  look: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const askedMs = performance.now();
    await look();
    await sleep(pollPauseMs(performance.now() - askedMs), signal);
  }
}
