/**
 * What `--dashboard` and `--report` show of a live run, beside what is printed.
 *
 * @module
 */

import type { Verdict } from "../../verdict/verdict.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { Dashboard } from "./dashboard.ts";
import type { LiveDisplay } from "./live_display.ts";
import type { LivePicture } from "./live_picture.ts";
import type { LiveRunListener, LiveRunState } from "../run/live_run.ts";
import type { ParentOptions } from "../run/options.ts";
import type { ReportFile } from "../../cli/report_file.ts";

/** Tells several listeners what happens. */
class Listeners implements LiveRunListener {
  readonly #listeners: readonly LiveRunListener[];

  constructor(listeners: readonly LiveRunListener[]) {
    this.#listeners = listeners;
  }

  onLine(name: string, line: string): void {
    for (const one of this.#listeners) one.onLine(name, line);
  }

  onNote(text: string): void {
    for (const one of this.#listeners) one.onNote(text);
  }

  onBegin(state: LiveRunState): void {
    for (const one of this.#listeners) one.onBegin(state);
  }

  onEvent(event: HistoryEvent): void {
    for (const one of this.#listeners) one.onEvent?.(event);
  }
}

/** The views of a run that were asked for, if any. */
export class RunViews {
  /** Is to be told what happens: the display, and whatever else looks on. */
  readonly listener: LiveRunListener;
  readonly #display: LiveDisplay;
  readonly #picture: LivePicture | undefined;
  readonly #dashboard: Dashboard | undefined;
  readonly #reportPath: string | undefined;
  #report: ReportFile | undefined;

  private constructor(
    display: LiveDisplay,
    picture?: LivePicture,
    dashboard?: Dashboard,
    reportPath?: string,
  ) {
    this.listener = picture === undefined
      ? display
      : new Listeners([display, picture]);
    this.#display = display;
    this.#picture = picture;
    this.#dashboard = dashboard;
    this.#reportPath = reportPath;
  }

  /**
   * Opens what was asked for, and looks whether the report can be expected to
   * be created. Where nothing was, nothing is loaded, and the display is told
   * alone.
   *
   * @param options The run.
   * @param display What is printed.
   * @returns The views.
   * @throws {StartError} If the report cannot be created, or no port is free.
   */
  static async open(
    options: ParentOptions,
    display: LiveDisplay,
  ): Promise<RunViews> {
    const { dashboardPort, report } = options;
    if (dashboardPort === undefined && report === undefined) {
      return new RunViews(display);
    }
    const { LivePicture } = await import("./live_picture.ts");
    const picture = new LivePicture(options);
    if (report !== undefined) {
      const { ReportFile } = await import("../../cli/report_file.ts");
      ReportFile.check(report);
    }
    if (dashboardPort === undefined) {
      return new RunViews(display, picture, undefined, report);
    }
    const { Dashboard } = await import("./dashboard.ts");
    const dashboard = new Dashboard(picture, dashboardPort);
    display.onNote(`Dashboard: ${dashboard.link}`);
    return new RunViews(display, picture, dashboard, report);
  }

  /**
   * Replaces the file of the report by an empty one: not before everything else
   * is there that the run needs.
   *
   * @returns Fulfils when it is done, or at once where no report is wanted.
   * @throws {StartError} If it cannot be created.
   */
  async createReport(): Promise<void> {
    if (this.#reportPath === undefined) return;
    const { ReportFile } = await import("../../cli/report_file.ts");
    this.#report = new ReportFile(this.#reportPath);
  }

  /**
   * The primary of `start` printed a line.
   *
   * @param line The line.
   */
  onPrimaryLine(line: string): void {
    this.#display.onPrimaryLine(line);
    this.#picture?.onPrimaryLine(line);
  }

  /**
   * The run is over.
   *
   * @param verdict The verdict on it.
   */
  async end(verdict: Verdict): Promise<void> {
    if (this.#picture === undefined) return;
    await this.#picture.end(verdict);
    this.#dashboard?.end();
    if (this.#report === undefined) return;
    const picture = this.#picture.picture();
    const complaint = await this.#report.write([{ picture, verdict }]);
    if (complaint !== undefined) this.#display.onNote(complaint);
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#picture?.[Symbol.asyncDispose]();
    await this.#dashboard?.[Symbol.asyncDispose]();
    this.#report?.[Symbol.dispose]();
  }
}
