/**
 * The moments of the messages of a live network: what their delays count from,
 * and when they are handed over.
 *
 * @module
 */

import { isRequest, MessageKind } from "../../domain/messages.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { DeliveryQueue } from "./delivery_queue.ts";
import { Hold } from "./hold.ts";
import { Lead } from "./lead.ts";
import type { Message } from "./message.ts";
import { ReadCauses } from "./read_causes.ts";

/**
 * Milliseconds of the time that somebody takes to answer which are put down to
 * this machine: it lets the replica or the likes server, and then this process,
 * run when it can. They are a part of the answer's way.
 */
const PROMPT_MS_MAX = 20;

/** Settings of a timetable. */
export interface TimetableOptions {
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /**
   * Ticks from an acknowledgement to the read by which a likes server answers
   * it; null: they do not read.
   */
  readonly readAfterTicks: number | null;
}

/** A message on its way. */
export interface Travel {
  /** Kind of the message. */
  readonly kind: MessageKind;
  /** The moment that its delay counts from. */
  readonly sentMs: number;
  /** Delay that was drawn, in milliseconds. */
  readonly delayMs: number;
}

/** The end of a message's way. */
export interface Arrival {
  /** The moment at which it was due. */
  readonly dueMs: number;
  /** Called when it is handed over. */
  readonly onHandedOver: () => void;
}

/**
 * Times all messages of a network so that what races each other does so by the
 * delays that were drawn, whatever the machine takes to let processes run. All
 * moments are by the clock of `performance.now()`.
 */
export class Timetable {
  readonly #now: () => number;
  readonly #queue = new DeliveryQueue();
  readonly #requestLead = new Lead();
  readonly #replyLead = new Lead();
  readonly #hold = new Hold();
  readonly #readCauses: ReadCauses | null;

  /** @param options The run's clock, and whether likes servers read. */
  constructor({ now, readAfterTicks }: TimetableOptions) {
    this.#now = now;
    this.#readCauses = readAfterTicks === null
      ? null
      : new ReadCauses(readAfterTicks / TICKS_PER_MS);
  }

  /**
   * The moment that the delay of a request counts from: when it was sent, since
   * what it took to come here is a part of its way; of a read that answers an
   * acknowledgement, when that was due to be answered.
   *
   * @param message The request.
   * @param cameMs The moment at which it came.
   * @returns The moment.
   */
  requestMs({ kind, from, item, tick }: Message, cameMs: number): number {
    const agoMs = tick === undefined
      ? -Infinity
      : (this.#now() - tick) / TICKS_PER_MS;
    const sentMs = Math.min(cameMs, performance.now() - agoMs);
    if (kind !== MessageKind.READ_REQUEST || from !== item) return sentMs;
    const dueMs = this.#readCauses?.dueMs(from, sentMs);
    return dueMs === undefined ? sentMs : this.#promptMs(dueMs, sentMs);
  }

  /**
   * The moment that the delay of a reply counts from, which came now: when its
   * request was due.
   *
   * @param dueMs That moment.
   * @returns The moment.
   */
  replyMs(dueMs: number): number {
    return this.#promptMs(dueMs, performance.now());
  }

  /** Somebody who was to send at once has sent. */
  #promptMs(dueMs: number, sentMs: number): number {
    return Math.max(dueMs, sentMs - PROMPT_MS_MAX - this.#hold.ms);
  }

  /**
   * An acknowledgement is handed over to a likes server.
   *
   * @param server The likes server's id.
   * @param dueMs The moment at which it was due.
   */
  acknowledged(server: number, dueMs: number): void {
    this.#readCauses?.acknowledged(server, {
      dueMs,
      atMs: performance.now(),
    });
  }

  /**
   * Hands a message over when it is time: in the order in which messages are
   * due.
   *
   * @param travel The message.
   * @param deliver Hands it over; is not called before this call returns.
   */
  schedule(travel: Travel, deliver: (arrival: Arrival) => void): void {
    const { kind, sentMs, delayMs } = travel;
    const nowMs = performance.now();
    const dueMs = sentMs + delayMs;
    const isHeld = isRequest(kind);
    if (isHeld) this.#hold.came(nowMs - dueMs);
    else this.#hold.replied(kind, delayMs);
    const lead = isHeld ? this.#requestLead : this.#replyLead;
    const aimMs = isHeld ? dueMs + this.#hold.ms : dueMs;
    const atMs = aimMs - lead.ms;
    const onHandedOver = () => {
      if (atMs > nowMs) lead.handedOver(performance.now() - aimMs);
    };
    this.#queue.push(atMs, () => deliver({ dueMs, onHandedOver }));
  }

  /** Forgets all that is on its way. */
  clear(): void {
    this.#queue.clear();
  }
}
