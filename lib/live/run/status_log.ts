/**
 * The parent's log, `ParentProcessStatus`: the lives of its likes servers.
 *
 * @module
 */

import { STATUS_LOG } from "../../domain/log_files.ts";
import { messageOf } from "../../platform/start_error.ts";
import type { ChildEnd } from "./child.ts";

const PARENT = "ParentProcess";
const ERROR = "ERROR";

/** A file that whole lines are appended to, such as a `LogFile`. */
export interface LineSink {
  /**
   * Appends whole lines.
   *
   * @param lines Whole lines, each with its LF.
   */
  append(lines: Uint8Array): void;
}

/** The file of a {@linkcode StatusLog}, its clock, and who else reads it. */
export interface StatusLogOptions {
  /** The file. */
  readonly sink: LineSink;
  /** The time of a line, in milliseconds since 1970. */
  readonly nowMs: () => number;
  /**
   * Called with what is logged, without its time: whose life it is of, and what
   * happened.
   */
  readonly onLine: (name: string, line: string) => void;
  /**
   * Called with a message if a line could not be written: likes servers are
   * more important than their log.
   */
  readonly onNote: (message: string) => void;
}

/**
 * Writes what happens to likes servers, each line before anything is done about
 * it.
 */
export class StatusLog {
  readonly #options: StatusLogOptions;
  readonly #running = new Map<number, string>();

  /** @param options The file, the clock, and who else reads the lines. */
  constructor(options: StatusLogOptions) {
    this.#options = options;
  }

  /** The parent starts. */
  parentStarted(): void {
    this.#write(PARENT, "started");
  }

  /** The parent has seen all its likes servers end. */
  parentCompleted(): void {
    this.#write(PARENT, "completed");
  }

  /**
   * A likes server has been started.
   *
   * @param name Its name.
   * @param pid The process.
   * @param session Its session, 16 hex digits.
   */
  started(name: string, pid: number, session: string): void {
    this.#running.set(pid, name);
    this.#write(name, `started pid ${pid} session ${session}`);
  }

  /**
   * A likes server could not be run, or not to its end.
   *
   * @param name Its name.
   * @param reason Why, in one line.
   */
  notRun(name: string, reason: string): void {
    this.#write(ERROR, `${name} could not be run: ${reason}`);
  }

  /**
   * A process has ended. One that was never said to have started is logged as
   * an error.
   *
   * @param pid The process.
   * @param end How it ended.
   */
  ended(pid: number, end: ChildEnd): void {
    const how = end.signal === null
      ? `code ${end.code}`
      : `signal ${end.signal}`;
    const name = this.#running.get(pid);
    this.#running.delete(pid);
    if (name === undefined) {
      this.#write(ERROR, `unknown process ended pid ${pid} ${how}`);
    } else {
      this.#write(name, `ended pid ${pid} ${how}`);
    }
  }

  #write(name: string, line: string): void {
    const { sink, nowMs, onLine, onNote } = this.#options;
    const time = new Date(nowMs()).toISOString();
    const text = `${name} ${line}`;
    try {
      sink.append(new TextEncoder().encode(`${time} ${text}\n`));
    } catch (error) {
      onNote(`Cannot log "${text}" in ${STATUS_LOG}: ${messageOf(error)}`);
    }
    onLine(name, line);
  }
}
