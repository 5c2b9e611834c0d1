/**
 * Measures how long draws wait for their acknowledgement.
 *
 * @module
 */

import { type Distribution, Histogram } from "./histogram.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";

/** From each draw to its acknowledgement, over draws that have one. */
export class AcknowledgementMeter {
  readonly #latency = new Histogram();
  /** By likes server: ticks of its draws that wait, the oldest first. */
  readonly #ticks: number[][] = [];
  /** By likes server: draws that do not wait any more. */
  readonly #settled: number[] = [];

  /**
   * A likes server has made its next draw.
   *
   * @param tick When.
   * @param server The likes server.
   */
  drawn(tick: number, server: number): void {
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
      this.#latency.add(tick - ticks.shift()!, 1);
    }
    this.#settled[server] = settled + Math.max(0, newly);
  }

  /**
   * Everything measured so far.
   *
   * @returns Seconds.
   */
  measures(): Distribution {
    return this.#latency.summary(TICKS_PER_SECOND);
  }
}
