/**
 * The faults of a plan, until somebody ends the run before its time.
 *
 * @module
 */

import type { Faults } from "../../faults/force.ts";
import type { Direction } from "../../faults/plan.ts";

/**
 * Faults that can be lifted at once: from then on it is as if the planned end
 * of the run had come.
 */
export class LiftableFaults implements
  Pick<
    Faults,
    "luck" | "lost" | "copied" | "latencyTicks" | "partitioned"
  > {
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
  luck(direction: Direction, server: number, n: number): number {
    return this.#faults.luck(direction, server, n);
  }

  /** @inheritdoc */
  lost(direction: Direction, luck: number, tick: number): boolean {
    return this.#faults.lost(direction, luck, this.#tick(tick));
  }

  /** @inheritdoc */
  copied(direction: Direction, luck: number, tick: number): boolean {
    return this.#faults.copied(direction, luck, this.#tick(tick));
  }

  /** @inheritdoc */
  latencyTicks(luck: number, copy: boolean, tick: number): number {
    return this.#faults.latencyTicks(luck, copy, this.#tick(tick));
  }

  /** @inheritdoc */
  partitioned(direction: Direction, server: number, tick: number): boolean {
    return this.#faults.partitioned(direction, server, this.#tick(tick));
  }

  #tick(tick: number): number {
    return this.#areLifted ? Math.max(tick, this.#faults.endTick) : tick;
  }
}
