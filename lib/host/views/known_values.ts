/**
 * The values that nodes of a run are to hold by now: those of operations that
 * were acknowledged, and those without an answer that reads have shown.
 *
 * @module
 */

import type { OperationEvent } from "../../verdict/operations/history.ts";

/** The part of an event that is about what is known. */
export type KnownEvent = Pick<OperationEvent, "kind" | "f" | "value">;

/** Gathers what is known of a run from its operations. */
export interface KnownValues {
  /**
   * Takes an event of an operation.
   *
   * @param event The event; events come in order.
   */
  take(event: KnownEvent): void;
  /**
   * The number of elements, or the sum, that is known by now.
   *
   * @param shown The highest that a node has shown when it was last read.
   * @returns What each node is to hold.
   */
  amount(shown: number): number;
}

/** Elements that were acknowledged, or that a read has shown. */
export class KnownElements implements KnownValues {
  readonly #written = new Set<unknown>();
  readonly #known = new Set<unknown>();

  /** @inheritdoc */
  take({ kind, f, value }: KnownEvent): void {
    if (f !== "read") {
      if (kind === "invoke") this.#written.add(value);
      if (kind === "ok") this.#known.add(value);
    } else if (kind === "ok" && Array.isArray(value)) {
      for (const one of value) {
        if (this.#written.has(one)) this.#known.add(one);
      }
    }
  }

  /** @inheritdoc */
  amount(): number {
    return this.#known.size;
  }
}

/**
 * The sum of what was acknowledged, and of as much without an answer as a node
 * has shown. A node that shows more than all of that has counted twice.
 */
export class KnownSum implements KnownValues {
  #acknowledged = 0;
  /** The sums of numbers without an answer, above and below zero. */
  #above = 0;
  #below = 0;

  /** @inheritdoc */
  take({ kind, f, value }: KnownEvent): void {
    if (f === "read" || typeof value !== "number") return;
    if (kind === "invoke") this.#expect(value);
    if (kind === "ok" || kind === "fail") this.#expect(value, -1);
    if (kind === "ok") this.#acknowledged += value;
  }

  #expect(value: number, sign = 1): void {
    if (value > 0) this.#above += sign * value;
    else this.#below += sign * value;
  }

  /** @inheritdoc */
  amount(shown: number): number {
    const least = this.#acknowledged + this.#below;
    const most = this.#acknowledged + this.#above;
    return Math.min(Math.max(shown, least), most);
  }
}
