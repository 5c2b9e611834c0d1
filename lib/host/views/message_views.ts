/**
 * Listeners to what becomes of messages: a trace of all of them, and a journal
 * of those that a story may be told of.
 *
 * @module
 */

import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { OperationEvent } from "../../verdict/operations/history.ts";
import {
  OperationTrace,
  type OperationTraceOptions,
  type TracedMessage,
} from "../../view/trace/operation_trace.ts";
import { nodeNamesOf, placeNames, SERVICES } from "../network/naming.ts";
import type { NetworkObserver, Parcel } from "../network/network.ts";
import type { HostRun } from "../run/options.ts";

/** Microseconds of a tick. */
const TICK_US = 1000 / TICKS_PER_MS;

const TYPE_REGEXP = /"type"\s*:\s*"([^"\\]{1,60})"/;

/** Characters of a message that a trace shows. */
const SHOWN_CHARS = 300;

/**
 * The type of a message.
 *
 * @param line The message, with its LF.
 * @returns Its type, or `message`.
 */
export function typeOf(line: string): string {
  return TYPE_REGEXP.exec(line.slice(0, 4 * SHOWN_CHARS))?.[1] ?? "message";
}

/** Passes what becomes of messages to a trace. */
export class MessageTrace implements NetworkObserver {
  readonly #trace: OperationTrace;
  readonly #nameOf: (place: number) => string;
  /** The beginnings of slices of messages that are on their way. */
  readonly #sentUs = new WeakMap<Parcel, number>();

  /**
   * @param run The run.
   * @param options Where the trace goes, and what reproduces the run.
   */
  constructor(
    run: HostRun,
    options: Pick<OperationTraceOptions, "write" | "command">,
  ) {
    this.#nameOf = placeNames(run);
    this.#trace = new OperationTrace({
      ...options,
      nodes: nodeNamesOf(run),
      services: SERVICES,
    });
  }

  /** @inheritdoc */
  sent(tick: number, parcel: Parcel): void {
    if (tick < 0) return;
    const us = this.#trace.sent(tick * TICK_US, this.#traced(parcel));
    this.#sentUs.set(parcel, us);
  }

  /** @inheritdoc */
  arrived(tick: number, parcel: Parcel): void {
    const sentUs = this.#sentUs.get(parcel);
    if (sentUs === undefined) return;
    this.#trace.arrived(tick * TICK_US, this.#traced(parcel), sentUs);
  }

  /** @inheritdoc */
  lost(tick: number, parcel: Parcel): void {
    if (tick >= 0) this.#trace.lost(tick * TICK_US, this.#traced(parcel));
  }

  #traced({ from, to, line }: Parcel): TracedMessage {
    return {
      from: this.#nameOf(from),
      to: this.#nameOf(to),
      type: typeOf(line),
      args: { message: line.slice(0, SHOWN_CHARS).trimEnd() },
    };
  }

  /**
   * Takes an event of the history.
   *
   * @param event The event.
   */
  event(event: OperationEvent): void {
    this.#trace.event(event);
  }

  /**
   * Ends the trace.
   *
   * @param seconds When, in seconds since the load began.
   */
  end(seconds: number): void {
    this.#trace.end(Math.round(seconds * 1e6));
  }
}

/** A moment of a message: sent, arrived or lost. */
export interface JournalEntry {
  /** The moment, in ticks of 0.1 ms. */
  readonly tick: number;
  /** The fate of the message at that moment. */
  readonly kind: "sent" | "arrived" | "lost";
  /** The message. */
  readonly parcel: Parcel;
}

/** Characters of messages that are kept. */
const JOURNAL_CHARS_MAX = 1 << 25;

/** Keeps what became of messages, for a story, as far as there is room. */
export class MessageJournal implements NetworkObserver {
  /** The moments that are kept, in order. */
  readonly entries: JournalEntry[] = [];
  /** Faults, in order. */
  readonly faults: OperationEvent[] = [];
  /** Whether there was more than is kept. */
  isFull = false;
  #chars = 0;

  /** @inheritdoc */
  sent(tick: number, parcel: Parcel): void {
    this.#chars += parcel.line.length;
    this.#add("sent", tick, parcel);
  }

  /** @inheritdoc */
  arrived(tick: number, parcel: Parcel): void {
    this.#add("arrived", tick, parcel);
  }

  /** @inheritdoc */
  lost(tick: number, parcel: Parcel): void {
    this.#add("lost", tick, parcel);
  }

  #add(kind: JournalEntry["kind"], tick: number, parcel: Parcel): void {
    if (tick < 0) return;
    if (this.#chars > JOURNAL_CHARS_MAX) this.isFull = true;
    if (!this.isFull) this.entries.push({ tick, kind, parcel });
  }

  /**
   * Takes an event of the history.
   *
   * @param event The event.
   */
  event(event: OperationEvent): void {
    if (event.op === undefined) this.faults.push(event);
  }
}
