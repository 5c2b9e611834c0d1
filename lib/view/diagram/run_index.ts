/**
 * The events of a run with what depends on what: messages by their ends, counts
 * by the draws that they brought, replicas by what they had been told.
 *
 * @module
 */

import { isReplica, replicaOf } from "../../domain/nodes.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import {
  type Message,
  Messages,
  type MessagesOptions,
} from "../../verdict/messages.ts";

/** A message, with the places of its events among those of the run. */
export interface IndexedMessage {
  /** The message. */
  readonly message: Message;
  /** The place of the event with which it left. */
  readonly sentAt: number;
  /** The place of the event with which its way ended; -1 if it did not. */
  readonly endAt: number;
  /** Whether it got lost. */
  readonly isLost: boolean;
}

/** A primary has counted likes. */
export interface IndexedCount {
  /** The place of the event. */
  readonly at: number;
  /** The replica that counted. */
  readonly replica: number;
  /** The likes server whose likes they are. */
  readonly server: number;
  /** The draws that it brought. */
  readonly draws: readonly number[];
  /**
   * The place of the event with which they were forgotten; infinite if they
   * were not.
   */
  forgottenAt: number;
}

/** The last count of each replica that a replica has heard of, by its place. */
type Holding = ReadonlyMap<number, number>;

/** A replica has taken in more than it held. */
export interface IndexedMerge {
  /** The place of the event. */
  readonly at: number;
  /** The replica that was told. */
  readonly replica: number;
  /** The message that told it. */
  readonly message: IndexedMessage;
  /** The places of the counts that were news, the last of each replica. */
  readonly news: readonly number[];
}

/**
 * The events of a run, or those that are about some of its likes servers.
 *
 * What a message of an exchange carries is not in a history. It is taken to be
 * all that its sender held when it left, if the receiver's entries were raised
 * by it.
 */
export class RunIndex {
  /** The events, in order. */
  readonly events: readonly HistoryEvent[];
  /** All messages, in the order in which they ended; open ones last. */
  readonly messages: IndexedMessage[] = [];
  /** Counts of likes, in order. */
  readonly counts: IndexedCount[] = [];
  /** Merges that raised something, in order. */
  readonly merges: IndexedMerge[] = [];
  readonly #places = new Map<HistoryEvent, number>();
  readonly #endedAt = new Map<number, IndexedMessage>();
  readonly #sentAt = new Map<number, IndexedMessage[]>();
  /** Likes of draws, by likes server and seq. */
  readonly #likes = new Map<number, number[]>();
  readonly #holdings = new Map<number, Holding>();
  /** Likes that a primary that is alone holds, by likes server. */
  readonly #held = new Map<number, number>();
  /** The place of its last restart. */
  #restartedAt = -1;

  /**
   * Reads events.
   *
   * @param events The events, in order.
   * @param options What the history does not tell.
   */
  constructor(events: readonly HistoryEvent[], options: MessagesOptions = {}) {
    this.events = events;
    const travelling = new Messages(options);
    const told = new WeakMap<HistoryEvent, Holding>();
    const file = (message: IndexedMessage) => {
      this.messages.push(message);
      this.#endedAt.set(message.endAt, message);
      const others = this.#sentAt.get(message.sentAt) ?? [];
      this.#sentAt.set(message.sentAt, [...others, message]);
    };
    for (const [at, event] of events.entries()) {
      this.#places.set(event, at);
      const { kind, server = 0, seq = 0, likes = 0, replica = 0 } = event;
      const end = travelling.add(event);
      if (end !== null) {
        const { message, isLost } = end;
        const sentAt = this.#places.get(message.sent) ?? at;
        file({ message, sentAt, endAt: at, isLost });
      }
      switch (kind) {
        case "draw":
          this.#likesOf(server)[seq] = likes;
          break;
        case "count": {
          const draws = this.drawsOf(server, seq, likes);
          if (likes > 0) {
            this.#forget(event);
            const forgottenAt = Infinity;
            this.counts.push({ at, replica, server, draws, forgottenAt });
          }
          this.#raise(replica, new Map([[replica, at]]));
          break;
        }
        case "restart":
          if (event.server === undefined) this.#restartedAt = at;
          break;
        case "gossip":
          told.set(event, this.#holdings.get(replica) ?? new Map());
          break;
        case "merge": {
          const message = this.endedAt(at);
          if (event.entries === 0 || message === undefined) break;
          const { sent } = message.message;
          const holding = told.get(sent) ?? new Map();
          const news = this.#raise(replica, holding);
          if (news.length > 0) {
            this.merges.push({ at, replica, message, news });
          }
          break;
        }
      }
    }
    for (const message of travelling.onTheirWay()) {
      const sentAt = this.#places.get(message.sent) ?? 0;
      file({ message, sentAt, endAt: -1, isLost: false });
    }
  }

  /**
   * The message whose way ended with an event.
   *
   * @param at The place of the event.
   * @returns The message; nothing if the event is no message's end.
   */
  endedAt(at: number): IndexedMessage | undefined {
    return this.#endedAt.get(at);
  }

  /**
   * Messages that left with an event: a message and its copies are several.
   *
   * @param at The place of the event.
   * @returns The messages.
   */
  sentAt(at: number): readonly IndexedMessage[] {
    return this.#sentAt.get(at) ?? [];
  }

  /**
   * The message that brought what was counted.
   *
   * @param at The place of the count.
   * @returns The report; nothing where the history does not tell of it.
   */
  reportOf(at: number): IndexedMessage | undefined {
    return this.endedAt(at - 1)?.message.type === "report"
      ? this.endedAt(at - 1)
      : undefined;
  }

  /**
   * The reply to a report.
   *
   * @param report The report.
   * @returns The reply, if anything is known of it.
   */
  replyTo({ endAt }: IndexedMessage): IndexedMessage | undefined {
    return this.sentAt(endAt).find(({ message }) => message.type === "reply");
  }

  /**
   * Whether a replica holds, at the end, what was counted.
   *
   * @param replica The replica.
   * @param count The count.
   * @returns `true` if it was told of it.
   */
  holds(replica: number, count: IndexedCount): boolean {
    return (this.#holdings.get(replica)?.get(count.replica) ?? -1) >= count.at;
  }

  /**
   * The draws that a report without a total brings: the newest ones up to a seq
   * that add up to its likes.
   *
   * @param server The likes server.
   * @param seq The newest of them.
   * @param likes Their likes together.
   * @returns Their numbers, rising.
   */
  drawsOf(server: number, seq: number, likes: number): number[] {
    const known = this.#likes.get(server) ?? [];
    const draws: number[] = [];
    let left = likes;
    for (let draw = seq; draw > 0; draw--) {
      const likesOfDraw = known[draw];
      if (likesOfDraw === undefined || likesOfDraw > left) break;
      if (left === 0 && draws.length > 0) break;
      draws.unshift(draw);
      left -= likesOfDraw;
    }
    return draws;
  }

  /**
   * Likes of a draw.
   *
   * @param server The likes server.
   * @param seq The draw.
   * @returns Likes; 0 of a draw that is not known.
   */
  likesOf(server: number, seq: number): number {
    return this.#likes.get(server)?.[seq] ?? 0;
  }

  #likesOf(server: number): number[] {
    const known = this.#likes.get(server) ?? [];
    this.#likes.set(server, known);
    return known;
  }

  /**
   * Finds what a primary has forgotten in between, from what it holds of a
   * likes server now: the last that it counted, as a log loses its end.
   */
  #forget(event: HistoryEvent): void {
    const { counts } = this;
    const { server = 0, likes = 0, total, replica } = event;
    // What a replica holds of others is not in its counts.
    if (total === undefined || replica !== undefined) return;
    let excess = (this.#held.get(server) ?? 0) - (total - likes);
    this.#held.set(server, total);
    for (let i = counts.length - 1; i >= 0 && excess > 0; i--) {
      const count = counts[i] as IndexedCount;
      if (count.server !== server || count.forgottenAt < Infinity) continue;
      if (count.at > this.#restartedAt) return;
      for (const draw of count.draws) excess -= this.likesOf(server, draw);
      count.forgottenAt = this.#restartedAt;
    }
  }

  /** Raises what a replica holds. Returns what is news. */
  #raise(replica: number, holding: Holding): number[] {
    const before = this.#holdings.get(replica) ?? new Map();
    const after = new Map(before);
    const news: number[] = [];
    for (const [origin, at] of holding) {
      if ((before.get(origin) ?? -1) >= at) continue;
      after.set(origin, at);
      news.push(at);
    }
    if (news.length > 0) this.#holdings.set(replica, after);
    return news;
  }
}

/**
 * The replica at an end of a message.
 *
 * @param message The message.
 * @returns Its number; -1 if none is.
 */
export function replicaOfMessage({ from, to }: Message): number {
  return isReplica(to) ? replicaOf(to) : isReplica(from) ? replicaOf(from) : -1;
}
