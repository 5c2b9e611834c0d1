/**
 * A JSON array in a file, an element a line, written as its elements come.
 *
 * @module
 */

import type { LineFile } from "./line_file.ts";

/**
 * Writes a JSON array. Until its end is written the file has all but the end,
 * so it can be read by whoever does not insist on that, however things end.
 */
export class JsonArrayFile {
  readonly #lines: LineFile;
  /** The last element: a comma follows it only if another one does. */
  #last = "";

  /** @param lines The file, empty. */
  constructor(lines: LineFile) {
    this.#lines = lines;
    lines.add("[");
  }

  /**
   * Writes the next element, unless the file has ended.
   *
   * @param element The element.
   */
  add(element: unknown): void {
    if (this.#lines.isBroken) return;
    if (this.#last !== "") this.#lines.add(`${this.#last},`);
    this.#last = JSON.stringify(element);
  }

  /** Writes the end of the array; the file is still to be closed. */
  end(): void {
    this.#lines.add(this.#last);
    this.#lines.add("]");
  }
}
