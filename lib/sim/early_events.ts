/**
 * Events that are known before their time has come.
 *
 * @module
 */

import type { HistoryEvent } from "../verdict/history.ts";

/**
 * Keeps events until their time has come: a binary heap by time, then by likes server, which has one at a time at most.
 *
 * @example Usage
 * ```ts
 * import { EarlyEvents } from "./early_events.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const early = new EarlyEvents();
 * early.add({ t: 2, kind: "ack", server: 0 });
 * early.add({ t: 1, kind: "ack", server: 3 });
 * assertEquals(early.take(1.5)?.server, 3);
 * assertEquals(early.take(1.5), undefined);
 * ```
 */
export class EarlyEvents {
  readonly #heap: HistoryEvent[] = [];

  /**
   * Keeps an event.
   *
   * @param event The event.
   */
  add(event: HistoryEvent): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  /**
   * Gives the first event up.
   *
   * @param untilSeconds Only if it is not later than this.
   * @returns It, or undefined if there is none.
   */
  take(untilSeconds: number): HistoryEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.t > untilSeconds) return undefined;
    const last = heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  /** Puts an event in the place of the first one, and from there where it belongs. */
  #sink(event: HistoryEvent): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      if (below === undefined) break;
      const other = heap[child + 1];
      if (other !== undefined && isBefore(other, below)) {
        child++;
        below = other;
      }
      if (!isBefore(below, event)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = event;
  }
}

function isBefore(one: HistoryEvent, other: HistoryEvent): boolean {
  return one.t !== other.t
    ? one.t < other.t
    : (one.server ?? -1) < (other.server ?? -1);
}
