/**
 * Delivery modes side by side: what theory predicts and what happened.
 *
 * @module
 */
import {
  isWithin,
  type MessageFaults,
  predict,
  type Prediction,
} from "../../verdict/theory.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { toned } from "./colour.ts";
import { alignColumns } from "./columns.ts";
import {
  formatNumber,
  formatSeconds,
  formatShare,
  UNKNOWN,
} from "../numbers.ts";

/** The runs of one delivery mode. */
export interface CompareRow {
  /** The mode. */
  readonly delivery: string;
  /** The verdict of each run, one or many. */
  readonly verdicts: readonly Verdict[];
}

/** Options of {@linkcode compareTable}. */
export interface CompareTableOptions {
  /**
   * The chances that apply to messages, where the plan has no other faults; see
   * `predict`.
   */
  messageFaults?: MessageFaults;
  /**
   * Whether the primary was there at the end, see `isWithin`.
   *
   * @default {true}
   */
  isHealed?: boolean;
  /**
   * Whether to use colours: on a terminal, and not where `NO_COLOR` is set.
   *
   * @default {false}
   */
  isColoured?: boolean;
}

const HEADER = [
  "delivery",
  "theory predicts",
  "counted",
  "converged",
  "lost",
  "twice",
  "undelivered",
  "converges in",
  "stale p99",
  "messages",
];

/** A column that not every run has: its heading, and the value of a run. */
interface OptionalColumn {
  readonly heading: string;
  readonly valueOf: (verdict: Verdict) => number | null | undefined;
  readonly format: (value: number) => string;
}

const OPTIONAL: readonly OptionalColumn[] = [
  {
    heading: "agree in",
    valueOf: ({ agreementSeconds }) => agreementSeconds,
    format: formatSeconds,
  },
  {
    heading: "apart",
    valueOf: ({ apartSeconds }) => apartSeconds,
    format: formatSeconds,
  },
  {
    heading: "fresh reads",
    valueOf: ({ reads }) => reads?.fresh,
    format: percent,
  },
];

/**
 * Shows the same run under several delivery modes as one table.
 *
 * `counted` and `messages` are per like generated: `1.05×` is a like counted
 * 1.05 times on average.
 *
 * With one run a mode the cells are that run's numbers; with more, their median
 * and, in brackets, their 99th percentile, and `converged` tells in how many.
 * The colour of failure is on each mode of which a run did not converge, or did
 * what the mode promises not to do.
 *
 * @param rows One for each mode.
 * @param options Facts that predictions depend on; colours.
 * @returns Several lines, each with its line feed.
 * @throws {RangeError} If a mode is unknown.
 */
export function compareTable(
  rows: readonly CompareRow[],
  options: CompareTableOptions = {},
): string {
  const { messageFaults, isHealed = true, isColoured = false } = options;
  const optional = OPTIONAL.filter(({ valueOf }) =>
    rows.some(({ verdicts }) =>
      verdicts.some((one) => valueOf(one) !== undefined)
    )
  );
  const cells = [
    [...HEADER, ...optional.map(({ heading }) => heading), "as theory"],
  ];
  const failed: boolean[] = [];
  for (const { delivery, verdicts } of rows) {
    const prediction = predict(delivery, messageFaults);
    const within = verdicts.filter((one) =>
      isWithin(prediction, one, isHealed)
    );
    failed.push(
      within.length < verdicts.length ||
        verdicts.some(({ converged }) => converged === false),
    );
    cells.push([
      delivery,
      predicted(prediction),
      ...happened(verdicts),
      ...optional.map(({ valueOf, format }) =>
        across(verdicts, valueOf, format, "never")
      ),
      verdicts.every(({ draws }) => draws === 0)
        ? UNKNOWN
        : within.length === verdicts.length
        ? "yes"
        : within.length === 0
        ? "NO"
        : `NO, ${verdicts.length - within.length} not`,
    ]);
  }
  return alignColumns(cells, 2).map((line, index) => {
    const hasFailed = index > 0 && failed[index - 1];
    return `${hasFailed ? toned(line, "bad", isColoured) : line}\n`;
  }).join("");
}

/**
 * The value below or at which a share of all are.
 *
 * @param values Numbers in any order.
 * @param share Between 0 and 1.
 * @returns The smallest value such that at least that share of all are not
 * above it; undefined for none.
 *
 * @example
 * ```ts
 * import { quantileOf } from "./compare_table.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantileOf([3, 1, 2], 0.5), 2);
 * ```
 */
export function quantileOf(
  values: readonly number[],
  share: number,
): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function predicted({ text, countedPerLike }: Prediction): string {
  return countedPerLike === undefined
    ? text
    : `${text}, ${times(countedPerLike)}`;
}

function happened(verdicts: readonly Verdict[]): string[] {
  const known = verdicts.filter(({ converged }) => converged !== undefined);
  const converged = known.filter((one) => one.converged).length;
  return [
    times(countedPerLike(known)),
    known.length === 0
      ? UNKNOWN
      : verdicts.length > 1
      ? `${converged} of ${known.length}`
      : converged === 1
      ? "yes"
      : "no",
    across(verdicts, (one) => shareOf(one.lost, one), percent),
    across(verdicts, (one) => shareOf(one.countedTwice, one), percent),
    across(verdicts, (one) => shareOf(one.undelivered, one), percent),
    across(verdicts, (one) => one.convergenceSeconds, formatSeconds, "never"),
    across(verdicts, (one) => one.stalenessSeconds?.p99, formatSeconds),
    across(
      verdicts,
      (one) =>
        one.messages === undefined || one.generated === 0
          ? undefined
          : one.messages / one.generated,
      formatNumber,
    ),
  ];
}

/** Likes counted per like generated, over all runs. */
function countedPerLike(verdicts: readonly Verdict[]): number | undefined {
  let generated = 0;
  let counted = 0;
  for (const verdict of verdicts) {
    generated += verdict.generated;
    counted += verdict.counted ?? 0;
  }
  return generated === 0 ? undefined : counted / generated;
}

/**
 * A number of each run, in a cell.
 *
 * @param verdicts The runs.
 * @param valueOf The number of a run: undefined if it has none; null, above
 * every number, if that is for ever.
 * @param format Writes a number.
 * @param nullText Text of null.
 * @returns One value as it is, several as their median and, in brackets, their
 * 99th percentile where the two differ; a dash for none.
 */
export function across(
  verdicts: readonly Verdict[],
  valueOf: (verdict: Verdict) => number | null | undefined,
  format: (value: number) => string,
  nullText = UNKNOWN,
): string {
  const values = verdicts.map(valueOf).filter((value) => value !== undefined)
    .map((value) => value ?? Infinity);
  const shown = [0.5, 0.99].map((share) => {
    const value = quantileOf(values, share);
    if (value === undefined) return UNKNOWN;
    return value === Infinity ? nullText : format(value);
  });
  return values.length > 1 && shown[0] !== shown[1]
    ? `${shown[0]} (${shown[1]})`
    : shown[0] ?? UNKNOWN;
}

function shareOf(
  likes: number | undefined,
  { generated }: Verdict,
): number | undefined {
  return likes === undefined || generated === 0 ? undefined : likes / generated;
}

function times(perLike: number | undefined): string {
  return perLike === undefined ? UNKNOWN : `${perLike.toFixed(3)}×`;
}

function percent(share: number): string {
  return formatShare(share, 1);
}
