/**
 * A message of an exchange, as the bytes that are sent.
 *
 * @module
 */

import {
  encodeEntry,
  ENTRY_BYTES_MAX,
  EntryFields,
} from "../../protocol/entries.ts";
import { formatSync, SyncFields } from "../../protocol/sync.ts";
import type { EntrySink } from "../../rules/exchange/exchange.ts";
import type { ReplicaRules } from "../../rules/replica_rules.ts";

/** More than the longest header has, with its LF. */
const HEADER_BYTES_MAX = 256;
const FIRST_BYTES = 2048;
const LF = 0x0a;

const encoder = new TextEncoder();

/**
 * Collects the entries of a message as their lines; the header, which counts
 * them, is put before them at the end.
 */
export class OutgoingMessage implements EntrySink {
  /** The header, to be filled in. */
  readonly header: SyncFields = new SyncFields();
  readonly #rules: ReplicaRules;
  readonly #entry = new EntryFields();
  #bytes = new Uint8Array(FIRST_BYTES);
  #end = HEADER_BYTES_MAX;

  /** @param rules Whose entries it carries */
  constructor(rules: ReplicaRules) {
    this.#rules = rules;
  }

  /**
   * Adds an entry as it is now.
   *
   * @param _replica The sender's index: a process has one replica
   * @param row The row of the entry
   */
  add(_replica: number, row: number): void {
    if (this.#end + ENTRY_BYTES_MAX + 1 > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#rules.read(row, this.#entry);
    const end = encodeEntry(this.#entry, this.#bytes, this.#end);
    this.#bytes[end] = LF;
    this.#end = end + 1;
  }

  /**
   * Ends the message.
   *
   * @returns Header and entries, each with its LF
   */
  finish(): Uint8Array {
    const header = encoder.encode(`${formatSync(this.header)}\n`);
    const start = HEADER_BYTES_MAX - header.length;
    this.#bytes.set(header, start);
    return this.#bytes.subarray(start, this.#end);
  }
}
