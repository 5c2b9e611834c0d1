/**
 * Counters of a replica: exchanges, entries, messages, bytes.
 *
 * @module
 */

/** The exchanges of a replica since it was started, counted. */
export class ReplicaCounters {
  /**
   * Likes by which the total grew as entries of others were taken over, those
   * in a resumed log included; the others were reported to this replica.
   */
  mergedLikes = 0;
  /** Entries of others that were more than what was held. */
  entriesMerged = 0;
  /** Entries that no draws can add up to, or whose sum would be too large. */
  entriesRefused = 0;
  /** Exchanges begun by this replica. */
  exchangesBegun = 0;
  /** Exchanges that went through to their end. */
  exchangesCompleted = 0;
  /** Exchanges that were given up, for whatever reason. */
  exchangesFailed = 0;
  /** Requests of others that were answered. */
  exchangesAnswered = 0;
  /** Requests of others that were refused. */
  exchangesRefused = 0;
  /** Requests and replies sent. */
  gossipMessagesSent = 0;
  /** Whole requests and replies received. */
  gossipMessagesReceived = 0;
  /** Bytes of those sent. */
  gossipBytesSent = 0;
  /** Bytes of those received. */
  gossipBytesReceived = 0;
}
