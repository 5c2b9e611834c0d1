/**
 * Measures how long draws wait for their acknowledgement.
 *
 * @module
 */

import { type Distribution, Histogram } from "./histogram.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";

/** Measures of an {@linkcode AcknowledgementMeter}. */
export interface AcknowledgementMeasures {
  /**
   * From a draw to its acknowledgement, over draws that have one; left out
   * where none has.
   */
  readonly acknowledgementSeconds?: Distribution;
  /**
   * The share of draws that had none as long as a report waits for its reply,
   * from 0 to 1.
   */
  readonly writesUnserved: number;
}

/** From each draw to its acknowledgement. */
export class AcknowledgementMeter {
  readonly #patienceTicks: number;
  #draws = 0;
  #inTime = 0;
  readonly #latency = new Histogram();
  /** By likes server: ticks of its draws that wait, the oldest first. */
  readonly #ticks: number[][] = [];
  /** By likes server: draws that do not wait any more. */
  readonly #settled: number[] = [];

  /**
   * No draw is made.
   *
   * @param patienceTicks How long a report waits for its reply.
   */
  constructor(patienceTicks: number) {
    this.#patienceTicks = patienceTicks;
  }

  /**
   * A likes server has made its next draw.
   *
   * @param tick When.
   * @param server The likes server.
   */
  drawn(tick: number, server: number): void {
    this.#draws++;
    (this.#ticks[server] ??= []).push(tick);
  }

  /**
   * All draws of a likes server up to this one are acknowledged.
   *
   * @param tick When.
   * @param server The likes server.
   * @param seq The draw.
   */
  acknowledged(tick: number, server: number, seq: number): void {
    const ticks = this.#ticks[server] ?? [];
    const settled = this.#settled[server] ?? 0;
    const newly = Math.min(seq - settled, ticks.length);
    for (let i = 0; i < newly; i++) {
      const waited = tick - ticks.shift()!;
      if (waited <= this.#patienceTicks) this.#inTime++;
      this.#latency.add(waited, 1);
    }
    this.#settled[server] = settled + Math.max(0, newly);
  }

  /**
   * Everything measured so far.
   *
   * @returns The numbers for a verdict.
   */
  measures(): AcknowledgementMeasures {
    const draws = this.#draws;
    return {
      ...this.#latency.weight() > 0 && {
        acknowledgementSeconds: this.#latency.summary(TICKS_PER_SECOND),
      },
      writesUnserved: draws === 0 ? 0 : 1 - this.#inTime / draws,
    };
  }
}
