/**
 * The largest and the smallest of many changing numbers.
 *
 * @module
 */

/**
 * A tournament: leaves are the numbers, each inner node holds the larger (and
 * the smaller) of its two children, so the root has the extremes and a change
 * costs as many steps as the logarithm of how many there are. Source: Knuth,
 * "The Art of Computer Programming", volume 3, section 5.2.3.
 */
export class Extremes {
  readonly #first: number;
  readonly #largest: Float64Array;
  readonly #smallest: Float64Array;

  /**
   * No number takes part.
   *
   * @param count How many there can be, from 1 on.
   */
  constructor(count: number) {
    let first = 1;
    while (first < count) first *= 2;
    this.#first = first;
    this.#largest = new Float64Array(2 * first).fill(-Infinity);
    this.#smallest = new Float64Array(2 * first).fill(Infinity);
  }

  /** The largest; -Infinity where no number takes part. */
  get largest(): number {
    return this.#largest[1]!;
  }

  /** The smallest; Infinity where no number takes part. */
  get smallest(): number {
    return this.#smallest[1]!;
  }

  /** Largest minus smallest; 0 where no number takes part. */
  get spread(): number {
    const spread = this.#largest[1]! - this.#smallest[1]!;
    return spread > 0 ? spread : 0;
  }

  /**
   * A number takes part with this value from now on.
   *
   * @param index Which, from 0 on.
   * @param value Its value.
   */
  set(index: number, value: number): void {
    this.#put(index, value, value);
  }

  /**
   * A number takes no part from now on.
   *
   * @param index Which.
   */
  remove(index: number): void {
    this.#put(index, -Infinity, Infinity);
  }

  #put(index: number, largest: number, smallest: number): void {
    const maxima = this.#largest;
    const minima = this.#smallest;
    let node = this.#first + index;
    maxima[node] = largest;
    minima[node] = smallest;
    while (node > 1) {
      const other = node ^ 1;
      if (maxima[other]! > largest) largest = maxima[other]!;
      if (minima[other]! < smallest) smallest = minima[other]!;
      node >>= 1;
      if (maxima[node] === largest && minima[node] === smallest) return;
      maxima[node] = largest;
      minima[node] = smallest;
    }
  }
}
