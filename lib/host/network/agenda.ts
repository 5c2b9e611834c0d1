/**
 * Deeds that are due later, in order of time.
 *
 * @module
 */

import { BinaryHeap } from "@std/data-structures";
import { TICKS_PER_MS } from "../../domain/ticks.ts";

/** The longest wait that a timer takes, in milliseconds. */
const WAIT_MS_MAX = 2 ** 31 - 1;

interface Entry {
  readonly tick: number;
  readonly order: number;
  readonly act: () => void;
}

/**
 * Deeds with their times, in a binary heap, with one timer for all of them. Of
 * one tick, what was planned first happens first.
 */
export class Agenda {
  readonly #now: () => number;
  readonly #heap = new BinaryHeap<Entry>((one, other) =>
    one.tick - other.tick || one.order - other.order
  );
  #order = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The tick that the timer is set for. */
  #timerTick = Infinity;
  #isClosed = false;

  /** @param now Ticks of 0.1 ms since the start of the run. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Plans a deed.
   *
   * @param tick When, in ticks of 0.1 ms; what is past happens as soon as
   * nothing else does.
   * @param act The deed.
   */
  at(tick: number, act: () => void): void {
    if (this.#isClosed) return;
    this.#heap.push({ tick, order: this.#order++, act });
    if (tick < this.#timerTick) this.#setTimer();
  }

  /** Forgets what is planned, and takes no more. */
  close(): void {
    this.#isClosed = true;
    this.#heap.clear();
    clearTimeout(this.#timer);
  }

  #setTimer(): void {
    const next = this.#heap.peek();
    clearTimeout(this.#timer);
    this.#timerTick = next?.tick ?? Infinity;
    if (next === undefined) return;
    const ms = Math.ceil((next.tick - this.#now()) / TICKS_PER_MS);
    this.#timer = setTimeout(
      () => this.#run(),
      Math.min(Math.max(ms, 0), WAIT_MS_MAX),
    );
  }

  #run(): void {
    // What is planned meanwhile for a tick that has come waits for the next
    // turn of the event loop, so that nobody can keep this one.
    const order = this.#order;
    const tick = this.#now();
    this.#timerTick = -Infinity;
    for (
      let next = this.#heap.peek();
      next !== undefined && next.tick <= tick && next.order < order;
      next = this.#heap.peek()
    ) {
      this.#heap.pop();
      next.act();
    }
    this.#setTimer();
  }
}
