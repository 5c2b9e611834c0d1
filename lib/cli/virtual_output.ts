/**
 * What the commands of the virtual run show while they go on, and how they end.
 *
 * @module
 */

import { writeResult, writeText } from "../platform/output.ts";
import { Progress } from "../view/terminal/progress.ts";

/** What a shell says of a program that Ctrl-C has ended. */
export const EXIT_INTERRUPTED = 130;

/** Between two pictures of the progress, in milliseconds. */
const FRAME_MS = 100;
/** Before the first picture: a run that is shorter shows none. */
const FIRST_FRAME_MS = 300;

/**
 * Standard output for results, and a bar on a terminal for what takes longer.
 */
export class VirtualOutput {
  /** Whether results are coloured. */
  readonly isColoured: boolean;
  readonly #progress: Progress;
  readonly #isTerminal: boolean;
  readonly #began = performance.now();
  #nextFrameMs = FIRST_FRAME_MS;
  /** The exit code of a result that could not be written; 0: it could. */
  #untold = 0;

  constructor() {
    this.#isTerminal = Deno.stderr.isTerminal();
    this.isColoured = Deno.stdout.isTerminal() && !Deno.noColor;
    this.#progress = new Progress({
      write: (text) => writeText(Deno.stderr, text),
      isTerminal: this.#isTerminal,
      isColoured: this.#isTerminal && !Deno.noColor,
      columns: terminalColumns,
    });
  }

  /** Milliseconds since the command began. */
  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  /**
   * Shows how far it is, if it is time for a picture.
   *
   * @param share Between 0 and 1.
   * @param text Says it in words, when asked.
   */
  show(share: number, text: () => string): void {
    const elapsedMs = this.elapsedMs;
    if (elapsedMs < this.#nextFrameMs || !this.#isTerminal) return;
    this.#nextFrameMs = elapsedMs + FRAME_MS;
    this.#progress.show(share, elapsedMs, text());
  }

  /**
   * Writes the result.
   *
   * @param text Whole lines.
   */
  tell(text: string): void {
    this.#progress.clear();
    this.#untold = writeResult(text);
  }

  /**
   * How a command ends whose result may not have been written.
   *
   * @param code What it exits with if it has been.
   * @returns The exit code.
   */
  exitCode(code: number): number {
    return this.#untold === 0 ? code : this.#untold;
  }

  /**
   * Writes what went wrong to standard error.
   *
   * @param text One line, without its line feed.
   */
  note(text: string): void {
    this.#progress.clear();
    writeText(Deno.stderr, `${text}\n`);
  }
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    // The size is that of standard output, which may be no terminal.
    return 80;
  }
}
