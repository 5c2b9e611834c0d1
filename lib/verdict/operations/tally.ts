/**
 * Counts of operations by what was asked for and what is known of them.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import type { Operation, Outcome } from "./operation.ts";
import { type Quantiles, quantilesOf } from "./quantiles.ts";

/** Counts of operations. */
export interface OperationCounts {
  /** Operations that were invoked. */
  readonly invoked: number;
  /** Operations that succeeded. */
  readonly ok: number;
  /** Operations that did not happen and never will. */
  readonly fail: number;
  /** Operations that may have happened, or happen yet. */
  readonly info: number;
  /** From the invocation to the answer, of those that succeeded. */
  readonly latencySeconds?: Quantiles;
}

/** Counts operations under load. */
export class OperationTally {
  readonly #counts = new Map<string, Record<Outcome, number>>();
  readonly #latencies = new Map<string, number[]>();

  /**
   * Takes an operation.
   *
   * @param operation One under load.
   */
  add({ f, outcome, invokedTick, completedTick }: Operation): void {
    const counts = this.#counts.get(f) ?? { ok: 0, fail: 0, info: 0 };
    counts[outcome]++;
    this.#counts.set(f, counts);
    if (outcome !== "ok") return;
    const latencies = this.#latencies.get(f) ?? [];
    latencies.push(secondsFromTicks(completedTick - invokedTick));
    this.#latencies.set(f, latencies);
  }

  /** The counts by what was asked for. */
  get byKind(): Readonly<Record<string, OperationCounts>> {
    return Object.fromEntries(
      [...this.#counts].map(([f, { ok, fail, info }]) => {
        const latencySeconds = quantilesOf(this.#latencies.get(f) ?? []);
        return [f, {
          invoked: ok + fail + info,
          ok,
          fail,
          info,
          ...latencySeconds !== null && { latencySeconds },
        }];
      }),
    );
  }
}
