/**
 * Standard output and standard error, for everything that this process writes
 * there.
 *
 * Nothing here waits for a reader: text is queued and written in the
 * background. So a terminal that was stopped with Ctrl-S, a pager or a slow
 * pipe holds up nothing else that this process does. There are two kinds of
 * text:
 *
 * - *notes*, of which up to a bound wait in memory; beyond it lines are
 *   counted, and the count is written in their place;
 * - *results*, which a command was started for: they are written whole, however
 *   long the reader takes, and {@linkcode finishOutput} knows if they were not.
 *
 * @module
 */

import { messageOf } from "./start_error.ts";

/** A stream of bytes, such as `Deno.stdout`. */
export interface ByteSink {
  /**
   * Writes some of the bytes.
   *
   * @param bytes The bytes.
   * @returns How many were written.
   */
  write(bytes: Uint8Array): Promise<number>;
}

/**
 * Fate of a text: it was written, its reader has closed the pipe, or it could
 * not be written.
 */
export type Delivered = "written" | "unread" | "failed";

/** Options of an {@linkcode Output}. */
export interface OutputOptions {
  /**
   * The queue in which text waits; streams that share one are written in the
   * order of their texts.
   *
   * @default {new WriteQueue()}
   */
  readonly queue?: WriteQueue;
  /** Whether the stream is a terminal. @default {false} */
  readonly isTerminal?: boolean;
  /**
   * Called once, with the reason why the stream cannot be written to; not for a
   * reader that has closed its end of a pipe, as `head` does.
   */
  readonly onFailure?: (error: unknown) => void;
}

interface Waiting {
  readonly output: Output;
  text: string;
  /** Called with the fate of a result; undefined for notes. */
  readonly settle?: (delivered: Delivered) => void;
}

/** Characters of notes that wait for a reader. */
const NOTES_CHARS_MAX = 1 << 20;

/**
 * Time for notes to be written when the program ends, in milliseconds.
 */
const LAST_NOTES_MS = 1_000;

const encoder = new TextEncoder();

/** Texts on their way to one or more streams, first in, first out. */
export class WriteQueue {
  readonly #charsMax: number;
  readonly #waiting: Waiting[] = [];
  #chars = 0;
  /** Lines that found no place, and where they would have gone. */
  #omitted: { readonly output: Output; lines: number } | undefined;
  #writing: Promise<void> | undefined;

  /**
   * An empty queue.
   *
   * @param charsMax Characters of notes that may wait in it.
   */
  constructor(charsMax = NOTES_CHARS_MAX) {
    this.#charsMax = charsMax;
  }

  /** Whether nothing waits. */
  get isIdle(): boolean {
    return this.#writing === undefined;
  }

  /**
   * Waits until all is written.
   *
   * @returns Fulfils when nothing waits any more.
   */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /**
   * Adds notes: whole lines, or text that belongs together. Where there is no
   * room, its lines are counted.
   *
   * @param output Where to.
   * @param text The notes.
   */
  addNotes(output: Output, text: string): void {
    // Once lines are missing, those that follow are left out as well until the
    // reader has caught up: one gap instead of many.
    if (
      this.#omitted !== undefined ||
      this.#chars + text.length > this.#charsMax
    ) {
      this.#omitted ??= { output, lines: 0 };
      this.#omitted.lines += text.split("\n").length - 1;
      return;
    }
    this.#push({ output, text });
  }

  /**
   * Adds a result, for which there is always room.
   *
   * @param output Where to.
   * @param text The result.
   * @returns Its fate.
   */
  addResult(output: Output, text: string): Promise<Delivered> {
    this.#tellOmitted();
    return new Promise((settle) => this.#push({ output, text, settle }));
  }

  #push(waiting: Waiting): void {
    const last = this.#waiting.at(-1);
    this.#chars += waiting.text.length;
    const isMore = last?.output === waiting.output &&
      last.settle === undefined && waiting.settle === undefined;
    if (isMore) last.text += waiting.text;
    else this.#waiting.push(waiting);
    this.#writing ??= this.#writeAll();
  }

  #tellOmitted(): void {
    if (this.#omitted === undefined) return;
    const { output, lines } = this.#omitted;
    this.#omitted = undefined;
    if (lines > 0) this.#push({ output, text: output.omission(lines) });
  }

  async #writeAll(): Promise<void> {
    for (let next; (next = this.#waiting.shift()) !== undefined;) {
      const { output, text, settle } = next;
      const delivered = await output.write(text);
      this.#chars -= text.length;
      settle?.(delivered);
      if (this.#waiting.length === 0) this.#tellOmitted();
    }
    this.#writing = undefined;
  }
}

/** A stream that text is written to, in the background. */
export class Output {
  /** Whether the stream is a terminal. */
  readonly isTerminal: boolean;
  readonly #sink: ByteSink;
  readonly #queue: WriteQueue;
  readonly #onFailure: ((error: unknown) => void) | undefined;
  #isClosed = false;
  #hasComplained = false;
  #lastResult: Promise<unknown> = Promise.resolve();
  #areResultsWhole = true;

  /**
   * An output to which nothing is written yet.
   *
   * @param sink The stream.
   * @param options What it is, and with which others it shares a queue.
   */
  constructor(sink: ByteSink, options: OutputOptions = {}) {
    this.#sink = sink;
    this.#queue = options.queue ?? new WriteQueue();
    this.isTerminal = options.isTerminal ?? false;
    this.#onFailure = options.onFailure;
  }

  /** Whether colours are wanted: on a terminal, without `NO_COLOR`. */
  get isColoured(): boolean {
    return this.isTerminal && !Deno.noColor;
  }

  /** Whether all results so far could be written, or had no reader. */
  get areResultsWhole(): boolean {
    return this.#areResultsWhole;
  }

  /**
   * Writes notes. Lines for which there is no room are counted.
   *
   * @param text Whole lines, each with its line feed.
   */
  print(text: string): void {
    if (!this.#isClosed) this.#queue.addNotes(this, text);
  }

  /**
   * Writes a picture that the next one replaces, such as a progress bar: not
   * at all while anything else waits.
   *
   * @param text The picture.
   */
  draw(text: string): void {
    if (this.#queue.isIdle) this.print(text);
  }

  /**
   * Writes a result, whole, after everything that was written before it.
   *
   * @param text The result.
   * @returns Its fate; nobody needs to wait for it, see
   * {@linkcode finishOutput}.
   */
  deliver(text: string): Promise<Delivered> {
    const delivered = this.#queue.addResult(this, text);
    this.#lastResult = delivered.then((outcome) => {
      if (outcome === "failed") this.#areResultsWhole = false;
    });
    return delivered;
  }

  /**
   * Waits for the results so far.
   *
   * @returns Fulfils when the fate of each is known.
   */
  async settled(): Promise<void> {
    await this.#lastResult;
  }

  /**
   * Waits until nothing is left to write.
   *
   * @returns Fulfils then.
   */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /**
   * The line that stands for lines that nobody has read in time.
   *
   * @param lines How many.
   * @returns The line; on a terminal it takes the place of a progress bar.
   */
  omission(lines: number): string {
    const were = lines === 1 ? "line" : "lines";
    return `${
      this.isTerminal ? "\r\x1b[K" : ""
    }… ${lines} ${were} not shown: nobody read them\n`;
  }

  /**
   * Writes a text at once: for the queue, which knows whose turn it is.
   *
   * @param text The text.
   * @returns Its fate.
   */
  async write(text: string): Promise<Delivered> {
    if (this.#isClosed) return "unread";
    let bytes = encoder.encode(text);
    try {
      while (bytes.length > 0) {
        const count = await this.#sink.write(bytes);
        if (count === 0) throw new Deno.errors.WriteZero("Nothing was written");
        bytes = bytes.subarray(count);
      }
      return "written";
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) {
        this.#isClosed = true;
        return "unread";
      }
      if (!this.#hasComplained) this.#onFailure?.(error);
      this.#hasComplained = true;
      return "failed";
    }
  }
}

// On one screen the order of all texts counts: a bar must be gone before
// anything else is written.
const screen = Deno.stdout.isTerminal() && Deno.stderr.isTerminal()
  ? { queue: new WriteQueue() }
  : {};

/** Standard error: for people, and never for a result. */
export const stderr: Output = new Output(Deno.stderr, {
  ...screen,
  isTerminal: Deno.stderr.isTerminal(),
});

/** Standard output. */
export const stdout: Output = new Output(Deno.stdout, {
  ...screen,
  isTerminal: Deno.stdout.isTerminal(),
  onFailure: (error) =>
    stderr.print(
      `error: Cannot write to standard output: ${messageOf(error)}\n`,
    ),
});

/**
 * Waits, at a program's end, until its results are written, and a moment for
 * its notes.
 *
 * @param signal Ends the wait.
 * @returns Whether the results were written whole; a reader that has closed its
 * end of a pipe has seen enough.
 */
export async function finishOutput(signal: AbortSignal): Promise<boolean> {
  const given = Promise.withResolvers<void>();
  const giveUp = () => given.resolve();
  signal.addEventListener("abort", giveUp);
  await Promise.race([stdout.settled(), given.promise]);
  const timer = setTimeout(giveUp, LAST_NOTES_MS);
  await Promise.race([
    Promise.all([stdout.idle(), stderr.idle()]),
    given.promise,
  ]);
  clearTimeout(timer);
  signal.removeEventListener("abort", giveUp);
  return stdout.areResultsWhole;
}
