/**
 * The parent's log, `ParentProcessStatus`: the lives of its likes servers.
 *
 * @module
 */

import type { ChildEnd } from "./child.ts";

/** Name of the parent's log in the log folder. */
export const STATUS_LOG = "ParentProcessStatus";

/** Name of the lock beside it. */
export const STATUS_LOCK = "ParentProcessStatus.lock";

/** Where whole lines are appended, such as a `LogFile`. */
export interface LineSink {
  /**
   * Appends whole lines.
   *
   * @param lines Whole lines, each with its LF.
   */
  append(lines: Uint8Array): void;
}

/**
 * Writes what happens to likes servers, each line before anything is done about
 * it.
 */
export class StatusLog {
  readonly #sink: LineSink;
  readonly #nowMs: () => number;
  readonly #complain: (message: string) => void;
  readonly #running = new Map<number, string>();

  /**
   * @param sink The file.
   * @param nowMs The time, in milliseconds since 1970.
   * @param complain Called with a message if a line could not be written: likes
   * servers are more important than their log.
   */
  constructor(
    sink: LineSink,
    nowMs: () => number,
    complain: (message: string) => void,
  ) {
    this.#sink = sink;
    this.#nowMs = nowMs;
    this.#complain = complain;
  }

  /** The parent starts. */
  parentStarted(): void {
    this.#write("ParentProcess started");
  }

  /** The parent has seen all its likes servers end. */
  parentCompleted(): void {
    this.#write("ParentProcess completed");
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
    this.#write(`${name} started pid ${pid} session ${session}`);
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
    this.#write(
      name === undefined
        ? `ERROR unknown process ended pid ${pid} ${how}`
        : `${name} ended pid ${pid} ${how}`,
    );
  }

  #write(text: string): void {
    const time = new Date(this.#nowMs()).toISOString();
    try {
      this.#sink.append(new TextEncoder().encode(`${time} ${text}\n`));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#complain(`Cannot log "${text}" in ParentProcessStatus: ${reason}`);
    }
  }
}
