/**
 * The lifetimes of likes servers, and the times that are planned in them.
 *
 * @module
 */

import type { RunOptions } from "../options/run_options.ts";
import { type DrawPlan, nextDrawAt } from "../rules/draws.ts";

/** Starts, draws and ends of the likes servers. */
export class Lifetimes {
  readonly #plan: DrawPlan;
  readonly #spawnIntervalTicks: number;
  readonly #lifetimeTicks: number;

  /**
   * Plans the lifetimes of a run.
   *
   * @param plan The draws that are planned.
   * @param options The run.
   */
  constructor(plan: DrawPlan, options: RunOptions) {
    this.#plan = plan;
    this.#spawnIntervalTicks = options.spawnIntervalTicks;
    this.#lifetimeTicks = options.lifetimeTicks;
  }

  /** The tick at which a likes server's lifetime begins. */
  startTickOf(server: number): number {
    return server * this.#spawnIntervalTicks;
  }

  /** The tick at which a likes server's lifetime ends. */
  endTickOf(server: number): number {
    return this.startTickOf(server) + this.#lifetimeTicks;
  }

  /**
   * The planned tick of the draw after a draw, or after a likes server's start.
   *
   * @param draw The draw, as the plan has it.
   * @param server Whose.
   * @param plannedTick When that draw was planned.
   * @returns The tick, NEVER if the lifetime ends before.
   */
  plannedAfter(draw: number, server: number, plannedTick: number): number {
    const pause = this.#plan.pauseAfter(draw);
    return nextDrawAt(plannedTick, pause, this.endTickOf(server));
  }
}
