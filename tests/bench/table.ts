/**
 * Results as text, as people read them.
 *
 * @module
 */

import {
  type Aim,
  isReached,
  type Row,
  type Sample,
  type Table,
  type Unit,
} from "./results.ts";

const SKIPPED = "skipped: ";
const HEADER = ["", "ours", "theirs", "ratio", "min..max", "aim", ""];

/**
 * Widths of the columns of rows that are shown one by one: enough for nearly
 * all of them.
 */
const WIDTHS = [62, 9, 9, 5, 17, 11, 0];

/**
 * Formats a table. A row's first line is ours, with its range if there is no
 * peer to compare with; below it, a line for each peer.
 *
 * @param table The table.
 * @returns Lines, each with its LF.
 */
export function formatTable(table: Table): string {
  const lines = [headOf(table.title)];
  for (const row of table.rows) lines.push(...linesOf(row));
  return formatLines(
    lines,
    HEADER.map((_, column) =>
      Math.max(...lines.map((line) => widthOf(line[column] ?? "")))
    ),
  );
}

/**
 * Formats what stands above the rows of a table whose other rows are not known
 * yet.
 *
 * @param title The title of the table.
 * @returns A line with its LF.
 */
export function formatHead(title: string): string {
  return formatLines([headOf(title)], WIDTHS);
}

/**
 * Formats one row of a table whose other rows are not known yet.
 *
 * @param row The row.
 * @returns Lines, each with its LF.
 */
export function formatRow(row: Row): string {
  return formatLines(linesOf(row), WIDTHS);
}

function headOf(title: string): string[] {
  return [title, ...HEADER.slice(1)];
}

function formatLines(
  lines: readonly (readonly string[])[],
  widths: readonly number[],
): string {
  return lines.map((line) =>
    line.map((cell, column) =>
      column === 0
        ? cell.padEnd(widths[0] ?? 0)
        : column === HEADER.length - 1
        ? cell
        : cell.padStart(widths[column] ?? 0)
    ).join("  ").trimEnd() + "\n"
  ).join("");
}

/**
 * The reason for which something was skipped stands in its column and those
 * after it, which are empty then.
 */
function widthOf(cell: string): number {
  return cell.startsWith(SKIPPED) ? 0 : cell.length;
}

function linesOf(row: Row): string[][] {
  if (row.ours === undefined) return [[row.name, `${SKIPPED}${row.skipped}`]];
  const { ours, unit = "times", aim, peers = [] } = row;
  const range = rangeOf(ours, (value) => scaled(value, unit));
  const lines = [[
    row.name,
    withUnit(ours.median, unit),
    ...["", "", range],
    ...aimCells(ours.median, aim, (value) => withUnit(value, unit)),
  ]];
  for (const { peer, theirs, ratio, aim, skipped } of peers) {
    const name = `  / ${peer}`;
    if (theirs === undefined || ratio === undefined) {
      lines.push([name, "", `${SKIPPED}${skipped}`]);
      continue;
    }
    lines.push([
      ...[name, "", withUnit(theirs.median, unit)],
      ratio.median.toFixed(2),
      rangeOf(ratio, (value) => value.toFixed(2)),
      ...aimCells(ratio.median, aim, (value) => value.toFixed(2)),
    ]);
  }
  return lines;
}

function rangeOf(sample: Sample, format: (value: number) => string): string {
  if (sample.values.length < 2) return "";
  return `${format(sample.min)}..${format(sample.max)}`;
}

function aimCells(
  value: number,
  aim: Aim | undefined,
  format: (value: number) => string,
): string[] {
  if (aim === undefined) return ["", ""];
  const text = "atLeast" in aim
    ? `>= ${format(aim.atLeast)}`
    : `<= ${format(aim.atMost)}`;
  return [text, isReached(value, aim) ? "reached" : "MISSED"];
}

function scaled(value: number, unit: Unit): string {
  switch (unit) {
    case "reports/s":
    case "entries/s":
    case "trials/s":
    case "reads/s":
    case "states/s":
    case "messages/s":
      return value >= 1e6
        ? `${(value / 1e6).toFixed(2)} M`
        : `${(value / 1e3).toFixed(1)} k`;
    case "s":
      return value.toFixed(value < 0.1 ? 3 : 2);
    case "ms":
    case "points":
    case "times":
      return value.toFixed(2);
    case "fps":
      return value.toFixed(1);
    case "MB":
    case "bytes":
      return value.toFixed(0);
  }
}

function withUnit(value: number, unit: Unit): string {
  const text = scaled(value, unit);
  if (unit.endsWith("/s") && unit !== "entries/s") {
    return `${text}/s`;
  }
  return unit === "times" ? text : `${text} ${unit}`;
}
