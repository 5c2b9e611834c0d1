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
import { writeResult, writeText } from "../../platform/output.ts";
import { readTotal } from "../run/primary_client.ts";
import { PRIMARY_GONE } from "../run/primary_look.ts";

/** Exit code of a likes server that could not start. */
const EXIT_CANNOT_START = 2;

/**
 * Exit code of a run in which a likes server was missing, or at whose end the
 * primary was.
 */
const EXIT_INCOMPLETE = 1;

/** Between two pictures of the progress on a terminal. */
const FRAME_MS = 200;

/** Width of a terminal that does not tell. */
const COLUMNS_DEFAULT = 80;

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
  readonly #isColoured: boolean;
  readonly #isTerminal: boolean;
  readonly #progress: Progress;
  #frames: ReturnType<typeof setInterval> | undefined;
  #totals: ReturnType<typeof setInterval> | undefined;
  #atPrimary: number | undefined;
  /** What is known of each likes server: whether it has run at all, too. */
  #records: LiveRunState["records"] = [];

  /**
   * @param options The run.
   */
  constructor(options: ParentOptions) {
    this.#options = options;
    const stream = options.json ? Deno.stderr : Deno.stdout;
    this.#isTerminal = stream.isTerminal();
    this.#isColoured = this.#isTerminal && !Deno.noColor;
    this.#progress = new Progress({
      write: (text) => writeText(stream, text),
      isTerminal: this.#isTerminal,
      isColoured: this.#isColoured,
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
    const isSameScreen = this.#isTerminal && Deno.stderr.isTerminal();
    if (isSameScreen) this.#progress.print(`${text}\n`);
    else writeText(Deno.stderr, `${text}\n`);
  }

  /**
   * The run begins.
   *
   * @param state Its numbers, which change from now on.
   */
  onBegin(state: LiveRunState): void {
    this.#records = state.records;
    if (!this.#isTerminal) return;
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
   * @returns The exit code that says the same; 1 also where a likes server
   * could not be run, the primary is gone, or the verdict could not be written.
   */
  tellVerdict(verdict: Verdict): number {
    this[Symbol.dispose]();
    const text = this.#options.json
      ? `${verdictToJson(verdict)}\n`
      : verdictTable(verdict, { isColoured: this.#isColoured });
    const code = writeResult(text, exitCodeOf(verdict));
    // Its verdict may be fine, with no like generated; the run is not what was
    // asked for.
    const absent = (verdict.servers ?? []).filter(({ exit }) =>
      exit === EXIT_CANNOT_START
    );
    for (const { name } of absent) {
      const hasRun = this.#records.some((record) =>
        record.name === name && record.hasStarted
      );
      writeText(
        Deno.stderr,
        hasRun
          ? `error: ${name} could not be run again: the verdict holds its likes until then\n`
          : `error: ${name} could not be run: the verdict is on the others\n`,
      );
    }
    const isIncomplete = absent.length > 0 ||
      verdict.countedUnknown === PRIMARY_GONE;
    return isIncomplete ? EXIT_INCOMPLETE : code;
  }

  /** Takes the progress away. */
  [Symbol.dispose](): void {
    clearInterval(this.#frames);
    clearInterval(this.#totals);
    this.#progress.clear();
  }
}

function terminalColumns(): number {
  try {
    // Some terminals do not know their size and say 0.
    return Deno.consoleSize().columns || COLUMNS_DEFAULT;
  } catch {
    // The size is that of standard output, which may be no terminal.
    return COLUMNS_DEFAULT;
  }
}
