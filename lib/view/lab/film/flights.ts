/**
 * The messages of a run, each with its times and its fate, from the history.
 *
 * @module
 */

import { PRIMARY } from "../../../domain/nodes.ts";
import type { Faults } from "../../../faults/force.ts";
import type { RunOptions } from "../../../options/run_options.ts";
import type { HistoryEvent } from "../../../verdict/history.ts";
import {
  type Fate,
  type Flight,
  type FlightKind,
  messageKindOf,
  type Staleness,
} from "./flight.ts";
import { FlightLuck } from "./flight_luck.ts";
import type { Mutable } from "./frame.ts";
import { messageOf, type NamedMessage as Named } from "./message_name.ts";

/** A message while its fate is open. */
type OpenFlight = Mutable<Flight>;

/** All of a message but its times and its fate. */
type Sent = Omit<Flight, "sentTick" | "arrivalTick" | "fate">;

/**
 * Follows the messages of some processes. When each arrives follows from the
 * same keyed random numbers that the run used, so that a copy is told from its
 * original.
 *
 * @example Usage
 * ```ts
 * import { FlightRecorder } from "./flights.ts";
 * import { Simulation } from "../../../sim/simulation.ts";
 * import { settingFromHash } from "../setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const options = settingFromHash("#latency=20ms");
 * const simulation = new Simulation(options, {
 *   onEvent: (event) => recorder.add(event),
 * });
 * const recorder = new FlightRecorder(simulation.faults, options);
 * simulation.advance(20);
 * const [report, ack] = recorder.flights();
 * assertEquals(report?.isReply, false);
 * assertEquals(ack?.isReply, true);
 * assertEquals((ack?.arrivalTick ?? 0) - (report?.sentTick ?? 0), 400);
 * ```
 */
export class FlightRecorder {
  readonly #faults: Faults;
  readonly #luck: FlightLuck;
  /** Whether likes servers report to all replicas, each with its attempts. */
  readonly #areToAll: boolean;
  readonly #areMany: boolean;
  readonly #flights: OpenFlight[] = [];
  /** Indices of the messages on their way, by the node that asked. */
  readonly #open = new Map<number, number[]>();
  /** The newest draw that each likes server has sent, by link. */
  readonly #sentSeq = new Map<string, number>();
  /** Repairs that each read has sent to each replica. */
  readonly #sends = new Map<string, number>();
  /** Reads of which nothing more is waited for. */
  readonly #doneReads = new Set<string>();
  /** The answer that an event was about last; -1 before the first. */
  #answer = -1;

  /**
   * @param faults The faults of the run.
   * @param options The run.
   */
  constructor(faults: Faults, options: RunOptions) {
    this.#faults = faults;
    this.#luck = new FlightLuck(faults, options);
    this.#areMany = options.replicas > 1;
    this.#areToAll = options.writeTo === "all" && options.replicas > 1;
  }

  /**
   * Takes an event, in order.
   *
   * @param event Any event of the history; those that are about no message
   * change nothing.
   */
  add(event: HistoryEvent): void {
    const named = messageOf(event);
    if (named === null) return;
    const { server = -1, reply: isReply = false, peer } = event;
    const { seq = 0, likes = 0, total = 0, entries = 0 } = event;
    const { client, asked = PRIMARY, attempt, tick } = named;
    const request = {
      ...{ isReply: false, from: client, to: asked, server, attempt },
      ...{ seq, entries, send: 1, isCopy: false, isRepeat: false, cause: -1 },
    };
    switch (event.kind) {
      case "send": {
        const isRepeat = this.#isRepeat(named, seq);
        this.#take({ ...request, kind: "report", likes, isRepeat }, tick);
        break;
      }
      case "read":
        this.#take({ ...request, kind: "read", likes: 0 }, tick);
        break;
      case "repair":
        this.#take({
          ...{ ...request, kind: "repair", likes: total },
          send: this.#nextSend(named),
        }, tick);
        break;
      case "gossip":
        this.#exchange(named, entries);
        break;
      case "copy":
        this.#copy(named);
        break;
      case "lose":
        this.#lose(named, event);
        break;
      case "receive":
        if (isReply) this.#hear(named);
        else this.#receive(named);
        break;
      case "merge":
        if (peer !== undefined) this.#settle(named, "arrived", ["exchange"]);
        break;
      case "value":
        this.#hear(named, total, seq);
        this.#doneReads.add(readKey(named));
        break;
      case "ack":
        // One that reports to all has heard before, from each of them.
        if (!this.#areToAll) this.#settleReply(named, "arrived");
        break;
      case "nak":
        this.#settleReply(named, "refused");
        break;
    }
  }

  /**
   * Says of the answer that was taken last how stale it is.
   *
   * @param stale How stale.
   */
  markStale(stale: Staleness): void {
    const answer = this.#flights[this.#answer];
    if (answer !== undefined) answer.stale = stale;
  }

  /**
   * All messages so far.
   *
   * @returns In the order in which they were sent.
   */
  flights(): Flight[] {
    // Answers to reads are known only when something becomes of them.
    const order = this.#flights.map((_, index) => index).sort((one, other) =>
      this.#sentTick(one) - this.#sentTick(other) || one - other
    );
    const places = new Int32Array(order.length);
    order.forEach((index, place) => places[index] = place);
    return order.map((index) => {
      const flight = this.#flights[index] as OpenFlight;
      const { cause } = flight;
      return cause < 0 ? flight : { ...flight, cause: places[cause] ?? -1 };
    });
  }

  #sentTick(index: number): number {
    return this.#flights[index]?.sentTick ?? 0;
  }

  #isRepeat({ client, asked }: Named, seq: number): boolean {
    const link = this.#areToAll ? `${client} ${asked}` : `${client}`;
    const isRepeat = seq <= (this.#sentSeq.get(link) ?? 0);
    this.#sentSeq.set(link, seq);
    return isRepeat;
  }

  /** The number of a repair among those of its read to a replica. */
  #nextSend(named: Named): number {
    const key = `${readKey(named)} ${named.asked}`;
    const send = 1 + (this.#sends.get(key) ?? 0);
    this.#sends.set(key, send);
    return send;
  }

  #take(sent: Sent, tick: number): number {
    const index = this.#flights.length;
    this.#flights.push({
      ...sent,
      sentTick: tick,
      arrivalTick: tick + this.#ticksOf(sent, tick),
      // Arrivals of reads and repairs at replicas are no events. What else is
      // still on its way when the run ends is waited for by nobody.
      fate: sent.kind === "read" || sent.kind === "repair"
        ? "arrived"
        : sent.isReply
        ? "late"
        : "cut",
    });
    const { client } = endsOf(sent);
    const open = this.#open.get(client) ?? [];
    // The arrival of a copied question is never told of.
    this.#open.set(
      client,
      open.length < OPEN_MAX ? open : open.filter((one) => {
        const { kind, isCopy, isReply, arrivalTick } = this
          .#flights[one] as OpenFlight;
        const isAsked = !isReply && (kind === "read" || kind === "repair");
        return !isCopy || !isAsked || arrivalTick >= tick;
      }),
    );
    this.#open.get(client)?.push(index);
    return index;
  }

  #exchange(named: Named, entries: number): void {
    const { client, asked = PRIMARY, attempt, isReply, tick } = named;
    const request = isReply
      ? this.#find({ ...named, isReply: false }, ["exchange"], true)
      : -1;
    this.#close(request);
    this.#take({
      ...{ kind: "exchange", isReply, server: -1, attempt, likes: 0, seq: 0 },
      ...{ entries, send: 1, isCopy: false, isRepeat: false, cause: request },
      from: isReply ? asked : client,
      to: isReply ? client : asked,
    }, tick);
  }

  #copy(named: Named): void {
    let index = this.#find(named, KINDS, false, named.tick);
    if (index < 0 && named.isReply) index = this.#answerOf(named, named.tick);
    const original = this.#flights[index];
    if (original === undefined) return;
    const { sentTick: _, arrivalTick: _at, fate: _fate, ...sent } = original;
    this.#take({ ...sent, isCopy: true }, named.tick);
  }

  /** A report has arrived at a replica, which answers it. */
  #receive(named: Named): void {
    const report = this.#settle(named, "arrived", ["report"]);
    const flight = this.#flights[report];
    // A copy is answered, too, but nobody asked: that reply goes nowhere.
    if (flight === undefined || flight.isCopy) return;
    this.#take(replyTo(flight, report), named.tick);
  }

  /** A reply has arrived that is no ACK: a late one, or one to a read. */
  #hear(named: Named, likes?: number, seq?: number): void {
    const told = { ...named, isReply: true };
    const found = this.#candidates(
      told,
      likes === undefined ? KINDS : ["read"],
      true,
    );
    let index = this.#dueOf(found, named.tick) ?? this.#answerOf(told);
    if (index < 0) index = found[0] ?? -1;
    const reply = this.#flights[index];
    if (reply === undefined) return;
    const isLate = reply.kind === "report"
      ? !this.#areToAll || this.#hasNewer(reply)
      : reply.kind === "read" && this.#doneReads.has(readKey(named));
    this.#end(index, isLate ? "late" : "arrived", named.tick);
    if (likes === undefined || seq === undefined) return;
    reply.likes = likes;
    reply.seq = seq;
    this.#answer = index;
  }

  /**
   * The answer to a read or a repair that is on its way but was not told of: it
   * left when its question arrived.
   *
   * @returns Its index, -1 if nothing was asked.
   */
  #answerOf(named: Named, sentTick?: number): number {
    const kinds = ["read", "repair"] as const;
    const asked = this.#candidates({ ...named, isReply: false }, kinds, false);
    // A read and its repair have one number: the answer that is due is meant.
    const isDue = (index: number) => {
      const sent = this.#flights[index] as OpenFlight;
      const { arrivalTick: at } = sent;
      return named.tick ===
        (sentTick === undefined
          ? at + this.#ticksOf(replyTo(sent, index), at)
          : at);
    };
    const request = asked.find(isDue) ?? asked[0] ?? -1;
    const question = this.#flights[request];
    if (question === undefined) return -1;
    this.#close(request);
    const sent = replyTo(question, request);
    const { arrivalTick } = question;
    if (sentTick !== undefined) return this.#take(sent, sentTick);
    const ticks = this.#ticksOf(sent, arrivalTick);
    const left = Math.max(arrivalTick, named.tick - ticks);
    return this.#take(sent, Math.min(left, named.tick));
  }

  /** Whether a likes server has sent something newer on the same link. */
  #hasNewer({ from, to, attempt }: Flight): boolean {
    return (this.#open.get(to) ?? []).some((index) => {
      const other = this.#flights[index];
      return other?.kind === "report" && !other.isReply && other.to === from &&
        other.attempt > attempt;
    });
  }

  #lose(named: Named, { replica, reader, server }: HistoryEvent): void {
    // Of several replicas, a message that is lost names its own.
    const isGivenUp = replica === undefined &&
      (reader !== undefined || this.#areMany);
    const { isReply, tick } = named;
    let index = isGivenUp ? -1 : this.#lostOf(named);
    if (!isGivenUp && index < 0 && isReply) {
      const question = this.#find(
        { ...named, isReply: false },
        ["read", "repair"],
        false,
      );
      const flight = this.#flights[question];
      const isLost = flight !== undefined &&
        this.#isLost(replyTo(flight, question), tick);
      index = this.#answerOf(named, isLost ? tick : undefined);
    }
    const flight = this.#flights[index];
    if (flight === undefined) {
      // No message: a reader, or a likes server that reads, has given up.
      if (reader !== undefined || server !== undefined) {
        this.#doneReads.add(readKey(named));
      }
      return;
    }
    const isLostInFlight = !flight.isCopy && flight.sentTick === tick &&
      this.#isLost(flight, tick);
    this.#close(index);
    flight.fate = isLostInFlight ? "lost" : "cut";
    if (!isLostInFlight) flight.arrivalTick = tick;
  }

  /** The message that is lost now: one that is due, or was sent just now. */
  #lostOf(named: Named): number {
    const candidates = this.#candidates(named, KINDS, true);
    const flightOf = (index: number) => this.#flights[index] as OpenFlight;
    return candidates.find((index) => {
      const flight = flightOf(index);
      return flight.sentTick === named.tick &&
        this.#isLost(flight, named.tick);
    }) ??
      candidates.find((index) => flightOf(index).arrivalTick === named.tick) ??
      candidates.find((index) => flightOf(index).kind === "report") ??
      (named.asked === undefined ? -1 : candidates[0] ?? -1);
  }

  #isLost(sent: Sent, tick: number): boolean {
    return this.#faults.lost(messageKindOf(sent), this.#luck.of(sent), tick);
  }

  /** The time that a message takes. */
  #ticksOf(sent: Sent, tick: number): number {
    const luck = this.#luck.of(sent);
    const { isCopy } = sent;
    return this.#faults.latencyTicks(messageKindOf(sent), luck, isCopy, tick);
  }

  #settleReply(named: Named, fate: Fate): void {
    this.#settle({ ...named, isReply: true }, fate, ["report"]);
  }

  /** Ends the flight of a message; returns its index, -1 if there is none. */
  #settle(
    named: Named,
    fate: Fate,
    kinds: readonly FlightKind[],
  ): number {
    // An exchange's request stays open until it is replied to.
    const open = this.#candidates(named, kinds, true)
      .filter((index) => this.#flights[index]?.fate !== "arrived");
    const index = this.#dueOf(open, named.tick) ?? open[0] ?? -1;
    if (index >= 0) this.#end(index, fate, named.tick);
    return index;
  }

  #end(index: number, fate: Fate, tick: number): void {
    const flight = this.#flights[index] as OpenFlight;
    // The reply to an exchange is told of after its request has arrived.
    const isAnswered = flight.kind === "exchange" && !flight.isReply;
    if (!isAnswered || flight.isCopy) this.#close(index);
    flight.fate = fate;
    flight.arrivalTick = tick;
  }

  /**
   * A message on its way: the one that is due now, else the first of them,
   * because what was held up comes later than it was due.
   */
  #find(
    named: Named,
    kinds: readonly FlightKind[],
    mayBeCopy: boolean,
    sentTick?: number,
  ): number {
    const candidates = this.#candidates(named, kinds, mayBeCopy)
      .filter((index) =>
        sentTick === undefined || this.#sentTick(index) === sentTick
      );
    return this.#dueOf(candidates, named.tick) ?? candidates[0] ?? -1;
  }

  #dueOf(candidates: readonly number[], tick: number): number | undefined {
    return candidates.find((index) =>
      this.#flights[index]?.arrivalTick === tick
    );
  }

  #candidates(
    { client, asked, attempt, isReply }: Named,
    kinds: readonly FlightKind[],
    mayBeCopy: boolean,
  ): number[] {
    return (this.#open.get(client) ?? []).filter((index) => {
      const flight = this.#flights[index] as OpenFlight;
      return flight.attempt === attempt && flight.isReply === isReply &&
        kinds.includes(flight.kind) && (mayBeCopy || !flight.isCopy) &&
        (asked === undefined || endsOf(flight).asked === asked);
    });
  }

  #close(index: number): void {
    const flight = this.#flights[index];
    if (flight === undefined) return;
    const open = this.#open.get(endsOf(flight).client) ?? [];
    const place = open.indexOf(index);
    if (place >= 0) open.splice(place, 1);
  }
}

/** Messages on their way of one node from which on old copies are dropped. */
const OPEN_MAX = 64;

const KINDS: readonly FlightKind[] = [
  "report",
  "exchange",
  "read",
  "repair",
];

/** The node that asked, and the one that it asked. */
function endsOf(
  { from, to, isReply }: Pick<Flight, "from" | "to" | "isReply">,
): { client: number; asked: number } {
  return isReply ? { client: to, asked: from } : { client: from, asked: to };
}

function replyTo(request: Flight, cause: number): Sent {
  const { kind, from, to, server, attempt, likes, seq, isRepeat } = request;
  const { send } = request;
  return {
    ...{ kind, isReply: true, from: to, to: from, server, attempt, likes },
    ...{ seq, entries: 0, send, isCopy: false, isRepeat, cause },
  };
}

function readKey({ client, attempt }: Named): string {
  return `${client} ${attempt}`;
}
