/**
 * The unit of time of this folder: whole ticks of 0.1 ms since the run's start.
 *
 * The same unit as in the rules; it stands here again because the verdict knows
 * neither world and imports nothing of theirs. A test holds the two equal.
 *
 * @module
 */

/** Ticks in one second: a tick is 0.1 ms. */
export const TICKS_PER_SECOND = 10_000;

/**
 * The latest tick that can be told, 2^31-1, about 59.6 hours after the start.
 */
export const TICK_MAX = 2_147_483_647;
