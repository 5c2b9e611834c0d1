/**
 * A program in a process group of its own, with pipes to its standard streams.
 *
 * @module
 */

import { readBoundedLines, readBytes } from "../bounded_lines.ts";
import { sleep } from "../sleep.ts";

/** The program, its environment and its listener. */
export interface ProcessGroupOptions {
  /** The path or the name of the program. */
  readonly program: string;
  /** The arguments of the program. */
  readonly args: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** The most characters of a line. */
  readonly lineCharsMax: number;
  /** Is told what it prints, and of its end. */
  readonly listener: ProcessListener;
  /** Counts what waits for processes that share it. */
  readonly backlog: Backlog;
}

/** Text that waits for processes to read it. */
export class Backlog {
  /** Characters that wait, as far as this process knows. */
  chars = 0;
}

/** A listener to a process. */
export interface ProcessListener {
  /** A line of its standard output, without its LF. */
  onLine(line: string): void;
  /** A line that is longer than allowed began like this. */
  onTooLong(beginning: string): void;
  /** A piece of its standard error. */
  onErrorBytes(bytes: Uint8Array): void;
  /** The process takes no input any more, although it lives. */
  onInputClosed(): void;
  /** The process gives no output any more, although it lives. */
  onOutputClosed(): void;
  /** Answers what to wait for before more of its output is read. */
  gate(): Promise<void> | undefined;
}

/** The end of a process. */
export interface ProcessEnd {
  /** The exit code; 128 and the number of the signal if a signal ended it. */
  readonly code: number;
  /** The signal that ended it; null if it exited by itself. */
  readonly signal: string | null;
}

const encoder = new TextEncoder();

/** A running program and all that it has forked. */
export class ProcessGroup {
  /** The process id, which is the id of the group. */
  readonly pid: number;
  /** Fulfils when the process has ended. What it forked may live on. */
  readonly ended: Promise<ProcessEnd>;
  readonly #process: Deno.ChildProcess;
  readonly #listener: ProcessListener;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Fulfils when nothing is read any more. */
  readonly #streams: Promise<unknown>;
  #waiting: string[] = [];
  readonly #backlog: Backlog;
  #waitingChars = 0;
  #isWriting = false;
  #isInputClosed = false;
  readonly #death = new AbortController();

  /**
   * Starts a program.
   *
   * @param options The program.
   * @throws {Deno.errors.NotFound} If there is no such program.
   * @throws {Error} If the system cannot start it, as Deno says it.
   */
  constructor(options: ProcessGroupOptions) {
    const { program, args, env, listener, lineCharsMax } = options;
    const process = new Deno.Command(program, {
      args: [...args],
      env: { ...env },
      clearEnv: true,
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#process = process;
    this.#listener = listener;
    this.#backlog = options.backlog;
    this.pid = process.pid;
    this.#writer = process.stdin.getWriter();
    // The reason is told where something is written.
    this.#writer.closed.catch(() => {});
    this.ended = process.status.then(({ code, signal }) => {
      this.#death.abort();
      return { code, signal };
    });
    const output = readBoundedLines(process.stdout, lineCharsMax, listener);
    output.then(() => this.#tellIfAlive(() => listener.onOutputClosed()));
    const errors = readBytes(
      process.stderr,
      (bytes) => listener.onErrorBytes(bytes),
    );
    this.#streams = Promise.all([output, errors]);
  }

  /** A pipe closes as well because the process ends, which is told later. */
  async #tellIfAlive(tell: () => void): Promise<void> {
    await sleep(DYING_MS, this.#death.signal);
    if (!this.#death.signal.aborted) tell();
  }

  /** Characters that it has not read yet, as far as this process knows. */
  get waitingChars(): number {
    return this.#waitingChars;
  }

  /**
   * Writes to its standard input, in the background. Does nothing where that is
   * closed.
   *
   * @param line A line, with its LF.
   */
  write(line: string): void {
    if (this.#isInputClosed) return;
    this.#waiting.push(line);
    this.#wait(line.length);
    if (this.#isWriting) return;
    this.#isWriting = true;
    // What else is written in this turn goes with it.
    queueMicrotask(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const text = this.#waiting.join("");
        this.#waiting = [];
        await this.#writer.write(encoder.encode(text));
        if (!this.#isInputClosed) this.#wait(-text.length);
      }
    } catch {
      this.#closeInput();
      this.#tellIfAlive(() => this.#listener.onInputClosed());
    }
    this.#isWriting = false;
  }

  #wait(chars: number): void {
    this.#waitingChars += chars;
    this.#backlog.chars += chars;
  }

  #closeInput(): void {
    this.#isInputClosed = true;
    this.#waiting = [];
    this.#wait(-this.#waitingChars);
  }

  /**
   * Sends a signal to the whole group. Does nothing if there is none any more.
   *
   * @param signal The signal.
   */
  signal(signal: Deno.Signal): void {
    try {
      Deno.kill(-this.pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /**
   * Kills the whole group.
   *
   * @returns Fulfils when the process has ended and all that it printed was
   * passed on.
   */
  async kill(): Promise<ProcessEnd> {
    this.signal("SIGKILL");
    const end = await this.ended;
    // Somebody who has left the group may hold the pipes open.
    const over = new AbortController();
    const read = this.#streams.then(() => over.abort());
    await Promise.race([read, sleep(LAST_WORDS_MS, over.signal)]);
    this.#closeInput();
    await this.#writer.abort().catch(() => {});
    return end;
  }
}

/** The most time between the closing of a pipe and the end of its process. */
const DYING_MS = 500;

/** Time for what a process has printed to be read when it has been killed. */
const LAST_WORDS_MS = 200;
