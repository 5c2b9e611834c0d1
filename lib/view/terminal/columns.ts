/**
 * Plain text tables, and what stands below them.
 *
 * @module
 */
import type { Fact } from "../facts.ts";
import { type Tone, toned } from "./colour.ts";

/**
 * Puts cells under one another.
 *
 * @param rows Rows of cells, the header among them; a row may be shorter than
 * others.
 * @param left The number of columns from the left on that are flush left; the
 * others are flush right, as numbers are.
 * @returns One line a row, without line feeds and without trailing spaces.
 *
 * @default left {1}
 *
 * @example
 * ```ts
 * import { alignColumns } from "./columns.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(alignColumns([["server", "likes"], ["LikesServer0", "7"]]), [
 *   "server        likes",
 *   "LikesServer0      7",
 * ]);
 * ```
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  left = 1,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < left ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
}

/**
 * Puts facts under one another, faults in their colour.
 *
 * @param facts Names and values.
 * @param isColoured Whether to use colours.
 * @returns One line a fact, without line feeds.
 */
export function factLines(
  facts: readonly Fact[],
  isColoured: boolean,
): string[] {
  return alignColumns(facts.map(([name, value]) => [name, value]), 2)
    .map((line) =>
      line.startsWith("faults ") ? toned(line, "fault", isColoured) : line
    );
}

/**
 * Puts the sentences of a verdict under one another, behind its word.
 *
 * @param word The word.
 * @param tone The meaning of its colour.
 * @param sentences The sentences.
 * @param isColoured Whether to use colours.
 * @returns One line a sentence, without line feeds.
 */
export function conclusionLines(
  word: string,
  tone: Tone,
  [first = "", ...others]: readonly string[],
  isColoured: boolean,
): string[] {
  return [
    `${toned(word, tone, isColoured)}: ${first}`,
    ...others.map((sentence) => " ".repeat(word.length + 2) + sentence),
  ];
}
