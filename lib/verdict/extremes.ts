/**
 * The largest and the smallest of many changing numbers.
 *
 * @module
 */

/** Up to so many numbers are looked through, which is faster. */
const FEW = 8;

/**
 * A tournament, where numbers are many: leaves are the numbers, each inner node
 * holds the larger (and the smaller) of its two children, so the root has the
 * extremes and a change costs as many steps as the logarithm of how many there
 * are. Source: Knuth, "The Art of Computer Programming", volume 3, section
 * 5.2.3. A number that changes several times before anybody asks costs them
 * once.
 */
export class Extremes {
  readonly #count: number;
  readonly #areFew: boolean;
  /** The leaf of the first number. */
  readonly #first: number;
  readonly #largest: Float64Array;
  readonly #smallest: Float64Array;
  /** Numbers whose change the root does not know yet, where they are many. */
  readonly #changed: Int32Array;
  readonly #isChanged: Uint8Array;
  /** Changes that the root does not know yet, of few 0 or 1. */
  #changes = 0;

  /**
   * No number takes part.
   *
   * @param count How many there can be, from 1 on.
   */
  constructor(count: number) {
    let first = 1;
    while (first < count) first *= 2;
    this.#count = count;
    this.#areFew = count <= FEW;
    this.#first = first;
    this.#largest = new Float64Array(2 * first).fill(-Infinity);
    this.#smallest = new Float64Array(2 * first).fill(Infinity);
    this.#changed = new Int32Array(count);
    this.#isChanged = new Uint8Array(count);
  }

  /** The largest; -Infinity where no number takes part. */
  get largest(): number {
    this.#settle();
    return this.#largest[1]!;
  }

  /** The smallest; Infinity where no number takes part. */
  get smallest(): number {
    this.#settle();
    return this.#smallest[1]!;
  }

  /** Largest minus smallest; 0 where no number takes part. */
  get spread(): number {
    this.#settle();
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
    this.#largest[this.#first + index] = largest;
    this.#smallest[this.#first + index] = smallest;
    if (this.#areFew) this.#changes = 1;
    else if (this.#isChanged[index] === 0) {
      this.#isChanged[index] = 1;
      this.#changed[this.#changes++] = index;
    }
  }

  #settle(): void {
    if (this.#changes === 0) return;
    if (this.#areFew) {
      this.#lookThrough();
      this.#changes = 0;
    }
    while (this.#changes > 0) {
      const index = this.#changed[--this.#changes]!;
      this.#isChanged[index] = 0;
      this.#climb(this.#first + index);
    }
  }

  #lookThrough(): void {
    let largest = -Infinity;
    let smallest = Infinity;
    const end = this.#first + this.#count;
    for (let leaf = this.#first; leaf < end; leaf++) {
      largest = Math.max(largest, this.#largest[leaf]!);
      smallest = Math.min(smallest, this.#smallest[leaf]!);
    }
    this.#largest[1] = largest;
    this.#smallest[1] = smallest;
  }

  /** Tells the nodes above a leaf of its change. */
  #climb(leaf: number): void {
    const maxima = this.#largest;
    const minima = this.#smallest;
    for (let node = leaf; node > 1;) {
      const other = node ^ 1;
      const largest = Math.max(maxima[node]!, maxima[other]!);
      const smallest = Math.min(minima[node]!, minima[other]!);
      node >>= 1;
      if (maxima[node] === largest && minima[node] === smallest) return;
      maxima[node] = largest;
      minima[node] = smallest;
    }
  }
}
