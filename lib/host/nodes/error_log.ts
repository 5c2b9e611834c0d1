/**
 * The standard error of a node: a file of bounded length, and its last lines.
 *
 * @module
 */

import { createFileAnew } from "../../platform/log_file.ts";
import { printable } from "../../platform/printable.ts";

/** Bytes of a file, after which a node's words are thrown away. */
const FILE_BYTES_MAX = 1 << 24;

/** Characters of the end that are kept in memory. */
const TAIL_CHARS = 4096;

/** Lines of the end that are told. */
const TAIL_LINES = 5;

const CUT_NOTE = new TextEncoder().encode(
  `\n… cut here: a node may write ${FILE_BYTES_MAX} bytes\n`,
);

/**
 * Keeps what a node prints on standard error, of all its lives. The file of an
 * earlier run is replaced at once, and held open from the first word on, as
 * there may be more nodes than files that may be open; where it cannot be
 * written, it ends.
 */
export class ErrorLog {
  readonly #path: string;
  readonly #onFailure: (error: unknown) => void;
  readonly #decoder = new TextDecoder();
  #file: Deno.FsFile | null = null;
  #bytes = 0;
  #isEnded = false;
  #tail = "";

  /**
   * @param path Where the file is to be.
   * @param onFailure Called once if it cannot be written.
   */
  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
    this.#attempt(() => createFileAnew(path).close());
  }

  /**
   * Takes what a node printed.
   *
   * @param bytes Some of it.
   */
  add(bytes: Uint8Array): void {
    const text = this.#tail + this.#decoder.decode(bytes, { stream: true });
    this.#tail = text.slice(-TAIL_CHARS);
    if (this.#isEnded) return;
    const room = FILE_BYTES_MAX - this.#bytes;
    this.#attempt(() => {
      this.#file ??= createFileAnew(this.#path);
      this.#write(bytes.subarray(0, room));
      if (bytes.length > room) {
        this.#write(CUT_NOTE);
        this.close();
      }
    });
  }

  /** Does something with the file, which ends where that fails. */
  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.close();
      this.#onFailure(error);
    }
  }

  #write(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) {
      const count = this.#file?.writeSync(bytes.subarray(written)) ?? 0;
      if (count === 0) throw new Deno.errors.WriteZero("Nothing was written");
      written += count;
      this.#bytes += count;
    }
  }

  /** The last lines, safe to show. */
  get lastLines(): readonly string[] {
    return this.#tail.split("\n").filter((line) => line.trim() !== "")
      .slice(-TAIL_LINES).map((line) => printable(line));
  }

  /** Closes the file: no more is written. */
  close(): void {
    this.#isEnded = true;
    this.#file?.close();
    this.#file = null;
  }
}
