/**
 * A fingerprint of what a replica holds: equal at replicas that agree.
 *
 * @module
 */

import { EntryFields } from "../../protocol/entries.ts";
import { formatSession } from "../../protocol/report.ts";
import { NO_ROW } from "./feed.ts";
import type { ReplicaRules } from "../replica_rules.ts";

const { imul } = Math;

// Odd multipliers of MurmurHash3 (Austin Appleby, public domain,
// https://github.com/aappleby/smhasher): two lanes, and their finalizer.
const LANE_A = 0xcc9e2d51;
const LANE_B = 0x1b873593;
const FINAL_1 = 0x85ebca6b;
const FINAL_2 = 0xc2b2ae35;
const TWO_POW_32 = 2 ** 32;

/**
 * The sum of 64 bits for each entry, made of its key, its seq and its total, so
 * that the order does not matter in which entries came. To tell it takes time
 * for the entries that have changed since it was told last. Not cryptographic.
 * Source: Bellare, Micciancio, "A New Paradigm for Collision-Free Hashing:
 * Incrementality at Reduced Cost", EUROCRYPT 1997, whose AdHash adds up hashes
 * of the parts.
 */
export class StateDigest {
  readonly #rules: ReplicaRules;
  readonly #entry = new EntryFields();
  /** Part of each row in the sum, twice 32 bits. */
  #parts = new Int32Array(0);
  /** The version of the feed up to which changes are in the sum. */
  #version = 0;
  #a = 0;
  #b = 0;

  /**
   * A fingerprint of a replica, now and later.
   *
   * @param rules The replica.
   */
  constructor(rules: ReplicaRules) {
    this.#rules = rules;
  }

  /**
   * The fingerprint now. Nothing may be begun that can be undone.
   *
   * @returns 16 lower-case hexadecimal digits.
   */
  value(): string {
    const { feeds } = this.#rules;
    if (this.#parts.length < 2 * feeds.capacity) {
      const parts = new Int32Array(2 * feeds.capacity);
      parts.set(this.#parts);
      this.#parts = parts;
    }
    let row = feeds.after(0, this.#version);
    for (; row !== NO_ROW; row = feeds.next(0, row)) this.#update(row);
    this.#version = feeds.last(0);
    return formatSession(this.#a, this.#b);
  }

  #update(row: number): void {
    const entry = this.#entry;
    this.#rules.read(row, entry);
    const { server, sessionHigh, sessionLow, seq, total } = entry;
    const words = [
      entry.isComponent ? ~server : server,
      sessionHigh,
      sessionLow,
      seq,
      total % TWO_POW_32,
      total / TWO_POW_32,
    ];
    const parts = this.#parts;
    const a = hash(words, LANE_A);
    const b = hash(words, LANE_B);
    this.#a = this.#a - parts[2 * row]! + a | 0;
    this.#b = this.#b - parts[2 * row + 1]! + b | 0;
    parts[2 * row] = a;
    parts[2 * row + 1] = b;
  }
}

function hash(words: readonly number[], lane: number): number {
  let h = lane;
  for (const word of words) {
    h = imul(h ^ word, lane);
    h = imul(h ^ h >>> 16, FINAL_1);
    h = imul(h ^ h >>> 13, FINAL_2);
    h ^= h >>> 16;
  }
  return h | 0;
}
