/**
 * The faults of a plan, until somebody ends the run before its time.
 *
 * @module
 */

import type { MessageKind } from "../../domain/messages.ts";
import type { Faults } from "../../faults/force.ts";

/**
 * Faults that can be lifted at once: from then on it is as if the planned end
 * of the run had come.
 */
export class LiftableFaults
  implements Pick<Faults, "luck" | "lost" | "copied" | "latencyTicks" | "cut"> {
  readonly #faults: Faults;
  #areLifted = false;

  /** @param faults The faults of the plan. */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Lifts all faults. */
  lift(): void {
    this.#areLifted = true;
  }

  /** @inheritdoc */
  luck(kind: MessageKind, node: number, n: number): number {
    return this.#faults.luck(kind, node, n);
  }

  /** @inheritdoc */
  lost(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.lost(kind, luck, this.#tick(tick));
  }

  /** @inheritdoc */
  copied(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.copied(kind, luck, this.#tick(tick));
  }

  /** @inheritdoc */
  latencyTicks(
    kind: MessageKind,
    luck: number,
    copy: boolean,
    tick: number,
  ): number {
    return this.#faults.latencyTicks(kind, luck, copy, this.#tick(tick));
  }

  /** @inheritdoc */
  cut(from: number, to: number, tick: number): boolean {
    return this.#faults.cut(from, to, this.#tick(tick));
  }

  #tick(tick: number): number {
    return this.#areLifted ? Math.max(tick, this.#faults.endTick) : tick;
  }
}
