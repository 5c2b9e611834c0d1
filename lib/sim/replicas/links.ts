/**
 * The network of a run with replicas.
 *
 * @module
 */

import { Family, type Streams } from "../../domain/random.ts";
import type { Faults } from "../../faults/force.ts";
import { FROM_PRIMARY, TO_PRIMARY } from "../../faults/plan.ts";

/** The kinds of messages. */
export const MessageKind = {
  REPORT: 0,
  REPLY: 1,
  PEER_REQUEST: 2,
  PEER_REPLY: 3,
  READ_REQUEST: 4,
  READ_REPLY: 5,
} as const;
export type MessageKind = typeof MessageKind[keyof typeof MessageKind];

const FAMILIES = [
  Family.REPORT,
  Family.REPLY,
  Family.PEER_REQUEST,
  Family.PEER_REPLY,
  Family.READ_REQUEST,
  Family.READ_REPLY,
];

/** Faults of messages of all kinds. */
export class Links {
  readonly #faults: Faults;
  readonly #streams: Streams;

  constructor(faults: Faults, streams: Streams) {
    this.#faults = faults;
    this.#streams = streams;
  }

  luck(kind: MessageKind, node: number, n: number): number {
    return this.#streams.bits(FAMILIES[kind]!, node, n);
  }

  lost(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.lost(directionOf(kind), luck, tick);
  }

  copied(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.copied(directionOf(kind), luck, tick);
  }

  latencyTicks(
    _kind: MessageKind,
    luck: number,
    copy: boolean,
    tick: number,
  ): number {
    return this.#faults.latencyTicks(luck, copy, tick);
  }

  cut(from: number, to: number, tick: number): boolean {
    if (from >= 0 && from < 2 ** 30) {
      return this.#faults.partitioned(TO_PRIMARY, from, tick);
    }
    if (to >= 0 && to < 2 ** 30) {
      return this.#faults.partitioned(FROM_PRIMARY, to, tick);
    }
    return false;
  }
}

function directionOf(kind: MessageKind) {
  return kind % 2 === 0 ? TO_PRIMARY : FROM_PRIMARY;
}

/** The node of a replica. */
export function replicaNode(replica: number): number {
  return -1 - replica;
}

/** The node of a reader. */
export function readerNode(reader: number): number {
  return 2 ** 30 + reader;
}
