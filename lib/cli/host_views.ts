/**
 * The views of a run of other people's programs: page, report, history, trace
 * and diagram.
 *
 * @module
 */

import { nodeNamesOf } from "../host/network/naming.ts";
import type { NetworkObserver } from "../host/network/network.ts";
import type { HostListener } from "../host/run/host_run.ts";
import type { HostOptions } from "../host/run/options.ts";
import type { HostPicture } from "../host/views/host_picture.ts";
import type {
  MessageJournal,
  MessageTrace,
} from "../host/views/message_views.ts";
import type { Dashboard } from "../live/pages/dashboard.ts";
import { checkLogPlace } from "../options/log_place.ts";
import { createLineFile } from "../options/named_line_file.ts";
import { JsonArrayFile } from "../platform/json_array_file.ts";
import type { LineFile } from "../platform/line_file.ts";
import type { OperationEvent } from "../verdict/operations/history.ts";
import type { OperationVerdict } from "../verdict/operations/verdict.ts";
import { WholeFile } from "./whole_file.ts";
import { writeDiagram } from "./diagram/diagram_file.ts";

/** A trace and its file. */
interface TraceParts {
  readonly lines: LineFile;
  readonly array: JsonArrayFile;
  readonly trace: MessageTrace;
}

/** The views that were asked for. */
interface Parts {
  readonly history?: LineFile;
  readonly trace?: TraceParts;
  readonly journal?: MessageJournal;
  readonly picture?: HostPicture;
  readonly page?: Dashboard;
  readonly report?: WholeFile;
  readonly diagram?: WholeFile;
}

/** Views of a run; what was not asked for is not loaded. */
export class HostViews implements AsyncDisposable {
  /** The listener to messages, where a view wants one. */
  readonly observer: NetworkObserver | null;
  readonly #options: HostOptions;
  readonly #parts: Parts;
  readonly #onNote: (text: string) => void;
  #seconds = 0;

  private constructor(
    options: HostOptions,
    parts: Parts,
    onNote: (text: string) => void,
  ) {
    this.#options = options;
    this.#parts = parts;
    this.#onNote = onNote;
    const { trace, journal } = parts;
    const observers = [trace?.trace, journal].filter((one) =>
      one !== undefined
    );
    this.observer = observers.length === 0 ? null : all(observers);
  }

  /**
   * Opens the views that were asked for.
   *
   * @param options The run.
   * @param onNote Is told where the page is, and what cannot be written.
   * @returns The views.
   * @throws {StartError} If a file cannot be created, or no port is free.
   */
  static async open(
    options: HostOptions,
    onNote: (text: string) => void,
  ): Promise<HostViews> {
    const { hosted, history, trace, diagram, command } = options;
    // Of several files rather none is replaced than some.
    const report = WholeFile.at("report", options.report, onNote);
    const diagramFile = WholeFile.at("diagram", diagram, onNote);
    if (history !== undefined) checkLogPlace(history, "--history");
    if (trace !== undefined) checkLogPlace(trace, "--trace");
    const parts: { -readonly [K in keyof Parts]: Parts[K] } = {
      ...report !== null && { report },
      ...diagramFile !== null && { diagram: diagramFile },
    };
    if (history !== undefined) {
      parts.history = createLineFile(history, "history", onNote);
    }
    if (trace !== undefined || diagram !== undefined) {
      const views = await import("../host/views/message_views.ts");
      if (diagram !== undefined) parts.journal = new views.MessageJournal();
      if (trace !== undefined) {
        const lines = createLineFile(trace, "trace", onNote);
        const array = new JsonArrayFile(lines);
        parts.trace = {
          lines,
          array,
          trace: new views.MessageTrace(hosted, {
            write: (event) => array.add(event),
            command,
          }),
        };
      }
    }
    if (options.dashboardPort !== undefined || report !== null) {
      const { HostPicture } = await import("../host/views/host_picture.ts");
      parts.picture = new HostPicture(options, nodeNamesOf(hosted));
    }
    if (options.dashboardPort !== undefined && parts.picture !== undefined) {
      const { Dashboard } = await import("../live/pages/dashboard.ts");
      parts.page = new Dashboard(parts.picture, options.dashboardPort);
      onNote(`Dashboard: ${parts.page.link}`);
    }
    return new HostViews(options, parts, onNote);
  }

  /**
   * Takes an event of the history.
   *
   * @param event The event.
   */
  onEvent(event: OperationEvent): void {
    const { history, picture, trace, journal } = this.#parts;
    this.#seconds = Math.max(this.#seconds, event.t);
    history?.add(JSON.stringify(event));
    picture?.onEvent(event);
    trace?.trace.event(event);
    journal?.event(event);
  }

  /**
   * Takes a complaint.
   *
   * @param complaint What is wrong with a node.
   */
  onComplaint(complaint: Parameters<HostListener["onComplaint"]>[0]): void {
    this.#parts.picture?.onComplaint(complaint);
  }

  /**
   * Ends the views with the verdict, and writes what is to be written.
   *
   * @param verdict The verdict.
   * @returns Whether all that was asked for is written whole.
   */
  async end(verdict: OperationVerdict): Promise<boolean> {
    const { history, trace, picture, page, report } = this.#parts;
    picture?.end(verdict);
    page?.end();
    trace?.trace.end(this.#seconds);
    trace?.array.end();
    const areWhole = [
      await history?.end() !== false,
      await trace?.lines.end() !== false,
      await this.#writeDiagram(verdict),
    ];
    if (picture !== undefined && report !== undefined) {
      const { operationsReportHtml } = await import(
        "../view/report/report_operations.ts"
      );
      const html = await operationsReportHtml(verdict, picture.picture());
      areWhole.push(report.write(html));
    }
    return areWhole.every(Boolean);
  }

  async #writeDiagram({ lostElement }: OperationVerdict): Promise<boolean> {
    const { journal, diagram } = this.#parts;
    if (journal === undefined || diagram === undefined) return true;
    if (lostElement === undefined) {
      this.#onNote("No element was lost: there is no story to draw");
      return true;
    }
    const { lossStory } = await import("../host/views/loss_story.ts");
    return writeDiagram(
      diagram,
      lossStory(lostElement, journal, this.#options.hosted),
    );
  }

  /** Closes the page. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.page?.[Symbol.asyncDispose]();
  }
}

/** Passes on to several observers. */
function all(observers: readonly NetworkObserver[]): NetworkObserver {
  return {
    sent: (tick, parcel) => observers.forEach((one) => one.sent(tick, parcel)),
    arrived: (tick, parcel) =>
      observers.forEach((one) => one.arrived(tick, parcel)),
    lost: (tick, parcel) => observers.forEach((one) => one.lost(tick, parcel)),
  };
}
