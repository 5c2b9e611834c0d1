/**
 * The draws that the primary has counted, where reports do not say: modes
 * without marks.
 *
 * @module
 */

/**
 * The most memory that may be spent, 4 GiB: a run of more draws could not be
 * waited for.
 */
const WORDS_MAX = 2 ** 30;

/**
 * A bit for each draw of each likes server. The primary of an unmarked mode
 * does not know what it counts twice; a virtual run does, like by like, because
 * it knows which draws each report carries.
 *
 * @example Usage
 * ```ts
 * import { CountedDraws } from "./counted_draws.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const counted = new CountedDraws(10, 100);
 * assertEquals(counted.add(3, 7), true);
 * assertEquals(counted.add(3, 7), false);
 * ```
 */
export class CountedDraws {
  readonly #words: Uint32Array;
  readonly #stride: number;

  /**
   * Makes bits for draws of which none is counted yet.
   *
   * @param servers Number of likes servers.
   * @param drawsMax The most draws that a likes server can make.
   * @throws {RangeError} If that is more than memory can hold.
   */
  constructor(servers: number, drawsMax: number) {
    checkDraws(servers, drawsMax);
    this.#stride = strideOf(drawsMax);
    this.#words = new Uint32Array(servers * this.#stride);
  }

  /**
   * A draw is counted.
   *
   * @param server Whose.
   * @param seq Its number, from 1.
   * @returns Whether it is for the first time.
   */
  add(server: number, seq: number): boolean {
    const word = server * this.#stride + (seq >> 5);
    const bit = 1 << (seq & 31);
    const before = this.#words[word] as number;
    this.#words[word] = before | bit;
    return (before & bit) === 0;
  }

  /**
   * The primary forgot a draw.
   *
   * @param server Whose.
   * @param seq Its number.
   */
  remove(server: number, seq: number): void {
    const word = server * this.#stride + (seq >> 5);
    this.#words[word] = (this.#words[word] as number) & ~(1 << (seq & 31));
  }

  /**
   * Whether a draw has been counted.
   *
   * @param server Whose.
   * @param seq Its number.
   * @returns True from its first time on.
   */
  has(server: number, seq: number): boolean {
    const word = server * this.#stride + (seq >> 5);
    return ((this.#words[word] as number) & (1 << (seq & 31))) !== 0;
  }
}

/**
 * Checks that the draws of a run can be followed in a mode without marks.
 *
 * @param servers Number of likes servers.
 * @param drawsMax The most draws that a likes server can make.
 * @throws {RangeError} If they are more than memory can hold.
 */
export function checkDraws(servers: number, drawsMax: number): void {
  if (servers * strideOf(drawsMax) <= WORDS_MAX) return;
  throw new RangeError(
    `Cannot follow ${drawsMax} draws of each of ${servers} likes servers in a mode without marks: ${
      32 * WORDS_MAX
    } draws in all are allowed`,
  );
}

/**
 * The most draws that a likes server can make.
 *
 * @param lifetime How long it draws.
 * @param intervalMin The shortest pause, in the same unit.
 * @returns A whole number.
 */
export function drawsMaxOf(lifetime: number, intervalMin: number): number {
  return Math.ceil(lifetime / intervalMin);
}

/** Words of one likes server. */
function strideOf(drawsMax: number): number {
  return (drawsMax >> 5) + 1;
}
