/**
 * Measures how far replicas are from each other while a run goes on, live or
 * virtual.
 *
 * @module
 */

import { Extremes } from "./extremes.ts";
import { type Distribution, Histogram } from "./histogram.ts";
import { StepQueues } from "./step_queues.ts";
import { TICKS_PER_SECOND } from "./ticks.ts";

// What is known of a row:
const HIGHEST = 0; // the highest seq of those that are up
const HOLDERS = 1; // how many of them hold it
const LOWEST = 2; // the lowest seq of those that are up
const LAGGARDS = 3; // how many of them hold no more
const PROPAGATED = 4; // up to which draw all had them at once
const COLUMN_BITS = 3;

const FIRST_ROWS = 64;

/** Where it stands what each replica holds. */
export interface ReplicaSeqs {
  /**
   * The highest seq that a replica holds of a row.
   *
   * @param replica The replica's number.
   * @param row The row.
   * @returns 0 if it holds nothing of it.
   */
  seqOf(replica: number, row: number): number;
}

/** What a {@linkcode ReplicaMeter} has measured. */
export interface ReplicaMeasures {
  /** Largest minus smallest total of the replicas that are up, over time. */
  readonly spread: Distribution;
  /** How long they were apart in all, in seconds. */
  readonly apartSeconds: number;
  /**
   * From the later of the last draw and the lifting of the faults until they
   * agreed for good, in seconds; 0 if they did already; null if they are apart.
   */
  readonly agreementSeconds: number | null;
  /**
   * From the acknowledgement of a draw until every replica that is up has it,
   * in seconds, over the draws of which that is so; 0 where all had it before.
   */
  readonly propagationSeconds: Distribution;
  /** Draws acknowledged that all replicas that were up had at once. */
  readonly propagated: number;
  /** Draws acknowledged of which that never was so. */
  readonly unpropagated: number;
}

/**
 * Follows replicas by numbers: which are up, what entries and totals they hold,
 * what was acknowledged.
 *
 * - *Spread* is the largest minus the smallest total of the replicas that are
 *   up; 0 where fewer than two are.
 * - They are *apart* while there is an entry whose seq is not the same at all
 *   that are up.
 * - A draw has *propagated* at the first moment from its acknowledgement on at
 *   which every replica that is up has it, and one is up.
 *
 * Spread and apart are taken at every tick, after all that happened in it, up
 * to but not including the end. A tick earlier than the one before is taken as
 * the one before.
 *
 * A change of an entry costs the same however many replicas there are, but for
 * the one by which the last laggard of a row catches up: that looks through all
 * of them. Memory: 32 bytes a row, and 12 for each acknowledgement that has not
 * propagated.
 *
 * @example
 * ```ts
 * import { ReplicaMeter } from "./replica_meter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const seqs = [[0], [0]];
 * const meter = new ReplicaMeter(2, { seqOf: (replica, row) => seqs[replica]![row]! });
 * meter.replicaUp(0, 0, 0);
 * meter.replicaUp(0, 1, 0);
 * meter.drawn(0);
 * seqs[0]![0] = 1;
 * meter.entryChanged(100, 0, 0, 0, 1, 14); // primary0 counts 14 likes,
 * meter.acknowledged(200, 0, 1);
 * seqs[1]![0] = 1;
 * meter.entryChanged(300, 1, 0, 0, 1, 14); // and primary1 hears of them
 * meter.end(400);
 * const measures = meter.measures();
 * assertEquals(measures.apartSeconds, 0.02);
 * assertEquals(measures.spread.mean, 7);
 * assertEquals(measures.propagationSeconds.max, 0.01);
 * assertEquals(measures.agreementSeconds, 0.03);
 * ```
 */
export class ReplicaMeter {
  readonly #replicas: number;
  readonly #seqs: ReplicaSeqs;
  readonly #isUp: Uint8Array;
  readonly #totals: Float64Array;
  readonly #extremes: Extremes;
  /** Replicas whose totals the tournament does not know yet. */
  readonly #changed: Int32Array;
  readonly #isChanged: Uint8Array;
  #changes = 0;
  #up = 0;
  #table = new Int32Array(FIRST_ROWS << COLUMN_BITS);
  #rows = 0;
  /** Rows that are not the same at all that are up. */
  #apartRows = 0;
  readonly #waiting = new StepQueues();
  /** The highest seq acknowledged, by row. */
  #acknowledged = new Int32Array(FIRST_ROWS);
  #draws = 0;
  #propagated = 0;
  readonly #spread = new Histogram();
  readonly #propagation = new Histogram();
  #apartTicks = 0;
  #now = 0;
  #lastDrawTick = 0;
  /** Since when they agree, as of the last tick that is over; -1: they do not. */
  #agreeingSince = -1;

  /**
   * A meter at tick 0, no replica is up.
   *
   * @param replicas Number of replicas, from 1 on.
   * @param seqs What each holds: changed before the meter is told.
   */
  constructor(replicas: number, seqs: ReplicaSeqs) {
    this.#replicas = replicas;
    this.#seqs = seqs;
    this.#isUp = new Uint8Array(replicas);
    this.#totals = new Float64Array(replicas);
    this.#extremes = new Extremes(replicas);
    this.#changed = new Int32Array(replicas);
    this.#isChanged = new Uint8Array(replicas);
  }

  /** Whether the replicas that are up are apart, as of the last event. */
  get isApart(): boolean {
    return this.#apartRows > 0;
  }

  /** Largest minus smallest total, as of the last event. */
  get spread(): number {
    this.#settleTotals();
    return this.#extremes.spread;
  }

  /**
   * A replica is up, with what it holds.
   *
   * @param tick When.
   * @param replica Which, one that is down.
   * @param total Its total.
   */
  replicaUp(tick: number, replica: number, total: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#isUp[replica] = 1;
    this.#up++;
    this.#setTotal(replica, total);
    this.#surveyAll();
  }

  /**
   * A replica is down: it does not count until it is up again.
   *
   * @param tick When.
   * @param replica Which, one that is up.
   */
  replicaDown(tick: number, replica: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#isUp[replica] = 0;
    this.#up--;
    this.#extremes.remove(replica);
    this.#surveyAll();
  }

  /**
   * An entry of a replica that is up has changed, by a report or a merge.
   *
   * @param tick When.
   * @param replica Whose.
   * @param row Which.
   * @param before Its highest seq before; 0 if there was none.
   * @param after Its highest seq now.
   * @param growth By how many likes the replica's total grew.
   */
  entryChanged(
    tick: number,
    replica: number,
    row: number,
    before: number,
    after: number,
    growth: number,
  ): void {
    if (tick > this.#now) this.#elapse(tick);
    if (row >= this.#rows) this.#addRows(row + 1);
    if (growth !== 0) this.#setTotal(replica, this.#totals[replica]! + growth);
    if (after <= before) {
      if (after === before) return;
      this.#apartRows -= this.#isApartIn(row);
      this.#survey(row);
      this.#apartRows += this.#isApartIn(row);
      return;
    }
    const table = this.#table;
    const at = row << COLUMN_BITS;
    const highest = table[at | HIGHEST]!;
    if (after > highest) {
      if (table[at | HOLDERS] === this.#up && this.#up > 1) this.#apartRows++;
      table[at | HIGHEST] = after;
      table[at | HOLDERS] = 1;
    } else if (after === highest) {
      if (++table[at | HOLDERS]! === this.#up) this.#apartRows--;
    }
    if (before === table[at | LOWEST] && --table[at | LAGGARDS]! === 0) {
      this.#findLowest(row);
      if (!this.#waiting.isEmpty(row)) this.#propagate(row);
    }
  }

  /**
   * A likes server generated likes.
   *
   * @param tick When.
   */
  drawn(tick: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#lastDrawTick = this.#now;
  }

  /**
   * Every draw of a row up to this one is acknowledged now.
   *
   * @param tick When.
   * @param row The row.
   * @param seq The draw; one as low as before changes nothing.
   */
  acknowledged(tick: number, row: number, seq: number): void {
    if (tick > this.#now) this.#elapse(tick);
    if (row >= this.#rows) this.#addRows(row + 1);
    if (seq <= this.#acknowledged[row]!) return;
    this.#draws += seq - this.#acknowledged[row]!;
    this.#acknowledged[row] = seq;
    this.#waiting.push(row, seq, this.#now);
    this.#propagate(row);
  }

  /**
   * The run is over, or was cut: time is taken up to here.
   *
   * @param tick When.
   */
  end(tick: number): void {
    if (tick > this.#now) this.#elapse(tick);
  }

  /**
   * Everything measured, from tick 0 to the last event or end.
   *
   * @param liftedTick When all faults were lifted.
   * @returns The numbers for a verdict.
   *
   * @default liftedTick {0}
   */
  measures(liftedTick = 0): ReplicaMeasures {
    const since = this.#agreeingSince < 0 ? this.#now : this.#agreeingSince;
    const from = Math.max(this.#lastDrawTick, liftedTick);
    return {
      spread: this.#spread.summary(),
      apartSeconds: this.#apartTicks / TICKS_PER_SECOND,
      agreementSeconds: this.isApart
        ? null
        : Math.max(0, since - from) / TICKS_PER_SECOND,
      propagationSeconds: this.#propagation.summary(TICKS_PER_SECOND),
      propagated: this.#propagated,
      unpropagated: this.#draws - this.#propagated,
    };
  }

  /** The tick of the last event is over. */
  #elapse(tick: number): void {
    const length = tick - this.#now;
    if (this.#changes > 0) this.#settleTotals();
    this.#spread.add(this.#extremes.spread, length);
    if (this.#apartRows > 0) {
      this.#apartTicks += length;
      this.#agreeingSince = -1;
    } else if (this.#agreeingSince < 0) this.#agreeingSince = this.#now;
    this.#now = tick;
  }

  /** A message brings thousands of changes in one tick: the last one counts. */
  #setTotal(replica: number, total: number): void {
    this.#totals[replica] = total;
    if (this.#isChanged[replica] === 1) return;
    this.#isChanged[replica] = 1;
    this.#changed[this.#changes++] = replica;
  }

  #settleTotals(): void {
    while (this.#changes > 0) {
      const replica = this.#changed[--this.#changes]!;
      this.#isChanged[replica] = 0;
      if (this.#isUp[replica] === 1) {
        this.#extremes.set(replica, this.#totals[replica]!);
      }
    }
  }

  /** Makes rows that no replica holds anything of. */
  #addRows(rows: number): void {
    if (rows << COLUMN_BITS > this.#table.length) {
      let length = this.#acknowledged.length;
      while (length < rows) length *= 2;
      const table = new Int32Array(length << COLUMN_BITS);
      table.set(this.#table);
      this.#table = table;
      const acknowledged = new Int32Array(length);
      acknowledged.set(this.#acknowledged);
      this.#acknowledged = acknowledged;
    }
    for (; this.#rows < rows; this.#rows++) {
      const at = this.#rows << COLUMN_BITS;
      this.#table[at | HOLDERS] = this.#up;
      this.#table[at | LAGGARDS] = this.#up;
    }
  }

  #surveyAll(): void {
    this.#apartRows = 0;
    for (let row = 0; row < this.#rows; row++) {
      this.#survey(row);
      this.#apartRows += this.#isApartIn(row);
    }
  }

  /** 1 if a row is not the same at all that are up, 0 if it is. */
  #isApartIn(row: number): number {
    return this.#table[row << COLUMN_BITS | HOLDERS] === this.#up ? 0 : 1;
  }

  /** Looks anew at what all that are up hold of a row. */
  #survey(row: number): void {
    let highest = 0;
    let holders = 0;
    for (let replica = 0; replica < this.#replicas; replica++) {
      if (this.#isUp[replica] === 0) continue;
      const seq = this.#seqs.seqOf(replica, row);
      if (seq > highest) {
        highest = seq;
        holders = 1;
      } else if (seq === highest) holders++;
    }
    this.#table[row << COLUMN_BITS | HIGHEST] = highest;
    this.#table[row << COLUMN_BITS | HOLDERS] = holders;
    this.#findLowest(row);
    this.#propagate(row);
  }

  #findLowest(row: number): void {
    let lowest = Infinity;
    let laggards = 0;
    for (let replica = 0; replica < this.#replicas; replica++) {
      if (this.#isUp[replica] === 0) continue;
      const seq = this.#seqs.seqOf(replica, row);
      if (seq < lowest) {
        lowest = seq;
        laggards = 1;
      } else if (seq === lowest) laggards++;
    }
    const at = row << COLUMN_BITS;
    this.#table[at | LOWEST] = laggards === 0 ? 0 : lowest;
    this.#table[at | LAGGARDS] = laggards;
  }

  /** Takes out of the queue of a row what all that are up have. */
  #propagate(row: number): void {
    if (this.#up === 0) return;
    const at = row << COLUMN_BITS;
    const lowest = this.#table[at | LOWEST]!;
    let done = this.#table[at | PROPAGATED]!;
    const waiting = this.#waiting;
    while (done < lowest && !waiting.isEmpty(row)) {
      const seq = waiting.seqOf(row);
      const upTo = Math.min(seq, lowest);
      this.#propagation.add(this.#now - waiting.tickOf(row), upTo - done);
      this.#propagated += upTo - done;
      done = upTo;
      if (upTo === seq) waiting.shift(row);
    }
    this.#table[at | PROPAGATED] = done;
  }
}
