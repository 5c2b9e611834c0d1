/**
 * The runs of one pair of quorums beside those of others.
 *
 * @module
 */

import type { Verdict } from "../verdict.ts";
import { figuresOf, type RunFigures } from "./figures.ts";
import { SHARE_UNITS } from "./runs_summary.ts";
import { Sample } from "./sample.ts";

/** The number of a run for each name; undefined where it has none. */
const NUMBERS = {
  fresh: ({ readsFresh }) => readsFresh,
  ownMissed: ({ ownMissed, ownReads }) => shareOf(ownMissed, ownReads),
  wentBack: ({ monotonicViolations, monotonicPairs }) =>
    shareOf(monotonicViolations, monotonicPairs),
  readsUnserved: ({ reads = 0, readsUnanswered = 0 }) =>
    shareOf(readsUnanswered, reads + readsUnanswered),
  readSecondsP50: (run) => ofReads(run, run.readSecondsP50),
  readSecondsP99: (run) => ofReads(run, run.readSecondsP99),
  writesUnserved: ({ writesUnserved }) => writesUnserved,
  writeSecondsP50: ({ acknowledgementSecondsP50 }) => acknowledgementSecondsP50,
  writeSecondsP99: ({ acknowledgementSecondsP99 }) => acknowledgementSecondsP99,
} as const satisfies Record<string, (run: RunFigures) => number | undefined>;

/** The name of a number that is told of a pair of quorums. */
export type QuorumNumber = keyof typeof NUMBERS;

const NAMES = Object.keys(NUMBERS) as QuorumNumber[];

/**
 * Sums up the runs of a pair of quorums for a comparison: in any order, in
 * bounded memory.
 */
export class QuorumRuns {
  readonly #samples = new Map(
    NAMES.map((name) => [name, new Sample(SHARE_UNITS)]),
  );

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
    return [...this.#samples.values()].every((sample) => sample.isExact);
  }

  /**
   * Takes a run.
   *
   * @param run Its figures.
   */
  add(run: RunFigures): void {
    for (const [name, sample] of this.#samples) {
      const value = NUMBERS[name](run);
      if (value !== undefined) sample.add(value);
    }
  }

  /**
   * A number of each run.
   *
   * @param name Its name.
   * @returns The numbers of the runs that have one.
   */
  sample(name: QuorumNumber): Sample {
    return this.#samples.get(name)!;
  }
}

function shareOf(
  part: number | undefined,
  whole: number | undefined,
): number | undefined {
  return part === undefined || !whole ? undefined : part / whole;
}

/** A latency of reads, where any was answered. */
function ofReads(
  { reads = 0 }: RunFigures,
  seconds: number | undefined,
): number | undefined {
  return reads === 0 ? undefined : seconds;
}
