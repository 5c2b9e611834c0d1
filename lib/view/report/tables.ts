/**
 * Markup that the sections of reports have in common.
 *
 * @module
 */
import { escapeMarkup } from "../chart/markup.ts";
import type { Fact } from "../facts.ts";
import type { RunEvent } from "../picture/picture.ts";

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

/**
 * The other cells of a row. Each carries its heading for phones, where the
 * cells of a row stand below each other.
 */
export function dataCells(
  headings: readonly string[],
  cells: readonly string[],
): string {
  return cells.map((text, i) =>
    `<td data-head="${escapeMarkup(headings[i] ?? "")}">${
      escapeMarkup(text.replace(UNIT_REGEXP, "\u00a0"))
    }</td>`
  ).join("");
}

/** The space between a number and its unit, at which no line ends. */
const UNIT_REGEXP = /(?<=\d) (?=[^\d(])/g;

/**
 * Puts a table where it can be scrolled, also with the keyboard.
 *
 * @param label The name of the table, for screen readers.
 * @param table Its markup.
 * @returns Markup.
 */
export function scrolling(label: string, table: string): string {
  return `<div class="scroll" tabindex="0" role="region" aria-label="${
    escapeMarkup(label)
  }">${table}</div>`;
}

/**
 * Writes a table whose first column names its rows.
 *
 * @param label The name of the table, for screen readers.
 * @param headings The headings.
 * @param rows Cells, as many in each row.
 * @returns Markup.
 */
export function tableOf(
  label: string,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const body = rows.map(([first = "", ...others]) =>
    `<tr>${rowHead(first)}${dataCells(headings.slice(1), others)}</tr>`
  ).join("");
  return scrolling(
    label,
    `<table>${tableHead(headings)}<tbody>${body}</tbody></table>`,
  );
}

/**
 * A section with a heading.
 *
 * @param title The heading.
 * @param content Markup.
 * @returns Markup.
 */
export function section(title: string, content: string): string {
  return `<section><h2>${escapeMarkup(title)}</h2>${content}</section>`;
}

/**
 * A table as a section.
 *
 * @param title Its heading.
 * @param cells Its headings, then its rows.
 * @param notes Lines that stand under it.
 * @returns Markup.
 */
export function tableSection(
  title: string,
  [headings = [], ...rows]: readonly (readonly string[])[],
  notes: readonly string[] = [],
): string {
  return section(title, tableOf(title, headings, rows) + remarks(notes));
}

/** Lines under a table or a picture. */
export function remarks(notes: readonly string[]): string {
  return notes.map((note) => `<p class="note">${escapeMarkup(note)}</p>`)
    .join("");
}

/** A list of names and values. */
export function definitions(rows: readonly Fact[]): string {
  const items = rows.map(([name, value, isCode]) => {
    const text = escapeMarkup(value);
    const shown = isCode ? `<code>${text}</code>` : text;
    return `<dt>${escapeMarkup(name)}</dt><dd>${shown}</dd>`;
  });
  return `<dl class="setting">${items.join("")}</dl>`;
}

/** A large number: its class, its label, the number and what stands beside. */
export type LargeNumber = readonly [
  name: string,
  label: string,
  value: string,
  unit: string,
];

/** The numbers at the top of a report. */
export function largeNumbers(cells: readonly LargeNumber[]): string {
  const items = cells.map(([name, label, value, unit]) =>
    `<div class="${name}"><dt>${label}</dt><dd><b>${value}</b> <small>${unit}</small></dd></div>`
  );
  return `<dl class="numbers">${items.join("")}</dl>`;
}

/** Events as items of a list. */
export function eventItems(events: readonly RunEvent[]): string {
  return events.map(({ seconds, who, text, tone }) =>
    `<li class="${tone}"><time>${seconds.toFixed(2)} s</time> <b>${
      escapeMarkup(who)
    }</b> ${escapeMarkup(text)}</li>`
  ).join("");
}
