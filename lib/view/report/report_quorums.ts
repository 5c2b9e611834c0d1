/**
 * The report of `compare --quorums`.
 *
 * @module
 */
import type { FaultMark, RunSetting } from "../picture/picture.ts";
import {
  quorumCells,
  type QuorumColumns,
  type QuorumComparison,
  quorumNotes,
} from "../terminal/quorums_table.ts";
import { pageHtml } from "./report.ts";
import { freshCurvesSection } from "./report_reads.ts";
import { settingSection } from "./report_run.ts";
import { remarks, tableSection } from "./tables.ts";

/**
 * Writes the report.
 *
 * @param comparison What is compared.
 * @param setting What all runs have in common.
 * @param faults Their planned faults.
 * @returns One HTML document that needs nothing else.
 */
export async function quorumsHtml(
  comparison: QuorumComparison,
  { quorums: _each, ...setting }: RunSetting,
  faults: readonly FaultMark[],
): Promise<string> {
  const hasTheory = comparison.rows.some(({ theory }) => theory !== undefined);
  const table = (title: string, columns: QuorumColumns) =>
    tableSection(title, quorumCells(comparison, [columns]));
  const sections = [
    table("Reads", "reads"),
    table("Writes", "writes"),
    hasTheory ? table("Theory", "theory") : "",
    `<section>${remarks(quorumNotes(comparison))}</section>`,
    freshCurvesSection(
      comparison.rows.map(({ read, write, freshAfter, theory }) => ({
        name: `R = ${read}, W = ${write}`,
        ...{ freshAfter, theory },
      })),
    ),
    settingSection({ setting, faults }),
  ];
  return await pageHtml(
    "Quorums compared",
    sections.join("\n"),
    "The command above does the same runs again.",
  );
}
