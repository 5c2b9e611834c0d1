/**
 * The table of `compare`, for live and virtual runs.
 *
 * @module
 */

import { type FaultPlan, PRIMARY } from "../faults/plan.ts";
import { NEVER } from "../rules/ticks.ts";
import { type CompareRow, compareTable } from "../view/compare_table.ts";

/**
 * Shows delivery modes side by side, with what theory predicts under a fault plan.
 *
 * @param rows One for each mode; modes without a verdict are left out.
 * @param faults The plan.
 * @param isColoured Whether to use colours.
 * @returns Several lines, each with its line feed.
 */
export function comparisonTable(
  rows: readonly CompareRow[],
  faults: FaultPlan,
  isColoured: boolean,
): string {
  return compareTable(rows.filter(({ verdicts }) => verdicts.length > 0), {
    isColoured,
    isHealed: !faults.crashes.some(({ process, downTicks }) =>
      process === PRIMARY && downTicks === NEVER
    ),
    ...hasMessageFaultsOnly(faults) && {
      messageFaults: {
        reportLoss: faults.reportLoss.value,
        ackLoss: faults.ackLoss.value,
        duplicate: faults.duplicate.value,
      },
    },
  });
}

function hasMessageFaultsOnly(plan: FaultPlan): boolean {
  return plan.partitions.length === 0 && plan.crashes.length === 0 &&
    plan.pauses.length === 0;
}
