/**
 * Messages from their leaving to their end, put together from the events of a
 * history.
 *
 * @module
 */

import { PRIMARY, readerNode, replicaNode } from "../domain/nodes.ts";
import type { HistoryEvent } from "./history.ts";

/**
 * Kinds of messages: a report of a likes server and the reply to it; the two
 * messages of an exchange between replicas; a read and its answer; a repair and
 * the reply to it.
 */
export type MessageType =
  | "report"
  | "reply"
  | "request"
  | "response"
  | "read"
  | "answer"
  | "repair"
  | "repaired";

/** A message that is on its way. Nodes are numbered as in `domain/nodes.ts`. */
export interface Message {
  /** The kind of message. */
  readonly type: MessageType;
  /** The node that sent it. */
  readonly from: number;
  /** The node that it is for. */
  readonly to: number;
  /**
   * Number of the report, exchange or read among those of the node that began
   * it.
   */
  readonly attempt: number;
  /**
   * The event with which it left. A reply to a report leaves with the arrival
   * of the report, unless the history has an event for it. For an answer to a
   * reader it is the question, whose arrival no history tells of.
   */
  readonly sent: HistoryEvent;
  /** The event that tells what it says: of a copy that of the original. */
  readonly content: HistoryEvent;
  /** Whether it is a copy that the network made. */
  readonly isCopy: boolean;
}

/** The end of a message's way. */
export interface MessageEnd {
  /** The message. */
  readonly message: Message;
  /** Whether it got lost; otherwise it arrived. */
  readonly isLost: boolean;
  /** The event that tells of it. */
  readonly event: HistoryEvent;
}

/** Settings of {@linkcode Messages}. */
export interface MessagesOptions {
  /** Whether likes servers report to all replicas. @default {false} */
  readonly isToAll?: boolean;
}

/** Names of messages that are remembered; the oldest is forgotten first. */
const OPEN_MAX = 1 << 18;

/** A message that is on its way, or may be. */
interface OpenMessage extends Message, Required<Name> {
  /** Whether it may have ended, or not even left, without an event. */
  readonly isSupposed: boolean;
}

/** The name of a message in a history: several may share it, such as copies. */
interface Name {
  readonly type: MessageType;
  /** The node that began to talk. */
  readonly client: number;
  readonly attempt: number;
  /** The node at the other end; left out: any. */
  readonly other?: number;
}

/** The answers that follow messages whose arrival no history tells of. */
const ANSWERS: Partial<Record<MessageType, MessageType>> = {
  read: "answer",
  repair: "repaired",
};

/**
 * Follows the messages of a run. Copies have no names of their own in a
 * history: of a message and its copies, the one that left first is taken to end
 * first.
 *
 * Memory is bounded: messages that never end are forgotten after many others.
 *
 * @example
 * ```ts
 * import { Messages } from "./messages.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const messages = new Messages();
 * const history = [
 *   { t: 1, kind: "send", server: 3, seq: 1, likes: 14, attempt: 1 },
 *   { t: 1.2, kind: "receive", server: 3, seq: 1, likes: 14, attempt: 1 },
 *   { t: 1.3, kind: "lose", server: 3, attempt: 1, reply: true },
 * ] as const;
 * const ends = history.flatMap((event) => messages.add(event) ?? []);
 * assertEquals(
 *   ends.map(({ message: { type, from, to, sent }, event, isLost }) =>
 *     [type, from, to, sent.t, event.t, isLost]),
 *   [["report", 3, -1, 1, 1.2, false], ["reply", -1, 3, 1.2, 1.3, true]],
 * );
 * ```
 */
export class Messages {
  readonly #isToAll: boolean;
  /** Messages on their way by type, client and attempt, as they left. */
  readonly #open = new Map<string, OpenMessage[]>();

  /**
   * Nothing is on its way.
   *
   * @param options What the history does not tell.
   */
  constructor(options: MessagesOptions = {}) {
    this.#isToAll = options.isToAll ?? false;
  }

  /**
   * Takes the next event in.
   *
   * @param event Any event of a history; those that are about no message change
   * nothing.
   * @returns The end of a message, if the event is one.
   */
  add(event: HistoryEvent): MessageEnd | null {
    const { kind, attempt, reply = false } = event;
    if (attempt === undefined) return null;
    switch (kind) {
      case "send":
        if (reply) this.#reply(event);
        else this.#leave("report", event);
        return null;
      case "gossip":
        this.#leave(reply ? "response" : "request", event);
        return null;
      case "read":
      case "repair":
        this.#leave(kind, event);
        return null;
      case "copy":
        this.#copy(event);
        return null;
      case "lose":
        // A reader that names no replica has waited in vain: no message.
        return event.reader !== undefined && event.replica === undefined
          ? null
          : this.#end(event, this.#find(event), true);
      case "receive": {
        const end = this.#end(event, this.#find(event), false);
        // A report is answered at once, unless it is a copy.
        if (!reply) this.#leave("reply", event, true);
        return end;
      }
      case "merge":
      case "value":
        return this.#end(event, this.#find(event), false);
      case "ack":
        // That enough replicas have acknowledged is no message.
        return this.#isToAll ? null : this.#hear(event);
      case "nak":
        return this.#hear(event);
      default:
        return null;
    }
  }

  /**
   * Messages that are still on their way.
   *
   * @returns Those of which it is known that they have left.
   */
  *onTheirWay(): Generator<Message> {
    for (const messages of this.#open.values()) {
      for (const message of messages) {
        if (!message.isSupposed) yield message;
      }
    }
  }

  #leave(type: MessageType, event: HistoryEvent, isSupposed = false): void {
    const { client, other = PRIMARY, attempt } = nameOf(type, event);
    const [from, to] = isToClient(type) ? [other, client] : [client, other];
    this.#take({
      ...{ type, client, other, from, to, attempt },
      ...{ sent: event, content: event, isCopy: false, isSupposed },
    });
  }

  /** A reply has left: what was supposed is known. */
  #reply(event: HistoryEvent): void {
    const supposed = this.#find(event, ({ isSupposed }) => isSupposed);
    if (supposed !== undefined) this.#forget(supposed);
    this.#leave("reply", event);
  }

  #copy(event: HistoryEvent): void {
    const original = this.#find(event, ({ isCopy }) => !isCopy);
    if (original === undefined) return;
    const copy = answerTo(original, event);
    // Of the copy of a question nothing is heard any more, unless it gets lost.
    const isSupposed = copy.type in ANSWERS;
    this.#take({ ...copy, sent: event, isCopy: true, isSupposed });
  }

  /** A likes server has got a reply, unless an event before told that. */
  #hear(event: HistoryEvent): MessageEnd | null {
    const message = this.#find(
      { ...event, reply: true },
      ({ isCopy }) => !isCopy,
    );
    return this.#end(event, message, false);
  }

  #end(
    event: HistoryEvent,
    message: OpenMessage | undefined,
    isLost: boolean,
  ): MessageEnd | null {
    if (message === undefined) return null;
    this.#forget(message);
    return { message: answerTo(message, event), isLost, event };
  }

  #take(message: OpenMessage): void {
    const key = keyOf(message);
    const others = this.#open.get(key);
    if (others === undefined) this.#open.set(key, [message]);
    else others.push(message);
    if (this.#open.size <= OPEN_MAX) return;
    const [oldest = key] = this.#open.keys();
    this.#open.delete(oldest);
  }

  #forget(message: OpenMessage): void {
    const key = keyOf(message);
    const left = this.#open.get(key)?.filter((one) => one !== message) ?? [];
    if (left.length === 0) this.#open.delete(key);
    else this.#open.set(key, left);
  }

  /** The first message that an event may be about. */
  #find(
    event: HistoryEvent,
    fits: (message: OpenMessage) => boolean = () => true,
  ): OpenMessage | undefined {
    for (const type of typesOf(event)) {
      const name = nameOf(type, event);
      const found = this.#open.get(keyOf(name))?.find((one) =>
        one.other === (name.other ?? one.other) && fits(one)
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/**
 * The types of the messages that an event can be about. A likes server that
 * reads its own count has reads whose losses look like those of reports.
 */
function typesOf({ kind, peer, reader, reply }: HistoryEvent): MessageType[] {
  if (peer !== undefined) return [reply ? "response" : "request"];
  if (kind === "value") return ["read", "answer"];
  const ofReads: MessageType[] = reply
    ? ["read", "repair", "answer", "repaired"]
    : ["read", "repair"];
  if (reader !== undefined) return ofReads;
  return [reply ? "reply" : "report", ...ofReads];
}

/** Whether messages of a type go to the node that began to talk. */
function isToClient(type: MessageType): boolean {
  return ["reply", "response", "answer", "repaired"].includes(type);
}

function nameOf(type: MessageType, event: HistoryEvent): Name {
  const { kind, server = 0, reader, replica, peer, attempt = 0 } = event;
  if (type === "request" || type === "response") {
    // A merge is told by the receiver, everything else by the sender.
    const [sender = 0, receiver = 0] = kind === "merge"
      ? [peer, replica]
      : [replica, peer];
    const [client, other] = type === "request"
      ? [sender, receiver]
      : [receiver, sender];
    const ends = { client: replicaNode(client), other: replicaNode(other) };
    return { type, attempt, ...ends };
  }
  const client = reader === undefined ? server : readerNode(reader);
  // Some events about replies name no replica where there are several.
  const isAny = replica === undefined &&
    (kind === "ack" || kind === "nak" || kind === "receive");
  return {
    ...{ type, client, attempt },
    ...!isAny && { other: replicaNode(replica ?? 0) },
  };
}

function keyOf({ type, client, attempt }: Name): string {
  return `${type} ${client} ${attempt}`;
}

/**
 * The answer to a question, where an event about an answer was found by its
 * question; otherwise the message itself.
 */
function answerTo<M extends Message>(message: M, event: HistoryEvent): M {
  const type = ANSWERS[message.type];
  const isOfAnswer = event.reply === true || event.kind === "value";
  if (type === undefined || !isOfAnswer) return message;
  return { ...message, type, from: message.to, to: message.from };
}
