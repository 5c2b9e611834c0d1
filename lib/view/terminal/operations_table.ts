/**
 * The verdict on other people's programs as a person reads it on a terminal.
 *
 * @module
 */

import type { OperationVerdict } from "../../verdict/operations/verdict.ts";
import {
  OPERATION_HEADINGS,
  operationFactRows,
  operationRows,
  operationSentences,
  operationVerdictWord,
} from "../operation_words.ts";
import { alignColumns, conclusionLines, factLines } from "./columns.ts";

/** Lines of standard error are told of so many nodes. */
const NODES_MAX = 5;

/**
 * Shows a verdict: the operations, how soon what was written was to be seen,
 * the messages, what reproduces it and, last, whether it passed and what is
 * wrong.
 *
 * @param verdict The verdict.
 * @param isColoured Whether to use colours.
 * @returns Several lines, each with its line feed.
 */
export function operationsTable(
  verdict: OperationVerdict,
  isColoured = false,
): string {
  return [
    ...operationLines(verdict),
    "",
    ...factLines(operationFactRows(verdict), isColoured),
    "",
    ...complaintLines(verdict),
    ...conclusionLines(
      operationVerdictWord(verdict),
      verdict.passed ? "good" : "bad",
      operationSentences(verdict),
      isColoured,
    ),
  ].map((line) => `${line}\n`).join("");
}

function operationLines(verdict: OperationVerdict): string[] {
  const rows = operationRows(verdict);
  return rows.length === 0
    ? []
    : alignColumns([[...OPERATION_HEADINGS], ...rows]);
}

/** The last words of nodes about which somebody complains. */
function complaintLines({ complaints }: OperationVerdict): string[] {
  const spoken = new Map(
    complaints.map(({ node, lastLines }) => [node, lastLines]),
  );
  const lines = [...spoken].filter(([, last]) => last.length > 0)
    .slice(0, NODES_MAX)
    .flatMap(([node, last]) => [
      `${node} last printed on standard error:`,
      ...last.map((line) => `  ${line}`),
    ]);
  return lines.length === 0 ? [] : [...lines, ""];
}
