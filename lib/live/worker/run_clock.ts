/**
 * The run's time in a likes server: asked of its parent once, then counted by
 * the monotonic clock of this process. The clock of the machine can be set
 * while a run goes on, so no time of a run is taken from it.
 *
 * @module
 */

import { TICKS_PER_MS } from "../../domain/ticks.ts";

/** The line by which a likes server asks its parent for the run's time. */
export const TIME_QUESTION = "time?";

/** An answer with no greater error is good enough. */
const ERROR_MS_MAX = 1;

/** At most so many questions are asked: the best answer counts. */
const QUESTIONS_MAX = 8;

/** The surroundings of a {@linkcode RunClock}. */
export interface RunClockOptions {
  /** A clock that is never set: milliseconds since any moment. */
  readonly nowMs: () => number;
  /** Sends {@linkcode TIME_QUESTION} to the parent. */
  readonly ask: () => void;
}

/**
 * A clock that is set by question and answer. Where in the round trip the
 * parent read its own clock is not known, so its answer is taken for the time
 * in the middle: half of the round trip is the greatest possible error, and of
 * several answers the one with the shortest round trip counts.
 *
 * Source: Flaviu Cristian, "Probabilistic clock synchronization", Distributed
 * Computing 3(3), 1989.
 *
 * @example Usage
 * ```ts
 * import { RunClock } from "./run_clock.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let nowMs = 500;
 * const clock = new RunClock({ nowMs: () => nowMs, ask: () => {} });
 * const isSet = clock.set();
 * nowMs += 2;
 * clock.answered("123450");
 * await isSet;
 * assertEquals(clock.nowTicks, 123_460);
 * ```
 */
export class RunClock {
  readonly #options: RunClockOptions;
  readonly #isSet = Promise.withResolvers<void>();
  #askedMs = 0;
  #questions = 0;
  #errorMs = Infinity;
  /** The moment at which the run's time was 0, by this process's clock. */
  #zeroMs = 0;

  /** @param options The clock to go on by, and the way to the parent. */
  constructor(options: RunClockOptions) {
    this.#options = options;
  }

  /** Ticks of 0.1 ms since the start of the run. */
  get nowTicks(): number {
    const sinceMs = this.#options.nowMs() - this.#zeroMs;
    return Math.max(0, Math.floor(sinceMs * TICKS_PER_MS));
  }

  /**
   * Asks for the time. It can be read once the promise has fulfilled, and never
   * jumps from then on.
   *
   * @returns Fulfils when the clock is set.
   */
  set(): Promise<void> {
    this.#ask();
    return this.#isSet.promise;
  }

  /**
   * Takes the parent's answer.
   *
   * @param line Ticks of 0.1 ms since the start of the run.
   */
  answered(line: string): void {
    const nowMs = this.#options.nowMs();
    const errorMs = (nowMs - this.#askedMs) / 2;
    if (errorMs < this.#errorMs) {
      this.#errorMs = errorMs;
      this.#zeroMs = nowMs - errorMs - Number(line) / TICKS_PER_MS;
    }
    if (this.#errorMs <= ERROR_MS_MAX || this.#questions === QUESTIONS_MAX) {
      this.#isSet.resolve();
    } else {
      this.#ask();
    }
  }

  #ask(): void {
    this.#questions++;
    this.#askedMs = this.#options.nowMs();
    this.#options.ask();
  }
}
