/**
 * Reads with quorums: the answer of a read that asks several replicas, and the
 * replicas that are repaired.
 *
 * @module
 */

import type { ReadRepair } from "../domain/replicas.ts";
import { REPAIR_SENDS_MAX } from "./read_repair.ts";

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

/** The answer of {@linkcode QuorumRead.nextRepair}: nobody is to be told. */
export const NOBODY: number = -1;

/**
 * A read. The newest of the first R answers, entry by entry, is the result;
 * among answers of one entry the one with the higher seq is newer, and of two
 * with the same the one with the larger total.
 *
 * Repairs tell replicas what a read has seen. With `before` the read is not
 * over until W replicas have what it is answered with, so that no later read of
 * R can miss it where R + W is more than there are. Source: the second phase of
 * a read in Attiya, Bar-Noy, Dolev, "Sharing Memory Robustly in Message-Passing
 * Systems", JACM 42(1), 1995. With `after` replicas that turn out to lack
 * something are told when the reader has its answer. Source: read repair in
 * DeCandia et al., "Dynamo: Amazon's Highly Available Key-value Store", SOSP
 * 2007.
 *
 * | | `before` | `after` |
 * | --- | --- | --- |
 * | who is told | all that are not known to have the result, silent ones too | those whose answers lack something of the newest |
 * | from when to when | from the R-th answer until W have the result | from the R-th answer until all that were asked have answered |
 * | a late answer | changes no result; one that has it counts among the W; once the read is over it is ignored | counts for what is newest, and whoever lacks that is told |
 * | a repair that is lost | sent again (`read_repair.ts`): the read waits for it | left to the next read that finds the replica behind |
 *
 * The shell numbers the replicas that it asks or tells, their *places*, and the
 * entries of the item, from 0 on. It calls {@linkcode QuorumRead.hear} for each
 * entry of an answer, then {@linkcode QuorumRead.answered}; it calls
 * {@linkcode QuorumRead.repaired} and {@linkcode QuorumRead.repairLost} for the
 * ends of repairs. After each of them it tells all that
 * {@linkcode QuorumRead.nextRepair} names. The reader has its answer when
 * {@linkcode QuorumRead.isOver} turns true, and nothing more needs to be heard
 * when {@linkcode QuorumRead.isDone} does.
 *
 * @example The newest of two answers, which two replicas must have
 * ```ts
 * import { NOBODY, QuorumRead } from "./read_quorum.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const read = new QuorumRead({ readQuorum: 2, writeQuorum: 2, readRepair: "before" });
 * read.begin(3, 3);
 * read.hear(0, 0, 4, 90);
 * read.answered(0);
 * read.hear(2, 0, 3, 70);
 * read.answered(2);
 * assertEquals([read.seqOf(0), read.totalOf(0)], [4, 90]);
 * assertEquals([read.hasQuorum, read.isOver], [true, false]);
 * assertEquals([read.nextRepair(), read.nextRepair(), read.nextRepair()], [1, 2, NOBODY]);
 * read.repaired(2);
 * assertEquals(read.isOver, true);
 * ```
 */
export class QuorumRead {
  readonly #options: ReadQuorumOptions;
  /** By entry: the newest. */
  readonly #newestSeqs: number[] = [];
  readonly #newestTotals: number[] = [];
  /** By place: whether it has answered, and with what, by entry. */
  readonly #hasAnswered: boolean[] = [];
  readonly #seqs: number[][] = [];
  readonly #totals: number[][] = [];
  /** By place: whether it is known to have the result; `before` only. */
  readonly #isHolder: boolean[] = [];
  /** By place: how often it was told, and of which version of the newest. */
  readonly #sends: number[] = [];
  readonly #toldVersions: number[] = [];
  /** Changes of the newest entries so far. */
  #version = 0;
  #asked = 0;
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
   * @param asked How many of them are asked.
   */
  begin(places: number, asked: number): void {
    this.#version = 0;
    this.#asked = asked;
    this.#answers = 0;
    this.#holders = 0;
    this.#newestSeqs.length = 0;
    this.#newestTotals.length = 0;
    this.#seqs.length = places;
    this.#totals.length = places;
    for (let place = 0; place < places; place++) {
      this.#hasAnswered[place] = false;
      this.#isHolder[place] = false;
      this.#sends[place] = 0;
      this.#toldVersions[place] = 0;
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
    return this.hasQuorum &&
      (!this.#isRepairedBefore || this.#holders >= this.#options.writeQuorum ||
        this.entries === 0);
  }

  /** Whether the reader has its answer, and no answer can change anything. */
  get isDone(): boolean {
    return this.isOver &&
      (this.#options.readRepair !== "after" || this.#answers >= this.#asked);
  }

  /** Whether the reader waits until replicas have acknowledged repairs. */
  get isRepairAwaited(): boolean {
    return this.#isRepairedBefore && this.hasQuorum && !this.isOver;
  }

  get #isRepairedBefore(): boolean {
    return this.#options.readRepair === "before";
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
   * @param place Who answers; of one that has answered whole it changes
   * nothing.
   * @param entry The entry's number.
   * @param seq Its seq.
   * @param total Its total.
   */
  hear(place: number, entry: number, seq: number, total: number): void {
    if (this.#hasAnswered[place]) return;
    this.#seqs[place]![entry] = seq;
    this.#totals[place]![entry] = total;
    if (this.hasQuorum && this.#isRepairedBefore) return;
    if (!this.isNewer(seq, total, entry)) return;
    while (this.#newestSeqs.length <= entry) {
      this.#newestSeqs.push(0);
      this.#newestTotals.push(0);
    }
    this.#newestSeqs[entry] = seq;
    this.#newestTotals[entry] = total;
    this.#version++;
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
    if (this.#hasAnswered[place]) return;
    this.#hasAnswered[place] = true;
    this.#answers++;
    if (!this.hasQuorum || !this.#isRepairedBefore) return;
    if (this.#answers > this.#options.readQuorum) {
      if (!this.lacks(place)) this.#hold(place);
      return;
    }
    for (let p = 0; p < this.#seqs.length; p++) {
      if (this.#hasAnswered[p] && !this.lacks(p)) this.#hold(p);
    }
  }

  /**
   * Whether a replica is not known to have the newest of all entries.
   *
   * @param place Which.
   * @returns True also of one that has not answered, if anything was heard.
   */
  lacks(place: number): boolean {
    for (let entry = 0; entry < this.entries; entry++) {
      if (this.lacksEntry(place, entry)) return true;
    }
    return false;
  }

  /**
   * Whether a replica is not known to have the newest of an entry: whether a
   * repair of it carries that entry.
   *
   * @param place Which replica.
   * @param entry The entry's number.
   * @returns True also of one that has not answered, if anything was heard.
   */
  lacksEntry(place: number, entry: number): boolean {
    if (this.#isHolder[place]) return false;
    const newest = this.seqOf(entry);
    const seq = this.#seqs[place]![entry] ?? 0;
    const total = this.#totals[place]![entry] ?? 0;
    return seq < newest || seq === newest && total < this.totalOf(entry);
  }

  /**
   * The next replica that is to be told now what it lacks; it counts as told.
   *
   * @returns Its place, {@linkcode NOBODY} if there is none.
   */
  nextRepair(): number {
    const { readRepair } = this.#options;
    if (readRepair === "off" || !this.hasQuorum) return NOBODY;
    if (this.#isRepairedBefore && this.isOver) return NOBODY;
    for (let place = 0; place < this.#seqs.length; place++) {
      if (this.#toldVersions[place] === this.#version) continue;
      if (!this.#isRepairedBefore && !this.#hasAnswered[place]) continue;
      if (!this.lacks(place)) continue;
      this.#toldVersions[place] = this.#version;
      this.#sends[place]!++;
      return place;
    }
    return NOBODY;
  }

  /**
   * Number of times that a replica was told.
   *
   * @param place Which.
   * @returns Times, 0 to {@linkcode REPAIR_SENDS_MAX} with repair `before`.
   */
  sendsOf(place: number): number {
    return this.#sends[place] ?? 0;
  }

  /**
   * The seq of an entry that replicas are told.
   *
   * @param entry The entry's number.
   * @returns The newest.
   */
  repairSeqOf(entry: number): number {
    return this.seqOf(entry);
  }

  /**
   * The total of an entry that replicas are told.
   *
   * @param entry The entry's number.
   * @returns That of the newest.
   */
  repairTotalOf(entry: number): number {
    return this.totalOf(entry);
  }

  /**
   * A replica has acknowledged what it was told, at whichever time.
   *
   * @param place Which.
   */
  repaired(place: number): void {
    if (this.#isRepairedBefore) this.#hold(place);
  }

  /**
   * A repair was refused, or has waited long enough for its acknowledgement:
   * where the read waits for it, it is sent again.
   *
   * @param place Who was told.
   * @param send Which time it was: if the replica was told again since, nothing
   * changes.
   */
  repairLost(place: number, send: number): void {
    if (!this.isRepairAwaited || send !== this.#sends[place]) return;
    if (send < REPAIR_SENDS_MAX) this.#toldVersions[place] = 0;
  }

  #hold(place: number): void {
    if (this.#isHolder[place]) return;
    this.#isHolder[place] = true;
    this.#holders++;
  }
}
