/**
 * Delivery modes side by side: what theory predicts and what happened.
 *
 * @module
 */
import type {
  ComparedNumber,
  ComparedRuns,
} from "../../verdict/runs/compared_runs.ts";
import type { Sample } from "../../verdict/runs/sample.ts";
import {
  type MessageFaults,
  predict,
  type Prediction,
} from "../../verdict/theory.ts";
import { toned } from "./colour.ts";
import { alignColumns } from "./columns.ts";
import {
  formatNumber,
  formatSeconds,
  formatShare,
  UNKNOWN,
} from "../numbers.ts";

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

/** Columns that not every comparison has. */
const OPTIONAL: readonly {
  readonly heading: string;
  readonly name: ComparedNumber;
  /** The number that runs have of which the column tells. */
  readonly shownWith: ComparedNumber;
  readonly format: (value: number) => string;
}[] = [
  {
    heading: "agree in",
    name: "agreementSeconds",
    shownWith: "apartSeconds",
    format: formatSeconds,
  },
  {
    heading: "apart",
    name: "apartSeconds",
    shownWith: "apartSeconds",
    format: formatSeconds,
  },
  {
    heading: "fresh reads",
    name: "readsFresh",
    shownWith: "readsFresh",
    format: formatShare,
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
 * @param isColoured Whether to use colours: on a terminal, and not where
 * `NO_COLOR` is set.
 * @param messageFaults The chances that apply to messages, where the plan has
 * no other faults; see `predict`.
 * @returns Several lines, each with its line feed.
 * @throws {RangeError} If a mode is unknown.
 */
export function compareTable(
  rows: readonly ComparedRuns[],
  isColoured = false,
  messageFaults?: MessageFaults,
): string {
  const cells = compareCells(rows, messageFaults);
  return alignColumns(cells, 2).map((line, index) => {
    const row = rows[index - 1];
    const hasFailed = row !== undefined &&
      (row.within < row.runs || row.converged < row.known);
    return `${hasFailed ? toned(line, "bad", isColoured) : line}\n`;
  }).join("");
}

/**
 * The cells of {@linkcode compareTable}.
 *
 * @param rows One for each mode.
 * @param messageFaults Facts that predictions depend on.
 * @returns The headings, then a row for each mode.
 * @throws {RangeError} If a mode is unknown.
 */
export function compareCells(
  rows: readonly ComparedRuns[],
  messageFaults?: MessageFaults,
): string[][] {
  const optional = OPTIONAL.filter(({ shownWith }) =>
    rows.some((row) => row.sample(shownWith).size > 0)
  );
  const cells = [
    [...HEADER, ...optional.map(({ heading }) => heading), "as theory"],
  ];
  for (const row of rows) {
    cells.push([
      row.delivery,
      predicted(predict(row.delivery, messageFaults)),
      ...happened(row),
      ...optional.map(({ name, format }) => across(row.sample(name), format)),
      asTheory(row),
    ]);
  }
  return cells;
}

function predicted({ text, countedPerLike }: Prediction): string {
  return countedPerLike === undefined
    ? text
    : `${text}, ${times(countedPerLike)}`;
}

function happened(row: ComparedRuns): string[] {
  const { runs, known, converged } = row;
  return [
    times(row.countedPerLike),
    known === 0
      ? UNKNOWN
      : runs > 1
      ? `${converged} of ${known}`
      : converged === 1
      ? "yes"
      : "no",
    across(row.sample("lost"), formatShare),
    across(row.sample("countedTwice"), formatShare),
    across(row.sample("undelivered"), formatShare),
    across(row.sample("convergenceSeconds"), formatSeconds),
    across(row.sample("stalenessSecondsP99"), formatSeconds),
    across(row.sample("messages"), formatNumber),
  ];
}

function asTheory({ runs, drawn, within }: ComparedRuns): string {
  if (drawn === 0) return UNKNOWN;
  if (within === runs) return "yes";
  return within === 0 ? "NO" : `NO, ${runs - within} not`;
}

/**
 * Shows a number of each run: one as it is, several as their median and 99th
 * percentile where they differ.
 *
 * @param sample The numbers.
 * @param format Shows one.
 * @returns A cell of a table; a dash where there is none.
 */
export function across(
  sample: Sample,
  format: (value: number) => string,
): string {
  const [median = UNKNOWN, high = UNKNOWN] = sample.quantiles([0.5, 0.99])
    .map((value) => value === Infinity ? "never" : format(value));
  return median === high ? median : `${median} (${high})`;
}

function times(perLike: number | undefined): string {
  return perLike === undefined ? UNKNOWN : `${perLike.toFixed(3)}×`;
}
