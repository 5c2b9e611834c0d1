/**
 * The order in which a network hands messages over: that of their times.
 *
 * @module
 */

import { BinaryHeap } from "@std/data-structures";

/**
 * Milliseconds before its time at which a message is handed over with those
 * that a timer has woken for: half of a timer's grain.
 */
const EARLY_MS_MAX = 0.5;

interface Delivery {
  readonly atMs: number;
  /** Number among all, from 1 on: of two at one moment the first goes first. */
  readonly n: number;
  readonly deliver: () => void;
}

/**
 * Messages that wait for their time, with one timer for all. Timers are late,
 * and a busy machine lets them all be late together: whatever is due by then is
 * handed over in the order of its times, whoever asked for it first.
 *
 * @example Usage
 * ```ts
 * import { DeliveryQueue } from "./delivery_queue.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new DeliveryQueue();
 * const delivered: string[] = [];
 * queue.push(7, () => delivered.push("read"));
 * queue.push(5, () => delivered.push("report"));
 * await Promise.resolve();
 * assertEquals(delivered, ["report", "read"]);
 * ```
 */
export class DeliveryQueue {
  readonly #waiting = new BinaryHeap<Delivery>((one, other) =>
    one.atMs - other.atMs || one.n - other.n
  );
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The moment that the timer waits for; infinite without one. */
  #wakesAtMs = Infinity;

  /**
   * Takes a message.
   *
   * @param atMs When it is to be handed over, by the clock of
   * `performance.now()`; in the past: now, behind those that were due before.
   * @param deliver Hands it over; is not called before this call returns.
   */
  push(atMs: number, deliver: () => void): void {
    this.#waiting.push({ atMs, n: ++this.#count, deliver });
    this.#wakeFor(atMs);
  }

  /** Drops all that waits. */
  clear(): void {
    this.#waiting.clear();
    clearTimeout(this.#timer);
    this.#wakesAtMs = Infinity;
  }

  #wakeFor(atMs: number): void {
    if (atMs >= this.#wakesAtMs) return;
    clearTimeout(this.#timer);
    this.#wakesAtMs = atMs;
    const waitMs = atMs - performance.now();
    if (waitMs > EARLY_MS_MAX) {
      this.#timer = setTimeout(() => this.#deliverDue(), waitMs);
    } else queueMicrotask(() => this.#deliverDue());
  }

  #deliverDue(): void {
    this.#wakesAtMs = Infinity;
    const untilMs = performance.now() + EARLY_MS_MAX;
    for (
      let next = this.#waiting.peek();
      next !== undefined;
      next = this.#waiting.peek()
    ) {
      if (next.atMs > untilMs) return this.#wakeFor(next.atMs);
      this.#waiting.pop();
      next.deliver();
    }
  }
}
