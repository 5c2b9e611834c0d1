/**
 * Measures what readers were told: how often the newest there was, how far
 * behind, and whether they saw time go back.
 *
 * @module
 */

import { type Distribution, Histogram } from "./histogram.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";

/** Reads of one age of their item. */
export interface FreshAfter {
  /**
   * The least time from the newest acknowledgement of the item to the read's
   * start; the next one's is the least time that is too long.
   */
  readonly seconds: number;
  /** Reads of that age. */
  readonly reads: number;
  /** The share of them that was fresh; left out where there is none. */
  readonly fresh?: number;
}

/** Measures of a {@linkcode ReadMeter}. */
export interface ReadMeasures {
  /** Reads that were answered. */
  readonly count: number;
  /** Reads that were not. */
  readonly unanswered: number;
  /**
   * From the start of a read to its answer, over reads; left out where none was
   * answered.
   */
  readonly seconds?: Distribution;
  /** The rest; left out where reports carry no mark. */
  readonly marked?: MarkedReadMeasures;
}

/** Measures of reads where reports carry marks. */
export interface MarkedReadMeasures {
  /** Answered reads of items of which something was acknowledged before. */
  readonly judged: number;
  /** The share of the judged reads that was fresh; null if there is none. */
  readonly fresh: number | null;
  /** Acknowledged versions that a stale read lacked, over stale reads. */
  readonly behindVersions: Distribution;
  /**
   * Seconds from the acknowledgement of the oldest version that a stale read
   * lacked to the read's start, over stale reads.
   */
  readonly behindSeconds: Distribution;
  /**
   * The share of the judged reads that was less than k versions behind, for k
   * from 1 to 10; 0 if there is none.
   */
  readonly freshWithin: readonly number[];
  /** Answers of items of which the reader had an answer before. */
  readonly monotonicPairs: number;
  /** Pairs in which the read had a lower version than the highest before. */
  readonly monotonicViolations: number;
  /** Judged reads by a likes server of its own item. */
  readonly ownReads: number;
  /** Own reads that were stale. */
  readonly ownMissed: number;
  /** The share fresh by the age of the item: a t-visibility curve. */
  readonly freshAfter: readonly FreshAfter[];
}

/** Numbers of reads while they go on. */
export interface ReadsSoFar {
  /** Reads that were answered. */
  readonly answered: number;
  /** Reads that were not. */
  readonly unanswered: number;
  /**
   * Answered reads of items of which something was acknowledged before; left
   * out where reports carry no mark, as are the next two.
   */
  readonly judged?: number;
  /** Share of these reads that were fresh. */
  readonly fresh?: number;
  /** Answers that were older than one that the reader had before. */
  readonly wentBack?: number;
}

/** Options of a {@linkcode ReadMeter}. */
export interface ReadMeterOptions {
  /**
   * Whether reports carry marks: without, versions are not known, and reads are
   * counted and timed only.
   *
   * @default {true}
   */
  isMarked?: boolean;
}

/** An answered read. */
export interface AnsweredRead {
  /**
   * Number of the reader. A likes server that reads counts as a reader of its
   * own.
   */
  readonly reader: number;
  /** Number of the item that was read. */
  readonly item: number;
  /** The tick at which it started. */
  readonly startTick: number;
  /** Steps that {@linkcode ReadMeter.started} told at that moment. */
  readonly steps: number;
  /** The highest version in the answer; 0 if it has none. */
  readonly seq: number;
  /** Whether it is a likes server's read of its own item. */
  readonly isOwn: boolean;
  /**
   * For a reader with several open reads at a time: what {@linkcode
   * ReadMeter.seenBy} told at that moment.
   */
  readonly seenBefore?: number | undefined;
}

const WITHIN_MAX = 10;

/**
 * The least ages of the curve: 0 and 1, 2, 5 of each decade from a tick of 0.1
 * ms to 100 s.
 */
export const AGES: readonly number[] = [
  0,
  ...[1, 10, 100, 1000, 10_000, 100_000].flatMap((d) => [d, 2 * d, 5 * d]),
  1_000_000,
];

/**
 * Follows reads by numbers.
 *
 * A read is *fresh* if it has every version of its item that was acknowledged
 * before the read started, in the order in which the meter was told; else it is
 * *stale*, by k versions and by t seconds: PBS's k-staleness and t-visibility.
 * Source: Bailis, Venkataraman, Franklin, Hellerstein, Stoica,
 * "Probabilistically Bounded Staleness for Practical Partial Quorums", PVLDB
 * 5(8), 2012, sections 3.1 and 3.2, but that versions count from the
 * acknowledged ones. Reads are *monotonic* where a reader is told of an item no
 * lower version than it was told before. Source: Terry et al., "Session
 * Guarantees for Weakly Consistent Replicated Data", PDIS 1994.
 *
 * Memory: 8 bytes an acknowledgement, and the highest version of each pair of
 * reader and item.
 *
 * @example
 * ```ts
 * import { ReadMeter } from "./read_meter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const meter = new ReadMeter();
 * meter.acknowledged(100, 3, 1);
 * meter.acknowledged(200, 3, 2);
 * const steps = meter.started(3); // at tick 250 Reader0 asks for LikesServer3
 * meter.answered(260, { reader: 0, item: 3, startTick: 250, steps, seq: 1, isOwn: false });
 * const { marked } = meter.measures();
 * assertEquals(marked?.fresh, 0);
 * assertEquals(marked?.behindVersions.max, 1);
 * assertEquals(marked?.behindSeconds.max, 0.005);
 * ```
 */
export class ReadMeter {
  readonly #isMarked: boolean;
  readonly #acknowledgements: Steps[] = [];
  /** The highest version that each reader was told, by item. */
  readonly #highest: Map<number, number>[] = [];
  /** The highest version of its own item that each likes server was told. */
  readonly #highestOwn: number[] = [];
  readonly #latency = new Histogram();
  readonly #behindVersions = new Histogram();
  readonly #behindTicks = new Histogram();
  /** Judged reads that were so many versions behind, up to a bound. */
  readonly #behind = new Float64Array(WITHIN_MAX);
  readonly #readsAfter = new Float64Array(AGES.length);
  readonly #freshAfter = new Float64Array(AGES.length);
  #count = 0;
  #unanswered = 0;
  #judged = 0;
  #pairs = 0;
  #violations = 0;
  #ownReads = 0;
  #ownMissed = 0;

  /**
   * A meter that has seen nothing.
   *
   * @param options Whether versions are known.
   */
  constructor(options: ReadMeterOptions = {}) {
    this.#isMarked = options.isMarked ?? true;
  }

  /** The numbers of {@linkcode ReadMeasures} that need no computing. */
  get soFar(): ReadsSoFar {
    const numbers = { answered: this.#count, unanswered: this.#unanswered };
    return this.#isMarked
      ? {
        ...numbers,
        judged: this.#judged,
        fresh: this.#behind[0]!,
        wentBack: this.#violations,
      }
      : numbers;
  }

  /**
   * Every version of an item up to this one is acknowledged now.
   *
   * @param tick When, not before the last one told of the item.
   * @param item The item.
   * @param seq The version; one as low as before changes nothing.
   */
  acknowledged(tick: number, item: number, seq: number): void {
    (this.#acknowledgements[item] ??= new Steps()).add(tick, seq);
  }

  /**
   * A read starts now.
   *
   * @param item What it reads.
   * @returns How much of the item is acknowledged: for
   * {@linkcode AnsweredRead.steps}.
   */
  started(item: number): number {
    return this.#acknowledgements[item]?.length ?? 0;
  }

  /**
   * The highest version of an item that a read ought to have.
   *
   * @param item The item.
   * @param steps What {@linkcode started} told.
   * @returns The version, 0 if none.
   */
  seqAt(item: number, steps: number): number {
    return steps === 0 ? 0 : this.#acknowledgements[item]!.seqOf(steps - 1);
  }

  /**
   * The highest version of an item that a reader was told; of likes servers
   * that read their own items see {@linkcode seenByOwner}.
   *
   * @param reader The reader.
   * @param item The item.
   * @returns The version; -1 if it had no answer.
   */
  seenBy(reader: number, item: number): number {
    return this.#highest[reader]?.get(item) ?? -1;
  }

  /**
   * Lag of an answer behind what was acknowledged before its read.
   *
   * @param read The item, what {@linkcode started} told when the read started
   * and the tick of that, and the highest version in the answer.
   * @returns How many acknowledged versions it lacks, and for how many ticks
   * the oldest of them had been acknowledged; null if it lacks none.
   */
  behind(
    { item, steps, seq, startTick }: Pick<
      AnsweredRead,
      "item" | "steps" | "seq" | "startTick"
    >,
  ): { versions: number; ticks: number } | null {
    const versions = this.seqAt(item, steps) - seq;
    if (versions <= 0) return null;
    const acknowledged = this.#acknowledgements[item]!;
    const oldest = acknowledged.tickOf(acknowledged.firstAbove(seq));
    return { versions, ticks: Math.max(0, startTick - oldest) };
  }

  /**
   * The highest version of its own item that a likes server was told.
   *
   * @param item The item.
   * @returns The version; -1 if it had no answer.
   */
  seenByOwner(item: number): number {
    return this.#highestOwn[item] ?? -1;
  }

  /** A read got no answer. */
  unanswered(): void {
    this.#unanswered++;
  }

  /**
   * A read is answered.
   *
   * @param tick When.
   * @param read Who read what, and the answer.
   */
  answered(tick: number, read: AnsweredRead): void {
    this.#count++;
    this.#latency.add(tick - read.startTick, 1);
    if (!this.#isMarked) return;
    this.#compare(read);
    if (read.steps > 0) this.#judge(read);
  }

  /** With what the reader was told before. */
  #compare(read: AnsweredRead): void {
    const { reader, item, seq, isOwn } = read;
    const last = isOwn ? this.seenByOwner(item) : this.seenBy(reader, item);
    // Of two reads that overlap neither comes before the other.
    const { seenBefore = last } = read;
    if (seenBefore >= 0) {
      this.#pairs++;
      if (seq < seenBefore) this.#violations++;
    }
    if (seq <= last) return;
    if (isOwn) this.#highestOwn[item] = seq;
    else (this.#highest[reader] ??= new Map()).set(item, seq);
  }

  /** With what was acknowledged before it started. */
  #judge(read: AnsweredRead): void {
    const { item, steps, startTick, isOwn } = read;
    const behind = this.behind(read);
    const newest = this.#acknowledgements[item]!.tickOf(steps - 1);
    const age = ageIndex(Math.max(0, startTick - newest));
    this.#judged++;
    this.#readsAfter[age]!++;
    if (isOwn) this.#ownReads++;
    if (behind === null) {
      this.#freshAfter[age]!++;
      this.#behind[0]!++;
      return;
    }
    const { versions, ticks } = behind;
    if (isOwn) this.#ownMissed++;
    if (versions < WITHIN_MAX) this.#behind[versions]!++;
    this.#behindVersions.add(versions, 1);
    this.#behindTicks.add(ticks, 1);
  }

  /**
   * Everything measured so far.
   *
   * @returns The numbers for a verdict.
   */
  measures(): ReadMeasures {
    const measures = {
      count: this.#count,
      unanswered: this.#unanswered,
      ...this.#count > 0 && {
        seconds: this.#latency.summary(TICKS_PER_SECOND),
      },
    };
    if (!this.#isMarked) return measures;
    const judged = this.#judged;
    let within = 0;
    return {
      ...measures,
      marked: {
        judged,
        fresh: judged === 0 ? null : this.#behind[0]! / judged,
        behindVersions: this.#behindVersions.summary(),
        behindSeconds: this.#behindTicks.summary(TICKS_PER_SECOND),
        freshWithin: Array.from(this.#behind, (reads) => {
          within += reads;
          return judged === 0 ? 0 : within / judged;
        }),
        monotonicPairs: this.#pairs,
        monotonicViolations: this.#violations,
        ownReads: this.#ownReads,
        ownMissed: this.#ownMissed,
        freshAfter: AGES.map((ticks, i) => {
          const seconds = ticks / TICKS_PER_SECOND;
          const reads = this.#readsAfter[i]!;
          return reads === 0
            ? { seconds, reads }
            : { seconds, reads, fresh: this.#freshAfter[i]! / reads };
        }),
      },
    };
  }
}

/** Index of the last of the ages that is not above this one. */
function ageIndex(ticks: number): number {
  let i = AGES.length - 1;
  while (AGES[i]! > ticks) i--;
  return i;
}

const FIRST_STEPS = 8;

/** The acknowledgements of one item: rising seqs and their ticks. */
class Steps {
  length = 0;
  /** Pairs of a seq and its tick. */
  #cells = new Int32Array(2 * FIRST_STEPS);

  add(tick: number, seq: number): void {
    const at = 2 * this.length;
    if (seq <= (at === 0 ? 0 : this.#cells[at - 2]!)) return;
    if (at === this.#cells.length) this.#cells = doubled(this.#cells);
    this.#cells[at] = seq;
    this.#cells[at + 1] = tick;
    this.length++;
  }

  seqOf(step: number): number {
    return this.#cells[2 * step]!;
  }

  tickOf(step: number): number {
    return this.#cells[2 * step + 1]!;
  }

  /**
   * The step that acknowledged the first seq above one: there is such a one.
   */
  firstAbove(seq: number): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.seqOf(middle) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function doubled(numbers: Int32Array<ArrayBuffer>) {
  const copy = new Int32Array(2 * numbers.length);
  copy.set(numbers);
  return copy;
}
