/**
 * The draws that likes add up to.
 *
 * @module
 */

/** No draws add up to that many likes. */
export const NO_DRAWS: number = -1;

/** Bits of how often a draw was counted: up to `COUNTS_MAX` of `likes.ts`. */
const COUNT_BITS = 4;
const COUNT_MASK = (1 << COUNT_BITS) - 1;

/**
 * Tells how often each draw of a likes server was counted, from the likes that
 * were: a table, as there is one answer only.
 */
export class Counted {
  readonly #table: Int32Array;

  /**
   * Prepares the answers.
   *
   * @param likes By draw, its likes.
   * @param countsMax How often a draw can be counted, up to 15.
   * @throws {RangeError} If some likes are the sum of different draws.
   */
  constructor(likes: readonly number[], countsMax: number) {
    const most = countsMax;
    const sum = likes.reduce((all, more) => all + more, 0);
    this.#table = new Int32Array(sum * most + 1).fill(NO_DRAWS);
    const add = (draw: number, total: number, counts: number) => {
      if (draw === likes.length) {
        if (this.#table[total] !== NO_DRAWS) {
          throw new RangeError(`${total} likes are the sum of different draws`);
        }
        this.#table[total] = counts;
        return;
      }
      for (let count = 0; count <= most; count++) {
        const more = count << COUNT_BITS * draw;
        add(draw + 1, total + count * likes[draw]!, counts | more);
      }
    };
    add(0, 0, 0);
  }

  /**
   * Tells how often each draw was counted.
   *
   * @param likes The likes counted.
   * @returns For {@linkcode timesOf}; or {@linkcode NO_DRAWS}.
   */
  of(likes: number): number {
    return this.#table[likes] ?? NO_DRAWS;
  }
}

/**
 * Tells how often a draw was counted.
 *
 * @param counts As {@linkcode Counted.of} tells it.
 * @param seq The draw, from 1 on.
 * @returns 0 to 15.
 */
export function timesOf(counts: number, seq: number): number {
  return counts >>> COUNT_BITS * (seq - 1) & COUNT_MASK;
}
