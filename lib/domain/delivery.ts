/**
 * The delivery modes: what a likes server does about a report that got no
 * answer.
 *
 * @module
 */

/** All delivery modes, from the weakest guarantee to the strongest. */
export const DELIVERIES = [
  "at-most-once",
  "original",
  "at-least-once",
  "dedup",
  "crdt",
] as const;

/** A delivery mode, by the word that `--delivery` takes. */
export type Delivery = typeof DELIVERIES[number];
