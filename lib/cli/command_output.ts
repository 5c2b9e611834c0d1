/**
 * Output of the commands that compute for a while: a bar, notes, a result.
 *
 * @module
 */

import { stderr, stdout } from "../platform/output.ts";
import { terminalColumns } from "../platform/terminal.ts";
import { Progress } from "../view/terminal/progress.ts";

/** Between two pictures of the progress, in milliseconds. */
const FRAME_MS = 100;
/** Between two lines of progress in a log, in milliseconds. */
const LINE_MS = 60_000;
/** Before the first picture: a run that is shorter shows none. */
const FIRST_FRAME_MS = 300;

/**
 * Writes a result of `--json`.
 *
 * @param value What is told.
 * @returns A JSON document, with a LF.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Standard output for results, and a bar on a terminal for what takes longer.
 */
export class CommandOutput {
  /** Whether results are coloured. */
  readonly isColoured: boolean;
  readonly #progress: Progress;
  readonly #began = performance.now();
  readonly #results: typeof stdout;
  #nextFrameMs = FIRST_FRAME_MS;
  #nextLineMs = LINE_MS;

  /**
   * An output that shows nothing yet.
   *
   * @param options `isStdoutTaken`: standard output is for something else, and
   * results go to standard error.
   */
  constructor(options: { readonly isStdoutTaken?: boolean } = {}) {
    this.#results = options.isStdoutTaken === true ? stderr : stdout;
    this.isColoured = this.#results.isColoured;
    this.#progress = new Progress(stderr, terminalColumns);
  }

  /** Milliseconds since the command began. */
  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  /**
   * Seconds since the command began, with what a clock can tell of them: four
   * decimals, as short as they can be written.
   */
  get wallSeconds(): number {
    return Math.round(10 * this.elapsedMs) / 10_000;
  }

  /**
   * Shows how far the command is, if it is time for a picture.
   *
   * @param share The share that is done, between 0 and 1.
   * @param text Makes the same in words.
   * @param options `isLogged`: where there is no terminal, a line a minute.
   */
  show(
    share: number,
    text: () => string,
    options: { readonly isLogged?: boolean } = {},
  ): void {
    const elapsedMs = this.elapsedMs;
    if (elapsedMs < this.#nextFrameMs) return;
    if (!stderr.isTerminal) {
      if (options.isLogged !== true || elapsedMs < this.#nextLineMs) return;
      this.#nextLineMs = elapsedMs + LINE_MS;
      stderr.print(`${text()}\n`);
      return;
    }
    this.#nextFrameMs = elapsedMs + FRAME_MS;
    this.#progress.show(share, text());
  }

  /**
   * Writes the result.
   *
   * @param text Whole lines.
   */
  tell(text: string): void {
    this.#progress.clear();
    this.#results.deliver(text);
  }

  /**
   * Writes a line to standard error, for people.
   *
   * @param text One line, without its line feed.
   */
  readonly note = (text: string): void => {
    this.#progress.clear();
    stderr.print(`${text}\n`);
  };
}
