/**
 * The message that an event of a history is about.
 *
 * @module
 */

import { readerNode, replicaNode } from "../../../domain/nodes.ts";
import { type HistoryEvent, tickOf } from "../../../verdict/history.ts";

/** A message as an event of the history names it, at the time of the event. */
export interface NamedMessage {
  /** The node that asked: a likes server, a reader, a replica. */
  readonly client: number;
  /** The node that it asked; `undefined` where the event does not say it. */
  readonly asked: number | undefined;
  /** The number of the attempt, exchange or read. */
  readonly attempt: number;
  /** Whether it is a reply. */
  readonly isReply: boolean;
  /** The tick of the event. */
  readonly tick: number;
}

/**
 * The message that an event is about.
 *
 * @param event Any event of a history.
 * @returns The message; null if it is about none.
 */
export function messageOf(event: HistoryEvent): NamedMessage | null {
  const { kind, server, replica, peer, reader, attempt } = event;
  if (attempt === undefined) return null;
  const isReply = event.reply ?? false;
  const common = { attempt, isReply, tick: tickOf(event) };
  if (peer !== undefined && replica !== undefined) {
    const isAtReceiver = kind === "merge";
    const sender = replicaNode(isAtReceiver ? peer : replica);
    const receiver = replicaNode(isAtReceiver ? replica : peer);
    return isReply
      ? { ...common, client: receiver, asked: sender }
      : { ...common, client: sender, asked: receiver };
  }
  const asked = replica === undefined ? undefined : replicaNode(replica);
  if (reader !== undefined) {
    return { ...common, client: readerNode(reader), asked };
  }
  return server === undefined ? null : { ...common, client: server, asked };
}
