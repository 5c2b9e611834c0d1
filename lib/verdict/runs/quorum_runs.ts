/**
 * The runs of one pair of quorums beside those of others.
 *
 * @module
 */

import type { Verdict } from "../verdict.ts";
import { figuresOf, type RunFigures } from "./figures.ts";
import { type Sample, Samples, SHARE_UNITS, shareOf } from "./sample.ts";

/** The numbers that are told of a pair of quorums, and their units. */
const NUMBERS = {
  fresh: SHARE_UNITS,
  ownMissed: SHARE_UNITS,
  wentBack: SHARE_UNITS,
  readsUnserved: SHARE_UNITS,
  readSecondsP50: SHARE_UNITS,
  readSecondsP99: SHARE_UNITS,
  writesUnserved: SHARE_UNITS,
  writeSecondsP50: SHARE_UNITS,
  writeSecondsP99: SHARE_UNITS,
};

/** The name of a number that is told of a pair of quorums. */
export type QuorumNumber = keyof typeof NUMBERS;

/**
 * Sums up the runs of a pair of quorums for a comparison: in any order, in
 * bounded memory.
 */
export class QuorumRuns {
  readonly #samples = new Samples(NUMBERS);

  /**
   * Sums up verdicts.
   *
   * @param verdicts The verdict on each run, live or virtual.
   * @returns Their sum.
   */
  static of(verdicts: readonly Verdict[]): QuorumRuns {
    const runs = new QuorumRuns();
    for (const verdict of verdicts) {
      runs.add(figuresOf(verdict.seed, verdict.delivery, { verdict }));
    }
    return runs;
  }

  /** Whether all quantiles are exact. */
  get isExact(): boolean {
    return this.#samples.isExact;
  }

  /**
   * Takes a run.
   *
   * @param run Its figures.
   */
  add(run: RunFigures): void {
    const { reads = 0, readsUnanswered = 0, writesUnserved } = run;
    this.#samples.add({
      fresh: run.readsFresh,
      ownMissed: shareOf(run.ownMissed, run.ownReads),
      wentBack: shareOf(run.monotonicViolations, run.monotonicPairs),
      readsUnserved: shareOf(readsUnanswered, reads + readsUnanswered),
      readSecondsP50: run.readSecondsP50,
      readSecondsP99: run.readSecondsP99,
      writesUnserved,
      writeSecondsP50: run.acknowledgementSecondsP50,
      writeSecondsP99: run.acknowledgementSecondsP99,
    });
  }

  /**
   * A number of each run.
   *
   * @param name Its name.
   * @returns The numbers of the runs that have one.
   */
  sample(name: QuorumNumber): Sample {
    return this.#samples.of(name);
  }
}
