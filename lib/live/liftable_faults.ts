/**
 * The faults of a plan, until somebody ends the run before its time.
 *
 * @module
 */

import type { Faults } from "../faults/force.ts";
import type { Direction } from "../faults/plan.ts";

/** Faults that can be lifted at once: from then on it is as if the planned end of the run had come. */
export class LiftableFaults implements
  Pick<
    Faults,
    "lost" | "copied" | "latencyTicks" | "partitioned"
  > {
  readonly #faults: Faults;
  #areLifted = false;

  /** @param faults The faults of the plan. */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Lifts them. */
  lift(): void {
    this.#areLifted = true;
  }

  /** @inheritdoc */
  lost(
    direction: Direction,
    server: number,
    n: number,
    tick: number,
  ): boolean {
    return this.#faults.lost(direction, server, n, this.#tick(tick));
  }

  /** @inheritdoc */
  copied(
    direction: Direction,
    server: number,
    n: number,
    tick: number,
  ): boolean {
    return this.#faults.copied(direction, server, n, this.#tick(tick));
  }

  /** @inheritdoc */
  latencyTicks(
    direction: Direction,
    server: number,
    n: number,
    copy: boolean,
    tick: number,
  ): number {
    const at = this.#tick(tick);
    return this.#faults.latencyTicks(direction, server, n, copy, at);
  }

  /** @inheritdoc */
  partitioned(direction: Direction, server: number, tick: number): boolean {
    return this.#faults.partitioned(direction, server, this.#tick(tick));
  }

  #tick(tick: number): number {
    return this.#areLifted ? Math.max(tick, this.#faults.endTick) : tick;
  }
}
