/**
 * A process that is down because the fault plan says so.
 *
 * @module
 */

/**
 * The time from a planned kill to the planned restart. Its promise fulfils when
 * the process may come back.
 */
export interface Outage extends PromiseWithResolvers<void> {
  /** Whether the process is never restarted. */
  readonly isForGood: boolean;
}

/**
 * Begins an outage.
 *
 * @param isForGood Whether the process is never restarted.
 * @returns The outage.
 */
export function beginOutage(isForGood: boolean): Outage {
  return { isForGood, ...Promise.withResolvers<void>() };
}
