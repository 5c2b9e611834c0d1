/**
 * What `parent` and `start` show while a run goes on and at its end.
 *
 * @module
 */

import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { verdictToJson } from "../../verdict/json.ts";
import { exitCodeOf, type Verdict } from "../../verdict/verdict.ts";
import { Progress } from "../../view/terminal/progress.ts";
import { verdictTable } from "../../view/terminal/verdict_table.ts";
import type { LiveRunListener, LiveRunState } from "../run/live_run.ts";
import type { ParentOptions } from "../run/options.ts";
import { type Output, stderr, stdout } from "../../platform/output.ts";
import { terminalColumns } from "../../platform/terminal.ts";
import { readTotal } from "../run/primary_client.ts";

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
  readonly #options: ParentOptions;
  readonly #stdout: Output;
  readonly #stderr: Output;
  /** Where lines and the progress go. */
  readonly #output: Output;
  readonly #progress: Progress;
  #frames: ReturnType<typeof setInterval> | undefined;
  #totals: ReturnType<typeof setInterval> | undefined;
  #atPrimary: number | undefined;

  /**
   * Nothing is shown yet.
   *
   * @param options The run.
   * @param streams Standard output and standard error.
   */
  constructor(options: ParentOptions, streams = { stdout, stderr }) {
    this.#stdout = streams.stdout;
    this.#stderr = streams.stderr;
    this.#options = options;
    const output = options.json ? this.#stderr : this.#stdout;
    this.#output = output;
    this.#progress = new Progress({
      write: (text) => output.print(text),
      draw: (text) => output.draw(text),
      isTerminal: output.isTerminal,
      isColoured: output.isColoured,
      columns: terminalColumns,
    });
  }

  /**
   * A likes server printed a line.
   *
   * @param name The likes server.
   * @param line The line.
   */
  onLine(name: string, line: string): void {
    this.#progress.print(`${name} ${line}\n`);
  }

  /**
   * The primary of `start` printed a line.
   *
   * @param line The line.
   */
  onPrimaryLine(line: string): void {
    this.#progress.print(`${line}\n`);
  }

  /**
   * Something went wrong, or might have.
   *
   * @param text What, for people.
   */
  onNote(text: string): void {
    // On a terminal both streams are the same screen: the bar has to go before
    // a line, wherever that line goes to.
    const isSameScreen = this.#output.isTerminal && this.#stderr.isTerminal;
    if (isSameScreen) this.#progress.print(`${text}\n`);
    else this.#stderr.print(`${text}\n`);
  }

  /**
   * The run begins.
   *
   * @param state Its numbers, which change from now on.
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
        this.#atPrimary = await readTotal({ port }) - before.total;
      } catch {
        // A primary that is down is asked again: until then the last total
        // stands.
      }
      isAsking = false;
    }, TOTAL_MS);
  }

  #draw(state: LiveRunState): void {
    const { servers, spawnIntervalMs, lifetimeMs } = this.#options;
    let generated = 0;
    let acknowledged = 0;
    for (const record of state.records) {
      generated += record.generated;
      acknowledged += record.acknowledged;
    }
    this.#progress.showRun({
      elapsedMs: state.nowTicks / TICKS_PER_MS,
      lifetimeMs: (servers - 1) * spawnIntervalMs + lifetimeMs,
      serversAlive: state.alive,
      servers,
      generated,
      acknowledged,
      ...this.#atPrimary !== undefined && { counted: this.#atPrimary },
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
      : verdictTable(verdict, { isColoured: this.#output.isColoured });
    this.#stdout.deliver(text);
    for (const { name, notRun } of verdict.servers ?? []) {
      if (notRun === undefined) continue;
      this.#stderr.print(`error: ${name} could not be run: ${notRun}\n`);
    }
    return exitCodeOf(verdict);
  }

  /** Takes the progress away. */
  [Symbol.dispose](): void {
    clearInterval(this.#frames);
    clearInterval(this.#totals);
    this.#progress.clear();
  }
}
