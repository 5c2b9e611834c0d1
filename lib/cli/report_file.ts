/**
 * The file of `--report`.
 *
 * @module
 */

import { WholeFile } from "./whole_file.ts";
import type { ReportRun } from "../view/report/report.ts";
import type { ComparedReads } from "../view/report/report_reads.ts";

/** Title of the curves of many runs. */
const OF_ALL_RUNS = "How stale readers were in all runs";

/**
 * A report that will be written. Its file is created when the report is whole:
 * what stands there survives a run that does not come to its end.
 */
export class ReportFile {
  readonly #file: WholeFile;

  /**
   * Looks whether the file can be expected to be created.
   *
   * @param path The place of the report.
   * @param complain Is told why the report could not be written.
   * @throws {StartError} If no file can be created there.
   */
  constructor(path: string, complain: (message: string) => void) {
    this.#file = new WholeFile(path, "report", complain);
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
    return this.#file.write(html);
  }
}
