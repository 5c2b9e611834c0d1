/**
 * Plain text tables.
 *
 * @module
 */

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
