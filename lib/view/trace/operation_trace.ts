/**
 * A run of other people's programs as Chrome trace events.
 *
 * @module
 */

import type { OperationEvent } from "../../verdict/operations/history.ts";
import { type Row, type TraceEvent, TraceRows } from "./trace_rows.ts";

/** The groups of rows. */
const GROUPS = ["network", "nodes", "services", "clients"] as const;

const [NETWORK, NODES, SERVICES, CLIENTS] = [1, 2, 3, 4] as const;

/** Slices of a row are at least so far apart, in microseconds. */
const APART_US = 4;

/** A message, at one of its ends. */
export interface TracedMessage {
  /** The name of the sender. */
  readonly from: string;
  /** The name of the receiver. */
  readonly to: string;
  /** The type of the message, or another word for it. */
  readonly type: string;
  /** More about it. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** Settings of a trace. */
export interface OperationTraceOptions {
  /** Is given each trace event, as an object to be written as JSON. */
  readonly write: (event: TraceEvent) => void;
  /** The names of the nodes, in order. */
  readonly nodes: readonly string[];
  /** The names of the services. */
  readonly services: readonly string[];
  /** The command line that does the same again. */
  readonly command: string;
}

/**
 * Turns messages and events into trace events, one by one: a row for each node,
 * service and client; a message is a slice at both of its ends with an arrow
 * between them, or a slice and an instant where it is lost; crashes, pauses and
 * partitions are spans; operations that succeeded are counted.
 */
export class OperationTrace {
  readonly #options: OperationTraceOptions;
  readonly #rows: TraceRows;
  readonly #orders = new Map<string, number>();
  /** By row, when its last slice began. */
  readonly #lastUs = new Map<Row, number>();
  #ok = 0;
  #pending = 0;

  /**
   * Begins a trace.
   *
   * @param options The run, and where the trace goes.
   */
  constructor(options: OperationTraceOptions) {
    this.#options = options;
    const { nodes, services, write, command } = options;
    this.#rows = new TraceRows(GROUPS, write);
    for (const [order, name] of [...nodes, ...services].entries()) {
      this.#orders.set(name, order);
    }
    for (const name of nodes) this.#rowOf(name);
    const row = this.#rows.row("run", NETWORK, "run", 0);
    this.#rows.instant("run begins", row, 0, "event", { command });
  }

  /**
   * A message is sent.
   *
   * @param us When, in microseconds since the load began.
   * @param message The message.
   * @returns Where its slice begins, for its other end.
   */
  sent(us: number, { from, type, args }: TracedMessage): number {
    const row = this.#rowOf(from);
    const at = this.#place(row, us);
    this.#rows.slice(type, row, at, args);
    return at;
  }

  /**
   * A message arrives.
   *
   * @param us When, in microseconds since the load began.
   * @param message The message.
   * @param sentUs Where the slice of its beginning is.
   */
  arrived(us: number, message: TracedMessage, sentUs: number): void {
    const { from, to, type, args } = message;
    const row = this.#rowOf(to);
    const at = this.#place(row, us);
    this.#rows.slice(type, row, at, args);
    this.#rows.arrow(type, this.#rowOf(from), sentUs, row, at);
  }

  /**
   * A message gets lost.
   *
   * @param us When, in microseconds since the load began.
   * @param message The message.
   */
  lost(us: number, { from, type, args }: TracedMessage): void {
    const row = this.#rowOf(from);
    this.#rows.instant(`${type} lost`, row, us, "message", args);
  }

  /**
   * Takes an event of the history.
   *
   * @param event The event.
   */
  event(event: OperationEvent): void {
    const { t, kind, node, links = "", f, op } = event;
    const us = Math.round(t * 1e6);
    switch (kind) {
      case "crash":
        this.#rows.begin(this.#rowOf(node ?? ""), "down", us, {});
        return;
      case "pause":
        this.#rows.begin(this.#rowOf(node ?? ""), "stopped", us, {});
        return;
      case "restart":
      case "resume":
        this.#rows.end(this.#rowOf(node ?? ""), us);
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
          ...[
            `${f ?? ""} ${kind}`,
            this.#rowOf(event.client ?? ""),
            us,
          ] as const,
          "event",
          { op, error: event.error },
        );
    }
  }

  /**
   * Ends the trace.
   *
   * @param us When, in microseconds since the load began.
   */
  end(us: number): void {
    this.#rows.endAll(us);
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
    const { nodes } = this.#options;
    const pid = order < nodes.length ? NODES : SERVICES;
    return this.#rows.row(name, pid, name, order);
  }

  #place(row: Row, us: number): number {
    const at = Math.max(us, (this.#lastUs.get(row) ?? -APART_US) + APART_US);
    this.#lastUs.set(row, at);
    return at;
  }
}
