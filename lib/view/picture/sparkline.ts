/**
 * The sparkline of one likes server's gap.
 *
 * @module
 */

/** Slots of a sparkline: as many as pixels are of use in a table's cell. */
export const SPARKLINE_SLOTS = 48;

/**
 * The value furthest from zero in each stretch of time, in
 * {@linkcode SPARKLINE_SLOTS} slots, which become twice as long when time runs
 * out of them. Between two values the earlier one holds.
 *
 * @example
 * ```ts
 * import { Sparkline } from "./sparkline.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = new Sparkline(1);
 * line.add(0.5, 3);
 * line.add(0.6, 1);
 * line.add(3.2, 7);
 * assertEquals(line.values, [3, 1, 1, 7]);
 * ```
 */
export class Sparkline {
  /** The values so far, one a slot. */
  readonly values: number[] = [];
  #slotSeconds: number;
  #last = 0;

  /**
   * @param slotSeconds Length of a slot to begin with, in seconds, above 0.
   */
  constructor(slotSeconds: number) {
    this.#slotSeconds = slotSeconds;
  }

  /**
   * Takes a value in.
   *
   * @param seconds The time: not before that of the value before.
   * @param value The gap from now on.
   */
  add(seconds: number, value: number): void {
    const { values } = this;
    let slot = Math.floor(seconds / this.#slotSeconds);
    while (slot >= SPARKLINE_SLOTS) {
      this.#halve();
      slot = Math.floor(seconds / this.#slotSeconds);
    }
    while (values.length <= slot) values.push(this.#last);
    const last = values.length - 1;
    values[last] = further(values[last] ?? 0, value);
    this.#last = value;
  }

  #halve(): void {
    const { values } = this;
    this.#slotSeconds *= 2;
    for (let slot = 0; 2 * slot < values.length; slot++) {
      const one = values[2 * slot] ?? 0;
      values[slot] = further(one, values[2 * slot + 1] ?? one);
    }
    values.length = Math.ceil(values.length / 2);
  }
}

function further(one: number, other: number): number {
  return Math.abs(other) > Math.abs(one) ? other : one;
}
