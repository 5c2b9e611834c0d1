/**
 * The table of `compare`, for live and virtual runs.
 *
 * @module
 */

import type { FaultPlan } from "../../faults/plan.ts";
import type { ComparedRuns } from "../../verdict/runs/compared_runs.ts";
import type { MessageFaults } from "../../verdict/theory.ts";
import { compareCells, compareTable } from "./compare_table.ts";
import { QUANTILES_NOTE } from "./runs_table.ts";

/** A comparison of delivery modes. */
export interface Comparison {
  /** The runs of each mode; modes without a run are left out. */
  readonly rows: readonly ComparedRuns[];
  /** The faults that all of them had. */
  readonly faults: FaultPlan;
  /** Modes that the run is refused in, and why; none where left out. */
  readonly refused?: readonly {
    readonly delivery: string;
    readonly refused: string;
  }[];
  /** The command that does it again. */
  readonly command: string;
}

/**
 * Shows delivery modes side by side, with what theory predicts under a fault
 * plan, how to read it and how to do it again.
 *
 * @param comparison What it is of.
 * @param isColoured Whether to use colours.
 * @returns Several lines, each with its line feed.
 */
export function comparisonTable(
  comparison: Comparison,
  isColoured: boolean,
): string {
  const table = compareTable(
    rowsOf(comparison),
    isColoured,
    messageFaultsOf(comparison),
  );
  const [refused, gaps, legend] = comparisonNotes(comparison);
  const lines = [
    ...refused,
    ...gaps.length > 0 ? ["", ...gaps] : [],
    "",
    ...legend,
    "",
    `reproduce  ${comparison.command}`,
  ];
  return table + lines.map((line) => `${line}\n`).join("");
}

/**
 * The cells of the table of {@linkcode comparisonTable}.
 *
 * @param comparison What it is of.
 * @returns The headings, then a row for each mode.
 */
export function comparisonCells(comparison: Comparison): string[][] {
  return compareCells(rowsOf(comparison), messageFaultsOf(comparison));
}

/** The modes that were run. */
function rowsOf({ rows }: Comparison): ComparedRuns[] {
  return rows.filter(({ runs }) => runs > 0);
}

/** The chances of messages, where nothing else can fail. */
function messageFaultsOf({ faults }: Comparison): MessageFaults | undefined {
  return hasMessageFaultsOnly(faults)
    ? {
      reportLoss: faults.reportLoss.value,
      ackLoss: faults.ackLoss.value,
      duplicate: faults.duplicate.value,
    }
    : undefined;
}

/**
 * Says what stands under the table of a comparison.
 *
 * @param comparison What it is of.
 * @returns Lines on the modes that are refused, on runs that did not take
 * place, and on how the table is read.
 */
export function comparisonNotes(
  { rows, refused = [] }: Comparison,
): [refused: string[], gaps: string[], legend: string[]] {
  const runs = Math.max(...rows.map((row) => row.runs));
  const gaps = rows.flatMap(gapLines);
  const areMany = rows.some((row) => row.sample("apartSeconds").size > 0);
  const legend = [
    LEGEND,
    `stale p99: for 99 % of the time no like that ${
      areMany ? "no replica had" : "the primary had not"
    } counted was older`,
    ...areMany ? [REPLICAS_LEGEND] : [],
    ...rows.some(({ read }) => read > 0) ? [READS_LEGEND] : [],
    ...runs > 1
      ? [
        `${runs} runs a mode: the median and, in brackets, the 99th percentile; counted: all runs together`,
      ]
      : [],
    ...rows.every(({ isExact }) => isExact) ? [] : [QUANTILES_NOTE],
  ];
  return [
    refused.map((row) => `${row.delivery}  refused: ${row.refused}`),
    gaps,
    legend,
  ];
}

/**
 * Explains which of a mode's runs did not take place, so that they show
 * nothing.
 *
 * @param row The runs of one mode.
 * @returns A sentence each; of several such runs, of the first. None where all
 * are complete.
 */
export function gapLines(row: ComparedRuns): string[] {
  const { delivery, runs, incomplete, gap } = row;
  const which = runs === 1
    ? delivery
    : `${delivery}, ${incomplete} of ${runs} runs`;
  return gap.map((text) => `${which}: ${text}`);
}

const LEGEND =
  "counted, messages: for each like generated; lost, twice, undelivered: share of the likes generated";

const REPLICAS_LEGEND =
  "agree in: until the replicas are equal for good, after the last draw and the last fault; apart: how long they were not equal in all";
const READS_LEGEND =
  "fresh reads: with all that was acknowledged before; a mode without a mark cannot tell";

function hasMessageFaultsOnly(plan: FaultPlan): boolean {
  return plan.partitions.length === 0 && plan.crashes.length === 0 &&
    plan.randomCrashes === 0 && plan.pauses.length === 0;
}
