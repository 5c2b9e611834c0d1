/**
 * A quantity over time in bounded memory, however long it goes on.
 *
 * @module
 */

/** The value that is kept of those that fall into one bucket. */
export type Keep = "last" | "min" | "max";

/**
 * Points of time with one value for each of several columns. Points that fall
 * into one bucket become one, of which each column keeps the last, the lowest
 * or the highest value; when there are too many, buckets become twice as wide.
 * So what was highest stays visible: decimation never hides a peak. Unknown
 * values are `NaN`, which any known one replaces.
 *
 * @example
 * ```ts
 * import { Buckets } from "./buckets.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const buckets = new Buckets(["last", "max"], 1);
 * buckets.add(0.1, 5, 5);
 * buckets.add(0.9, 2, 2);
 * buckets.add(1.5, 3, 3);
 * assertEquals(buckets.seconds, [0.9, 1.5]);
 * assertEquals(buckets.columns, [[2, 3], [5, 3]]);
 * ```
 */
export class Buckets {
  /** The time of the last value of each point, in order. */
  readonly seconds: number[] = [];
  /** Values of all points, by column. */
  readonly columns: readonly number[][];
  readonly #keep: readonly Keep[];
  readonly #capacity: number;
  #widthSeconds: number;

  /**
   * @param keep For each column, the value that is kept.
   * @param widthSeconds Width of a bucket to begin with, in seconds, above 0.
   * It doubles whenever room runs out.
   * @param capacity The most points that are kept, at least 2. When there are
   * more, neighbours become one.
   */
  constructor(keep: readonly Keep[], widthSeconds: number, capacity = 1024) {
    this.#keep = keep;
    this.#capacity = capacity;
    this.#widthSeconds = widthSeconds;
    this.columns = keep.map(() => []);
  }

  /**
   * Adds values. A time earlier than the last one counts as that.
   *
   * @param seconds The time of the values.
   * @param values One for each column; `NaN` where it is not known.
   */
  add(seconds: number, ...values: number[]): void {
    const last = this.seconds.length - 1;
    const before = this.seconds[last];
    const at = before === undefined ? seconds : Math.max(before, seconds);
    const width = this.#widthSeconds;
    if (
      before !== undefined &&
      Math.floor(before / width) === Math.floor(at / width)
    ) {
      this.seconds[last] = at;
      this.#merge(last, values);
      return;
    }
    this.seconds.push(at);
    for (let column = 0; column < this.columns.length; column++) {
      this.columns[column]?.push(values[column] ?? NaN);
    }
    if (this.seconds.length > this.#capacity) this.#halve();
  }

  #merge(point: number, values: readonly number[]): void {
    for (let column = 0; column < this.columns.length; column++) {
      const kept = this.columns[column];
      if (kept === undefined) continue;
      const one = kept[point] ?? NaN;
      const other = values[column] ?? NaN;
      kept[point] = merged(this.#keep[column] ?? "last", one, other);
    }
  }

  #halve(): void {
    this.#widthSeconds *= 2;
    const points = this.seconds.splice(0);
    const columns = this.columns.map((column) => column.splice(0));
    points.forEach((at, point) =>
      this.add(at, ...columns.map((column) => column[point] ?? NaN))
    );
  }
}

function merged(keep: Keep, one: number, other: number): number {
  if (Number.isNaN(other)) return one;
  if (Number.isNaN(one) || keep === "last") return other;
  return keep === "min" ? Math.min(one, other) : Math.max(one, other);
}
