/**
 * The file of `--history`.
 *
 * @module
 */

import { formatEvent, type HistoryEvent } from "../verdict/history.ts";

const BUFFER_BYTES = 1 << 16;

/** Writes events as JSON lines, many at a time. */
export class HistoryFile {
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #text = "";

  /**
   * Creates the file, or empties it.
   *
   * @param path Where.
   * @throws {Deno.errors.NotCapable} Without permission to write there.
   * @throws {Error} If the file cannot be written.
   */
  constructor(path: string) {
    this.#file = Deno.openSync(path, {
      write: true,
      create: true,
      truncate: true,
    });
  }

  /**
   * Takes an event.
   *
   * @param event The next event.
   * @throws {Error} If the disk is full.
   */
  add(event: HistoryEvent): void {
    this.#text += `${formatEvent(event)}\n`;
    if (this.#text.length >= BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    let bytes = this.#encoder.encode(this.#text);
    this.#text = "";
    while (bytes.length > 0) {
      bytes = bytes.subarray(this.#file.writeSync(bytes));
    }
  }

  /** Writes what is left and closes the file. */
  [Symbol.dispose](): void {
    try {
      this.#flush();
    } finally {
      this.#file.close();
    }
  }
}
