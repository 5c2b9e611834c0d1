/**
 * The properties that are checked, by number.
 *
 * @module
 */

/** Properties that can be violated. */
export const Property = {
  /** No draw is counted twice, where the mode promises that. */
  ONCE: 1,
  /** Counted are draws that were made, and nothing else. */
  GENERATED: 2,
  /** Draws are counted as often as reports brought them, without a mark. */
  REPORTED: 16,
  /** Every draw that is acknowledged is counted. */
  ACKNOWLEDGED: 3,
  /**
   * Every draw that is not sent any more is counted, where none may be lost.
   */
  SETTLED: 4,
  /** No entry of a replica goes back. */
  RISING: 5,
  /** A quorum holds what it has acknowledged. */
  QUORUM: 6,
  /** A draw that a quorum has acknowledged counts as acknowledged. */
  REACHED: 14,
  /** A likes server has acknowledged and settled no more than it drew. */
  OWN: 7,
  /** An exchange that nothing disturbs comes to its end. */
  EXCHANGE: 12,
  /** A replica is taken to have of a feed only what it has. */
  POSITION: 13,
  /** In the end all agree, as the mode promises. */
  AGREEMENT: 8,
  /** Reads of R where R + W is more than there are, are fresh. */
  FRESH: 9,
  /** A read that nothing disturbs is answered. */
  UNANSWERED: 15,
  /** No reader is told less by a replica than before. */
  MONOTONIC: 10,
  /** No reader is told less than any was before. */
  REGULAR: 11,
} as const;
