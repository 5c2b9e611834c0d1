/**
 * The layout of a state. A state is a header, and a block for each likes server
 * with all that is about it wherever it is: what the server knows, what each
 * replica holds of it, its messages on their way. So renaming likes servers is
 * exchanging blocks.
 *
 * ```text
 * header    losses left, copies left, crashes left, late timeouts left,
 *           exchanges left, reads left, flags, the reader's replica
 *           a byte for each replica: whether it is down
 *           what replicas know of each other, their messages, the open read
 * block     rows        16 bytes for each replica that is told of every draw
 *           flags, replica that is asked, quorum        4 bytes
 *           entries     4 bytes for each that a replica can hold, 6 where
 *                       replicas gossip
 *           messages    5 bytes each, the highest first, zeros behind the last
 *           gossip      4 bytes for each entry that a message between replicas
 *                       can carry
 *           read        4 bytes, what was seen at each replica, what the read of
 *                       it has heard so far, 4 bytes each, and the messages of
 *                       reads, 5 bytes each
 * ```
 *
 * @module
 */

import { isMarked } from "../../rules/delivery_traits.ts";
import type { Bounds } from "./bounds.ts";

/** Places in the header. */
export const Header = {
  LOSSES: 0,
  COPIES: 1,
  CRASHES: 2,
  LATE: 3,
  EXCHANGES: 4,
  READS: 5,
  FLAGS: 6,
  READER: 7,
  REPLICAS: 8,
} as const;

/** Flags of the header. */
export const Flag = {
  /** All lifetimes are over: no more draws, faults and reads. */
  SETTLING: 1,
  /** Something went wrong before they were. */
  FAULTY: 2,
  /** The network repeated a message. */
  COPIED: 4,
} as const;

/** Bytes of a row. */
export const ROW_BYTES = 16;
/** Bytes of an entry: seq, last report, and twice the total. */
export const ENTRY_BYTES = 4;
/**
 * Bytes of an entry's place in a feed: its version, and in four bits each its
 * source plus 1 and who confirmed it plus 1.
 */
export const FEED_BYTES = 2;
/** Bytes of the header of a message between replicas. */
export const SYNC_BYTES = 9;
/** Bytes that a replica keeps of another. */
export const PAIR_BYTES = 6;
/** Bytes of a message. */
export const MESSAGE_BYTES = 5;

/** Places in a block behind its rows. */
const SERVER_BYTES = 4;

/** Places of the read of an item, at the end of the block. */
export const Read = {
  /** Whether a read is open, see `Phase`. */
  PHASE: 0,
  /** Up to which draw the item was acknowledged when the read began. */
  DUE: 1,
  /** Up to which draw any read was answered with it before. */
  FLOOR: 2,
  /** Up to which draw any read was answered with. */
  ANSWERED: 3,
} as const;

/** Bytes of what a read has heard, each time. */
export const HEARD_BYTES = 4;

/** Places of a likes server's own 4 bytes. */
export const Server = {
  /** Whether it is down. */
  DOWN: 0,
  /** The replica that it asks. */
  TARGET: 1,
  /** Attempts running without an answer. */
  SILENCES: 2,
  /** Up to which draw a quorum has acknowledged all. */
  QUORUM: 3,
} as const;

/**
 * The places of everything, for some bounds: each method tells the byte of a
 * state at which something begins.
 */
export class Layout {
  /** Rows of each likes server. */
  readonly rows: number;
  /** Entries that are kept of each likes server. */
  readonly entries: number;
  /** Whether an entry is a session; else the count of one replica. */
  readonly isMarked: boolean;
  /** Rows that each replica has for each likes server. */
  readonly counters: number;
  /** Rows of each replica, see {@linkcode entryOfRow}. */
  readonly replicaRows: number;
  /** Whether replicas gossip. */
  readonly isGossiping: boolean;
  /** The most messages between replicas on their way. */
  readonly syncsMax: number;
  /** Whether the reader reads. */
  readonly isReading: boolean;
  /** The most things that a read can hear. */
  readonly heardMax: number;
  /** The most messages of reads of an item. */
  readonly readsMax: number;
  /** The most messages of a likes server on their way. */
  readonly messagesMax: number;
  /** Bytes of an entry that a replica holds. */
  readonly entryBytes: number;
  /** Bytes of a block. */
  readonly blockBytes: number;
  /** The place of the first block. */
  readonly blocksAt: number;
  /** Bytes of a state; a whole number of words. */
  readonly bytes: number;
  readonly #replicas: number;
  readonly #serverAt: number;
  readonly #entriesAt: number;
  readonly #messagesAt: number;
  readonly #syncsAt: number;
  readonly #gossipAt: number;
  readonly #readAt: number;

  /**
   * Finds a place for everything.
   *
   * @param bounds What a state holds.
   */
  constructor(bounds: Bounds) {
    const { servers, replicas, writeTo, copies, crashes, late } = bounds;
    this.isMarked = isMarked(bounds.delivery);
    this.counters = this.isMarked ? 1 : replicas;
    this.replicaRows = servers * this.counters;
    this.rows = writeTo === "all" ? replicas : 1;
    this.entries = replicas * this.counters;
    this.messagesMax = this.rows * (1 + crashes) + copies + late;
    this.#replicas = replicas;
    this.#serverAt = this.rows * ROW_BYTES;
    this.#entriesAt = this.#serverAt + SERVER_BYTES;
    this.isGossiping = replicas > 1 &&
      (writeTo !== "all" || bounds.exchanges > 0);
    // Each replica has one exchange at a time, which is one message, in each of
    // its lives.
    this.syncsMax = this.isGossiping ? replicas + copies + crashes : 0;
    this.entryBytes = ENTRY_BYTES + (this.isGossiping ? FEED_BYTES : 0);
    this.#messagesAt = this.#entriesAt + this.entries * this.entryBytes;
    this.#syncsAt = this.#messagesAt + this.messagesMax * MESSAGE_BYTES;
    this.#readAt = this.#syncsAt +
      this.syncsMax * this.counters * ENTRY_BYTES;
    const { reads, losses, readRepair } = bounds;
    this.isReading = this.isMarked && reads > 0;
    const repairs = readRepair === "off" ? 0 : replicas;
    this.heardMax = replicas + 2 * repairs +
      (readRepair === "before" ? losses + crashes : 0);
    this.readsMax = replicas + reads * repairs + copies;
    this.blockBytes = this.#readAt +
      (this.isReading
        ? 4 + replicas + this.heardMax * HEARD_BYTES +
          this.readsMax * MESSAGE_BYTES
        : 0);
    this.#gossipAt = Header.REPLICAS + replicas;
    const gossipBytes = !this.isGossiping
      ? 0
      : replicas * (2 + (replicas - 1) * PAIR_BYTES) +
        this.syncsMax * SYNC_BYTES;
    this.blocksAt = this.#gossipAt + gossipBytes;
    const bytes = this.blocksAt + servers * this.blockBytes;
    this.bytes = bytes + (-bytes & 3);
  }

  /** The place of the read of an item, see {@linkcode Read}. */
  read(server: number): number {
    return this.block(server) + this.#readAt;
  }

  /** The place of what a reader has seen of an item at a replica. */
  seen(server: number, replica: number): number {
    return this.read(server) + 4 + replica;
  }

  /** The place of what a read of an item has heard. */
  heard(server: number): number {
    return this.seen(server, this.#replicas);
  }

  /** The place of the messages of reads of an item. */
  readMessages(server: number): number {
    return this.heard(server) + this.heardMax * HEARD_BYTES;
  }

  /** The place of a replica's life, and behind it of its feed's version. */
  life(replica: number): number {
    return this.#gossipAt + 2 * replica;
  }

  /** The place of what a replica keeps of another. */
  pair(replica: number, peer: number): number {
    const number = replica * (this.#replicas - 1) +
      (peer < replica ? peer : peer - 1);
    return this.life(this.#replicas) + number * PAIR_BYTES;
  }

  /** The place of the header of a message between replicas. */
  sync(number: number): number {
    return this.pair(this.#replicas, 0) + number * SYNC_BYTES;
  }

  /**
   * The place of an entry that a message between replicas carries.
   *
   * @param number The number of the message.
   * @param row The row of the entry, see {@linkcode entryOfRow}.
   * @returns The place.
   */
  syncEntry(number: number, row: number): number {
    const { counters } = this;
    const block = this.block(Math.floor(row / counters));
    const place = number * counters + row % counters;
    return block + this.#syncsAt + place * ENTRY_BYTES;
  }

  /**
   * The place of an entry that a replica holds.
   *
   * @param replica The replica.
   * @param row The row: a likes server; in modes without a mark times the
   * number of replicas, plus the one that counted it.
   * @returns The place.
   */
  entryOfRow(replica: number, row: number): number {
    if (this.isMarked) return this.entry(row, replica, replica);
    const counter = row % this.#replicas;
    return this.entry(Math.floor(row / this.#replicas), replica, counter);
  }

  /** The place of the block of a likes server. */
  block(server: number): number {
    return this.blocksAt + server * this.blockBytes;
  }

  /** The place of a row of a likes server. */
  row(server: number, row: number): number {
    return this.block(server) + row * ROW_BYTES;
  }

  /** The place of a likes server's own bytes, see {@linkcode Server}. */
  server(server: number): number {
    return this.block(server) + this.#serverAt;
  }

  /**
   * The place of an entry.
   *
   * @param server The likes server whose likes it holds.
   * @param replica The replica that holds it.
   * @param component In modes without a mark, the replica that counted it.
   * @returns Its place.
   */
  entry(server: number, replica: number, component: number): number {
    const number = this.isMarked
      ? replica
      : replica * this.#replicas + component;
    return this.block(server) + this.#entriesAt + number * this.entryBytes;
  }

  /** The place of the messages of a likes server. */
  messages(server: number): number {
    return this.block(server) + this.#messagesAt;
  }
}
