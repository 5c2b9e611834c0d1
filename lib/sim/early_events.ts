/**
 * Events that are known before their time has come.
 *
 * @module
 */

import { BinaryHeap } from "@std/data-structures";
import type { HistoryEvent } from "../verdict/history.ts";

/**
 * Keeps events until their time has come: by time, then by likes server, which
 * has one at a time at most.
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
  readonly #heap = new BinaryHeap<HistoryEvent>((one, other) =>
    one.t - other.t || (one.server ?? -1) - (other.server ?? -1)
  );

  /**
   * Keeps an event.
   *
   * @param event The event.
   */
  add(event: HistoryEvent): void {
    this.#heap.push(event);
  }

  /**
   * Gives the first event up.
   *
   * @param untilSeconds Only if it is not later than this.
   * @returns It, or undefined if there is none.
   */
  take(untilSeconds: number): HistoryEvent | undefined {
    const first = this.#heap.peek();
    return first !== undefined && first.t <= untilSeconds
      ? this.#heap.pop()
      : undefined;
  }
}
