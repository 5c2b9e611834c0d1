/**
 * The delivery modes: what a likes server does about a report that got no
 * answer.
 *
 * @module
 */

/** A delivery mode, by the word that `--delivery` takes. */
export type Delivery =
  | "at-most-once"
  | "original"
  | "at-least-once"
  | "dedup"
  | "crdt";

/** All delivery modes, from the weakest guarantee to the strongest. */
export const DELIVERIES: readonly Delivery[] = [
  "at-most-once",
  "original",
  "at-least-once",
  "dedup",
  "crdt",
];
