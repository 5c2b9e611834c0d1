/**
 * The results of a benchmark: rows of medians beside their peers and aims.
 *
 * @module
 */

/** The unit of a value. */
export type Unit =
  | "reports/s"
  | "entries/s"
  | "trials/s"
  | "reads/s"
  | "states/s"
  | "messages/s"
  | "MB"
  | "bytes"
  | "s"
  | "ms"
  | "points"
  | "fps"
  | "times";

/** One thing measured several times. */
export interface Sample {
  /** The value in the middle; between two, the mean of them. */
  readonly median: number;
  /** The lowest value. */
  readonly min: number;
  /** The highest value. */
  readonly max: number;
  /** All values, in the order in which they were measured. */
  readonly values: readonly number[];
}

/** The aim: at least or at most. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number };

/** A comparison of ours with somebody else's, measured in turns with it. */
export interface Comparison {
  /** The other's name: `primary_limit`, `Redis INCRBY …`. */
  readonly peer: string;
  /** Theirs, in the unit of the row. */
  readonly theirs?: Sample;
  /**
   * Ours divided by theirs, round by round: what slows the machine for a while
   * slows both.
   */
  readonly ratio?: Sample;
  /** The aim of the ratio's median. */
  readonly aim?: Aim;
  /** The reason for which it was not measured. */
  readonly skipped?: string;
}

/** One row of a table. */
export interface Row {
  /** The row's subject: `depth 100, marked`. `--row` selects by it. */
  readonly name: string;
  /** The unit of ours. */
  readonly unit?: Unit;
  /** The method, so that somebody can repeat it. */
  readonly load?: string;
  /** Ours. */
  readonly ours?: Sample;
  /**
   * The aim of our median, where that does not depend on a peer.
   */
  readonly aim?: Aim;
  /** The peers. */
  readonly peers?: readonly Comparison[];
  /** The reason for which it was not measured. */
  readonly skipped?: string;
}

/** The rows of one part of the benchmark. */
export interface Table {
  /** The subject of the rows. */
  readonly title: string;
  /** The rows. */
  readonly rows: readonly Row[];
}

/**
 * Thrown where something cannot be measured on this machine; the benchmark says
 * so and goes on.
 */
export class Skipped extends Error {
  /** The name that stack traces print. */
  override readonly name = "Skipped";
}

/**
 * Sums measured values up.
 *
 * @param values At least one.
 * @returns Their median and range.
 * @throws {RangeError} If there is none.
 */
export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  if (low === undefined || high === undefined) {
    throw new RangeError("Cannot take the median of no values");
  }
  return {
    median: (low + high) / 2,
    min: sorted[0] ?? low,
    max: sorted.at(-1) ?? high,
    values,
  };
}

/**
 * Compares ours with theirs, round by round.
 *
 * @param peer Whose.
 * @param ours Our values.
 * @param theirs Theirs, as many, each measured right before or after ours.
 * @param aim What the median of the ratio should be.
 * @returns The comparison.
 */
export function compare(
  peer: string,
  ours: readonly number[],
  theirs: readonly number[],
  aim?: Aim,
): Comparison {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? NaN));
  return {
    peer,
    theirs: sampleOf(theirs),
    ratio: sampleOf(ratios),
    ...(aim && { aim }),
  };
}

/**
 * Whether an aim is reached.
 *
 * @param value What was measured.
 * @param aim What was aimed at.
 * @returns True if it was reached.
 */
export function isReached(value: number, aim: Aim): boolean {
  return "atLeast" in aim ? value >= aim.atLeast : value <= aim.atMost;
}
