/**
 * The views of a live run: display, dashboard and report.
 *
 * @module
 */

import type { ReadTheory } from "../../verdict/prediction.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { RunPicture } from "../../view/picture/picture.ts";
import type { Dashboard } from "./dashboard.ts";
import type { LiveDisplay } from "./live_display.ts";
import type { LivePicture } from "./live_picture.ts";
import type { LiveRunListener, LiveRunState } from "../run/live_run.ts";
import type { LiveRunOptions } from "../run/options.ts";

/** The display of a run, and its other views that were asked for, if any. */
export class RunViews implements LiveRunListener {
  readonly #display: LiveDisplay;
  readonly #picture: LivePicture | undefined;
  readonly #dashboard: Dashboard | undefined;

  private constructor(
    display: LiveDisplay,
    picture?: LivePicture,
    dashboard?: Dashboard,
  ) {
    this.#display = display;
    this.#picture = picture;
    this.#dashboard = dashboard;
  }

  /**
   * Opens the views that were asked for. Where none was, none is loaded.
   *
   * @param options The run.
   * @param display The display on the terminal.
   * @param readTheory Theory of the reads of the run.
   * @returns The views.
   * @throws {StartError} If no port is free for the dashboard.
   */
  static async open(
    options: LiveRunOptions,
    display: LiveDisplay,
    readTheory?: ReadTheory,
  ): Promise<RunViews> {
    const { dashboardPort, report } = options;
    if (dashboardPort === undefined && report === undefined) {
      return new RunViews(display);
    }
    const { LivePicture } = await import("./live_picture.ts");
    const picture = new LivePicture(options, readTheory);
    if (dashboardPort === undefined) return new RunViews(display, picture);
    const { Dashboard } = await import("./dashboard.ts");
    const dashboard = new Dashboard(picture, dashboardPort);
    display.note(`Dashboard: ${dashboard.link}`);
    return new RunViews(display, picture, dashboard);
  }

  /** @inheritdoc */
  onLine(name: string, line: string): void {
    this.#display.onLine(name, line);
    this.#picture?.onLine(name, line);
  }

  /** @inheritdoc */
  onNote(text: string): void {
    this.#display.onNote(text);
    this.#picture?.onNote(text);
  }

  /** @inheritdoc */
  onBegin(state: LiveRunState): void {
    this.#display.onBegin(state);
    this.#picture?.onBegin(state);
  }

  /** @inheritdoc */
  onEvent(event: HistoryEvent): void {
    this.#picture?.onEvent(event);
  }

  /**
   * Passes on a line of the primary of `start`.
   *
   * @param line The line.
   */
  onPrimaryLine(line: string): void {
    this.#display.onPrimaryLine(line);
    this.#picture?.onPrimaryLine(line);
  }

  /**
   * Ends the views with the verdict.
   *
   * @param verdict The verdict on it.
   * @returns The picture for a report; undefined where no view was asked for.
   */
  async end(verdict: Verdict): Promise<RunPicture | undefined> {
    if (this.#picture === undefined) return undefined;
    await this.#picture.end(verdict);
    this.#dashboard?.end();
    return this.#picture.picture();
  }

  /** Closes the views. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#picture?.[Symbol.asyncDispose]();
    await this.#dashboard?.[Symbol.asyncDispose]();
  }
}
