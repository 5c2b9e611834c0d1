/**
 * Likes and times of draws: functions of (seed, server, number of
 * the draw) alone.
 *
 * @module
 */

import {
  Family,
  nextBits,
  type Streams,
  withinRange,
} from "../domain/random.ts";
import { LIKES_MAX } from "../protocol/validator.ts";
import { NEVER } from "../domain/ticks.ts";

const { DRAW } = Family;

/** Ranges of pauses and likes. */
export interface DrawPlanOptions {
  /** Shortest pause between two draws, in ticks of 0.1 ms, at least 1. */
  readonly intervalMinTicks: number;
  /** Longest pause between two draws, in ticks of 0.1 ms. */
  readonly intervalMaxTicks: number;
  /** Fewest likes of a draw, 0 to 42. */
  readonly likesMin: number;
  /** Most likes of a draw, 0 to 42. */
  readonly likesMax: number;
}

function assertRange(
  name: string,
  min: number,
  max: number,
  from: number,
  to: number,
): void {
  if (
    !Number.isInteger(min) || !Number.isInteger(max) || min < from ||
    max > to || min > max
  ) {
    throw new RangeError(
      `Cannot draw with ${name} ${min}..${max}: allowed are whole numbers from ${from} to ${to}, the smaller one first`,
    );
  }
}

/**
 * The draws of all likes servers of a run.
 *
 * Draw k of a server is planned at the server's start plus the pauses after the
 * start and draws 1 to k - 1: plan plus pause, never now plus pause, or the
 * live run, which is always a little late, would drift away from the virtual
 * one.
 *
 * @example Usage
 * ```ts
 * import { DrawPlan } from "./draws.ts";
 * import { Streams } from "../domain/random.ts";
 * import { assert } from "@std/assert";
 *
 * const plan = new DrawPlan(new Streams(7), {
 *   intervalMinTicks: 10_000,
 *   intervalMaxTicks: 50_000,
 *   likesMin: 0,
 *   likesMax: 42,
 * });
 * const draw = plan.draw(3, 1);
 * assert(plan.likes(draw) <= 42);
 * assert(plan.pauseAfter(draw) >= 10_000);
 * ```
 */
export class DrawPlan {
  readonly #streams: Streams;
  readonly #intervalMinTicks: number;
  readonly #intervalMaxTicks: number;
  readonly #likesMin: number;
  readonly #likesMax: number;

  /**
   * Plans the draws of a run.
   *
   * @param streams The random numbers of the run.
   * @param options Ranges of pauses and likes.
   * @throws {RangeError} If a range is empty or out of bounds.
   */
  constructor(streams: Streams, options: DrawPlanOptions) {
    assertRange(
      "interval",
      options.intervalMinTicks,
      options.intervalMaxTicks,
      1,
      NEVER - 1,
    );
    assertRange("likes", options.likesMin, options.likesMax, 0, LIKES_MAX);
    this.#streams = streams;
    this.#intervalMinTicks = options.intervalMinTicks;
    this.#intervalMaxTicks = options.intervalMaxTicks;
    this.#likesMin = options.likesMin;
    this.#likesMax = options.likesMax;
  }

  /**
   * A draw, as 32 random bits: all there is to know of it.
   *
   * @param server The likes server's id.
   * @param k The number of the draw: 1, 2, 3 …; 0 for the likes server's start.
   * @returns A whole number from -2^31 to 2^31 - 1.
   */
  draw(server: number, k: number): number {
    return this.#streams.bits(DRAW, server, k);
  }

  /**
   * The likes of a draw.
   *
   * @param draw From {@linkcode DrawPlan.draw}.
   * @returns Likes, within the range of the options.
   */
  likes(draw: number): number {
    return withinRange(draw, this.#likesMin, this.#likesMax);
  }

  /**
   * The pause between the planned time of a draw, or the likes server's start,
   * and that of the next.
   *
   * @param draw From {@linkcode DrawPlan.draw}.
   * @returns Ticks of 0.1 ms, within the range of the options.
   */
  pauseAfter(draw: number): number {
    return withinRange(
      nextBits(draw),
      this.#intervalMinTicks,
      this.#intervalMaxTicks,
    );
  }
}

/**
 * Plans a likes server's next draw.
 *
 * @param plannedTicks When the draw before was planned, or when the server
 * starts.
 * @param pauseTicks The pause of the next draw.
 * @param endTicks When the server's lifetime ends.
 * @returns The tick of the next draw, {@linkcode NEVER} if the lifetime has
 * ended by then.
 *
 * @example Usage
 * ```ts
 * import { nextDrawAt } from "./draws.ts";
 * import { NEVER } from "../domain/ticks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(nextDrawAt(100, 50, 200), 150);
 * assertEquals(nextDrawAt(150, 50, 200), NEVER);
 * ```
 */
export function nextDrawAt(
  plannedTicks: number,
  pauseTicks: number,
  endTicks: number,
): number {
  const at = plannedTicks + pauseTicks;
  return at < endTicks ? at : NEVER;
}

/** A draw that is still to come. */
export interface ComingDraw {
  /** The draw's number. */
  readonly k: number;
  /** The planned tick, {@linkcode NEVER} if the lifetime ends before. */
  readonly at: number;
}

/**
 * Skips the draws that were due while a likes server was down. One that is
 * planned for the very tick of its return happens.
 *
 * @param plan The draws of the run.
 * @param server The likes server's id.
 * @param coming The draw that was the next one.
 * @param nowTicks When the likes server is back.
 * @param endTicks When its lifetime ends.
 * @returns The draw that is the next one now.
 *
 * @example Usage
 * ```ts
 * import { DrawPlan, skipDraws } from "./draws.ts";
 * import { Streams } from "../domain/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = new DrawPlan(new Streams(7), {
 *   intervalMinTicks: 100,
 *   intervalMaxTicks: 100,
 *   likesMin: 0,
 *   likesMax: 42,
 * });
 * assertEquals(skipDraws(plan, 3, { k: 1, at: 100 }, 250, 1000), { k: 3, at: 300 });
 * ```
 */
export function skipDraws(
  plan: DrawPlan,
  server: number,
  coming: ComingDraw,
  nowTicks: number,
  endTicks: number,
): ComingDraw {
  let { k, at } = coming;
  for (; at < nowTicks; k++) {
    at = nextDrawAt(at, plan.pauseAfter(plan.draw(server, k)), endTicks);
  }
  return { k, at };
}
