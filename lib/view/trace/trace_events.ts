/**
 * A run as Chrome trace events, which Perfetto and every Chromium browser open.
 *
 * Source: "Trace Event Format", Google, in its form of a JSON array.
 *
 * @module
 */

import {
  isReader,
  isReplica,
  nodeName,
  readerNode,
  replicaNode,
} from "../../domain/nodes.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { type HistoryEvent, tickOf } from "../../verdict/history.ts";
import { type Message, Messages } from "../../verdict/messages.ts";
import { type Row, type TraceEvent, TraceRows } from "./trace_rows.ts";

export type { TraceEvent } from "./trace_rows.ts";

/** Microseconds of a tick. */
const TICK_US = 1000 / TICKS_PER_MS;

/** From the beginning of a tick to the first slice in it, in microseconds. */
const FIRST_SLOT_US = 2;

/** The part of a tick that a slice has for itself, in microseconds. */
const SLOT_US = 4;

/** Slices of one tick that are told apart; later ones are at the last place. */
const SLOTS = Math.floor((TICK_US - FIRST_SLOT_US) / SLOT_US);

/** The groups of rows, which the format calls processes. */
const GROUPS = ["network", "primaries", "likes servers", "readers"] as const;

const [NETWORK, PRIMARIES, SERVERS, READERS] = [1, 2, 3, 4] as const;

/** Sums of a run, at the time of an event. */
export interface TraceSums {
  /** Likes generated. */
  readonly likesGenerated: number;
  /** Likes counted. */
  readonly likesCounted: number;
}

/** Settings of a trace. */
export interface TraceOptions {
  /** Is given each trace event, as an object to be written as JSON. */
  readonly write: (event: TraceEvent) => void;
  /** The number of replicas. */
  readonly replicas: number;
  /** Whether likes servers report to all replicas. */
  readonly isToAll: boolean;
  /** The command line that gives the same run. */
  readonly command: string;
}

/**
 * Turns the events of a history into trace events, one by one.
 *
 * Each process has a row: a message is a slice at its sender, one at its
 * receiver and an arrow between them; one that gets lost a slice and an
 * instant. What a process does besides is an instant, too. Crashes and pauses
 * are spans on the row of the process, partitions on rows of the network, one
 * for each link. Likes generated, counted and their difference are counters, as
 * is what each of several replicas holds.
 *
 * A history has a resolution of 0.1 ms. The microseconds within a tick are the
 * order of its events, so that no two slices of a row overlap. No history tells
 * when a reader's question arrives: its arrival is drawn in the middle between
 * question and answer, and says so.
 *
 * Memory is bounded by the number of processes and of messages on their way.
 *
 * @example
 * ```ts
 * import { type TraceEvent, TraceEvents } from "./trace_events.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const events: TraceEvent[] = [];
 * const trace = new TraceEvents({
 *   write: (event) => events.push(event),
 *   ...{ replicas: 1, isToAll: false, command: "deno task sim --seed 7" },
 * });
 * const sums = { likesGenerated: 14, likesCounted: 0 };
 * trace.add({ t: 1, kind: "send", server: 3, seq: 1, likes: 14, attempt: 1 }, sums);
 * trace.add({ t: 1.2, kind: "receive", server: 3, seq: 1, likes: 14, attempt: 1 }, sums);
 * const [from, to] = events.filter(({ ph }) => ph === "s" || ph === "f");
 * assertEquals([from?.ts, to?.ts, from?.id === to?.id], [1_000_002, 1_200_002, true]);
 * ```
 */
export class TraceEvents {
  readonly #options: TraceOptions;
  readonly #messages: Messages;
  readonly #rows: TraceRows;
  /** The times at which slices begin, by the event that tells of them. */
  readonly #leftUs = new WeakMap<HistoryEvent, number>();
  readonly #cuts = new Map<string, Row>();
  /** Likes that each replica holds, where there are several. */
  readonly #held: number[] = [];
  #tick = 0;
  /** Slots that are taken in the present tick. */
  #slots = 0;
  #generated = -1;
  #counted = -1;

  /**
   * Begins a trace: the groups of rows have their names.
   *
   * @param options The run, and where the trace goes.
   */
  constructor(options: TraceOptions) {
    this.#options = options;
    this.#messages = new Messages(options);
    this.#rows = new TraceRows(GROUPS, options.write);
    const row = this.#rows.row("run", NETWORK, "run", 0);
    this.#rows.instant("run begins", row, 0, "event", {
      command: options.command,
    });
  }

  /**
   * Takes the next event in.
   *
   * @param event The event, none earlier than the last.
   * @param sums The run's sums after it.
   */
  add(event: HistoryEvent, sums: TraceSums): void {
    const us = this.#place(tickOf(event));
    this.#leftUs.set(event, us);
    const end = this.#messages.add(event);
    if (end !== null) this.#end(end.message, end.isLost, event, us);
    else this.#addOther(event, us);
    this.#count(event, sums);
  }

  /**
   * Ends the trace: what is still on its way is told, spans are closed.
   *
   * @param seconds When the run ends, in seconds since its start.
   */
  end(seconds: number): void {
    const tick = Math.max(
      this.#tick,
      Math.round(seconds * 1000 * TICKS_PER_MS),
    );
    const us = this.#place(tick);
    for (const message of this.#messages.onTheirWay()) {
      this.#leave(message);
      const row = this.#rowOf(message.from);
      this.#rows.instant(`${message.type} on its way`, row, us, "message");
    }
    this.#rows.endAll(tick * TICK_US);
  }

  // --- messages

  #end(
    message: Message,
    isLost: boolean,
    event: HistoryEvent,
    us: number,
  ): void {
    const { type, from, to } = message;
    const args = argumentsOf(event);
    if (isLost) {
      const leftUs = this.#leave(message);
      const row = this.#rowOf(from);
      this.#rows.instant(
        `${type} lost`,
        row,
        Math.max(us, leftUs),
        "message",
        args,
      );
      return;
    }
    if (type === "answer" || type === "repaired") {
      this.#turn(message, us, args);
      return;
    }
    const leftUs = this.#leave(message);
    this.#rows.slice(type, this.#rowOf(to), us, args);
    this.#rows.arrow(type, this.#rowOf(from), leftUs, this.#rowOf(to), us);
  }

  /** A question and its answer, of which the turn is not told. */
  #turn(
    answer: Message,
    us: number,
    args: Readonly<Record<string, unknown>>,
  ): void {
    const question = answer.type === "answer" ? "read" : "repair";
    const client = this.#rowOf(answer.to);
    const replica = this.#rowOf(answer.from);
    const leftUs = this.#leftUs.get(answer.sent) ?? us;
    const tick = Math.floor((leftUs + us) / 2 / TICK_US);
    // The last place of a tick is for any number of slices, that of the
    // question is free at its replica.
    const lastUs = usOf(tick, SLOTS - 1);
    const turnUs = lastUs > us ? leftUs : Math.max(leftUs, lastUs);
    if (!answer.isCopy) {
      this.#rows.slice(question, client, leftUs, argumentsOf(answer.sent));
    }
    this.#rows.slice(question, replica, turnUs, {
      "time": "halfway: when it arrived is not known",
    });
    this.#rows.slice(answer.type, client, us, args);
    if (!answer.isCopy) {
      this.#rows.arrow(question, client, leftUs, replica, turnUs);
    }
    this.#rows.arrow(answer.type, replica, turnUs, client, us);
  }

  /** The slice of a message at its sender. Returns its time. */
  #leave({ type, from, sent, isCopy }: Message): number {
    const us = this.#leftUs.get(sent) ?? 0;
    // What is answered at once is a slice already.
    if (sent.kind === "receive") return us;
    const name = isCopy ? `${type} repeated` : type;
    this.#rows.slice(name, this.#rowOf(from), us, argumentsOf(sent));
    return us;
  }

  // --- everything else

  #addOther(event: HistoryEvent, us: number): void {
    const { kind } = event;
    switch (kind) {
      case "send":
      case "gossip":
      case "read":
      case "repair":
      case "copy":
        return; // told when it ends
      case "crash":
        this.#begin(this.#rowOf(subjectOf(event)), "down", event);
        return;
      case "pause":
        this.#begin(this.#rowOf(subjectOf(event)), "stopped", event);
        return;
      case "restart":
      case "resume":
        this.#close(this.#rowOf(subjectOf(event)), event);
        return;
      case "partition":
        this.#begin(this.#cutOf(event), "cut", event);
        return;
      case "heal":
        this.#heal(event);
        return;
      default: {
        const row = this.#rowOf(subjectOf(event));
        const name = kind === "lose"
          ? event.reader === undefined ? "gives up" : "unanswered"
          : kind;
        this.#rows.instant(name, row, us, "event", argumentsOf(event));
      }
    }
  }

  #begin(row: Row, name: string, event: HistoryEvent): void {
    const ts = tickOf(event) * TICK_US;
    // What is killed stands still no longer: its span ends.
    this.#rows.begin(row, name, ts, argumentsOf(event));
  }

  #close(row: Row, event: HistoryEvent): boolean {
    return this.#rows.end(row, tickOf(event) * TICK_US);
  }

  #heal(event: HistoryEvent): void {
    const row = this.#cuts.get(linkName(event));
    if (row !== undefined && this.#close(row, event)) return;
    // At the end of a run all that is left is lifted at once.
    const { server, reader, replica } = event;
    if (server ?? reader ?? replica !== undefined) return;
    for (const one of this.#cuts.values()) this.#close(one, event);
  }

  #cutOf(event: HistoryEvent): Row {
    const name = linkName(event);
    const row = this.#rows.row(`cut ${name}`, NETWORK, `cut: ${name}`, 1);
    this.#cuts.set(name, row);
    return row;
  }

  // --- counters

  #count(event: HistoryEvent, sums: TraceSums): void {
    const { likesGenerated, likesCounted } = sums;
    const ts = tickOf(event) * TICK_US;
    this.#countReplica(event, ts);
    if (
      likesGenerated === this.#generated && likesCounted === this.#counted
    ) return;
    if (likesGenerated !== this.#generated) {
      this.#counter("likes generated", ts, likesGenerated);
    }
    if (likesCounted !== this.#counted) {
      this.#counter("likes counted", ts, likesCounted);
    }
    this.#counter("divergence", ts, likesGenerated - likesCounted);
    this.#generated = likesGenerated;
    this.#counted = likesCounted;
  }

  #countReplica(event: HistoryEvent, ts: number): void {
    const { kind, replica, likes = 0, total } = event;
    if (this.#options.replicas === 1 || replica === undefined) return;
    const held = this.#held[replica] ?? 0;
    const now = kind === "count"
      ? held + likes
      : kind === "merge" || kind === "restart"
      ? total ?? held
      : held;
    if (now === held) return;
    this.#held[replica] = now;
    const { replicas } = this.#options;
    const name = nodeName(replicaNode(replica), replicas);
    this.#counter(`likes at ${name}`, ts, now);
  }

  #counter(name: string, ts: number, likes: number): void {
    this.#rows.counter(name, NETWORK, ts, { likes });
  }

  // --- rows

  #rowOf(node: number): Row {
    const name = nodeName(node, this.#options.replicas);
    const pid = isReplica(node)
      ? PRIMARIES
      : isReader(node)
      ? READERS
      : SERVERS;
    return this.#rows.row(name, pid, name, node);
  }

  /** The time of the next slice in a tick. */
  #place(tick: number): number {
    if (tick > this.#tick) {
      this.#tick = tick;
      this.#slots = 0;
    }
    const slot = Math.min(this.#slots++, SLOTS - 1);
    return usOf(this.#tick, slot);
  }
}

function usOf(tick: number, slot: number): number {
  return tick * TICK_US + FIRST_SLOT_US + slot * SLOT_US;
}

/** The process to which an event happens that is about no message. */
function subjectOf({ kind, server, reader, replica }: HistoryEvent): number {
  if (kind === "count" || kind === "receive") return replicaNode(replica ?? 0);
  if (reader !== undefined) return readerNode(reader);
  return server ?? replicaNode(replica ?? 0);
}

/** The fields of an event besides its time. */
function argumentsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const { t: _, ...others } = event;
  return others;
}

/**
 * Links that are cut, such as `LikesServer3`, `primary0 -> primary1`, `all`.
 */
function linkName({ server, reader, replica, peer, reply }: HistoryEvent) {
  if (peer !== undefined) {
    const way = reply === undefined ? "--" : "->";
    return `primary${replica} ${way} primary${peer}`;
  }
  const client = server === undefined
    ? reader === undefined ? null : `Reader${reader}`
    : `LikesServer${server}`;
  const primary = replica === undefined ? null : `primary${replica}`;
  if (reply === undefined && (client === null || primary === null)) {
    return client ?? primary ?? "all";
  }
  const way = reply === undefined ? "--" : reply ? "<-" : "->";
  return `${client ?? "all"} ${way} ${primary ?? "all"}`;
}
