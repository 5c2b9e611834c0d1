/**
 * The terminal of `parent` and `start`, while a run goes on and at its end.
 *
 * @module
 */

import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { runEndTick } from "../../faults/plan.ts";
import { verdictToJson } from "../../verdict/json.ts";
import { exitCodeOf, type Verdict } from "../../verdict/verdict.ts";
import { Progress } from "../../view/terminal/progress.ts";
import { toned } from "../../view/terminal/colour.ts";
import { verdictTable } from "../../view/terminal/verdict_table.ts";
import type { LiveRunListener, LiveRunState } from "../run/live_run.ts";
import type { LiveRunOptions } from "../run/options.ts";
import { type Output, stderr, stdout } from "../../platform/output.ts";
import { terminalColumns } from "../../platform/terminal.ts";
import { type KnownTotal, likesAtPrimary } from "../run/counted_poll.ts";
import { readTotal } from "../run/primary_client.ts";
import { describeLine } from "./line_events.ts";

/** Between two pictures of the progress on a terminal. */
const FRAME_MS = 200;

/** Between two questions to the primary for its total. */
const TOTAL_MS = 1_000;

/**
 * Shows a live run. On a terminal what likes servers print runs above a bar
 * that tells how far the run is; elsewhere there are the lines alone. With
 * `--json` all of that goes to standard error, and standard output holds one
 * document.
 */
export class LiveDisplay implements LiveRunListener {
  readonly #options: LiveRunOptions;
  readonly #stdout: Output;
  readonly #stderr: Output;
  /** The stream of lines and of the progress. */
  readonly #output: Output;
  readonly #progress: Progress;
  #frames: ReturnType<typeof setInterval> | undefined;
  #totals: ReturnType<typeof setInterval> | undefined;
  #lastTotal: KnownTotal | undefined;

  /**
   * A display that shows nothing yet.
   *
   * @param options The run.
   * @param streams Standard output and standard error.
   */
  constructor(options: LiveRunOptions, streams = { stdout, stderr }) {
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.#options = options;
    this.#output = options.json ? this.#stderr : this.#stdout;
    this.#progress = new Progress(this.#output, terminalColumns);
  }

  /**
   * Prints a line of a likes server, coloured where it tells of a fault.
   *
   * @param name The likes server.
   * @param line The line.
   */
  onLine(name: string, line: string): void {
    const text = `${name} ${line}`;
    const { isColoured } = this.#output;
    const isFault = isColoured && describeLine(name, line)?.tone === "bad";
    this.#progress.print(`${toned(text, "fault", isFault)}\n`);
  }

  /**
   * Prints a line of the primary of `start`.
   *
   * @param line The line.
   */
  onPrimaryLine(line: string): void {
    this.#progress.print(`${line}\n`);
  }

  /**
   * Prints that something went wrong, or might have.
   *
   * @param text What, in one line.
   */
  onNote(text: string): void {
    const { isColoured } = this.#isSameScreen ? this.#output : this.#stderr;
    this.note(toned(text, "fault", isColoured));
  }

  /**
   * Prints a line that is no part of the result.
   *
   * @param text The line.
   */
  note(text: string): void {
    if (this.#isSameScreen) this.#progress.print(`${text}\n`);
    else this.#stderr.print(`${text}\n`);
  }

  /**
   * Whether both streams are on the same terminal: the bar has to go before a
   * line, whichever of them that line goes to.
   */
  get #isSameScreen(): boolean {
    return this.#output.isTerminal && this.#stderr.isTerminal;
  }

  /**
   * Begins to show the progress of a run, on a terminal.
   *
   * @param state The numbers of the run, which change from now on.
   */
  onBegin(state: LiveRunState): void {
    if (!this.#output.isTerminal) return;
    this.#frames = setInterval(() => this.#draw(state), FRAME_MS);
    const { primary } = state;
    if (primary === undefined) return;
    let isAsking = false;
    this.#totals = setInterval(async () => {
      if (isAsking) return;
      isAsking = true;
      try {
        // A primary that was started again may listen elsewhere.
        const { port, before } = primary;
        const { acknowledged } = sumOf(state);
        const counted = await readTotal({ port }) - before.total;
        this.#lastTotal = { counted, acknowledged };
      } catch {
        // A primary that is down is asked again: until then the last total
        // stands.
      }
      isAsking = false;
    }, TOTAL_MS);
  }

  #draw(state: LiveRunState): void {
    const { run } = this.#options;
    const { generated, acknowledged } = sumOf(state);
    const last = this.#lastTotal;
    const { replicas } = state;
    this.#progress.showRun({
      elapsedMs: state.nowTicks / TICKS_PER_MS,
      lifetimeMs: runEndTick(run) / TICKS_PER_MS,
      serversAlive: state.alive,
      servers: run.servers,
      generated,
      acknowledged,
      ...last !== undefined && { counted: likesAtPrimary(last, acknowledged) },
      ...replicas !== undefined && {
        counted: Math.max(...replicas.totals),
        countedLeast: Math.min(...replicas.totals),
      },
    });
  }

  /**
   * Shows the verdict.
   *
   * @param verdict The verdict on the run.
   * @returns The exit code that says the same.
   */
  tellVerdict(verdict: Verdict): number {
    this[Symbol.dispose]();
    const text = this.#options.json
      ? `${verdictToJson(verdict)}\n`
      : verdictTable(verdict, this.#output.isColoured);
    this.#stdout.deliver(text);
    for (const { name, notRun } of verdict.servers ?? []) {
      if (notRun === undefined) continue;
      const text = `error: ${name} could not be run: ${notRun}`;
      this.#stderr.print(`${toned(text, "bad", this.#stderr.isColoured)}\n`);
    }
    return exitCodeOf(verdict);
  }

  /** Takes the progress off the terminal. */
  [Symbol.dispose](): void {
    clearInterval(this.#frames);
    clearInterval(this.#totals);
    this.#progress.clear();
  }
}

function sumOf({ records }: LiveRunState) {
  let generated = 0;
  let acknowledged = 0;
  for (const record of records) {
    generated += record.generated;
    acknowledged += record.acknowledged;
  }
  return { generated, acknowledged };
}
