/**
 * `host`: other people's programs as the nodes.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { nodeNamesOf } from "../../host/network/naming.ts";
import {
  type HostListener,
  type HostState,
  runHost,
} from "../../host/run/host_run.ts";
import type { HostOptions } from "../../host/run/options.ts";
import type { HostPicture } from "../../host/views/host_picture.ts";
import type { Dashboard } from "../../live/pages/dashboard.ts";
import { checkLogPlace } from "../../options/log_place.ts";
import { createLineFile } from "../../options/named_line_file.ts";
import { Interruption } from "../../platform/interruption.ts";
import type { OperationEvent } from "../../verdict/operations/history.ts";
import {
  type OperationVerdict,
  operationVerdictRecord,
} from "../../verdict/operations/verdict.ts";
import { formatCount } from "../../view/numbers.ts";
import { operationsTable } from "../../view/terminal/operations_table.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { ReportFile } from "../report_file.ts";

/** Between two pictures of the progress, in milliseconds. */
const FRAME_MS = 200;

/**
 * Runs programs as the nodes of a cluster, and gives the verdict.
 *
 * @param options The run.
 * @returns The exit code: 0 passed, 1 not, 3 the history or the report is not
 * whole, 130 stopped.
 */
export async function runHostCommand(options: HostOptions): Promise<number> {
  using interruption = new Interruption();
  const output = new CommandOutput();
  const onNote = (text: string) => output.note(text);
  const { hosted: run, logDir } = options;
  checkLogPlace(`${logDir}/${nodeNamesOf(run)[0]}.log`);
  const report = ReportFile.at(options.report, onNote);
  await using views = await HostViews.open(options, onNote);
  const history = options.history === undefined
    ? null
    : createLineFile(options.history, "history", onNote);
  using progress = new HostProgress(options, output);
  const verdict = await runHost(options, interruption, {
    onNote,
    onComplaint: (complaint) => {
      output.note(`${complaint.text}.`);
      views.onComplaint(complaint);
    },
    onBegin: (state) => progress.show(state),
    onEvent: (event) => {
      history?.add(JSON.stringify(event));
      views.onEvent(event);
    },
  });
  output.tell(
    options.json
      ? jsonText(operationVerdictRecord(verdict))
      : operationsTable(verdict, output.isColoured),
  );
  const html = await views.end(verdict, report !== null);
  const isReportWhole = html === null || report?.writeHtml(html) !== false;
  const isHistoryWhole = await history?.end() !== false;
  if (!isReportWhole || !isHistoryWhole) return Exit.UNWRITTEN;
  if (interruption.stop.aborted) return Exit.INTERRUPTED;
  return verdict.passed ? Exit.DONE : Exit.FAILED;
}

/** The bar on a terminal. */
class HostProgress implements Disposable {
  readonly #plannedTicks: number;
  readonly #output: CommandOutput;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor({ hosted }: HostOptions, output: CommandOutput) {
    this.#plannedTicks = hosted.lifetimeTicks + hosted.drainTicks;
    this.#output = output;
  }

  show(state: HostState): void {
    this.#timer = setInterval(() =>
      this.#output.show(
        Math.min(1, state.seconds * TICKS_PER_SECOND / this.#plannedTicks),
        () => describe(state),
      ), FRAME_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function describe({ seconds, done, ok, betweenNodes, up }: HostState): string {
  return `${Math.floor(seconds)} s, ${formatCount(up)} nodes up, ${
    formatCount(ok)
  } of ${formatCount(done)} operations succeeded, ${
    formatCount(betweenNodes)
  } messages between nodes`;
}

/** The page and the picture that were asked for, if any. */
class HostViews implements AsyncDisposable {
  readonly #picture: HostPicture | null;
  readonly #page: Dashboard | null;

  private constructor(picture: HostPicture | null, page: Dashboard | null) {
    this.#picture = picture;
    this.#page = page;
  }

  /** Opens the views that were asked for; where none was, none is loaded. */
  static async open(
    options: HostOptions,
    onNote: (text: string) => void,
  ): Promise<HostViews> {
    const { dashboardPort, report, hosted } = options;
    if (dashboardPort === undefined && report === undefined) {
      return new HostViews(null, null);
    }
    const { HostPicture } = await import("../../host/views/host_picture.ts");
    const picture = new HostPicture(options, nodeNamesOf(hosted));
    if (dashboardPort === undefined) return new HostViews(picture, null);
    const { Dashboard } = await import("../../live/pages/dashboard.ts");
    const page = new Dashboard(picture, dashboardPort);
    onNote(`Dashboard: ${page.link}`);
    return new HostViews(picture, page);
  }

  onEvent(event: OperationEvent): void {
    this.#picture?.onEvent(event);
  }

  onComplaint(complaint: Parameters<HostListener["onComplaint"]>[0]): void {
    this.#picture?.onComplaint(complaint);
  }

  /** Ends the views; gives the page of a report where one is wanted. */
  async end(
    verdict: OperationVerdict,
    isReportWanted: boolean,
  ): Promise<string | null> {
    const picture = this.#picture;
    picture?.end(verdict);
    this.#page?.end();
    if (picture === null || !isReportWanted) return null;
    const { operationsReportHtml } = await import(
      "../../view/report/report_operations.ts"
    );
    return await operationsReportHtml(verdict, picture.picture());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page?.[Symbol.asyncDispose]();
  }
}
