/**
 * The table of `compare` in a report.
 *
 * @module
 */
import {
  type Comparison,
  comparisonCells,
  comparisonNotes,
} from "../terminal/comparison.ts";
import { tableSection } from "./tables.ts";

/**
 * Writes the table, with how to read it.
 *
 * @param comparison What it is of.
 * @returns Markup.
 */
export function comparisonSection(comparison: Comparison): string {
  return tableSection(
    "Theory and practice",
    comparisonCells(comparison),
    comparisonNotes(comparison).flat(),
  );
}
