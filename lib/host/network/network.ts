/**
 * The network between nodes, clients and services, with the faults of the
 * plan.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { isReader, isReplica } from "../../domain/nodes.ts";
import { type Faults, LiftableFaults } from "../../faults/force.ts";
import { indexOf } from "../../faults/mod.ts";
import type { MessageCounts } from "../../verdict/operations/verdict.ts";
import type { Agenda } from "./agenda.ts";

/** A message on its way. */
export interface Parcel {
  /** The node that sent it. */
  readonly from: number;
  /** The node that it is to. */
  readonly to: number;
  /** The message as a line, with its LF. */
  readonly line: string;
  /** The body of the message, where the receiver is no node. */
  readonly body: unknown;
  /** The number of the message in this run, from 1 on; a copy has the same. */
  readonly id: number;
}

/** Settings of a network. */
export interface NetworkOptions {
  /** The faults of the run. */
  readonly faults: Faults;
  /** Ticks of 0.1 ms since the load began; below 0 before that. */
  readonly now: () => number;
  /** Keeps messages that are on their way. */
  readonly agenda: Agenda;
  /** Takes a message that has arrived. */
  readonly deliver: (parcel: Parcel) => void;
  /** Is told of messages as they are sent, arrive or are lost. */
  readonly observer?: NetworkObserver;
}

/** A listener to what becomes of messages. */
export interface NetworkObserver {
  /** A message was sent. */
  sent(tick: number, parcel: Parcel): void;
  /** A message arrived, or a copy of it. */
  arrived(tick: number, parcel: Parcel): void;
  /** A message was lost by chance, or was cut off. */
  lost(tick: number, parcel: Parcel): void;
}

const { PEER_REQUEST, REPORT, REPLY } = MessageKind;

/** Nodes, clients and services of a kind are fewer than this. */
const NODES_MAX = 1 << 14;

/**
 * Carries messages. What chance does to the n-th message of a link is a
 * function of the seed, the link and n alone.
 */
export class Network {
  readonly #options: NetworkOptions;
  /** Messages so far, by link. */
  readonly #counts = new Map<number, number>();
  #id = 0;
  readonly #faults: LiftableFaults;
  readonly #traffic = {
    ...{ betweenNodes: 0, withServices: 0, withClients: 0 },
    ...{ lost: 0, copied: 0, cut: 0 },
  };
  /** Characters on their way, by sender. */
  readonly #underWay = new Map<number, number>();
  #allUnderWay = 0;

  /** @param options Its faults and its clock. */
  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#faults = new LiftableFaults(options.faults);
  }

  /** Counts of messages so far. */
  get traffic(): Omit<MessageCounts, "perOperation"> {
    return { ...this.#traffic };
  }

  /**
   * Characters that a node has sent and that have not arrived.
   *
   * @param node The node.
   * @returns How many.
   */
  underWay(node: number): number {
    return this.#underWay.get(node) ?? 0;
  }

  /** Characters that all have sent and that have not arrived. */
  get allUnderWay(): number {
    return this.#allUnderWay;
  }

  /** Lifts all faults before their time. */
  lift(): void {
    this.#faults.lift();
  }

  /**
   * Sends a message.
   *
   * @param from The node that it is from.
   * @param to The node that it is to.
   * @param line The message, with its LF.
   * @param body Its body, where the receiver is no node.
   */
  send(from: number, to: number, line: string, body?: unknown): void {
    const kind = this.#count(from, to);
    const faults = this.#faults;
    const { now, observer } = this.#options;
    const parcel: Parcel = { from, to, line, body, id: ++this.#id };
    const tick = now();
    observer?.sent(tick, parcel);
    if (tick < 0) {
      this.#arrive(parcel);
      return;
    }
    const link = linkOf(from, to);
    const n = (this.#counts.get(link) ?? 0) + 1;
    this.#counts.set(link, n);
    const luck = faults.luck(kind, link, n);
    if (faults.lost(kind, luck, tick)) {
      this.#traffic.lost++;
      observer?.lost(tick, parcel);
      return;
    }
    this.#deliverIn(
      faults.latencyTicks(kind, luck, false, tick),
      tick,
      parcel,
    );
    if (!faults.copied(kind, luck, tick)) return;
    this.#traffic.copied++;
    this.#deliverIn(
      faults.latencyTicks(kind, luck, true, tick),
      tick,
      parcel,
    );
  }

  #count(from: number, to: number): MessageKind {
    if (isReplica(from) && isReplica(to)) {
      this.#traffic.betweenNodes++;
      return PEER_REQUEST;
    }
    if (isReader(from) || isReader(to)) {
      this.#traffic.withServices++;
      return PEER_REQUEST;
    }
    this.#traffic.withClients++;
    return isReplica(to) ? REPORT : REPLY;
  }

  #deliverIn(ticks: number, tick: number, parcel: Parcel): void {
    if (ticks === 0) {
      this.#arrive(parcel);
      return;
    }
    const { from, line } = parcel;
    this.#addUnderWay(from, line.length);
    this.#options.agenda.at(tick + ticks, () => {
      this.#addUnderWay(from, -line.length);
      this.#arrive(parcel);
    });
  }

  #addUnderWay(from: number, chars: number): void {
    this.#underWay.set(from, this.underWay(from) + chars);
    this.#allUnderWay += chars;
  }

  #arrive(parcel: Parcel): void {
    const { now, deliver, observer } = this.#options;
    const { from, to } = parcel;
    const tick = now();
    if (tick >= 0 && this.#faults.cut(from, to, tick)) {
      this.#traffic.cut++;
      observer?.lost(tick, parcel);
      return;
    }
    observer?.arrived(tick, parcel);
    deliver(parcel);
  }
}

/** A number for each pair of nodes. */
function linkOf(from: number, to: number): number {
  return Math.imul(placeOf(from), 3 * NODES_MAX) + placeOf(to) | 0;
}

/** A number from 0 on for each node. */
function placeOf(node: number): number {
  const index = indexOf(node);
  if (isReplica(node)) return index;
  return isReader(node) ? 2 * NODES_MAX + index : NODES_MAX + index;
}
