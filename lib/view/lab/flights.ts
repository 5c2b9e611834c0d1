/**
 * The messages of a run, each with its times and its fate, from the history.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import type { Faults } from "../../faults/force.ts";

import { type HistoryEvent, tickOf } from "../../verdict/history.ts";

/**
 * The fate of a message. `arrived`: it was taken; `lost`: it was lost on its
 * way; `cut`: it was lost where it arrived, because of a partition or a crash;
 * `late`: nobody waited for it any longer; `refused`: it is a NAK.
 */
export type Fate = "arrived" | "lost" | "cut" | "late" | "refused";

/** A message on its way. */
export interface Flight {
  /** The likes server that sent it or that it goes to. */
  readonly server: number;
  /** Whether it is a reply; a report otherwise. */
  readonly isReply: boolean;
  /** The attempt that it is or answers. */
  readonly attempt: number;
  /**
   * Likes that the report carries; of a reply, those of the report that it
   * answers.
   */
  readonly likes: number;
  /**
   * The newest draw that the report carries; of a reply, of the report that it
   * answers.
   */
  readonly seq: number;
  /** Whether it is a copy that the network made. */
  readonly isCopy: boolean;
  /** Whether the newest draw that it carries has been sent before. */
  readonly isRepeat: boolean;
  /** Index of the report that a reply answers, -1 for a report. */
  readonly cause: number;
  /** The tick at which it was sent. */
  readonly sentTick: number;
  /** The tick at which it arrived, or would have. */
  arrivalTick: number;
  /** The fate of it. */
  fate: Fate;
}

/** A message as an event of the history names it, at the time of the event. */
interface Named extends Pick<Flight, "server" | "attempt" | "isReply"> {
  readonly tick: number;
}

/**
 * Follows the messages of some likes servers. When each arrives follows from
 * the same keyed random numbers that the run used, so that a copy is told from
 * its original.
 *
 * @example Usage
 * ```ts
 * import { FlightRecorder } from "./flights.ts";
 * import { Simulation } from "../../sim/simulation.ts";
 * import { settingFromHash } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const simulation = new Simulation(settingFromHash("#latency=20ms"), {
 *   onEvent: (event) => recorder.add(event),
 * });
 * const recorder = new FlightRecorder(simulation.faults);
 * simulation.advance(20);
 * const [report, ack] = recorder.flights;
 * assertEquals(report?.isReply, false);
 * assertEquals(ack?.isReply, true);
 * assertEquals((ack?.arrivalTick ?? 0) - (report?.sentTick ?? 0), 400);
 * ```
 */
export class FlightRecorder {
  /** All messages so far, in the order in which they were sent. */
  readonly flights: Flight[] = [];
  readonly #faults: Faults;
  /** Indices of the messages on their way, by likes server. */
  readonly #open = new Map<number, number[]>();
  /** The newest draw that each likes server has sent. */
  readonly #sentSeq = new Map<number, number>();

  /** @param faults The faults of the run. */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /**
   * Takes an event, in order.
   *
   * @param event Any event of the history; those that are about no message
   * change nothing.
   */
  add(event: HistoryEvent): void {
    const { kind, server, attempt, reply = false } = event;
    if (server === undefined || attempt === undefined) return;
    const tick = tickOf(event);
    const named = { server, attempt, isReply: reply, tick };
    switch (kind) {
      case "send": {
        const { seq = 0, likes = 0 } = event;
        const isRepeat = seq <= (this.#sentSeq.get(server) ?? 0);
        this.#sentSeq.set(server, seq);
        const sent = { server, attempt, likes, seq, isRepeat, cause: -1 };
        this.#take({ ...sent, isReply: false, isCopy: false }, tick);
        break;
      }
      case "copy": {
        const original = this.flights[this.#find(named, false)];
        if (original !== undefined) {
          this.#take({ ...original, isCopy: true }, tick);
        }
        break;
      }
      case "lose":
        this.#lose(named);
        break;
      case "receive":
        if (reply) this.#settle(named, "late");
        else this.#receive(named);
        break;
      case "ack":
        this.#settle({ ...named, isReply: true }, "arrived");
        break;
      case "nak":
        this.#settle({ ...named, isReply: true }, "refused");
        break;
    }
  }

  #take(
    flight: Omit<Flight, "sentTick" | "arrivalTick" | "fate">,
    tick: number,
  ): void {
    const { server, attempt, isReply, isCopy } = flight;
    const direction = isReply ? MessageKind.REPLY : MessageKind.REPORT;
    const luck = this.#faults.luck(direction, server, attempt);
    const index = this.flights.length;
    this.flights.push({
      ...flight,
      sentTick: tick,
      arrivalTick: tick +
        this.#faults.latencyTicks(direction, luck, isCopy, tick),
      // What is still on its way when the run ends is waited for by nobody.
      fate: isReply ? "late" : "cut",
    });
    const open = this.#open.get(server);
    if (open === undefined) this.#open.set(server, [index]);
    else open.push(index);
  }

  #receive(named: Named): void {
    const report = this.#settle(named, "arrived");
    const flight = this.flights[report];
    // The primary answers a copy, too, but nobody asked: that reply goes
    // nowhere.
    if (flight === undefined || flight.isCopy) return;
    this.#take({ ...flight, cause: report, isReply: true }, named.tick);
  }

  #lose(named: Named): void {
    const { server, attempt, isReply, tick } = named;
    const index = this.#find(named, true);
    const flight = this.flights[index];
    if (flight === undefined) return;
    const direction = isReply ? MessageKind.REPLY : MessageKind.REPORT;
    const luck = this.#faults.luck(direction, server, attempt);
    const isLostInFlight = !flight.isCopy && flight.sentTick === tick &&
      this.#faults.lost(direction, luck, tick);
    this.#close(index);
    flight.fate = isLostInFlight ? "lost" : "cut";
    if (!isLostInFlight) flight.arrivalTick = tick;
  }

  /** Ends the flight of a message; returns its index, -1 if there is none. */
  #settle(named: Named, fate: Fate): number {
    const index = this.#find(named, true);
    const flight = this.flights[index];
    if (flight === undefined) return -1;
    this.#close(index);
    flight.fate = fate;
    flight.arrivalTick = named.tick;
    return index;
  }

  /**
   * A message on its way: the one that is due now, else the first of them,
   * because what was held up comes later than it was due.
   */
  #find(
    { server, attempt, isReply, tick }: Named,
    mayBeCopy: boolean,
  ): number {
    const candidates = (this.#open.get(server) ?? []).filter((index) => {
      const flight = this.flights[index] as Flight;
      return flight.attempt === attempt && flight.isReply === isReply &&
        (mayBeCopy || !flight.isCopy);
    });
    const due = candidates.find((index) =>
      this.flights[index]?.arrivalTick === tick
    );
    return due ?? candidates[0] ?? -1;
  }

  #close(index: number): void {
    const { server } = this.flights[index] as Flight;
    const open = this.#open.get(server) ?? [];
    open.splice(open.indexOf(index), 1);
  }
}
