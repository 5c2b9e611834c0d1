/**
 * Many deadlines of one length, for the price of one timer.
 *
 * @module
 */

/** What `Deadlines` needs of the world. */
export interface DeadlineClock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls back once after some milliseconds; returns what takes it back. */
  after(ms: number, call: () => void): () => void;
}

const realClock: DeadlineClock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Watches over things that have to happen within the same time each, such as "ten seconds for the rest of a line".
 *
 * As all deadlines are equally long, the one set first falls first, and a `Map`, which keeps the order of insertion, is
 * the whole queue. The one timer is only set while something is watched, and is not moved when a deadline is met: it
 * finds out when it fires, so setting and meeting a deadline costs two operations on the map and no system call.
 */
export class Deadlines<T> {
  readonly #lengthMs: number;
  readonly #missed: (watched: T) => void;
  readonly #clock: DeadlineClock;
  readonly #setAt = new Map<T, number>();
  #cancelTimer: (() => void) | undefined;

  /**
   * @param lengthMs Milliseconds from `set()` to the deadline
   * @param missed Called with what missed its deadline, which is then not watched any more
   * @param clock Where time comes from
   */
  constructor(
    lengthMs: number,
    missed: (watched: T) => void,
    clock: DeadlineClock = realClock,
  ) {
    this.#lengthMs = lengthMs;
    this.#missed = missed;
    this.#clock = clock;
  }

  /**
   * Sets a deadline, or sets it anew.
   *
   * @param watched Whose deadline
   */
  set(watched: T): void {
    this.#setAt.delete(watched); // so that it goes to the end of the queue
    this.#setAt.set(watched, this.#clock.now());
    if (this.#cancelTimer === undefined) this.#arm(this.#lengthMs);
  }

  /**
   * Whether a deadline is set.
   *
   * @param watched Whose deadline
   * @returns True from `set()` until it is met or missed
   */
  has(watched: T): boolean {
    return this.#setAt.has(watched);
  }

  /**
   * The deadline is met, or does not matter any more.
   *
   * @param watched Whose deadline; nothing happens if it has none
   */
  meet(watched: T): void {
    this.#setAt.delete(watched);
  }

  /** Forgets all deadlines and stops the timer. */
  clear(): void {
    this.#setAt.clear();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #arm(ms: number): void {
    this.#cancelTimer = this.#clock.after(ms, () => this.#fire());
  }

  #fire(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    for (const [watched, setAt] of this.#setAt) {
      const leftMs = setAt + this.#lengthMs - now;
      if (leftMs > 0) {
        if (this.#cancelTimer === undefined) this.#arm(Math.ceil(leftMs));
        return;
      }
      this.#setAt.delete(watched);
      this.#missed(watched);
    }
  }
}
