/**
 * The story of a failure, from the events that it depends on.
 *
 * @module
 */

import {
  byNode,
  isReader,
  isReplica,
  nodeName,
  readerNode,
  replicaNode,
} from "../../domain/nodes.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { Message } from "../../verdict/messages.ts";
import { quantity } from "../numbers.ts";
import type { Failure } from "./failure.ts";
import type { IndexedMessage, RunIndex } from "./run_index.ts";
import type { Story, StoryFault, StoryOutcome, StoryStep } from "./story.ts";

/** Settings of a story. */
export interface FailureStoryOptions {
  /** The number of replicas: one alone has no number. */
  readonly replicas: number;
  /** Whether likes servers report to all replicas. */
  readonly isToAll: boolean;
  /** A line above the diagram. */
  readonly title?: string;
  /** The command line that gives the same run. */
  readonly command?: string;
}

/**
 * Tells a failure: who drew, sent, lost, counted and heard what.
 *
 * @param index The run.
 * @param failure The failure, with the events that it depends on.
 * @param options Names and title.
 * @returns The story.
 *
 * @example
 * ```ts
 * import { failuresOf } from "./failure.ts";
 * import { storyOf } from "./failure_story.ts";
 * import { RunIndex } from "./run_index.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const index = new RunIndex([
 *   { t: 1, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 },
 *   { t: 1, kind: "send", server: 0, seq: 1, likes: 14, attempt: 1 },
 *   { t: 1, kind: "lose", server: 0, attempt: 1 },
 * ]);
 * const [failure] = failuresOf(index, { isMarked: false, replicas: 1 }, [0]);
 * const { participants, steps } = storyOf(index, failure!, {
 *   ...{ replicas: 1, isToAll: false },
 * });
 * assertEquals(participants, ["LikesServer0", "primary"]);
 * assertEquals(steps.map(({ kind }) => kind), [
 *   ...["note", "departure", "message", "note"],
 * ]);
 * ```
 */
export function storyOf(
  index: RunIndex,
  failure: Failure,
  options: FailureStoryOptions,
): Story {
  return new FailureStory(index, failure, options).story();
}

/** A story that is being told. */
class FailureStory {
  readonly #index: RunIndex;
  readonly #failure: Failure;
  readonly #options: FailureStoryOptions;
  /** Places of the events that are told, in order. */
  readonly #places: readonly number[];
  /** Participants, from left to right. */
  readonly #nodes: readonly number[];
  readonly #participants: readonly string[];
  readonly #steps: StoryStep[] = [];

  constructor(
    index: RunIndex,
    failure: Failure,
    options: FailureStoryOptions,
  ) {
    this.#index = index;
    this.#failure = failure;
    this.#options = options;
    this.#places = [...failure.places].sort((one, other) => one - other);
    const { replica } = failure.subject;
    const nodes = new Set([
      ...this.#places.flatMap((at) => this.#nodesOf(at)),
      ...replica === undefined ? [] : [replicaNode(replica)],
    ]);
    this.#nodes = [...nodes].sort((one, other) =>
      columnOf(one) - columnOf(other) || byNode(one, other)
    );
    this.#participants = this.#nodes.map((node) => this.#name(node));
  }

  story(): Story {
    const { title, command } = this.#options;
    for (const at of this.#places) this.#tell(at, this.#event(at));
    const { text } = this.#failure;
    this.#steps.push({ kind: "note", over: this.#participants, text });
    return {
      participants: this.#participants,
      steps: this.#steps,
      ...title !== undefined && { title },
      ...command !== undefined && { source: command },
    };
  }

  #event(at: number): HistoryEvent {
    return this.#index.events[at] as HistoryEvent;
  }

  #name(node: number): string {
    return nodeName(node, this.#options.replicas);
  }

  #note(node: number, text: string, seconds?: number): void {
    this.#steps.push({
      ...{ kind: "note", over: [this.#name(node)], text },
      ...seconds !== undefined && { seconds },
    });
  }

  /** The processes that an event is about. */
  #nodesOf(at: number): number[] {
    const event = this.#event(at);
    const { kind } = event;
    if (kind === "partition" || kind === "heal") return [];
    const end = this.#index.endedAt(at);
    const messages = [...end === undefined ? [] : [end]]
      .concat(
        this.#index.sentAt(at).filter(({ endAt }) => this.#isTold(endAt)),
      );
    if (messages.length > 0) {
      return messages.flatMap(({ message }) => [message.from, message.to]);
    }
    return [subjectOf(event)];
  }

  #isTold(at: number): boolean {
    return this.#failure.places.has(at);
  }

  #tell(at: number, event: HistoryEvent): void {
    const { kind, server = 0, seq = 0, likes = 0, total, t } = event;
    const end = this.#index.endedAt(at);
    if (end !== undefined) this.#tellEnd(end, event);
    switch (kind) {
      case "draw":
        this.#note(
          server,
          `draw ${seq}: ${quantity(likes, "like")}, ${total ?? likes} in all`,
          t,
        );
        break;
      case "send":
        if (event.reply !== true) this.#tellAgain(at, event);
        this.#tellDeparture(at);
        break;
      case "gossip":
        this.#tellDeparture(at);
        break;
      case "read":
      case "repair":
        this.#tellQuestion(at, event);
        break;
      case "receive":
        // What is counted is told before the answer.
        if (this.#index.events[at + 1]?.kind !== "count") {
          this.#tellDeparture(at);
        }
        break;
      case "count":
        this.#tellCount(at, event);
        this.#tellDeparture(at - 1);
        break;
      case "ack":
        if (end === undefined) {
          this.#note(server, `enough replicas have acknowledged draw ${seq}`);
        }
        break;
      case "lose":
        if (end === undefined) this.#tellGivenUp(event);
        break;
      case "value":
        this.#note(
          subjectOf(event),
          `reads ${quantity(total ?? 0, "like")} of LikesServer${server}${
            event.seq === undefined ? "" : `, up to draw ${seq}`
          }`,
        );
        break;
      case "crash":
      case "restart":
      case "pause":
      case "resume":
        this.#steps.push({
          ...{ kind, over: [this.#name(subjectOf(event))], seconds: t },
          ...restartText(event),
        });
        break;
      case "partition":
      case "heal":
        this.#tellCut(kind, event);
        break;
    }
  }

  // --- messages

  /** Messages leave whose ends are told. */
  #tellDeparture(at: number): void {
    for (const { message, endAt } of this.#index.sentAt(at)) {
      if (message.isCopy || !this.#isTold(endAt)) continue;
      this.#steps.push({
        ...{ kind: "departure", id: at, from: this.#name(message.from) },
        ...{ text: this.#text(message, endAt), seconds: this.#event(at).t },
      });
    }
  }

  /** A question arrives when nobody knows: it is drawn where it was asked. */
  #tellQuestion(at: number, event: HistoryEvent): void {
    const answers = this.#index.sentAt(at);
    for (const { message } of answers) {
      if (message.isCopy || message.type === event.kind) continue;
      const { reader, replica = 0, server = 0, t } = event;
      const client = reader === undefined ? server : readerNode(reader);
      this.#steps.push({
        ...{ kind: "message", from: this.#name(client), seconds: t },
        ...{ to: this.#name(replicaNode(replica)) },
        text: event.kind === "read"
          ? `READ LikesServer${server}`
          : `REPAIR LikesServer${server}, up to draw ${event.seq ?? 0}`,
      });
    }
  }

  #tellEnd(end: IndexedMessage, event: HistoryEvent): void {
    const { message, sentAt, endAt } = end;
    const isReply = ["reply", "response", "answer", "repaired"]
      .includes(message.type);
    this.#steps.push({
      ...{ kind: "message", text: this.#text(message, endAt), isReply },
      ...{ from: this.#name(message.from), to: this.#name(message.to) },
      ...{ outcome: this.#outcome(end, event), seconds: event.t },
      ...!message.isCopy && { id: sentAt },
    });
  }

  #outcome(
    { message, isLost }: IndexedMessage,
    { kind, server, attempt, reply }: HistoryEvent,
  ): StoryOutcome {
    if (isLost) return "lost";
    if (message.isCopy) return "repeated";
    const isUnheard = message.type === "reply" && kind === "receive" &&
      reply === true && !this.#options.isToAll &&
      !this.#index.events.some((event) =>
        (event.kind === "ack" || event.kind === "nak") &&
        event.server === server && event.attempt === attempt
      );
    return isUnheard ? "late" : "arrives";
  }

  #text({ type, content: sent }: Message, endAt: number): string {
    switch (type) {
      case "report":
        return this.#reportText(sent);
      case "reply": {
        const { reason } = this.#event(endAt);
        if (reason !== undefined) return `NAK ${reason}`;
        const at = this.#index.messages.find((one) => one.endAt === endAt)
          ?.sentAt ?? -1;
        return this.#index.events[at + 1]?.kind === "count" ? "ACK" : "NAK";
      }
      case "request":
      case "response":
        return `gossip: ${quantity(sent.entries ?? 0, "entry", "entries")}`;
      case "read":
        return `READ LikesServer${sent.server}`;
      case "repair":
        return `REPAIR LikesServer${sent.server}, up to draw ${sent.seq ?? 0}`;
      case "answer":
        return "VALUE";
      case "repaired":
        return "ACK";
    }
  }

  #reportText({ server = 0, seq = 0, likes = 0, total }: HistoryEvent): string {
    if (total !== undefined) {
      return `${quantity(likes, "like")}, draw ${seq}, total ${total}`;
    }
    const draws = this.#index.drawsOf(server, seq, likes);
    const [first = seq] = draws;
    const which = draws.length < 2
      ? `draw ${seq}`
      : `draws ${first} ${draws.length === 2 ? "and" : "to"} ${seq}`;
    return `${quantity(likes, "like")}, ${which}`;
  }

  /** Says why a report is sent whose draw was in one before. */
  #tellAgain(at: number, event: HistoryEvent): void {
    const { server = 0, seq = 0, replica, t } = event;
    const earlier = this.#index.messages.filter(({ message, sentAt }) => {
      const { type, sent, isCopy } = message;
      return type === "report" && !isCopy && sent.server === server &&
        sent.seq === seq && sentAt < at &&
        (!this.#options.isToAll || sent.replica === replica);
    });
    const [first] = earlier;
    if (first === undefined) return;
    const which = earlier.length > 1
      ? ` to ${earlier.length} reports of it`
      : this.#isTold(first.sentAt)
      ? ""
      : " to a first report of it";
    this.#note(server, `no answer${which}: sends it again`, t);
  }

  // --- what processes do

  #tellCount(at: number, event: HistoryEvent): void {
    const { server = 0, seq = 0, likes = 0, total, replica = 0 } = event;
    const count = this.#index.counts.find((one) => one.at === at);
    const isAgain = this.#index.counts.some((one) =>
      one.at < at && one.server === server && one.forgottenAt > at &&
      one.draws.some((draw) => count?.draws.includes(draw)) &&
      (one.replica === replica || event.total === undefined ||
        !this.#isMarked(at))
    );
    const holds = total === undefined
      ? ""
      : `: holds ${total} of LikesServer${server}`;
    this.#note(
      replicaNode(replica),
      likes === 0 && seq > 0 && this.#index.likesOf(server, seq) > 0
        ? "knows it already, counts nothing"
        : `counts ${likes}${isAgain ? " again" : ""}${holds}`,
    );
  }

  /** Whether a count is of a report with a total. */
  #isMarked(at: number): boolean {
    return this.#event(at - 1).total !== undefined;
  }

  #tellGivenUp(event: HistoryEvent): void {
    const { server = 0, seq = 0, reader } = event;
    if (reader !== undefined) {
      this.#note(readerNode(reader), "gets no answer", event.t);
    } else this.#note(server, `gives up draws up to ${seq}`, event.t);
  }

  #tellCut(kind: StoryFault["kind"], event: HistoryEvent): void {
    const { server, reader, replica, peer, reply, t } = event;
    const client = server ?? (reader === undefined ? null : readerNode(reader));
    const isCut = (node: number) =>
      isReplica(node)
        ? replica === undefined || node === replicaNode(replica) ||
          peer !== undefined && node === replicaNode(peer)
        : client === null
        ? peer === undefined
        : node === client;
    const named = this.#nodes.filter(isCut).map((node) => this.#name(node));
    const text = reply === undefined
      ? undefined
      : peer !== undefined
      ? `one way, to primary${peer}`
      : reply
      ? "replies only"
      : "reports only";
    this.#steps.push({
      ...{ kind, over: named.length === 0 ? this.#participants : named },
      ...{ seconds: t },
      ...text !== undefined && { text },
    });
  }
}

/** Likes servers on the left, primaries, readers on the right. */
function columnOf(node: number): number {
  return isReader(node) ? 2 : isReplica(node) ? 1 : 0;
}

/** The process to which something happens that is no message. */
function subjectOf({ kind, server, reader, replica }: HistoryEvent): number {
  if (kind === "count") return replicaNode(replica ?? 0);
  if (reader !== undefined) return readerNode(reader);
  return server ?? replicaNode(replica ?? 0);
}

function restartText(
  { kind, server, total }: HistoryEvent,
): { text?: string } {
  if (kind !== "restart") return {};
  if (server !== undefined) return { text: "from its log" };
  return total === undefined ? {} : { text: `with ${quantity(total, "like")}` };
}
