/**
 * Markup that the sections of reports have in common.
 *
 * @module
 */
import { escapeMarkup } from "../chart/markup.ts";

/**
 * A picture for screens and paper and one for phones, on which the other's
 * letters would be too small.
 */
export function wideAndNarrow(draw: (width: number) => string): string {
  return `<div class="wide">${draw(900)}</div><div class="narrow">${
    draw(400)
  }</div>`;
}

/** The head of a table, from its headings. */
export function tableHead(headings: readonly string[]): string {
  return `<thead><tr>${
    headings.map((text) => `<th scope="col">${escapeMarkup(text)}</th>`)
      .join("")
  }</tr></thead>`;
}

/** The first cell of a row, which names it. */
export function rowHead(text: string): string {
  return `<th scope="row">${escapeMarkup(text)}</th>`;
}

/** The other cells of a row. */
export function dataCells(cells: readonly string[]): string {
  return cells.map((text) => `<td>${escapeMarkup(text)}</td>`).join("");
}

/**
 * Writes a table whose first column names its rows.
 *
 * @param headings The headings.
 * @param rows Cells, as many in each row.
 * @returns Markup.
 */
export function tableOf(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return `<div class="scroll"><table>${tableHead(headings)}<tbody>${
    rows.map(([first = "", ...others]) =>
      `<tr>${rowHead(first)}${dataCells(others)}</tr>`
    ).join("")
  }</tbody></table></div>`;
}
