/**
 * Listeners to what becomes of messages: a trace of all of them, and a journal
 * of those that a story may be told of.
 *
 * @module
 */

import { TICKS_PER_MS } from "../../domain/ticks.ts";
import type { OperationEvent } from "../../verdict/operations/history.ts";
import {
  type Row,
  type TraceEvent,
  TraceRows,
} from "../../view/trace/trace_rows.ts";
import {
  type NamedNodes,
  nodeNamesOf,
  placeNames,
  SERVICES,
} from "../network/naming.ts";
import type { NetworkObserver, Parcel } from "../network/network.ts";

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

/** The groups of rows of a trace. */
const GROUPS = ["network", "nodes", "services", "clients"] as const;

const [NETWORK, NODES, OF_SERVICES, CLIENTS] = [1, 2, 3, 4] as const;

/** Slices of a row are at least so far apart, in microseconds. */
const APART_US = 4;

/**
 * Turns messages and events into Chrome trace events, one by one: a row for
 * each node, service and client; a message is a slice at both of its ends with
 * an arrow between them, or a slice and an instant where it is lost; crashes,
 * pauses and partitions are spans; operations that succeeded are counted.
 */
export class MessageTrace implements NetworkObserver {
  readonly #rows: TraceRows;
  readonly #nameOf: (place: number) => string;
  readonly #nodes: number;
  /** The order of nodes and services among themselves, by name. */
  readonly #orders: ReadonlyMap<string, number>;
  /** By row, when its last slice began. */
  readonly #lastUs = new Map<Row, number>();
  /** The beginnings of slices of messages that are on their way. */
  readonly #sentUs = new WeakMap<Parcel, number>();
  #ok = 0;
  #pending = 0;

  /**
   * Begins a trace.
   *
   * @param run The nodes.
   * @param options `write` is given each trace event, as an object to be
   * written as JSON; `command` is the command line that does the same again.
   */
  constructor(
    run: NamedNodes,
    { write, command }: {
      readonly write: (event: TraceEvent) => void;
      readonly command: string;
    },
  ) {
    const names = nodeNamesOf(run);
    this.#nameOf = placeNames(run);
    this.#nodes = names.length;
    this.#orders = new Map(
      [...names, ...SERVICES].map((name, order) => [name, order]),
    );
    this.#rows = new TraceRows(GROUPS, write);
    for (const name of names) this.#rowOf(name);
    const row = this.#rows.row("run", NETWORK, "run", 0);
    this.#rows.instant("run begins", row, 0, "event", { command });
  }

  /** @inheritdoc */
  sent(tick: number, parcel: Parcel): void {
    if (tick < 0) return;
    const row = this.#rowOf(this.#nameOf(parcel.from));
    this.#sentUs.set(parcel, this.#slice(row, tick, parcel));
  }

  /** @inheritdoc */
  arrived(tick: number, parcel: Parcel): void {
    const sentUs = this.#sentUs.get(parcel);
    if (sentUs === undefined) return;
    const from = this.#rowOf(this.#nameOf(parcel.from));
    const to = this.#rowOf(this.#nameOf(parcel.to));
    const us = this.#slice(to, tick, parcel);
    this.#rows.arrow(typeOf(parcel.line), from, sentUs, to, us);
  }

  /** @inheritdoc */
  lost(tick: number, parcel: Parcel): void {
    if (tick < 0) return;
    const row = this.#rowOf(this.#nameOf(parcel.from));
    const name = `${typeOf(parcel.line)} lost`;
    this.#rows.instant(name, row, tick * TICK_US, "message", shown(parcel));
  }

  /** Draws an end of a message. Returns where its slice begins. */
  #slice(row: Row, tick: number, parcel: Parcel): number {
    const free = (this.#lastUs.get(row) ?? -APART_US) + APART_US;
    const us = Math.max(tick * TICK_US, free);
    this.#lastUs.set(row, us);
    this.#rows.slice(typeOf(parcel.line), row, us, shown(parcel));
    return us;
  }

  /**
   * Takes an event of the history.
   *
   * @param event The event.
   */
  event(event: OperationEvent): void {
    const { t, kind, node = "", links = "", f, op, client = "", error } = event;
    const us = Math.round(t * 1e6);
    switch (kind) {
      case "crash":
        this.#rows.begin(this.#rowOf(node), "down", us, {});
        return;
      case "pause":
        this.#rows.begin(this.#rowOf(node), "stopped", us, {});
        return;
      case "restart":
      case "resume":
        this.#rows.end(this.#rowOf(node), us);
        return;
      case "partition":
        this.#rows.begin(this.#cutOf(links), "cut", us, { links });
        return;
      case "heal":
        this.#rows.end(this.#cutOf(links), us);
        return;
      case "invoke":
        this.#count("operations under way", us, ++this.#pending);
        return;
      default:
        this.#count("operations under way", us, --this.#pending);
        if (kind === "ok") {
          this.#count("operations succeeded", us, ++this.#ok);
          return;
        }
        this.#rows.instant(
          `${f ?? ""} ${kind}`,
          this.#rowOf(client),
          us,
          "event",
          { op, error },
        );
    }
  }

  /**
   * Ends the trace.
   *
   * @param seconds When, in seconds since the load began.
   */
  end(seconds: number): void {
    this.#rows.endAll(Math.round(seconds * 1e6));
  }

  #count(name: string, us: number, count: number): void {
    this.#rows.counter(name, NETWORK, us, { count });
  }

  #cutOf(links: string): Row {
    return this.#rows.row(`cut ${links}`, NETWORK, `cut: ${links}`, 1);
  }

  #rowOf(name: string): Row {
    const order = this.#orders.get(name);
    if (order === undefined) {
      const number = Number(name.slice(1)) || 0;
      return this.#rows.row(name, CLIENTS, name, number);
    }
    const pid = order < this.#nodes ? NODES : OF_SERVICES;
    return this.#rows.row(name, pid, name, order);
  }
}

/** The part of a message that a trace shows. */
function shown({ line }: Parcel): { message: string } {
  return { message: line.slice(0, SHOWN_CHARS).trimEnd() };
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
