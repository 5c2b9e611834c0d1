/**
 * The pause between two questions to a primary that is watched.
 *
 * @module
 */

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
