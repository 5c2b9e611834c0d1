/**
 * The kinds of messages that travel in a run.
 *
 * @module
 */

/**
 * The kind of a message: even numbers are requests, each followed by its reply.
 */
export const MessageKind = {
  /** From a likes server to a replica. */
  REPORT: 0,
  /** From a replica to a likes server. */
  REPLY: 1,
  /** From a replica that begins an exchange to its partner. */
  PEER_REQUEST: 2,
  /** From that partner back. */
  PEER_REPLY: 3,
  /** From a reader to a replica. */
  READ_REQUEST: 4,
  /** From a replica to a reader. */
  READ_REPLY: 5,
  /** From a reader that tells a replica what it lacks. */
  REPAIR: 6,
  /** From that replica back. */
  REPAIR_REPLY: 7,
} as const;

/** One of the {@linkcode MessageKind} numbers. */
export type MessageKind = typeof MessageKind[keyof typeof MessageKind];

/**
 * Whether a message is a request, not the reply to one.
 *
 * @param kind Its kind.
 * @returns `true` for reports, reads, repairs, and the first message of an
 * exchange.
 */
export function isRequest(kind: MessageKind): boolean {
  return (kind & 1) === 0;
}
