/**
 * The layout of a state. A state is a header, and a block for each
 * likes server with all that is about it wherever it is: what the server knows,
 * what each replica holds of it, its messages on their way. So renaming likes
 * servers is exchanging blocks.
 *
 * ```text
 * header    losses left, copies left, crashes left, late timeouts left,
 *           exchanges left, reads left, flags, the reader's replica
 *           a byte for each replica: whether it is down
 *           what replicas know of each other, their messages, the open read
 * block     rows        16 bytes for each replica that is told of every draw
 *           flags, replica that is asked, quorum        4 bytes
 *           entries     4 bytes for each that a replica can hold
 *           messages    5 bytes each, the highest first, zeros behind the last
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
/** Bytes of an entry. */
export const ENTRY_BYTES = 4;
/** Bytes of a message. */
export const MESSAGE_BYTES = 5;

/** Places in a block behind its rows. */
const SERVER_BYTES = 4;

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

/** The places of everything, for some bounds. */
export class Layout {
  /** Rows of each likes server. */
  readonly rows: number;
  /** Entries that are kept of each likes server. */
  readonly entries: number;
  /** Whether an entry is a session; else the count of one replica. */
  readonly isMarked: boolean;
  /** The most messages of a likes server on their way. */
  readonly messagesMax: number;
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

  /**
   * Finds a place for everything.
   *
   * @param bounds What a state holds.
   * @param extraBytes Bytes of the header for what replicas know of each other
   * and for reads.
   */
  constructor(bounds: Bounds, extraBytes: number) {
    const { servers, replicas, writeTo, copies, crashes, late } = bounds;
    this.isMarked = isMarked(bounds.delivery);
    this.rows = writeTo === "all" ? replicas : 1;
    this.entries = this.isMarked ? replicas : replicas * replicas;
    this.messagesMax = this.rows * (1 + crashes) + copies + late;
    this.#replicas = replicas;
    this.#serverAt = this.rows * ROW_BYTES;
    this.#entriesAt = this.#serverAt + SERVER_BYTES;
    this.#messagesAt = this.#entriesAt + this.entries * ENTRY_BYTES;
    this.blockBytes = this.#messagesAt + this.messagesMax * MESSAGE_BYTES;
    this.blocksAt = Header.REPLICAS + replicas + extraBytes;
    const bytes = this.blocksAt + servers * this.blockBytes;
    this.bytes = bytes + (-bytes & 3);
  }

  /** The place of the part of the header that is about replicas and reads. */
  get extraAt(): number {
    return Header.REPLICAS + this.#replicas;
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
    return this.block(server) + this.#entriesAt + number * ENTRY_BYTES;
  }

  /** The place of the messages of a likes server. */
  messages(server: number): number {
    return this.block(server) + this.#messagesAt;
  }
}
