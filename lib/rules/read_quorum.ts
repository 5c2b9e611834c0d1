/**
 * Reads with quorums: the answer of a read that asks several replicas, and the
 * replicas that are repaired.
 *
 * @module
 */

import type { ReadRepair } from "../domain/replicas.ts";

/** Options of reads: quorum and repair. */
export interface ReadQuorumOptions {
  /** Read quorum R: replicas that must answer. */
  readonly readQuorum: number;
  /** Time of read repair: `off`, `after` the answer, or `before` it. */
  readonly readRepair: ReadRepair;
  /**
   * Write quorum W: with repair `before`, replicas that must have what is
   * answered; as many as must acknowledge a report.
   */
  readonly writeQuorum: number;
}

/** A place that has not answered. */
const SILENT = 0;
/** State of a replica that has answered. */
const ANSWERED = 1;
/**
 * State of a replica that is known, with repair `before`, to have the read's
 * answer.
 */
const HOLDER = 2;

/**
 * A read. The newest of the first R answers, entry by entry, is the result;
 * among answers of one entry the one with the higher seq is newer, and of two
 * with the same the one with the larger total.
 *
 * With repair `before` the read is not over until W replicas have what it is
 * answered with, so that no later read of R can miss it where R + W is more
 * than there are. Source: the second phase of a read in Attiya, Bar-Noy, Dolev,
 * "Sharing Memory Robustly in Message-Passing Systems", JACM 42(1), 1995. With
 * `after` replicas that turn out to lack something are told when the reader has
 * its answer. Source: read repair in DeCandia et al., "Dynamo: Amazon's Highly
 * Available Key-value Store", SOSP 2007.
 *
 * The shell numbers as it likes the replicas that it asks or tells, their
 * *places*, and the entries of the item, from 0 on. It calls
 * {@linkcode QuorumRead.hear} for each entry of an answer, then
 * {@linkcode QuorumRead.answered}. When {@linkcode QuorumRead.isOver} turns true
 * the reader has its answer. As soon as {@linkcode QuorumRead.hasQuorum} is
 * true, and after each later answer, it sends with repair `before` or `after`
 * the newest entries to each place that {@linkcode QuorumRead.lacks} something
 * and was not sent them yet; with `after` only to those that have answered.
 *
 * @example The newest of two answers
 * ```ts
 * import { QuorumRead } from "./read_quorum.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const read = new QuorumRead({ readQuorum: 2, writeQuorum: 2, readRepair: "before" });
 * read.begin(3);
 * read.hear(0, 0, 4, 90);
 * read.answered(0);
 * read.hear(2, 0, 3, 70);
 * read.answered(2);
 * assertEquals([read.seqOf(0), read.totalOf(0)], [4, 90]);
 * assertEquals([read.lacks(0), read.lacks(1), read.lacks(2)], [false, true, true]);
 * assertEquals([read.hasQuorum, read.isOver], [true, false]);
 * read.repaired(2);
 * assertEquals(read.isOver, true);
 * ```
 */
export class QuorumRead {
  readonly #options: ReadQuorumOptions;
  /** By entry: the newest. */
  readonly #newestSeqs: number[] = [];
  readonly #newestTotals: number[] = [];
  /** By place: what is known of it, and what it answered, by entry. */
  readonly #states: number[] = [];
  readonly #seqs: number[][] = [];
  readonly #totals: number[][] = [];
  #answers = 0;
  #holders = 0;

  /**
   * A read that has not begun.
   *
   * @param options How it is answered.
   */
  constructor(options: ReadQuorumOptions) {
    this.#options = options;
  }

  /**
   * Begins, with nothing answered.
   *
   * @param places How many replicas it can hear from.
   */
  begin(places: number): void {
    this.#answers = 0;
    this.#holders = 0;
    this.#newestSeqs.length = 0;
    this.#newestTotals.length = 0;
    this.#states.length = places;
    this.#seqs.length = places;
    this.#totals.length = places;
    for (let place = 0; place < places; place++) {
      this.#states[place] = SILENT;
      (this.#seqs[place] ??= []).length = 0;
      (this.#totals[place] ??= []).length = 0;
    }
  }

  /** Whether as many replicas have answered as must. */
  get hasQuorum(): boolean {
    return this.#answers >= this.#options.readQuorum;
  }

  /** Whether the reader has its answer. */
  get isOver(): boolean {
    const { readRepair, writeQuorum } = this.#options;
    return this.hasQuorum &&
      (readRepair !== "before" || this.#holders >= writeQuorum ||
        this.entries === 0);
  }

  /** Entries that any answer had. */
  get entries(): number {
    return this.#newestSeqs.length;
  }

  /**
   * The newest of an entry.
   *
   * @param entry Its number.
   * @returns The seq, 0 if no answer had it.
   */
  seqOf(entry: number): number {
    return this.#newestSeqs[entry] ?? 0;
  }

  /**
   * The newest of an entry.
   *
   * @param entry Its number.
   * @returns The total, 0 if no answer had it.
   */
  totalOf(entry: number): number {
    return this.#newestTotals[entry] ?? 0;
  }

  /**
   * An answer has an entry.
   *
   * @param place Who answers; not twice.
   * @param entry The entry's number.
   * @param seq Its seq.
   * @param total Its total.
   */
  hear(place: number, entry: number, seq: number, total: number): void {
    this.#seqs[place]![entry] = seq;
    this.#totals[place]![entry] = total;
    // What a reader is told before the others' repair is what they are told.
    if (this.hasQuorum && this.#options.readRepair === "before") return;
    if (!this.isNewer(seq, total, entry)) return;
    while (this.#newestSeqs.length <= entry) {
      this.#newestSeqs.push(0);
      this.#newestTotals.push(0);
    }
    this.#newestSeqs[entry] = seq;
    this.#newestTotals[entry] = total;
  }

  /** Whether an entry is newer than what was heard of it. */
  protected isNewer(seq: number, total: number, entry: number): boolean {
    const newest = this.seqOf(entry);
    return seq > newest || seq === newest && total > this.totalOf(entry);
  }

  /**
   * An answer is heard whole.
   *
   * @param place Who answers; one that answers again changes nothing.
   */
  answered(place: number): void {
    if (this.#states[place] !== SILENT) return;
    this.#states[place] = ANSWERED;
    this.#answers++;
    if (!this.hasQuorum || this.#options.readRepair !== "before") return;
    if (this.#answers > this.#options.readQuorum) {
      if (!this.lacks(place)) this.#hold(place);
      return;
    }
    for (let p = 0; p < this.#states.length; p++) {
      if (this.#states[p] === ANSWERED && !this.lacks(p)) this.#hold(p);
    }
  }

  /**
   * Whether a replica is not known to have the newest of all entries.
   *
   * @param place Which.
   * @returns True also of one that has not answered.
   */
  lacks(place: number): boolean {
    if (this.#states[place] === HOLDER) return false;
    if (this.#states[place] === SILENT) return this.entries > 0;
    const seqs = this.#seqs[place]!;
    const totals = this.#totals[place]!;
    return this.#newestSeqs.some((newest, entry) => {
      const seq = seqs[entry] ?? 0;
      return seq < newest ||
        seq === newest && (totals[entry] ?? 0) < this.totalOf(entry);
    });
  }

  /**
   * Whether a replica has answered.
   *
   * @param place Which.
   * @returns True if it has.
   */
  hasAnswered(place: number): boolean {
    return this.#states[place] !== SILENT;
  }

  /**
   * A replica has acknowledged the newest of all entries.
   *
   * @param place Which.
   */
  repaired(place: number): void {
    this.#hold(place);
  }

  #hold(place: number): void {
    if (this.#states[place] === HOLDER) return;
    this.#states[place] = HOLDER;
    this.#holders++;
  }
}
