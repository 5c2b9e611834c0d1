/**
 * The files of `--history` and `--trace`, which are written as things happen.
 *
 * @module
 */

import { STATUS_LOG } from "../../domain/log_files.ts";
import { createLineFile } from "../../options/named_line_file.ts";
import { checkLogPlace } from "../../options/log_place.ts";
import type { RunCommandOptions } from "../../options/run_options.ts";
import { JsonArrayFile } from "../../platform/json_array_file.ts";
import type { LineFile } from "../../platform/line_file.ts";
import { formatEvent, type HistoryEvent } from "../../verdict/history.ts";
import type { LiveRunOptions } from "./options.ts";
import { TraceEvents, type TraceSums } from "../../view/trace/trace_events.ts";

/** The paths of files that a run is told to write. */
export interface RunFileOptions {
  /** Path of the history. */
  readonly history?: string | undefined;
  /** Path of the trace. */
  readonly trace?: string | undefined;
}

/** The files of a run that tell of each event. */
export class RunFiles {
  readonly #files: readonly EventFile[];

  private constructor(files: readonly EventFile[]) {
    this.#files = files;
  }

  /**
   * Replaces what is at the paths by empty files, never through a link that
   * somebody has planted there.
   *
   * @param options The run, and the files that it is told to write.
   * @param complain Is told, once for each file, why it ends before the run
   * does.
   * @returns The files, open.
   * @throws {StartError} If one cannot be created.
   */
  static create(
    options: RunFileOptions & Pick<RunCommandOptions, "run" | "command">,
    complain: (message: string) => void,
  ): RunFiles {
    const { history, trace } = options;
    // Of two files rather none is replaced than one.
    checkRunFiles(options);
    const files: EventFile[] = [];
    try {
      if (history !== undefined) {
        const lines = createLineFile(history, "history", complain);
        const add = (event: HistoryEvent) => lines.add(formatEvent(event));
        files.push({ lines, add, end: () => {} });
      }
      if (trace !== undefined) {
        const lines = createLineFile(trace, "trace", complain);
        files.push(traceFile(lines, options));
      }
    } catch (error) {
      for (const { lines } of files) lines.end();
      throw error;
    }
    return new RunFiles(files);
  }

  /**
   * Makes the run that the files are for; if that fails, they are closed.
   *
   * @param make Makes the run.
   * @returns The run.
   * @throws {Error} What `make` throws.
   */
  async heldFor<Run>(make: () => Run): Promise<Run> {
    try {
      return make();
    } catch (error) {
      await this.end(0);
      throw error;
    }
  }

  /** Whether there is any: otherwise nobody need tell of events. */
  get areWanted(): boolean {
    return this.#files.length > 0;
  }

  /**
   * Takes the next event.
   *
   * @param event What happened.
   * @param sums The sums of the run after it.
   */
  add(event: HistoryEvent, sums: TraceSums): void {
    for (const file of this.#files) {
      if (!file.lines.isBroken) file.add(event, sums);
    }
  }

  /**
   * Waits for the disk if it is far behind.
   *
   * @returns Fulfils when a run in virtual time may go on.
   */
  async caughtUp(): Promise<void> {
    for (const file of this.#files) await file.lines.caughtUp();
  }

  /**
   * Writes what is left and closes the files.
   *
   * @param seconds When the run ended, in seconds since its start.
   * @returns Whether every event is in all of them.
   */
  async end(seconds: number): Promise<boolean> {
    let areWhole = true;
    for (const file of this.#files) {
      file.end(seconds);
      if (!await file.lines.end()) areWhole = false;
    }
    return areWhole;
  }
}

/** A file that tells of each event, until the file has ended. */
interface EventFile {
  readonly lines: LineFile;
  add(event: HistoryEvent, sums: TraceSums): void;
  end(seconds: number): void;
}

/**
 * A JSON array of trace events. By its definition the array may lack its end,
 * so that the file can be opened however the run ends.
 */
function traceFile(
  lines: LineFile,
  { run, command }: Pick<RunCommandOptions, "run" | "command">,
): EventFile {
  const array = new JsonArrayFile(lines);
  const events = new TraceEvents({
    write: (event) => array.add(event),
    replicas: run.replicas,
    isToAll: run.writeTo === "all",
    command,
  });
  return {
    lines,
    add: (event, sums) => events.add(event, sums),
    end(seconds) {
      events.end(seconds);
      array.end();
    },
  };
}

/**
 * Looks at the files that the parent is to create, before anything is started
 * that would have to be stopped again, and before any of them replaces an
 * earlier one.
 *
 * @param options The run.
 * @throws {StartError} If one of them cannot be created.
 */
export function checkFiles(
  options: LiveRunOptions,
): void {
  checkLogPlace(`${options.logDir}/${STATUS_LOG}`);
  checkRunFiles(options);
}

function checkRunFiles({ history, trace }: RunFileOptions): void {
  if (history !== undefined) checkLogPlace(history, "--history");
  if (trace !== undefined) checkLogPlace(trace, "--trace");
}
