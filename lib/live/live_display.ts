/**
 * What `parent` and `start` show.
 *
 * @module
 */

import type { ParentOptions } from "./options.ts";
import { verdictToJson } from "../verdict/json.ts";
import { exitCodeOf, type Verdict } from "../verdict/verdict.ts";
import type { LiveRunListener, LiveRunState } from "./live_run.ts";
import { type TextSink, writeText } from "./output.ts";

/** Shows a live run: its lines, its notes, its verdict. */
export class LiveDisplay implements LiveRunListener {
  /** The port of the primary. */
  port: number;
  readonly #options: ParentOptions;
  readonly #lines: TextSink;

  /**
   * @param options The run.
   * @param port The port of the primary.
   */
  constructor(options: ParentOptions, port: number) {
    this.#options = options;
    this.port = port;
    this.#lines = options.json ? Deno.stderr : Deno.stdout;
  }

  /** {@inheritDoc LiveRunListener.onLine} */
  onLine(name: string, line: string): void {
    writeText(this.#lines, `${name} ${line}\n`);
  }

  /** {@inheritDoc LiveRunListener.onNote} */
  onNote(text: string): void {
    writeText(Deno.stderr, `${text}\n`);
  }

  onPrimaryLine(text: string): void {
    writeText(this.#lines, `${text}\n`);
  }

  /** {@inheritDoc LiveRunListener.onBegin} */
  onBegin(_state: LiveRunState): void {
  }

  tellVerdict(verdict: Verdict): number {
    writeText(Deno.stdout, `${verdictToJson(verdict)}\n`);
    return exitCodeOf(verdict);
  }

  [Symbol.dispose](): void {}
}
