/**
 * Measures how far replicas are from each other while a run goes on, live or
 * virtual.
 *
 * @module
 */

import { Extremes } from "./extremes.ts";
import { type Distribution, Histogram } from "./histogram.ts";
import {
  type LevelStorage,
  OWN_COLUMN,
  type ReplicaSeqs,
  RowLevels,
} from "./row_levels.ts";
import { NO_STEP, Steps } from "./steps.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";
import type { RaisedEntries } from "../rules/exchange/entry_batch.ts";

export type { ReplicaSeqs } from "./row_levels.ts";

// Further columns of a row. The newest acknowledgement waits in the row itself,
// as hardly any other ever does:
const ACKNOWLEDGED = OWN_COLUMN; // the highest seq acknowledged
const DONE = OWN_COLUMN + 1; // up to which draw all that were up had them at once
const TICK = OWN_COLUMN + 2; // of the newest acknowledgement
const FIRST_STEP = OWN_COLUMN + 3; // of earlier ones that wait, NO_STEP if none
const LAST_STEP = OWN_COLUMN + 4;

/** Measures of a {@linkcode ReplicaMeter}. */
export interface ReplicaMeasures {
  /** Largest minus smallest total of the replicas that are up, over time. */
  readonly spread: Distribution;
  /** Time that the replicas were apart in all, in seconds. */
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
 * the one by which the last laggard of a row catches up while others are ahead:
 * that looks through all of them. Memory: 32 bytes a row, and 16 for each
 * acknowledgement that has not propagated.
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
  /**
   * Means nothing, but keeps the engine from leaving out reads whose only
   * purpose is to fetch a row early.
   */
  fetchedChecksum = 0;
  readonly #levels: RowLevels;
  readonly #isUp: Uint8Array;
  readonly #totals: Float64Array;
  readonly #extremes: Extremes;
  /** Acknowledgements of which not all draws have propagated. */
  readonly #steps = new Steps();
  #draws = 0;
  #propagatedDraws = 0;
  readonly #spread = new Histogram();
  readonly #propagation = new Histogram();
  #apartTicks = 0;
  #now = 0;
  #lastDrawTick = 0;
  /**
   * Since when they agree, as of the last tick that is over; -1: they do not.
   */
  #agreeingSince = -1;

  /**
   * A meter at tick 0, no replica is up.
   *
   * @param replicas Number of replicas, from 1 on.
   * @param seqs What each holds: changed before the meter is told.
   * @param storage Where to keep what is known of each row, if not in memory of
   * its own.
   */
  constructor(replicas: number, seqs: ReplicaSeqs, storage?: LevelStorage) {
    this.#isUp = new Uint8Array(replicas);
    this.#levels = new RowLevels(this.#isUp, seqs, storage);
    this.#totals = new Float64Array(replicas);
    this.#extremes = new Extremes(replicas);
  }

  /** Whether the replicas that are up are apart, as of the last event. */
  get isApart(): boolean {
    return this.#levels.apartRows > 0;
  }

  /** Largest minus smallest total, as of the last event. */
  get spread(): number {
    return this.#extremes.spread;
  }

  /** The largest total of those that are up; -Infinity where none is. */
  get largest(): number {
    return this.#extremes.largest;
  }

  /** The smallest total of those that are up; Infinity where none is. */
  get smallest(): number {
    return this.#extremes.smallest;
  }

  /**
   * Whether a replica is up.
   *
   * @param replica Which.
   * @returns True from when it is told to be on, until it is told to be down.
   */
  isUp(replica: number): boolean {
    return this.#isUp[replica] === 1;
  }

  /**
   * All replicas are up and hold nothing.
   *
   * @param tick When.
   */
  allUp(tick: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#isUp.fill(1);
    for (let replica = 0; replica < this.#isUp.length; replica++) {
      this.#setTotal(replica, 0);
    }
    this.#levels.survey();
  }

  /**
   * A replica is up, with what it holds.
   *
   * @param tick When.
   * @param replica Which, one that is down.
   * @param total Its total.
   * @param rows It holds nothing of rows from this one on, but of those that
   * the meter was told of.
   *
   * @default rows {0}
   */
  replicaUp(tick: number, replica: number, total: number, rows = 0): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#isUp[replica] = 1;
    this.#setTotal(replica, total);
    this.#levels.survey(rows);
    this.#propagateAll();
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
    this.#extremes.remove(replica);
    this.#levels.survey();
    this.#propagateAll();
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
    if (growth !== 0) this.#setTotal(replica, this.#totals[replica]! + growth);
    if (this.#levels.change(row, before, after)) this.#propagate(row);
  }

  /**
   * Entries of a replica that is up have changed together, by a merge.
   *
   * @param tick When.
   * @param replica Whose.
   * @param entries Which.
   */
  entriesChanged(tick: number, replica: number, entries: RaisedEntries): void {
    if (tick > this.#now) this.#elapse(tick);
    const { rows, seqsBefore, seqsAfter, length, growth } = entries;
    if (growth !== 0) this.#setTotal(replica, this.#totals[replica]! + growth);
    if (length > 1) this.fetch(rows, 0, length);
    const levels = this.#levels;
    for (let i = 0; i < length; i++) {
      const row = rows[i] as number;
      if (levels.change(row, seqsBefore[i]!, seqsAfter[i]!)) {
        this.#propagate(row);
      }
    }
  }

  /**
   * Reads what is known of rows, so that it is near when they change next.
   *
   * @param rows The rows.
   * @param from The first of them.
   * @param to Behind the last.
   */
  fetch(rows: Int32Array, from: number, to: number): void {
    const { table, columnBits, rows: known } = this.#levels;
    let checksum = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i] as number;
      if (row < known) checksum ^= table[row << columnBits] as number;
    }
    this.fetchedChecksum = checksum;
  }

  /**
   * A likes server generated likes.
   *
   * @param tick When.
   */
  drawn(tick: number): void {
    this.#lastDrawTick = Math.max(tick, this.#now);
  }

  /**
   * Every draw of a row up to this one is acknowledged.
   *
   * @param tick When: also later than the next events, if until then no replica
   * goes up or down and nothing else is acknowledged of that row.
   * @param row The row.
   * @param seq The draw; one as low as before changes nothing.
   */
  acknowledged(tick: number, row: number, seq: number): void {
    this.#levels.know(row);
    const { table, columnBits } = this.#levels;
    const at = row << columnBits;
    const before = table[at | ACKNOWLEDGED] as number;
    if (seq <= before) return;
    this.#draws += seq - before;
    if (table[at | DONE]! < before) this.#putOff(at, before);
    table[at | ACKNOWLEDGED] = seq;
    table[at | TICK] = Math.max(tick, this.#now);
    if (this.#levels.lowestOf(row) > table[at | DONE]!) this.#propagate(row);
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
      propagated: this.#propagatedDraws,
      unpropagated: this.#draws - this.#propagatedDraws,
    };
  }

  /** The tick of the last event is over. */
  #elapse(tick: number): void {
    const length = tick - this.#now;
    this.#spread.add(this.#extremes.spread, length);
    if (this.#levels.apartRows > 0) {
      this.#apartTicks += length;
      this.#agreeingSince = -1;
    } else if (this.#agreeingSince < 0) this.#agreeingSince = this.#now;
    this.#now = tick;
  }

  #setTotal(replica: number, total: number): void {
    this.#totals[replica] = total;
    this.#extremes.set(replica, total);
  }

  #propagateAll(): void {
    const rows = this.#levels.rows;
    for (let row = 0; row < rows; row++) this.#propagate(row);
  }

  /** Moves the acknowledgement in a row behind the earlier ones. */
  #putOff(at: number, seq: number): void {
    const { table } = this.#levels;
    const step = this.#steps.make(seq, table[at | TICK]!);
    if (table[at | FIRST_STEP] === NO_STEP) table[at | FIRST_STEP] = step;
    else this.#steps.link(table[at | LAST_STEP]!, step);
    table[at | LAST_STEP] = step;
  }

  /** Lets the acknowledgements of a row go that all that are up have. */
  #propagate(row: number): void {
    const { table, columnBits } = this.#levels;
    const at = row << columnBits;
    const newest = table[at | ACKNOWLEDGED]!;
    let done = table[at | DONE]!;
    const upTo = Math.min(newest, this.#levels.lowestOf(row));
    if (done >= upTo) return;
    const steps = this.#steps;
    let step = table[at | FIRST_STEP]!;
    while (done < upTo && step !== NO_STEP) {
      const seq = steps.seqOf(step);
      const until = Math.min(seq, upTo);
      this.#propagated(steps.tickOf(step), until - done);
      done = until;
      if (until === seq) step = steps.release(step);
    }
    if (done < upTo) this.#propagated(table[at | TICK]!, upTo - done);
    table[at | FIRST_STEP] = step;
    table[at | DONE] = upTo;
  }

  /**
   * Takes note that draws which were acknowledged at a tick have propagated
   * now.
   */
  #propagated(tick: number, draws: number): void {
    this.#propagation.add(Math.max(0, this.#now - tick), draws);
    this.#propagatedDraws += draws;
  }
}
