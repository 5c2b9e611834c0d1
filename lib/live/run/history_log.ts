/**
 * The file of `--history`.
 *
 * @module
 */

import { formatEvent, type HistoryEvent } from "../../verdict/history.ts";
import { LogFile } from "../../platform/log_file.ts";
import { logStartError, messageOf } from "../../platform/start_error.ts";

/**
 * Events are written this many bytes at a time: a run in which much happens
 * must not wait for each.
 */
const BUFFER_BYTES = 1 << 16;

const encoder = new TextEncoder();

/**
 * Writes events as JSON lines. Whole lines only, and never through a link that
 * somebody has planted.
 */
export class HistoryLog {
  readonly #file: LogFile;
  readonly #complain: (message: string) => void;
  #text = "";
  #isBroken = false;

  /**
   * Replaces the file.
   *
   * @param path Where it is to be.
   * @param complain Called with a message if it cannot be written: the run is
   * more important than its history.
   * @throws {StartError} If it cannot be created.
   */
  constructor(path: string, complain: (message: string) => void) {
    try {
      this.#file = LogFile.createAnew(path);
    } catch (error) {
      throw logStartError(path, error, "--history");
    }
    this.#complain = complain;
  }

  /**
   * Takes the next event.
   *
   * @param event What happened.
   */
  add(event: HistoryEvent): void {
    this.#text += `${formatEvent(event)}\n`;
    if (this.#text.length >= BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    const lines = encoder.encode(this.#text);
    this.#text = "";
    // With a piece missing from its middle it would be no history: it ends
    // where the disk was full.
    if (this.#isBroken) return;
    try {
      this.#file.append(lines);
    } catch (error) {
      this.#isBroken = true;
      this.#complain(`The history is cut short: ${messageOf(error)}`);
    }
  }

  /** Writes what is left and closes the file. */
  [Symbol.dispose](): void {
    this.#flush();
    this.#file.close();
  }
}
