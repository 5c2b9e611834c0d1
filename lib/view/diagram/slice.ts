/**
 * Events on which a failure depends.
 *
 * @module
 */

import type { HistoryEvent } from "../../verdict/history.ts";
import {
  type IndexedCount,
  type IndexedMerge,
  type IndexedMessage,
  replicaOfMessage,
  type RunIndex,
} from "./run_index.ts";

/** The events that something depends on, gathered backwards. */
export class Slice {
  /** The places of these events among those of the run. */
  readonly places: Set<number> = new Set();
  readonly #index: RunIndex;

  /**
   * Nothing is in it.
   *
   * @param index The run.
   */
  constructor(index: RunIndex) {
    this.#index = index;
  }

  /**
   * Adds events.
   *
   * @param places Their places; those below 0 are none.
   */
  add(...places: readonly number[]): void {
    for (const at of places) if (at >= 0) this.places.add(at);
  }

  /**
   * Adds draws.
   *
   * @param server Id of the likes server.
   * @param draws Their numbers.
   */
  addDraws(server: number, draws: readonly number[]): void {
    for (const seq of draws) {
      this.add(
        this.#index.events.findLastIndex((event) =>
          event.kind === "draw" && event.server === server && event.seq === seq
        ),
      );
    }
  }

  #addMessage(message: IndexedMessage | undefined): void {
    if (message !== undefined) this.add(message.sentAt, message.endAt);
  }

  /**
   * Adds a count and the report that brought it.
   *
   * @param count The count.
   * @param withReply Whether the reply to that report is added as well.
   */
  addCount({ at }: IndexedCount, withReply: boolean): void {
    const index = this.#index;
    this.add(at);
    const report = index.reportOf(at);
    if (report === undefined) return;
    this.#addMessage(report);
    if (report.message.isCopy) {
      // The original is what the copy was made of.
      const { sent } = report.message;
      this.add(
        index.events.findLastIndex((event, place) =>
          place <= report.sentAt && event.kind === "send" &&
          event.server === sent.server && event.attempt === sent.attempt
        ),
      );
    }
    if (withReply) this.#addMessage(index.replyTo(report));
  }

  /**
   * Adds attempts to deliver a draw that was never counted: the first, the
   * last, and one that was refused.
   *
   * @param server The likes server that made it.
   * @param seq Its number.
   * @returns The reason for which it was not counted, and a clause that says
   * it.
   */
  addAttempts(
    server: number,
    seq: number,
  ): { kind: "refused" | "undelivered" | "unsent"; text: string } {
    const index = this.#index;
    const attempts = index.messages.filter(({ message }) => {
      const { type, sent, isCopy } = message;
      if (type !== "report" || isCopy || sent.server !== server) return false;
      const { seq: newest = 0, likes = 0, total } = sent;
      return total === undefined
        ? index.drawsOf(server, newest, likes).includes(seq)
        : newest >= seq;
    });
    const refused = attempts.find(({ endAt, isLost }) =>
      !isLost && endAt >= 0 && this.#refusalOf(endAt) !== undefined
    );
    const [first] = attempts;
    const givenUp = index.events.findIndex((event) =>
      event.kind === "lose" && event.server === server &&
      event.attempt === undefined && event.reader === undefined &&
      (event.seq ?? 0) >= seq
    );
    this.add(givenUp);
    if (first === undefined) return this.#addOpenReport(server);
    this.#addMessage(first);
    if (refused === undefined) {
      this.#addMessage(index.replyTo(first));
      const more = attempts.length - 1;
      const others = more === 0
        ? ""
        : `, and so did ${more === 1 ? "one more" : `${more} more`} with it`;
      const text = first.isLost
        ? `its report got lost${others}`
        : "its report was not answered";
      return { kind: "undelivered", text };
    }
    this.#addMessage(refused);
    const { seq: newest = 0, likes = 0, total } = refused.message.sent;
    const draws = total === undefined
      ? index.drawsOf(server, newest, likes)
      : [newest];
    this.addDraws(server, draws);
    const refusal = this.#refusalOf(refused.endAt);
    this.#addMessage(refusal);
    const reason = index.events[refusal?.endAt ?? -1]?.reason;
    const text = reason === undefined
      ? "its report was refused"
      : `its report was refused: ${reason}`;
    return { kind: "refused", text };
  }

  /** Adds the report behind which others wait: one is in flight at a time. */
  #addOpenReport(server: number): { kind: "unsent"; text: string } {
    const { events } = this.#index;
    const sent = events.findLastIndex((event) =>
      event.kind === "send" && event.server === server && event.reply !== true
    );
    const [report] = this.#index.sentAt(sent);
    const isAnswered = events.some((event, at) =>
      at > sent && event.kind === "ack" && event.server === server
    );
    if (report === undefined || isAnswered) {
      return { kind: "unsent", text: "it was never sent" };
    }
    this.#addMessage(report);
    const { seq = 0 } = report.message.sent;
    this.addDraws(server, [seq]);
    if (!report.isLost && report.endAt >= 0) {
      if (events[report.endAt + 1]?.kind === "count") {
        this.add(report.endAt + 1);
      }
      this.#addMessage(this.#index.replyTo(report));
    }
    return {
      kind: "unsent",
      text: `it was never sent, as draw ${seq} still waited for an answer`,
    };
  }

  /**
   * Adds the crash after which a likes server did not come back.
   *
   * @param server The likes server.
   * @returns Whether there is one.
   */
  addLastCrash(server: number): boolean {
    const { events } = this.#index;
    const last = events.findLastIndex((event) =>
      event.server === server && event.reader === undefined &&
      (event.kind === "crash" || event.kind === "restart")
    );
    if (events[last]?.kind !== "crash") return false;
    this.add(last);
    return true;
  }

  /**
   * Adds the draws that are summed up until a report cannot carry them, and the
   * first report of them, which got no answer.
   *
   * @param server The likes server.
   * @param drawnAt The place of one of these draws.
   * @param sumMax The most likes of a report.
   * @returns The sum of their likes.
   */
  addSum(server: number, drawnAt: number, sumMax: number): number {
    const index = this.#index;
    const answered =
      index.events.findLast((event, at) =>
        at < drawnAt && event.kind === "ack" && event.server === server
      )?.seq ?? 0;
    let sum = 0;
    for (let draw = answered + 1; sum <= sumMax; draw++) {
      const isMade = index.events.some((event) =>
        event.kind === "draw" && event.server === server && event.seq === draw
      );
      if (!isMade) break;
      this.addDraws(server, [draw]);
      sum += index.likesOf(server, draw);
    }
    const count = index.counts.find((one) =>
      one.server === server && one.draws.includes(answered + 1)
    );
    if (count === undefined) this.addAttempts(server, answered + 1);
    else this.addCount(count, true);
    return sum;
  }

  /** The reply to a report that was not counted. */
  #refusalOf(receivedAt: number): IndexedMessage | undefined {
    const { events } = this.#index;
    return this.#index.sentAt(receivedAt).find(({ message, endAt }) =>
      message.type === "reply" && events[endAt]?.kind === "nak"
    );
  }

  /**
   * Adds the last crash of a primary and its return, with which something was
   * gone.
   *
   * @param replica The primary.
   * @param since The place of an event before the crash.
   * @param until The place of an event not before it, such as its return.
   */
  addPrimaryFault(replica: number, since: number, until: number): void {
    const { events } = this.#index;
    for (const kind of ["crash", "restart"]) {
      const last = events.findLastIndex((event, at) =>
        at <= until && event.kind === kind && event.server === undefined &&
        event.reader === undefined && (event.replica ?? 0) === replica
      );
      if (last > since) this.add(last);
    }
  }

  /**
   * Adds messages of a replica that others did not get.
   *
   * @param replica The replica.
   * @param since The place of the event after which they left.
   */
  addExchangesOf(replica: number, since: number): void {
    const told = this.#index.messages.filter(({ message, sentAt, isLost }) =>
      sentAt > since && isLost &&
      (message.type === "request" || message.type === "response") &&
      message.sent.replica === replica
    );
    for (const message of told.slice(0, 3)) this.#addMessage(message);
  }

  /**
   * Adds the first messages between two replicas.
   *
   * @param holder One of them.
   * @param other The other one.
   * @param since The place of the event after which they left.
   */
  addExchangesBetween(holder: number, other: number, since: number): void {
    const told = this.#index.messages.filter(({ message, sentAt }) => {
      const { peer, replica } = message.sent;
      const pair = [peer, replica];
      return sentAt > since && pair.includes(holder) && pair.includes(other);
    });
    for (const message of told.slice(0, 4)) this.#addMessage(message);
  }

  /**
   * Adds the last count, or message of another replica, by which a replica
   * knows of a likes server.
   *
   * @param replica The replica.
   * @param server The likes server.
   * @param before The place of the event by which it knew.
   * @param depth The number of replicas through which it is followed back.
   */
  addSource(
    replica: number,
    server: number,
    before: number,
    depth: number,
  ): void {
    const index = this.#index;
    const count = index.counts.findLast((one) =>
      one.at < before && one.replica === replica && one.server === server
    );
    const merge: IndexedMerge | undefined = index.merges.findLast((one) =>
      one.at < before && one.replica === replica &&
      one.news.some((at) => index.events[at]?.server === server)
    );
    if (count !== undefined) {
      this.addCount(count, false);
      this.addDraws(server, count.draws.slice(-2));
    }
    if (merge === undefined || depth === 0) return;
    if (count !== undefined && merge.at < count.at) return;
    this.#addMessage(merge.message);
    const sender = merge.message.message.sent.replica ?? 0;
    this.addSource(sender, server, merge.message.sentAt, depth - 1);
    // What it held before, too: what it holds since may come of both.
    this.addSource(replica, server, merge.at, depth - 1);
  }

  /**
   * Adds crashes and pauses of the processes whose messages are in it, while it
   * lasts, and the partitions in which its messages got lost.
   *
   * @param server The likes server that it is about.
   */
  addFaults(server: number): void {
    const { events, messages } = this.#index;
    const first = Math.min(...this.places);
    const last = Math.max(...this.places);
    const replicas = new Set<number>();
    for (const one of messages) {
      if (!this.places.has(one.sentAt)) continue;
      replicas.add(replicaOfMessage(one.message));
    }
    for (let at = first; at <= last; at++) {
      const event = events[at];
      const isFault = event !== undefined &&
        ["crash", "restart", "pause", "resume"].includes(event.kind);
      if (!isFault || event.reader !== undefined) continue;
      const isOfStory = event.server === undefined
        ? replicas.has(event.replica ?? 0)
        : event.server === server;
      if (isOfStory) this.add(at);
    }
    for (const one of messages) {
      const isOfStory = one.isLost && this.places.has(one.endAt);
      if (isOfStory) this.#addPartition(one, last);
    }
  }

  /** The partition in force when a message got lost, and its end. */
  #addPartition({ message, endAt }: IndexedMessage, last: number): void {
    const { events } = this.#index;
    const isOnWay = (event: HistoryEvent) => isCut(event, message.sent);
    const begun = events.findLastIndex((event, at) =>
      at < endAt && event.kind === "partition" && isOnWay(event)
    );
    if (begun < 0) return;
    const healed = events.findIndex((event, at) =>
      at > begun && event.kind === "heal" && isOnWay(event)
    );
    if (healed >= 0 && healed < endAt) return;
    this.add(begun);
    if (healed >= 0 && healed < last) this.add(healed);
  }
}

/** Whether a cut is on the link of a message. */
function isCut(cut: HistoryEvent, sent: HistoryEvent): boolean {
  const isOfPeers = sent.peer !== undefined;
  if (isOfPeers) {
    const ends = [sent.replica, sent.peer];
    return cut.server === undefined && cut.reader === undefined &&
      (cut.replica === undefined || ends.includes(cut.replica)) &&
      (cut.peer === undefined || ends.includes(cut.peer));
  }
  return cut.peer === undefined &&
    (cut.server === undefined || cut.server === sent.server) &&
    (cut.reader === undefined || cut.reader === sent.reader) &&
    (cut.replica === undefined || cut.replica === (sent.replica ?? 0));
}
