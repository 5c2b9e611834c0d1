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

/**
 * Tells whether the reports of a delivery mode carry `session#seq`.
 *
 * @param delivery The delivery mode.
 * @returns True for `dedup` and `crdt`, whose guarantee is exact.
 */
export function isMarked(delivery: Delivery): boolean {
  return delivery === "dedup" || delivery === "crdt";
}
