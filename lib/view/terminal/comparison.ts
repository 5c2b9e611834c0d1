/**
 * The table of `compare`, for live and virtual runs.
 *
 * @module
 */

import { isReplica } from "../../domain/nodes.ts";
import type { FaultPlan } from "../../faults/plan.ts";
import { NEVER } from "../../domain/ticks.ts";
import { explainGaps } from "../../verdict/explain.ts";
import { isComplete, type Verdict } from "../../verdict/verdict.ts";
import { type CompareRow, compareTable } from "./compare_table.ts";

/** A comparison of delivery modes. */
export interface Comparison {
  /** The runs of each mode; modes without a verdict are left out. */
  readonly rows: readonly CompareRow[];
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
  { rows, faults, refused = [], command }: Comparison,
  isColoured: boolean,
): string {
  const table = compareTable(
    rows.filter(({ verdicts }) => verdicts.length > 0),
    {
      isColoured,
      isHealed: !faults.crashes.some(({ process, downTicks }) =>
        isReplica(process) && downTicks === NEVER
      ),
      ...hasMessageFaultsOnly(faults) && {
        messageFaults: {
          reportLoss: faults.reportLoss.value,
          ackLoss: faults.ackLoss.value,
          duplicate: faults.duplicate.value,
        },
      },
    },
  );
  const runs = Math.max(...rows.map(({ verdicts }) => verdicts.length));
  const gaps = rows.flatMap(gapLines);
  const areMany = has(rows, ({ agreementSeconds }) => agreementSeconds);
  const lines = [
    ...refused.map((row) => `${row.delivery}  refused: ${row.refused}`),
    ...gaps.length > 0 ? ["", ...gaps] : [],
    "",
    LEGEND,
    `stale p99: for 99 % of the time no like that ${
      areMany ? "no replica had" : "the primary had not"
    } counted was older`,
    ...areMany ? [REPLICAS_LEGEND] : [],
    ...has(rows, ({ reads }) => reads) ? [READS_LEGEND] : [],
    ...runs > 1
      ? [
        `${runs} runs a mode: the median and, in brackets, the 99th percentile; counted: all runs together`,
      ]
      : [],
    "",
    `reproduce  ${command}`,
  ];
  return table + lines.map((line) => `${line}\n`).join("");
}

/**
 * Explains which of a mode's runs did not take place, so that they show
 * nothing.
 *
 * @param row The runs of one mode.
 * @returns A sentence each; of several such runs, of the first. None where all
 * are complete.
 */
export function gapLines({ delivery, verdicts }: CompareRow): string[] {
  const incomplete = verdicts.filter((verdict) => !isComplete(verdict));
  const [first] = incomplete;
  if (first === undefined) return [];
  const which = verdicts.length === 1
    ? delivery
    : `${delivery}, ${incomplete.length} of ${verdicts.length} runs`;
  return explainGaps(first).map((text) => `${which}: ${text}`);
}

const LEGEND =
  "counted, messages: for each like generated; lost, twice, undelivered: share of the likes generated";

const REPLICAS_LEGEND =
  "agree in: until the replicas are equal for good, after the last draw and the last fault; apart: how long they were not equal in all";
const READS_LEGEND =
  "fresh reads: with all that was acknowledged before; a mode without a mark cannot tell";

function has(
  rows: readonly CompareRow[],
  valueOf: (verdict: Verdict) => unknown,
): boolean {
  return rows.some(({ verdicts }) =>
    verdicts.some((one) => valueOf(one) !== undefined)
  );
}

function hasMessageFaultsOnly(plan: FaultPlan): boolean {
  return plan.partitions.length === 0 && plan.crashes.length === 0 &&
    plan.randomCrashes === 0 && plan.pauses.length === 0;
}
