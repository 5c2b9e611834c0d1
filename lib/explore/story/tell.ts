/**
 * From events to a story in words.
 *
 * @module
 */

import { nodeName, replicaNode } from "../../domain/nodes.ts";
import { reasonOf } from "../../protocol/validator.ts";
import { HOLDS, IMPOSSIBLE, StateBuffer } from "../checker/model.ts";
import { formatEvents, Kind, kindOf, whichOf, whoOf } from "../model/events.ts";
import { Header } from "../model/layout.ts";
import type { LikesModel } from "../model/likes_model.ts";
import {
  Answer,
  isAwaitedKind,
  isReplyKind,
  Message,
  Messages,
} from "../model/messages.ts";
import {
  acknowledgedAt,
  acknowledgedSeqAt,
  isActing,
  isInFlight,
  seqAt,
  settledAt,
  totalAt,
  wideAt,
} from "../model/saved_row.ts";
import { InFlight, isAlike, type UntoldMessage } from "./in_flight.ts";
import { messagesBetween } from "./messages_between.ts";
import { processesOf } from "./process_words.ts";
import { type Happening, tellBetween } from "./tell_between.ts";
import type { ToldArrival, ToldMessage, ToldStep, ToldStory } from "./told.ts";
import { violationWords } from "./violation_words.ts";

/**
 * Tells the story of some events.
 *
 * @param model The model.
 * @param events What happens, from the first state on.
 * @param property What is violated at the end; left out: what is found to be.
 * @param roundFrom From which event on they repeat for ever.
 * @returns The story.
 * @throws {RangeError} If an event is not possible where it is to happen.
 */
export function tellStory(
  model: LikesModel,
  events: readonly number[],
  property?: number,
  roundFrom?: number,
): ToldStory {
  const teller = new Teller(model);
  const steps = events.map((event, number) => teller.step(event, number));
  const round = roundFrom ?? teller.roundFrom;
  const violated = property ?? teller.violated;
  return {
    participants: processesOf(model, teller.bytes).map(({ name }) => name),
    steps,
    ...violated !== HOLDS &&
      {
        violation: violationWords(
          model,
          teller.bytes,
          violated,
          round !== undefined,
        ),
      },
    ...round !== undefined && violated !== HOLDS && { roundFrom: round },
  };
}

class Teller {
  /** The step after which the last state was reached before, if it was. */
  roundFrom: number | undefined;
  /** Settling states so far, and how many steps led to each. */
  readonly #settled = new Map<string, number>();
  /** The property that the last step violates. */
  violated: number = HOLDS;
  readonly #model: LikesModel;
  readonly #inFlight = new InFlight();
  readonly #events: Int32Array;
  readonly #messages: Messages;
  #before: StateBuffer;
  #after: StateBuffer;

  constructor(model: LikesModel) {
    this.#model = model;
    this.#events = new Int32Array(model.eventsMax);
    this.#messages = new Messages(model.layout);
    this.#before = new StateBuffer(model.words);
    this.#after = new StateBuffer(model.words);
    model.start(this.#after);
  }

  /** The state after the last step. */
  get bytes(): Uint8Array {
    return this.#after.bytes;
  }

  step(event: number, number: number): ToldStep {
    [this.#before, this.#after] = [this.#after, this.#before];
    const model = this.#model;
    const before = this.#before;
    const count = model.events(before, this.#events);
    const isPossible = this.#events.subarray(0, count).includes(event);
    const code = isPossible
      ? model.next(before, event, this.#after)
      : IMPOSSIBLE;
    if (code === IMPOSSIBLE) {
      throw new RangeError(
        `Event ${number + 1}, ${
          formatEvents([event])
        }, is not possible there: possible are ${this.#possible()}`,
      );
    }
    this.violated = code !== HOLDS ? code : this.#violatedNow(number);
    const happening = this.#tell(event);
    const sent = this.#sent(event);
    const { words, arrivals = [], ...others } = happening;
    return {
      event: formatEvents([event]),
      words: withSent(words, others.who, sent),
      ...others,
      arrivals,
      sent,
      processes: processesOf(model, this.bytes),
    };
  }

  #violatedNow(number: number): number {
    const model = this.#model;
    const code = model.check(this.#after);
    if (code !== HOLDS || !model.isSettling(this.#after)) return code;
    const key = this.#after.words.join();
    this.roundFrom = this.#settled.get(key);
    this.#settled.set(key, this.roundFrom ?? number + 1);
    // A run can stay where nothing more happens, and where it goes round.
    const stays = this.roundFrom !== undefined ||
      model.events(this.#after, this.#events) === 0;
    return stays ? model.checkEnd(this.#after) : HOLDS;
  }

  #possible(): string {
    const model = this.#model;
    const count = model.events(this.#before, this.#events);
    const events = [...this.#events.subarray(0, count)].filter((event) =>
      model.next(this.#before, event, this.#after) !== IMPOSSIBLE
    );
    return events.length === 0 ? "none" : formatEvents(events);
  }

  #serverName(server: number): string {
    return nodeName(server, this.#model.bounds.replicas);
  }

  #replicaName(replica: number): string {
    return nodeName(replicaNode(replica), this.#model.bounds.replicas);
  }

  #tell(event: number): Happening {
    const who = whoOf(event);
    const which = whichOf(event);
    const server = this.#serverName(who);
    const replica = this.#replicaName(who);
    switch (kindOf(event)) {
      case Kind.DRAW:
        return this.#tellDraw(who);
      case Kind.DELIVER:
        return this.#tellDelivery(who, which);
      case Kind.LOSE: {
        const arrival = this.#ending(who, which, "lost");
        const words = `The ${described(arrival)} is lost`;
        return { words, arrivals: [arrival] };
      }
      case Kind.COPY: {
        const copy = this.#inFlight.send(this.#messageOf(who, which), true);
        return { words: `The network repeats the ${described(copy)}` };
      }
      case Kind.REFUSE: {
        const arrival = this.#ending(who, which, "lost");
        return {
          words:
            `${arrival.to} is down: the connection of ${server} is refused${
              this.#plans(who, 0)
            }`,
          who: server,
          note: "connection refused",
          arrivals: [arrival],
        };
      }
      case Kind.TIMEOUT: {
        const plans = this.#plans(who, which);
        return {
          words: `${server} has waited long enough for an answer${plans}`,
          who: server,
          note: `no answer in time${plans}`,
        };
      }
      case Kind.RETRY:
        return { words: `${server} tries again`, who: server };
      case Kind.CRASH:
        return { words: `${server} is killed`, who: server, fault: "crash" };
      case Kind.RESTART: {
        const words = `${server} starts again and goes on from its log`;
        return { words, who: server, fault: "restart" };
      }
      case Kind.FAIL:
        return { words: `${replica} is killed`, who: replica, fault: "crash" };
      case Kind.RECOVER: {
        const { forgets } = this.#model.bounds;
        return {
          words: `${this.#replicaName(who)} starts again and ${
            forgets ? "holds nothing" : "goes on from its journal"
          }`,
          who: this.#replicaName(who),
          ...forgets && { note: "holds nothing" },
          fault: "restart",
        };
      }
    }
    return tellBetween(this.#model, this.#before, event, this.#inFlight) ?? {
      words:
        "The lifetimes end and all faults are lifted; who was down is started again",
    };
  }

  #tellDraw(server: number): Happening {
    const { layout } = this.#model;
    const row = layout.row(server, 0);
    const before = this.#before.bytes;
    const likes = totalAt(this.bytes, row) - totalAt(before, row);
    const seq = seqAt(this.bytes, row);
    const name = this.#serverName(server);
    const pending = totalAt(this.bytes, row) - settledAt(this.bytes, row);
    const waits = isInFlight(before, row)
      ? ", which waits until the report before it is answered"
      : isActing(before, row)
      ? ", which waits for the next attempt"
      : isInFlight(this.bytes, row)
      ? ""
      : `: its sum of ${pending} is more than a report may carry, and is refused`;
    return {
      words: `${name} draws ${likesOf(likes)} (draw ${seq})${waits}`,
      who: name,
      note: `draws ${likes}${
        waits.startsWith(":") ? `\nits sum of ${pending} is refused` : ""
      }`,
    };
  }

  /** The plans of a likes server about an attempt that has failed. */
  #plans(server: number, row: number): string {
    const { layout, bounds } = this.#model;
    const at = layout.row(server, row);
    const { bytes } = this;
    if (isInFlight(bytes, at)) return ", and sends what is next";
    if (isActing(bytes, at)) return ", and will try again";
    return bounds.delivery === "original"
      ? ", and keeps the likes for its next report"
      : ", and forgets the report";
  }

  #tellDelivery(server: number, message: number): Happening {
    const { layout } = this.#model;
    this.#messages.open(this.#before.bytes, layout.messages(server));
    const kind = this.#messages.kindOf(message);
    const replica = this.#messages.replicaOf(message);
    const value = this.#messages.secondOf(message);
    const answer = this.#messages.firstOf(message);
    const name = this.#serverName(server);
    if (kind === Message.LATE) {
      const arrival = this.#ending(server, message, "late");
      return {
        words:
          `${name} hears ${arrival.text} from ${arrival.from} too late, and takes no notice`,
        arrivals: [arrival],
      };
    }
    if (kind === Message.REPLY) {
      const arrival = this.#ending(server, message, "arrives");
      return {
        words: `${name} hears ${arrival.text} from ${arrival.from}: ${
          this.#heard(server, layout.rows > 1 ? replica : 0, answer, value)
        }`,
        who: name,
        arrivals: [arrival],
      };
    }
    const isDown = this.bytes[Header.REPLICAS + replica] !== 0;
    const arrival = this.#ending(server, message, isDown ? "lost" : "arrives");
    const to = this.#replicaName(replica);
    if (isDown) {
      return {
        words:
          `${to} is down: the report from ${name} (${arrival.text}) is lost`,
        arrivals: [arrival],
      };
    }
    const at = layout.entry(server, replica, replica);
    const newly = wideAt(this.bytes, at + 2) -
      wideAt(this.#before.bytes, at + 2);
    const total = wideAt(this.bytes, at + 2);
    const decision = this.#model.deliveries.answer;
    const note = decision === Answer.ACK
      ? newly === 0 && wideAt(this.bytes, at) === wideAt(this.#before.bytes, at)
        ? `counts nothing new: ${total} of ${name}`
        : `counts ${newly}: ${total} of ${name}`
      : decision === Answer.GAP
      ? `wants seq ${this.bytes[at]! + 1} first: counts nothing`
      : "refuses it for good";
    return {
      words:
        `The report from ${name} (${arrival.text}) reaches ${to}, which ${note}`,
      who: to,
      note,
      arrivals: [arrival],
    };
  }

  #heard(server: number, row: number, answer: number, value: number): string {
    const at = this.#model.layout.row(server, row);
    if (answer === Answer.GAP) return `it goes back to draw ${value}`;
    if (answer === Answer.REFUSAL) return "the report is refused for good";
    return this.#model.layout.isMarked
      ? `all up to draw ${acknowledgedSeqAt(this.bytes, at)} is acknowledged`
      : `${likesOf(acknowledgedAt(this.bytes, at))} acknowledged in all`;
  }

  // --- messages

  #messageOf(server: number, message: number): UntoldMessage {
    const { layout } = this.#model;
    this.#messages.open(this.#before.bytes, layout.messages(server));
    return this.#read(server, message);
  }

  /** A message of those that are open. */
  #read(server: number, message: number): UntoldMessage {
    const messages = this.#messages;
    const client = this.#serverName(server);
    const replica = this.#replicaName(messages.replicaOf(message));
    const first = messages.firstOf(message);
    const second = messages.secondOf(message);
    const total = messages.totalOf(message);
    if (isReplyKind(messages.kindOf(message))) {
      const text = first === Answer.ACK
        ? "ACK"
        : first === Answer.GAP
        ? `NAK gap ${second}`
        : `NAK ${reasonOf(second)}`;
      return { from: replica, to: client, text, isReply: true };
    }
    const text = [
      likesOf(second),
      ...first > 0 ? [`seq ${first}`] : [],
      ...total >= 0 ? [`total ${total}`] : [],
    ].join(", ");
    return { from: client, to: replica, text, isReply: false };
  }

  #ending(
    server: number,
    message: number,
    outcome: "arrives" | "lost" | "late",
  ): ToldArrival {
    const told = this.#messageOf(server, message);
    const isAwaited = isAwaitedKind(this.#messages.kindOf(message));
    return this.#inFlight.end(told, outcome, isAwaited);
  }

  /** The messages that an event has made somebody send. */
  #sent(event: number): ToldMessage[] {
    const kind = kindOf(event);
    if (kind === Kind.LOSE || COPIES.has(kind)) return [];
    const messagesIn = (state: StateBuffer) =>
      kind >= Kind.EXCHANGE
        ? messagesBetween(this.#model, state.bytes)
        : this.#awaitedIn(state);
    const before = messagesIn(this.#before);
    return messagesIn(this.#after).flatMap((message) => {
      const at = before.findIndex((other) => isAlike(other, message));
      if (at < 0 || this.#isSentAnew(event, message)) {
        return [this.#inFlight.send(message)];
      }
      before.splice(at, 1);
      return [];
    });
  }

  /** Whether a report is another one than the same before: a late timeout. */
  #isSentAnew(event: number, { from, isReply }: UntoldMessage): boolean {
    return !isReply && kindOf(event) === Kind.TIMEOUT &&
      from === this.#serverName(whoOf(event)) && this.#model.layout.rows === 1;
  }

  /** Reports that are waited for, and their answers. */
  #awaitedIn(state: StateBuffer): UntoldMessage[] {
    const messages = this.#messages;
    const awaited: UntoldMessage[] = [];
    for (let server = 0; server < this.#model.bounds.servers; server++) {
      messages.open(state.bytes, this.#model.layout.messages(server));
      for (let i = 0; i < messages.count; i++) {
        const kind = messages.kindOf(i);
        if (isAwaitedKind(kind) || isReplyKind(kind)) {
          awaited.push(this.#read(server, i));
        }
      }
    }
    return awaited;
  }
}

/** Events by which the network repeats a message. */
const COPIES: ReadonlySet<number> = new Set([
  ...[Kind.COPY, Kind.COPY_SYNC, Kind.COPY_READ],
]);

/** A message between a likes server and a replica in words. */
function described({ from, to, text, isReply }: ToldMessage): string {
  return `${isReply ? "answer" : "report"} from ${from} to ${to} (${text})`;
}

/** An event in words, together with what it makes somebody send. */
function withSent(
  words: string,
  who: string | undefined,
  sent: readonly ToldMessage[],
): string {
  return [
    words,
    ...sent.map(({ from, to, text, isReply }) => {
      const verb = isReply
        ? `answers ${text}`
        : from.startsWith("LikesServer")
        ? `reports ${text} to ${to}`
        : `sends ${text} to ${to}`;
      return from === who ? `, and ${verb}` : `; ${from} ${verb}`;
    }),
  ].join("");
}

/** A number of likes in words. */
function likesOf(likes: number): string {
  return likes === 1 ? "1 like" : `${likes} likes`;
}
