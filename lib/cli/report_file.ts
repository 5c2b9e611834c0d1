/**
 * The file of `--report`.
 *
 * @module
 */

import { checkPlace } from "../platform/check_place.ts";
import { LogFile } from "../platform/log_file.ts";
import { messageOf, StartError } from "../platform/start_error.ts";
import type { ReportRun } from "../view/report/report.ts";
import type { ComparedReads } from "../view/report/report_reads.ts";

/** Title of the curves of many runs. */
const OF_ALL_RUNS = "How stale readers were in all runs";

/**
 * A report that will be written. Its file is created when the report is whole:
 * what stands there survives a run that does not come to its end.
 */
export class ReportFile {
  readonly #path: string;
  readonly #complain: (message: string) => void;

  /**
   * Looks whether the file can be expected to be created, and leaves what is
   * there as it is: an hour's run must not end at a folder that is missing.
   *
   * @param path Where the report is to be.
   * @param complain Is told why the report could not be written.
   * @throws {StartError} If no file can be created there.
   */
  constructor(path: string, complain: (message: string) => void) {
    this.#path = path;
    this.#complain = complain;
    try {
      checkPlace(path);
      tryToCreate(path);
    } catch (error) {
      throw reportStartError(path, error);
    }
  }

  /**
   * The report that a run was told to write, if it was.
   *
   * @param path Where the report is to be, if there is to be one.
   * @param complain Is told why the report could not be written.
   * @returns The report, or null.
   * @throws {StartError} If no file can be created there.
   */
  static at(
    path: string | undefined,
    complain: (message: string) => void,
  ): ReportFile | null {
    return path === undefined ? null : new ReportFile(path, complain);
  }

  /**
   * Writes the report in place of what is there, without following a link
   * planted there.
   *
   * @param runs What it tells.
   * @param extra Markup of further sections.
   * @param curves Reads of more runs than are shown.
   * @returns Whether it is written; if not, there is no file. Whatever the run
   * came to stands without it.
   */
  async write(
    runs: readonly ReportRun[],
    extra = "",
    curves: readonly ComparedReads[] = [],
  ): Promise<boolean> {
    // The page of a report is large: a run without one does not load it.
    const [{ reportHtml }, { freshCurvesSection }] = await Promise.all([
      import("../view/report/report.ts"),
      import("../view/report/report_reads.ts"),
    ]);
    const section = freshCurvesSection(curves, OF_ALL_RUNS);
    return this.writeHtml(await reportHtml(runs, extra + section));
  }

  /**
   * Writes a page in place of what is there, likewise.
   *
   * @param html The page.
   * @returns Whether it is written; if not, there is no file.
   */
  writeHtml(html: string): boolean {
    try {
      writeAnew(this.#path, new TextEncoder().encode(html));
      return true;
    } catch (error) {
      this.#complain(
        `error: Cannot write the report to ${this.#path}: ${messageOf(error)}`,
      );
      return false;
    }
  }
}

/** Creates a file where there is none, and removes it again. */
function tryToCreate(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    throw error;
  }
  Deno.removeSync(path);
}

function writeAnew(path: string, bytes: Uint8Array): void {
  using file = LogFile.createAnew(path);
  try {
    file.append(bytes);
  } catch (error) {
    Deno.removeSync(path);
    throw error;
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
