/**
 * The table of `compare --quorums`.
 *
 * @module
 */

import type { QuorumPrediction } from "../../verdict/prediction.ts";
import type { FreshAfter } from "../../verdict/read_meter.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { formatMs, formatPercent, quantity, UNKNOWN } from "../numbers.ts";
import {
  type QuorumNumber,
  QuorumRuns,
} from "../../verdict/runs/quorum_runs.ts";
import { alignColumns } from "./columns.ts";
import { across } from "./compare_table.ts";
import { QUANTILES_NOTE } from "./runs_table.ts";

/** Runs with a pair of quorums. */
export interface ComparedQuorum {
  /** R. */
  readonly read: number;
  /** W. */
  readonly write: number;
  /** The verdict on each run; none where `runs` has their sum. */
  readonly verdicts: readonly Verdict[];
  /** The sum of the runs; left out: that of the verdicts. */
  readonly runs?: QuorumRuns;
  /** The reads of all runs: the share fresh by the age of the item. */
  readonly freshAfter: readonly FreshAfter[];
  /** Theory of it without faults, where there is one. */
  readonly theory?: QuorumPrediction;
}

/** A comparison of quorums. */
export interface QuorumComparison {
  /** The pairs, by read quorum, then by write quorum. */
  readonly rows: readonly ComparedQuorum[];
  /** Runs of each pair that were asked for. */
  readonly runs: number;
  /** Parts of the store that theory does not know: then there is none. */
  readonly unmodelled: readonly string[];
  /** Faults in force, which theory does not know: it is without them. */
  readonly faults: readonly string[];
  /** Whether no message of a client or its answer takes any time. */
  readonly isInstant: boolean;
  /** The command that does it again. */
  readonly command: string;
}

/** A column: its heading, and the cell of a pair. */
type Column = readonly [
  heading: string,
  cell: (row: ComparedQuorum) => string,
];

/** The sum of the runs with a pair. */
function runsOf({ runs, verdicts }: ComparedQuorum): QuorumRuns {
  return runs ?? QuorumRuns.of(verdicts);
}

/**
 * A number of each run, as its median and 99th percentile where they differ.
 */
function measured(
  heading: string,
  name: QuorumNumber,
  format: (value: number) => string,
): Column {
  return [
    heading,
    (row) => across(runsOf(row).sample(name), format),
  ];
}

const PAIR_COLUMNS: readonly Column[] = [
  ["R", ({ read }) => `${read}`],
  ["W", ({ write }) => `${write}`],
];

const READ_COLUMNS: readonly Column[] = [
  measured("fresh", "fresh", formatPercent),
  measured("own missed", "ownMissed", formatPercent),
  measured("went back", "wentBack", formatPercent),
  measured("reads unserved", "readsUnserved", formatPercent),
  measured("read p50", "readSecondsP50", formatMs),
  measured("read p99", "readSecondsP99", formatMs),
];

const WRITE_COLUMNS: readonly Column[] = [
  measured("writes unserved", "writesUnserved", formatPercent),
  measured("write p50", "writeSecondsP50", formatMs),
  measured("write p99", "writeSecondsP99", formatMs),
];

const THEORY_COLUMNS: readonly Column[] = [
  ["theory: at once", ({ theory }) => of(theory?.freshAtOnce, formatPercent)],
  ["read p99", ({ theory }) => of(theory?.readSeconds.p99, formatMs)],
  ["write p99", ({ theory }) => of(theory?.writeSeconds.p99, formatMs)],
];

/** Columns that belong together. */
export type QuorumColumns = "reads" | "writes" | "theory";

const GROUPS: Readonly<Record<QuorumColumns, readonly Column[]>> = {
  reads: READ_COLUMNS,
  writes: WRITE_COLUMNS,
  theory: THEORY_COLUMNS,
};

/**
 * The cells of a comparison, behind R and W. Columns in which nothing is known
 * of any pair are left out.
 *
 * @param comparison The comparison.
 * @param groups Its columns.
 * @returns Rows of texts, the first of headings.
 */
export function quorumCells(
  { rows }: QuorumComparison,
  groups: readonly QuorumColumns[] = ["reads", "writes", "theory"],
): string[][] {
  const columns = [
    ...PAIR_COLUMNS,
    ...groups.flatMap((group) => GROUPS[group]),
  ].map(([heading, cell]) => [heading, ...rows.map(cell)])
    .filter(([, ...cells]) => cells.some((text) => text !== UNKNOWN));
  return Array.from(
    { length: rows.length + 1 },
    (_, row) => columns.map((cells) => cells[row] ?? ""),
  );
}

/**
 * Sentences that a reader of the table needs.
 *
 * @param comparison The comparison.
 * @returns A sentence each.
 */
export function quorumNotes(
  { rows, runs, unmodelled, faults, isInstant }: QuorumComparison,
): string[] {
  const isAlwaysFresh = isInstant && faults.length === 0 &&
    rows.every((row) => runsOf(row).sample("fresh").distribution().mean === 1);
  const hasTheory = rows.some(({ theory }) => theory !== undefined);
  return [
    ...isAlwaysFresh
      ? [
        "no message takes any time, so that no read can be stale: --latency exp:20ms lets quorums differ",
      ]
      : [],
    "fresh: with all that was acknowledged before; own missed, went back: share of the own reads, of the pairs of reads that could",
    "unserved: without an answer, or an acknowledgement, within --ack-timeout",
    hasTheory
      ? `theory: the WARS model${
        faults.length === 0 ? "" : `, without ${faults.join(" and ")}`
      }; at once: of reads that begin with an acknowledgement, one write at a time, none sent again`
      : `theory: none, the WARS model does not know ${unmodelled.join(", ")}`,
    ...runs > 1
      ? [
        `${
          quantity(runs, "run")
        } a pair: the median and, in brackets, the 99th percentile`,
      ]
      : [],
    ...rows.every((row) => row.runs?.isExact !== false) ? [] : [QUANTILES_NOTE],
  ];
}

/**
 * Shows pairs of quorums side by side.
 *
 * @param comparison The comparison.
 * @returns Several lines, each with its line feed.
 */
export function quorumsTable(comparison: QuorumComparison): string {
  const lines = [
    ...alignColumns(quorumCells(comparison), 0),
    "",
    ...quorumNotes(comparison),
    "",
    `reproduce  ${comparison.command}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function of(
  value: number | undefined,
  format: (value: number) => string,
): string {
  return value === undefined ? UNKNOWN : format(value);
}
