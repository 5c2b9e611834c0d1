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
import { type Sample, Samples, SHARE_UNITS, shareOf } from "./sample.ts";

/** A run that did not take place as it was asked for, and so shows nothing. */
interface Gap {
  readonly seed: number;
  readonly sentences: readonly string[];
}

/** The numbers that are told of a delivery mode, and their units. */
const NUMBERS = {
  /** Likes lost, per like. */
  lost: SHARE_UNITS,
  /** Likes counted twice, per like. */
  countedTwice: SHARE_UNITS,
  /** Likes undelivered, per like. */
  undelivered: SHARE_UNITS,
  /** Messages, per like. */
  messages: SHARE_UNITS,
  /** Seconds until it converged, or never. */
  convergenceSeconds: TICKS_PER_SECOND,
  /** 99th percentile over time of the age of the oldest like not counted. */
  stalenessSecondsP99: TICKS_PER_SECOND,
  /** Seconds until the replicas agreed, or never; none with one primary. */
  agreementSeconds: TICKS_PER_SECOND,
  /** Seconds in which the replicas were not equal; none with one primary. */
  apartSeconds: TICKS_PER_SECOND,
  /** The share of reads that was fresh; none where that is not known. */
  readsFresh: SHARE_UNITS,
};

/** The name of a number that is told of a delivery mode. */
export type ComparedNumber = keyof typeof NUMBERS;

/**
 * Sums up the runs of one delivery mode for a comparison: in any order, in
 * bounded memory. Numbers per like are shares of the likes generated.
 */
export class ComparedRuns {
  /** The delivery mode. */
  readonly delivery: string;
  readonly #samples = new Samples(NUMBERS);
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
    return this.#samples.isExact;
  }

  /**
   * A number of each run.
   *
   * @param name Its name.
   * @returns The numbers of the runs that have one.
   */
  sample(name: ComparedNumber): Sample {
    return this.#samples.of(name);
  }

  /**
   * Takes a run.
   *
   * @param run Its figures.
   * @param gap The reasons why it did not take place as it was asked for. A
   * virtual run that made no draw has that for a reason, and no other.
   */
  add(run: RunFigures, gap: readonly string[] = gapOf(run)): void {
    const { draws = 0, generated = 0, counted, converged } = run;
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
    const { convergenceSeconds, stalenessSecondsP99 } = run;
    const { agreementSeconds, apartSeconds, readsFresh } = run;
    this.#samples.add({
      lost: shareOf(run.lost, generated),
      countedTwice: shareOf(run.countedTwice, generated),
      undelivered: shareOf(run.undelivered, generated),
      messages: shareOf(run.messages, generated),
      ...{ convergenceSeconds, stalenessSecondsP99 },
      ...{ agreementSeconds, apartSeconds, readsFresh },
    });
    if (run.reads !== undefined) this.#read++;
  }
}

function gapOf({ draws = 0 }: RunFigures): readonly string[] {
  return isComplete({ draws }) ? [] : explainGaps({ draws });
}
