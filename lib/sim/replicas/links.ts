/**
 * The network of a run with replicas.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import type { Streams } from "../../domain/random.ts";
import type { Faults } from "../../faults/force.ts";

export { readerNode, replicaNode } from "../../domain/nodes.ts";
export { MessageKind };

/** Faults of messages of all kinds. */
export class Links {
  readonly #faults: Faults;

  constructor(faults: Faults, _streams: Streams) {
    this.#faults = faults;
  }

  luck(kind: MessageKind, node: number, n: number): number {
    return this.#faults.luck(kind, node, n);
  }

  lost(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.lost(kind, luck, tick);
  }

  copied(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.copied(kind, luck, tick);
  }

  latencyTicks(
    kind: MessageKind,
    luck: number,
    copy: boolean,
    tick: number,
  ): number {
    return this.#faults.latencyTicks(kind, luck, copy, tick);
  }

  cut(from: number, to: number, tick: number): boolean {
    return this.#faults.cut(from, to, tick);
  }
}
