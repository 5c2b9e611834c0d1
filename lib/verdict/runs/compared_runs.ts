/**
 * The runs of one delivery mode beside those of others.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { explainGaps } from "../explain.ts";
import { isWithin, predict, type Prediction } from "../theory.ts";
import { isComplete, type Verdict } from "../verdict.ts";
import { ExactSum } from "./exact_sum.ts";
import { figuresOf, type RunFigures } from "./figures.ts";
import { Sample, SHARE_UNITS } from "./sample.ts";

/** A run that did not take place as it was asked for, and so shows nothing. */
interface Gap {
  readonly seed: number;
  readonly sentences: readonly string[];
}

/**
 * Sums up the runs of one delivery mode for a comparison: in any order, in
 * bounded memory. Numbers per like are shares of the likes generated.
 */
export class ComparedRuns {
  /** The delivery mode. */
  readonly delivery: string;
  /** Likes lost, per like. */
  readonly lost: Sample = new Sample(SHARE_UNITS);
  /** Likes counted twice, per like. */
  readonly countedTwice: Sample = new Sample(SHARE_UNITS);
  /** Likes undelivered, per like. */
  readonly undelivered: Sample = new Sample(SHARE_UNITS);
  /** Messages, per like. */
  readonly messages: Sample = new Sample(SHARE_UNITS);
  /** Seconds until it converged, or never. */
  readonly convergenceSeconds: Sample = new Sample(TICKS_PER_SECOND);
  /** 99th percentile over time of the age of the oldest like not counted. */
  readonly stalenessSecondsP99: Sample = new Sample(TICKS_PER_SECOND);
  /** Seconds until the replicas agreed, or never; empty with one primary. */
  readonly agreementSeconds: Sample = new Sample(TICKS_PER_SECOND);
  /** Seconds in which the replicas were not equal; empty with one primary. */
  readonly apartSeconds: Sample = new Sample(TICKS_PER_SECOND);
  /** The share of reads that was fresh; empty where that is not known. */
  readonly readsFresh: Sample = new Sample(SHARE_UNITS);
  readonly #isHealed: boolean;
  readonly #prediction: Prediction;
  readonly #generated = new ExactSum();
  readonly #counted = new ExactSum();
  #runs = 0;
  #known = 0;
  #converged = 0;
  #drawn = 0;
  #within = 0;
  #read = 0;
  #incomplete = 0;
  #firstGap: Gap | null = null;

  /**
   * No run has been done yet.
   *
   * @param delivery The delivery mode.
   * @param isHealed Whether the primary was there at the end, see `isWithin`.
   * @throws {RangeError} If the mode is unknown.
   */
  constructor(delivery: string, isHealed = true) {
    this.delivery = delivery;
    this.#isHealed = isHealed;
    this.#prediction = predict(delivery);
  }

  /**
   * Sums up verdicts.
   *
   * @param delivery The delivery mode.
   * @param verdicts The verdict on each run, live or virtual.
   * @param isHealed Whether the primary was there at the end.
   * @returns Their sum.
   */
  static of(
    delivery: string,
    verdicts: readonly Verdict[],
    isHealed = true,
  ): ComparedRuns {
    const runs = new ComparedRuns(delivery, isHealed);
    for (const verdict of verdicts) {
      runs.add(
        figuresOf(verdict.seed, delivery, { verdict }),
        explainGaps(verdict),
      );
    }
    return runs;
  }

  /** Runs so far. */
  get runs(): number {
    return this.#runs;
  }

  /** Runs of which it is known what was counted. */
  get known(): number {
    return this.#known;
  }

  /** Number of these that converged. */
  get converged(): number {
    return this.#converged;
  }

  /** Runs in which a draw was made. */
  get drawn(): number {
    return this.#drawn;
  }

  /** Runs that did nothing but what the mode's promise allows. */
  get within(): number {
    return this.#within;
  }

  /** Runs with readers. */
  get read(): number {
    return this.#read;
  }

  /** Runs that did not take place as they were asked for. */
  get incomplete(): number {
    return this.#incomplete;
  }

  /** The reason, for the one with the lowest seed; a sentence each. */
  get gap(): readonly string[] {
    return this.#firstGap?.sentences ?? [];
  }

  /** Likes counted per like generated, over the runs of which it is known. */
  get countedPerLike(): number | undefined {
    const generated = this.#generated.value;
    return generated === 0 ? undefined : this.#counted.value / generated;
  }

  /** Whether all quantiles are exact. */
  get isExact(): boolean {
    return [
      ...[this.lost, this.countedTwice, this.undelivered, this.messages],
      ...[this.convergenceSeconds, this.stalenessSecondsP99],
      ...[this.agreementSeconds, this.apartSeconds, this.readsFresh],
    ].every((sample) => sample.isExact);
  }

  /**
   * Takes a run.
   *
   * @param run Its figures.
   * @param gap The reasons why it did not take place as it was asked for. A
   * virtual run that made no draw has that for a reason, and no other.
   */
  add(run: RunFigures, gap: readonly string[] = gapOf(run)): void {
    const { draws = 0, generated = 0, counted, converged, messages } = run;
    this.#runs++;
    if (draws > 0) this.#drawn++;
    if (gap.length > 0) {
      this.#incomplete++;
      if (this.#firstGap === null || run.seed < this.#firstGap.seed) {
        this.#firstGap = { seed: run.seed, sentences: gap };
      }
    }
    const findings = (run.findings ?? []).map((kind) => ({ kind }));
    if (isWithin(this.#prediction, { findings }, this.#isHealed)) {
      this.#within++;
    }
    if (converged !== undefined) {
      this.#known++;
      if (converged) this.#converged++;
      this.#generated.add(generated);
      this.#counted.add(counted ?? 0);
    }
    if (generated > 0) {
      addShare(this.lost, run.lost, generated);
      addShare(this.countedTwice, run.countedTwice, generated);
      addShare(this.undelivered, run.undelivered, generated);
      addShare(this.messages, messages, generated);
    }
    addKnown(this.convergenceSeconds, run.convergenceSeconds);
    addKnown(this.stalenessSecondsP99, run.stalenessSecondsP99);
    addKnown(this.agreementSeconds, run.agreementSeconds);
    addKnown(this.apartSeconds, run.apartSeconds);
    addKnown(this.readsFresh, run.readsFresh);
    if (run.reads !== undefined) this.#read++;
  }
}

function addShare(
  sample: Sample,
  part: number | undefined,
  whole: number,
): void {
  if (part !== undefined) sample.add(part / whole);
}

function addKnown(sample: Sample, value: number | null | undefined): void {
  if (value !== undefined) sample.add(value);
}

function gapOf({ draws = 0 }: RunFigures): readonly string[] {
  return isComplete({ draws }) ? [] : explainGaps({ draws });
}
