/**
 * The file of `--report`.
 *
 * @module
 */

import {
  reportHtml,
  type ReportOptions,
  type ReportRun,
} from "../view/report/report.ts";
import { checkPlace } from "../platform/check_place.ts";
import { LogFile } from "../platform/log_file.ts";
import { messageOf, StartError } from "../platform/start_error.ts";

/**
 * A report that will be written. Its file is created before the run: an hour's
 * run must not end at a folder that is missing.
 */
export class ReportFile {
  readonly #path: string;
  readonly #file: LogFile;

  /**
   * Replaces what is at the path by an empty file, without following a link
   * planted there.
   *
   * @param path Where the report is to be.
   * @throws {StartError} If no file can be created there.
   */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = LogFile.createAnew(path);
    } catch (error) {
      throw reportStartError(path, error);
    }
  }

  /**
   * Looks whether the file can be expected to be created, and changes nothing.
   *
   * @param path Where the report is to be.
   * @throws {StartError} If it cannot.
   */
  static check(path: string): void {
    try {
      checkPlace(path);
    } catch (error) {
      throw reportStartError(path, error);
    }
  }

  /**
   * Writes the report.
   *
   * @param runs What it tells.
   * @param options Its title.
   * @returns What was wrong, in a sentence; undefined if it is written.
   * Whatever the run came to stands without it.
   */
  async write(
    runs: readonly ReportRun[],
    options: ReportOptions = {},
  ): Promise<string | undefined> {
    const html = await reportHtml(runs, options);
    try {
      this.#file.append(new TextEncoder().encode(html));
      return undefined;
    } catch (error) {
      return `Cannot write the report to ${this.#path}: ${messageOf(error)}`;
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function reportStartError(path: string, error: unknown): StartError {
  return new StartError(
    `Cannot write a report to ${path}: ${
      error instanceof Deno.errors.NotFound
        ? "its folder does not exist"
        : messageOf(error)
    } (name another file with --report)`,
    { cause: error },
  );
}
