/**
 * The lengths of messages, as they would be on a real line.
 *
 * @module
 */

import {
  SYNC,
  SYNC_STYLES,
  SYNCED,
  type SyncFields,
} from "../protocol/sync.ts";
import { reasonOf } from "../protocol/validator.ts";
import type { Delivery } from "../domain/delivery.ts";
import { isMarked } from "../rules/delivery_traits.ts";

/** Bytes of `ACK` and its LF. */
export const ACK_BYTES = 4;

/** Bytes of `LikesServer`, the space before the likes and the LF. */
const PLAIN_BYTES = "LikesServer".length + 2;
/** Bytes of a mark's space, session and `#`. */
const MARK_BYTES = 1 + 16 + 1;

/** Tells the bytes of reports. */
export class ReportBytes {
  readonly #markBytes: number;
  readonly #fixed: number;

  /**
   * Knows what does not change from report to report.
   *
   * @param delivery Decides what stands in a report.
   */
  constructor(delivery: Delivery) {
    this.#markBytes = isMarked(delivery) ? MARK_BYTES : 0;
    this.#fixed = PLAIN_BYTES + this.#markBytes;
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
    if (this.#markBytes > 0) bytes += digits(seq);
    if (total >= 0) bytes += 1 + digits(total);
    return bytes;
  }
}

/** Digits of a life of a replica, which is drawn from 1 to 2^53 - 1. */
const EPOCH_DIGITS = 16;

/** Bytes of the header line of a message of an exchange, with its LF. */
export function syncBytes(fields: SyncFields): number {
  const word = fields.isReply ? SYNCED : SYNC;
  const style = SYNC_STYLES[fields.style] as string;
  return word.length + " primary".length + digits(fields.sender) + 1 +
    style.length + 1 + digits(fields.number) + 1 + EPOCH_DIGITS + 1 +
    (fields.peerEpoch === 0 ? 1 : EPOCH_DIGITS) + 1 + digits(fields.got) + 1 +
    digits(fields.base) + 1 + digits(fields.upTo) + 1 + digits(fields.count) +
    " 0\n".length;
}

/** Bytes of `NAK gap n` and its LF. */
export function gapBytes(expectedSeq: number): number {
  return "NAK gap ".length + digits(expectedSeq) + 1;
}

/** Bytes of a final refusal and its LF. */
export function refusalBytes(code: number): number {
  return "NAK ".length + reasonOf(code).length + 1;
}

/** The numbers of which most numbers of a report are, and their digits. */
const FEW = 10_000;
const FEW_DIGITS = Uint8Array.from({ length: FEW }, (_, n) => String(n).length);

/** Decimal digits of a whole number from 0 on. */
function digits(n: number): number {
  return n < FEW ? FEW_DIGITS[n] as number : manyDigits(n);
}

function manyDigits(n: number): number {
  let digits = 5;
  for (let end = 10 * FEW; n >= end; end *= 10) digits++;
  return digits;
}
