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

/** Draws that are settled before their ticks are forgotten, together. */
const FORGOTTEN_MIN = 64;

/** The draws of a likes server. */
interface ServerDraws {
  /** Ticks of the draws after the forgotten ones, the oldest first. */
  readonly ticks: number[];
  /** Number of draws, all of them settled, whose ticks are forgotten. */
  forgotten: number;
  /** Number of draws that do not wait any more. */
  settled: number;
}

/** From each draw to its acknowledgement. */
export class AcknowledgementMeter {
  readonly #patienceTicks: number;
  #draws = 0;
  #inTime = 0;
  readonly #latency = new Histogram();
  /** By likes server. */
  readonly #serverDraws: ServerDraws[] = [];

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
    const draws = this.#serverDraws[server] ??= {
      ticks: [],
      forgotten: 0,
      settled: 0,
    };
    draws.ticks.push(tick);
  }

  /**
   * All draws of a likes server up to this one are acknowledged.
   *
   * @param tick When.
   * @param server The likes server.
   * @param seq The draw.
   */
  acknowledged(tick: number, server: number, seq: number): void {
    const draws = this.#serverDraws[server];
    if (draws === undefined) return;
    const { ticks, forgotten } = draws;
    const last = Math.min(seq, forgotten + ticks.length);
    for (; draws.settled < last; draws.settled++) {
      const waited = tick - ticks[draws.settled - forgotten]!;
      if (waited <= this.#patienceTicks) this.#inTime++;
      this.#latency.add(waited, 1);
    }
    forgetSettled(draws);
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

/**
 * Forgets the ticks of draws that do not wait any more, once these are many and
 * half of all: so a tick is moved once for one that is forgotten, at most.
 */
function forgetSettled(draws: ServerDraws): void {
  const { ticks } = draws;
  const count = draws.settled - draws.forgotten;
  if (count < FORGOTTEN_MIN || 2 * count < ticks.length) return;
  ticks.copyWithin(0, count);
  ticks.length -= count;
  draws.forgotten = draws.settled;
}
