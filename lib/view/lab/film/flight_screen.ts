/**
 * The places of messages on the screen at a moment.
 *
 * @module
 */

// @ts-types="@types/d3-array"
import { bisector } from "d3-array";
import { highestOf } from "../../numbers.ts";
import type { Flight } from "./flight.ts";

/** A message to be seen. */
export interface FlightView {
  /** The message. */
  readonly flight: Flight;
  /** The share of its way that it has gone from its sender, 0 to 1. */
  readonly progress: number;
  /** The share of its fall that a lost message has done, 0 to 1. */
  readonly fall: number;
}

/** The share of its way that a message goes that is lost in flight. */
const LOST_AT = 0.55;

/** The share of its way that a message goes that is lost on arrival. */
const CUT_AT = 0.9;

/** The shortest time that a lost message is seen falling, in ticks. */
const FALL_TICKS_MIN = 2000;

/**
 * The messages of a run, on a screen. Most are too fast to be seen; they can be
 * shown slower than they are, and then the reply leaves when its report is seen
 * to arrive.
 *
 * @example Usage
 * ```ts
 * import { FlightScreen } from "./flight_screen.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const screen = new FlightScreen([{
 *   ...{ kind: "report", from: 3, to: -1, server: 3, entries: 0 },
 *   ...{ isReply: false, attempt: 1, likes: 14, seq: 1 },
 *   ...{ send: 1, isCopy: false, isRepeat: false, cause: -1 },
 *   ...{ sentTick: 1000, arrivalTick: 1200, fate: "arrived" },
 * }]);
 * assertEquals(screen.at(1050, 0)[0]?.progress, 0.25);
 * assertEquals(screen.at(1500, 1000)[0]?.progress, 0.5);
 * ```
 */
export class FlightScreen {
  readonly #flights: readonly Flight[];
  /**
   * The longest flight, in ticks: none that was sent longer ago is still to be
   * seen.
   */
  readonly #longest: number;

  /** @param flights All messages, in the order in which they were sent. */
  constructor(flights: readonly Flight[]) {
    this.#flights = flights;
    this.#longest = highestOf(flights.map((flight) => lengthOf(flight, 0)));
  }

  /**
   * The messages to be seen at a moment.
   *
   * @param tick The moment.
   * @param slowness The shortest time that each is to be seen on its way, in
   * ticks.
   * @returns Each with its place, in the order in which they were sent.
   */
  at(tick: number, slowness: number): FlightView[] {
    const fallTicks = fallTicksOf(slowness);
    // A reply can be seen as late as its report and itself together.
    const reach = 2 * Math.max(this.#longest, slowness) + fallTicks;
    const views: FlightView[] = [];
    const first = bySentTick.left(this.#flights, tick - reach);
    for (let i = first; i < this.#flights.length; i++) {
      const flight = this.#flights[i] as Flight;
      if (flight.sentTick > tick) break;
      const view = this.#view(flight, tick, slowness, fallTicks);
      if (view !== null) views.push(view);
    }
    return views;
  }

  #view(
    flight: Flight,
    tick: number,
    slowness: number,
    fallTicks: number,
  ): FlightView | null {
    const from = this.#leaves(flight, slowness);
    const length = lengthOf(flight, slowness);
    const isFalling = flight.fate === "lost" || flight.fate === "cut";
    const until = from + length * stopOf(flight);
    if (tick < from || tick > until + (isFalling ? fallTicks : 0)) return null;
    if (isFalling && tick > until) {
      const fall = (tick - until) / fallTicks;
      return { flight, progress: stopOf(flight), fall };
    }
    return {
      flight,
      progress: length === 0 ? 1 : (tick - from) / length,
      fall: 0,
    };
  }

  /** The tick at which a message is seen to leave. */
  #leaves(flight: Flight, slowness: number): number {
    const report = this.#flights[flight.cause];
    return report === undefined || slowness === 0 ? flight.sentTick : Math.max(
      flight.sentTick,
      report.sentTick + lengthOf(report, slowness),
    );
  }
}

/** The time that a message is seen on its way, in ticks. */
const bySentTick = bisector(({ sentTick }: Flight) => sentTick);

function lengthOf({ sentTick, arrivalTick }: Flight, slowness: number): number {
  return Math.max(arrivalTick - sentTick, slowness);
}

function stopOf({ fate }: Flight): number {
  return fate === "lost" ? LOST_AT : fate === "cut" ? CUT_AT : 1;
}

function fallTicksOf(slowness: number): number {
  return Math.max(FALL_TICKS_MIN, slowness);
}
