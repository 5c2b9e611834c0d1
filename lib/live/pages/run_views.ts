/**
 * What `--dashboard` and `--report` show of a live run, beside what is printed.
 *
 * @module
 */

import type { Verdict } from "../../verdict/verdict.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { RunPicture } from "../../view/picture/picture.ts";
import type { Dashboard } from "./dashboard.ts";
import type { LiveDisplay } from "./live_display.ts";
import type { LivePicture } from "./live_picture.ts";
import type { LiveRunListener, LiveRunState } from "../run/live_run.ts";
import type { LiveRunOptions } from "../run/options.ts";

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

  private constructor(
    display: LiveDisplay,
    picture?: LivePicture,
    dashboard?: Dashboard,
  ) {
    this.listener = picture === undefined
      ? display
      : new Listeners([display, picture]);
    this.#display = display;
    this.#picture = picture;
    this.#dashboard = dashboard;
  }

  /**
   * Opens what was asked for. Where nothing was, nothing is loaded, and the
   * display is told alone.
   *
   * @param options The run.
   * @param display What is printed.
   * @returns The views.
   * @throws {StartError} If no port is free for the dashboard.
   */
  static async open(
    options: LiveRunOptions,
    display: LiveDisplay,
  ): Promise<RunViews> {
    const { dashboardPort, report } = options;
    if (dashboardPort === undefined && report === undefined) {
      return new RunViews(display);
    }
    const { LivePicture } = await import("./live_picture.ts");
    const picture = new LivePicture(options);
    if (dashboardPort === undefined) return new RunViews(display, picture);
    const { Dashboard } = await import("./dashboard.ts");
    const dashboard = new Dashboard(picture, dashboardPort);
    display.note(`Dashboard: ${dashboard.link}`);
    return new RunViews(display, picture, dashboard);
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
   * @returns What a report shows of it; undefined where no view was asked for.
   */
  async end(verdict: Verdict): Promise<RunPicture | undefined> {
    if (this.#picture === undefined) return undefined;
    await this.#picture.end(verdict);
    this.#dashboard?.end();
    return this.#picture.picture();
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#picture?.[Symbol.asyncDispose]();
    await this.#dashboard?.[Symbol.asyncDispose]();
  }
}
