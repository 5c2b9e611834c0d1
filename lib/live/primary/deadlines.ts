/**
 * Many deadlines of one length, for the price of one timer.
 *
 * @module
 */

/** A clock with a timer, for `Deadlines`. */
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
 * A deadline of one thing, made once, then set and met as often as it takes.
 */
export class Deadline<T> {
  /** The thing that has to be done in time, or who has to do it. */
  readonly watched: T;
  /**
   * Time at which the deadline was set; NaN if it is not. This and its
   * neighbours are for `Deadlines` to change.
   */
  setAtMs: number = Number.NaN;
  /** The deadline that falls before this one. */
  before: Deadline<T> | undefined = undefined;
  /** The deadline that falls after this one. */
  after: Deadline<T> | undefined = undefined;

  /** @param watched Whose deadline */
  constructor(watched: T) {
    this.watched = watched;
  }

  /** Whether it is set, and neither met nor missed. */
  get isSet(): boolean {
    return !Number.isNaN(this.setAtMs);
  }
}

/**
 * Watches over things that have to happen within the same time each, such as
 * "ten seconds for the rest of a line".
 *
 * All deadlines are equally long, so the one set first falls first: they are a
 * list, and a new one goes to its end. The one timer is only set while
 * something is watched, and is not moved when a deadline is met: it finds out
 * when it fires, so setting and meeting a deadline makes no object and no
 * system call. (A `Map` would be shorter, but every few changes it takes a new
 * table, and its dead tables keep each other in memory until the next full
 * garbage collection: after 100 million replies the primary was twice as
 * large.)
 */
export class Deadlines<T> {
  readonly #lengthMs: number;
  readonly #missed: (watched: T) => void;
  readonly #clock: DeadlineClock;
  #first: Deadline<T> | undefined;
  #last: Deadline<T> | undefined;
  #cancelTimer: (() => void) | undefined;

  /**
   * @param lengthMs Milliseconds from `set()` to the deadline
   * @param missed Called with what missed its deadline, which is then not
   * watched any more
   * @param clock The clock
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
   * @param deadline Which; it must not be set with other `Deadlines`
   */
  set(deadline: Deadline<T>): void {
    this.meet(deadline);
    deadline.setAtMs = this.#clock.now();
    deadline.before = this.#last;
    if (this.#last === undefined) this.#first = deadline;
    else this.#last.after = deadline;
    this.#last = deadline;
    if (this.#cancelTimer === undefined) this.#arm(this.#lengthMs);
  }

  /**
   * The deadline is met, or does not matter any more.
   *
   * @param deadline Which; nothing happens if it is not set
   */
  meet(deadline: Deadline<T>): void {
    if (!deadline.isSet) return;
    const { before, after } = deadline;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    deadline.setAtMs = Number.NaN;
    deadline.before = undefined;
    deadline.after = undefined;
  }

  /** Forgets all deadlines and stops the timer. */
  clear(): void {
    while (this.#first !== undefined) this.meet(this.#first);
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #arm(ms: number): void {
    this.#cancelTimer = this.#clock.after(ms, () => this.#fire());
  }

  #fire(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    while (this.#first !== undefined) {
      const leftMs = this.#first.setAtMs + this.#lengthMs - now;
      if (leftMs > 0) {
        if (this.#cancelTimer === undefined) this.#arm(Math.ceil(leftMs));
        return;
      }
      const { watched } = this.#first;
      this.meet(this.#first);
      this.#missed(watched);
    }
  }
}
