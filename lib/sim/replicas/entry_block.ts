/**
 * The entries of all replicas in one block of memory, in modes with a mark.
 *
 * @module
 */

import { makeAlignedBuffer } from "../../domain/aligned_buffer.ts";
import type { FeedColumn } from "../../rules/feed.ts";
import { LEDGER_COLUMNS, type LedgerStorage } from "../../rules/ledger.ts";

/** An entry has 8 columns: the ledger's four, the feed's one, and no others. */
const ENTRY_BITS = 3;

/**
 * An entry for each replica and session, half a cache line of 64 bytes: what
 * the replica's ledger holds of it, and where its feed has it.
 */
export class EntryBlock {
  readonly #storage: LedgerStorage;
  readonly #sessions: number;

  /**
   * Makes entries, all empty.
   *
   * @param replicas Number of replicas.
   * @param sessions Number of sessions.
   */
  constructor(replicas: number, sessions: number) {
    const columns = 1 << ENTRY_BITS;
    const buffer = makeAlignedBuffer(
      replicas * sessions * columns * Int32Array.BYTES_PER_ELEMENT,
    );
    const ints = new Int32Array(buffer);
    const floats = new Float64Array(buffer);
    this.#storage = { ints, floats, columns, firstColumn: 0 };
    this.#sessions = sessions;
  }

  /** The column of the feeds. */
  get feedColumn(): FeedColumn {
    const { ints } = this.#storage;
    return { ints, columnBits: ENTRY_BITS, column: LEDGER_COLUMNS };
  }

  /** The storage of the ledger of a replica. */
  ledgerStorageOf(replica: number): LedgerStorage {
    const { ints, floats } = this.#storage;
    const length = this.#sessions << ENTRY_BITS;
    const from = replica * length;
    return {
      ...this.#storage,
      ints: ints.subarray(from, from + length),
      floats: floats.subarray(from >> 1, (from + length) >> 1),
    };
  }

  /**
   * Reads entries and does nothing else, so that they are near when they are
   * used soon after.
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
    const { ints } = this.#storage;
    const all = this.#sessions;
    let checksum = 0;
    for (let i = 0; i < count; i++) {
      const session = sessions[i] as number;
      const entry = (replicas[session] as number) * all + session;
      checksum ^= ints[entry << ENTRY_BITS] as number;
    }
    return checksum;
  }
}
