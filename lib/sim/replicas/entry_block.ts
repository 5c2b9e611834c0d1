/**
 * The entries of all replicas in one block of memory, and the levels of each
 * session, in modes with a mark.
 *
 * @module
 */

import { makeAlignedBuffer } from "../../domain/aligned_buffer.ts";
import type { FeedColumn } from "../../rules/exchange/feed.ts";
import { LEDGER_COLUMNS, type LedgerStorage } from "../../rules/ledger.ts";
import { LEVEL_COLUMNS, type LevelStorage } from "../../verdict/row_levels.ts";

/**
 * A session's levels and each of its entries take 8 columns, half a cache line
 * of 64 bytes. An entry has the ledger's four, the feed's one, and no others.
 */
const PART_COLUMNS = LEVEL_COLUMNS;
const PART_BITS = Math.log2(PART_COLUMNS);

/**
 * The most replicas whose entries of a session lie beside each other, behind
 * its levels, in two cache lines. The parts of more lie apart, levels here,
 * entries there, replica by replica: in longer rows, which begin at multiples
 * of a power of two, the entries of one replica would push each other out of
 * the cache (4 % slower with 5 to 7).
 */
const BESIDE_MAX = 3;

/**
 * The levels of each session, and an entry for it and each replica: what the
 * replica's ledger holds of it, and where its feed has it.
 *
 * Those of a few replicas lie side by side: whoever needs one of them mostly
 * needs the levels as well, and finds them on the same page of memory.
 */
export class EntryBlock {
  /** Level c of session s is in column `(s << bits) + c`. */
  readonly #levels: Int32Array;
  /**
   * The entry of replica i for session s is from `(s << bits) + i * step` on.
   */
  readonly #entries: Int32Array;
  readonly #floats: Float64Array;
  readonly #bits: number;
  readonly #step: number;
  /** Columns from a replica's first entry to behind its last session. */
  readonly #length: number;

  /**
   * Makes levels and entries, all zero.
   *
   * @param replicas Number of replicas.
   * @param sessions Number of sessions, together with the replicas at most
   * 2^27: memory ends at 4 GiB.
   */
  constructor(replicas: number, sessions: number) {
    const isBeside = replicas <= BESIDE_MAX;
    this.#bits = isBeside
      ? PART_BITS + Math.ceil(Math.log2(1 + replicas))
      : PART_BITS;
    this.#step = isBeside ? PART_COLUMNS : sessions << PART_BITS;
    this.#length = sessions << this.#bits;
    const columns = (replicas - 1) * this.#step + this.#length;
    if (isBeside) {
      const all = makeColumns(PART_COLUMNS + columns);
      this.#levels = all.subarray(0, this.#length);
      this.#entries = all.subarray(PART_COLUMNS);
    } else {
      this.#levels = makeColumns(this.#length);
      this.#entries = makeColumns(columns);
    }
    const { buffer, byteOffset } = this.#entries;
    this.#floats = new Float64Array(buffer, byteOffset);
  }

  /** The storage of the levels. */
  get levelStorage(): LevelStorage {
    return { ints: this.#levels, columnBits: this.#bits };
  }

  /** The column of the feeds. */
  get feedColumn(): FeedColumn {
    return {
      ints: this.#entries,
      columnBits: this.#bits,
      column: LEDGER_COLUMNS,
      step: this.#step,
    };
  }

  /** The storage of the ledger of a replica. */
  ledgerStorageOf(replica: number): LedgerStorage {
    const from = replica * this.#step;
    const to = from + this.#length;
    return {
      ints: this.#entries.subarray(from, to),
      floats: this.#floats.subarray(from >> 1, to >> 1),
      columns: 1 << this.#bits,
      firstColumn: 0,
    };
  }

  /**
   * Reads levels and entries and does nothing else, so that they are near when
   * they are used soon after.
   *
   * @param sessions Their sessions.
   * @param count How many of them.
   * @param replicas The replica, by session.
   * @returns A number that means nothing, but keeps the engine from leaving the
   * reads out.
   */
  fetch(
    sessions: Int32Array,
    count: number,
    replicas: Readonly<Int16Array>,
  ): number {
    const levels = this.#levels;
    const entries = this.#entries;
    const bits = this.#bits;
    const step = this.#step;
    let checksum = 0;
    for (let i = 0; i < count; i++) {
      const session = sessions[i] as number;
      const at = session << bits;
      const replica = replicas[session] as number;
      checksum ^= levels[at]! ^ entries[at + replica * step]!;
    }
    return checksum;
  }
}

function makeColumns(length: number): Int32Array {
  const buffer = makeAlignedBuffer(length * Int32Array.BYTES_PER_ELEMENT);
  return new Int32Array(buffer, 0, length);
}
