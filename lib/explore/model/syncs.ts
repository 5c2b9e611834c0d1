/**
 * The messages between replicas on their way, as they stand in a state.
 *
 * @module
 */

import { SYNC_STYLES, type SyncFields } from "../../protocol/sync.ts";
import type { EntryBatch } from "../../rules/exchange/entry_batch.ts";
import type { Bounds } from "./bounds.ts";
import { ENTRY_BYTES, type Layout, SYNC_BYTES } from "./layout.ts";
import { wideAt } from "./saved_row.ts";

// Bits of the first byte of a message between replicas:
const USED = 1;
/** Flag of a reply. */
export const REPLY = 2;
/** Flag of the message that the exchange of whoever began it waits for. */
export const AWAITED = 4;
/** Flag of a copy of a request that the network made. */
export const COPY = 8;
const MORE = 16;

// Bytes of its header:
export const ENDS = 1;
export const EPOCH = 2;
export const PEER = 3;
export const HAS = 4;
export const BASE = 5;
export const UP_TO = 6;
const COUNT = 7;

/** The number of the request that is awaited. */
export const REQUEST = 1;
/** The number of any request before. */
const PAST_REQUEST = 3;

/** The messages between replicas. */
export class Syncs {
  readonly #bounds: Bounds;
  readonly #layout: Layout;
  readonly #rows: number;

  /**
   * Knows where they stand.
   *
   * @param bounds The bounds of the exploration.
   * @param layout The places of everything.
   */
  constructor(bounds: Bounds, layout: Layout) {
    this.#bounds = bounds;
    this.#layout = layout;
    this.#rows = layout.replicaRows;
  }

  /** The message that the exchange waits for that a replica began. */
  awaitedOf(bytes: Uint8Array, replica: number): number {
    for (let number = 0; number < this.#layout.syncsMax; number++) {
      const at = this.#layout.sync(number);
      const isAwaited = (bytes[at]! & AWAITED) !== 0;
      if (isAwaited && beganBy(bytes, at) === replica) return number;
    }
    return -1;
  }

  readHeader(bytes: Uint8Array, at: number, into: SyncFields): void {
    const flags = bytes[at] as number;
    into.isReply = (flags & REPLY) !== 0;
    into.sender = bytes[at + ENDS]! >> 4;
    into.style = SYNC_STYLES.indexOf("push-pull");
    into.number = (flags & AWAITED) !== 0 ? REQUEST : PAST_REQUEST;
    into.epoch = bytes[at + EPOCH] as number;
    into.peerEpoch = bytes[at + PEER] as number;
    into.got = bytes[at + HAS] as number;
    into.base = bytes[at + BASE] as number;
    into.upTo = bytes[at + UP_TO] as number;
    into.count = bytes[at + COUNT] as number;
    into.more = (flags & MORE) !== 0;
  }

  /**
   * Entries of a message; no replica takes from others what it counts itself.
   */
  readEntries(
    bytes: Uint8Array,
    number: number,
    to: number,
    into: EntryBatch,
  ): void {
    const { replicas } = this.#bounds;
    const { isMarked } = this.#layout;
    into.clear();
    for (let row = 0; row < this.#rows; row++) {
      const at = this.#layout.syncEntry(number, row);
      if (bytes[at] === 0 || !isMarked && row % replicas === to) continue;
      into.add(
        row,
        bytes[at] as number,
        bytes[at + 1] as number,
        wideAt(bytes, at + 2),
      );
    }
  }

  /** Sends a message with the entries of the rows told, as they are now. */
  send(
    bytes: Uint8Array,
    header: SyncFields,
    from: number,
    to: number,
    rows: readonly number[],
    awaited: number,
  ): void {
    const number = this.freeSlot(bytes);
    const at = this.#layout.sync(number);
    bytes[at] = USED | awaited | (header.isReply ? REPLY : 0) |
      (header.more ? MORE : 0);
    bytes[at + ENDS] = from << 4 | to;
    bytes[at + EPOCH] = header.epoch;
    bytes[at + PEER] = header.peerEpoch;
    bytes[at + HAS] = header.got;
    bytes[at + BASE] = header.base;
    bytes[at + UP_TO] = header.upTo;
    bytes[at + COUNT] = header.count;
    for (const row of rows) {
      const source = this.#layout.entryOfRow(from, row);
      const target = this.#layout.syncEntry(number, row);
      for (let i = 0; i < ENTRY_BYTES; i++) {
        bytes[target + i] = bytes[source + i] as number;
      }
    }
  }

  /** Nobody waits for what is left of the exchange that a replica began. */
  dropExchanges(bytes: Uint8Array, replica: number): void {
    for (let number = 0; number < this.#layout.syncsMax; number++) {
      const at = this.#layout.sync(number);
      if ((bytes[at]! & USED) !== 0 && beganBy(bytes, at) === replica) {
        bytes[at] = bytes[at]! & ~AWAITED;
      }
    }
  }

  freeSlot(bytes: Uint8Array): number {
    for (let number = 0; number < this.#layout.syncsMax; number++) {
      if (bytes[this.#layout.sync(number)] === 0) return number;
    }
    throw new Error(
      "More messages between replicas are on their way than can be",
    );
  }

  remove(bytes: Uint8Array, number: number): void {
    const at = this.#layout.sync(number);
    bytes.fill(0, at, at + SYNC_BYTES);
    for (let row = 0; row < this.#rows; row++) {
      const entry = this.#layout.syncEntry(number, row);
      bytes.fill(0, entry, entry + ENTRY_BYTES);
    }
  }

  copySlot(bytes: Uint8Array, from: number, to: number): void {
    const at = this.#layout.sync(from);
    bytes.copyWithin(this.#layout.sync(to), at, at + SYNC_BYTES);
    for (let row = 0; row < this.#rows; row++) {
      const entry = this.#layout.syncEntry(from, row);
      bytes.copyWithin(
        this.#layout.syncEntry(to, row),
        entry,
        entry + ENTRY_BYTES,
      );
    }
  }

  /**
   * The network repeats a message: a request whose reply goes nowhere, or a
   * reply that is as good as the first.
   */
  copy(bytes: Uint8Array, number: number): void {
    const to = this.freeSlot(bytes);
    this.copySlot(bytes, number, to);
    const at = this.#layout.sync(to);
    if ((bytes[at]! & REPLY) === 0) bytes[at] = (bytes[at]! | COPY) & ~AWAITED;
  }

  /** Puts messages in order. */
  sort(bytes: Uint8Array): void {
    const { syncsMax } = this.#layout;
    for (let number = 1; number < syncsMax; number++) {
      for (let at = number; at > 0 && this.#isBefore(bytes, at, at - 1); at--) {
        this.#swap(bytes, at, at - 1);
      }
    }
  }

  #isBefore(bytes: Uint8Array, number: number, other: number): boolean {
    const a = this.#layout.sync(number);
    const b = this.#layout.sync(other);
    for (let i = 0; i < SYNC_BYTES; i++) {
      const difference = bytes[a + i]! - bytes[b + i]!;
      if (difference !== 0) return difference > 0;
    }
    for (let row = 0; row < this.#rows; row++) {
      const one = this.#layout.syncEntry(number, row);
      const two = this.#layout.syncEntry(other, row);
      for (let i = 0; i < ENTRY_BYTES; i++) {
        const difference = bytes[one + i]! - bytes[two + i]!;
        if (difference !== 0) return difference > 0;
      }
    }
    return false;
  }

  #swap(bytes: Uint8Array, number: number, other: number): void {
    swapBytes(
      bytes,
      this.#layout.sync(number),
      this.#layout.sync(other),
      SYNC_BYTES,
    );
    for (let row = 0; row < this.#rows; row++) {
      swapBytes(
        bytes,
        this.#layout.syncEntry(number, row),
        this.#layout.syncEntry(other, row),
        ENTRY_BYTES,
      );
    }
  }
}

/** The replica that began the exchange of a message. */
function beganBy(bytes: Uint8Array, at: number): number {
  const isReply = (bytes[at]! & REPLY) !== 0;
  return isReply ? bytes[at + ENDS]! & 15 : bytes[at + ENDS]! >> 4;
}

function swapBytes(
  bytes: Uint8Array,
  a: number,
  b: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const byte = bytes[a + i] as number;
    bytes[a + i] = bytes[b + i] as number;
    bytes[b + i] = byte;
  }
}
