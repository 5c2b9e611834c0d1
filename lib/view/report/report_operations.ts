/**
 * A report of a run of other people's programs.
 *
 * @module
 */
import type { OperationVerdict } from "../../verdict/operations/verdict.ts";
import { escapeMarkup } from "../chart/markup.ts";
import { svgTimeline } from "../chart/svg_timeline.ts";
import { formatCount, formatNumber, formatSeconds } from "../numbers.ts";
import {
  HARMLESS,
  OPERATION_HEADINGS,
  operationFactRows,
  operationRows,
} from "../operation_words.ts";
import type { RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { TITLES } from "./headline.ts";
import { pageHtml } from "./report.ts";
import {
  banner,
  eventsSection,
  replicaKeys,
  settingSection,
} from "./report_run.ts";
import {
  definitions,
  type LargeNumber,
  largeNumbers,
  section,
  tableOf,
  tableSection,
  wideAndNarrow,
} from "./tables.ts";

/** Nodes whose last values are listed. */
const ROWS_MAX = 200;

/**
 * Writes a report.
 *
 * @param verdict The verdict.
 * @param picture The picture of the run.
 * @returns One HTML document, as `reportHtml()` writes them.
 */
export async function operationsReportHtml(
  verdict: OperationVerdict,
  picture: RunPicture,
): Promise<string> {
  const sections = [
    banner(picture),
    numbers(verdict, picture),
    `<figure>${
      wideAndNarrow((width) => svgTimeline(picture, { width }))
    }<figcaption>${caption(picture)}</figcaption></figure>`,
    settingSection(picture),
    section(
      "Operations",
      tableOf("Operations", OPERATION_HEADINGS, operationRows(verdict)) +
        facts(verdict),
    ),
    nodesSection(picture),
    complaintsSection(verdict),
    eventsSection(picture),
  ].join("\n");
  return await pageHtml(
    TITLES.hosted,
    sections,
    "The command above does the same again, as far as a seed can fix it.",
  );
}

function caption(picture: RunPicture): string {
  const { setting, faults } = picture;
  const { many, generated, held } = wordsOf(setting);
  return `Black (on a dark screen white): ${many} ${generated}. Blue: ${many} ${held}, as far as reads have shown. Orange: the gap between them. ${
    replicaKeys(picture)
  }${
    faults.length === 0 ? "" : "Shaded: faults in force. "
  }Time counts from the start of the load.`;
}

function numbers(
  { operations, messages, convergenceSeconds }: OperationVerdict,
  { setting, generated }: RunPicture,
): string {
  const { many, generated: state } = wordsOf(setting);
  const cells: LargeNumber[] = [
    ["generated", state, formatCount(generated), many],
    [
      "counted",
      "succeeded",
      formatCount(operations.ok),
      `of ${formatCount(operations.invoked)} operations`,
    ],
  ];
  if (convergenceSeconds !== undefined) {
    cells.push([
      "gap",
      "converged in",
      convergenceSeconds === null ? "never" : formatSeconds(convergenceSeconds),
      convergenceSeconds === null ? "" : "after the last write and fault",
    ]);
  }
  cells.push([
    "stale",
    "messages",
    messages.perOperation === null ? "–" : formatNumber(messages.perOperation),
    "between nodes for each operation",
  ]);
  return largeNumbers(cells);
}

function facts(verdict: OperationVerdict): string {
  const rows = operationFactRows(verdict).filter(([name]) =>
    !["workload", "faults", "reproduce"].includes(name)
  );
  return definitions(rows);
}

function nodesSection({ setting, replicas }: RunPicture): string {
  if (replicas === undefined) return "";
  const words = wordsOf(setting);
  const rows = replicas.slice(0, ROWS_MAX).map(({ state, counted }, index) => [
    words.nameOf(index),
    state,
    formatCount(counted),
  ]);
  const hidden = (setting.replicas ?? 0) - rows.length;
  const notes = hidden > 0 ? [`Not listed: ${formatCount(hidden)} more.`] : [];
  const head = ["node", "state", words.many];
  return tableSection("Nodes in the end", [head, ...rows], notes);
}

function complaintsSection({ complaints }: OperationVerdict): string {
  if (complaints.length === 0) return "";
  const told = complaints.slice(0, ROWS_MAX)
    .map(({ text, count, isFatal, lastLines }) => {
      const kind = isFatal ? "" : HARMLESS;
      const times = count > 1 ? `, ${formatCount(count)} times` : "";
      const last = lastLines.length === 0
        ? ""
        : `<pre>${lastLines.map(escapeMarkup).join("\n")}</pre>`;
      return `<p>${kind}${escapeMarkup(text)}${times}.</p>${last}`;
    });
  return section("Complaints about nodes", told.join(""));
}
