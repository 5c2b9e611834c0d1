/**
 * How long messages are, as they would be on a real line.
 *
 * @module
 */

import { reasonOf } from "../protocol/validator.ts";
import { type Delivery, isMarked } from "../rules/delivery.ts";

/** Bytes of `ACK` and its LF. */
export const ACK_BYTES = 4;

/** Bytes of `LikesServer`, the space before the likes and the LF. */
const PLAIN_BYTES = "LikesServer".length + 2;
/** Bytes of a mark's space, session and `#`. */
const MARK_BYTES = 1 + 16 + 1;

/** Tells the bytes of reports. */
export class ReportBytes {
  readonly #isMarked: boolean;
  readonly #fixed: number;

  /**
   * Knows what does not change from report to report.
   *
   * @param delivery Decides what stands in a report.
   */
  constructor(delivery: Delivery) {
    this.#isMarked = isMarked(delivery);
    this.#fixed = PLAIN_BYTES + (this.#isMarked ? MARK_BYTES : 0);
  }

  /**
   * Bytes of a report.
   *
   * @param server Whose.
   * @param likes Its likes.
   * @param seq Its seq, which is sent only where reports are marked.
   * @param total Its total, -1 if it has none.
   * @returns Bytes, the LF included.
   *
   * @example Usage
   * ```ts
   * import { ReportBytes } from "./bytes.ts";
   * import { assertEquals } from "@std/assert";
   *
   * const line = "LikesServer3 14 0123456789abcdef#7=98\n";
   * assertEquals(new ReportBytes("crdt").of(3, 14, 7, 98), line.length);
   * ```
   */
  of(server: number, likes: number, seq: number, total: number): number {
    let bytes = this.#fixed + digits(server) + digits(likes);
    if (this.#isMarked) bytes += digits(seq);
    if (total >= 0) bytes += 1 + digits(total);
    return bytes;
  }
}

/** Bytes of `NAK gap n` and its LF. */
export function gapBytes(expectedSeq: number): number {
  return "NAK gap ".length + digits(expectedSeq) + 1;
}

/** Bytes of a final refusal and its LF. */
export function refusalBytes(code: number): number {
  return "NAK ".length + reasonOf(code).length + 1;
}

/** `POWERS_OF_10[i]` is 10^i. */
const POWERS_OF_10 = Int32Array.from({ length: 10 }, (_, i) => 10 ** i);
const INT_MAX = 2 ** 31 - 1;

/** Decimal digits of a whole number from 0 on. */
function digits(n: number): number {
  return n <= INT_MAX ? digitsOfInt(n) : String(n).length;
}

/**
 * The digits of a number of 31 bits, without a branch that a processor could guess wrong: the number of bits times log10(2),
 * 1233/4096, is the number of digits less one, or one more than that, which the comparison with a power of ten decides.
 *
 * Source: Sean Eron Anderson, "Bit Twiddling Hacks", integer log base 10.
 */
function digitsOfInt(n: number): number {
  const odd = n | 1; // has as many digits as n, and 0 has one
  const guess = ((32 - Math.clz32(odd)) * 1233) >> 12;
  return guess + 1 - ((odd - (POWERS_OF_10[guess] as number)) >>> 31);
}
