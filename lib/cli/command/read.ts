/**
 * `read`: asks the primary, or several replicas, for what they hold.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { Interruption } from "../../platform/interruption.ts";
import type { ReadOptions } from "../command_options.ts";
import { stderr, stdout } from "../../platform/output.ts";
import {
  NoAnswerError,
  readLikesOf,
  readTotal,
} from "../../live/run/primary_client.ts";
import { sleep } from "../../platform/sleep.ts";
import { messageOf } from "../../platform/start_error.ts";
import { UNKNOWN } from "../../view/numbers.ts";

/** Between two questions of `--watch`. */
const WATCH_MS = 250;

/** Width of a column, where several replicas are asked. */
const COLUMN_WIDTH = 9;

/**
 * Prints what primaries hold, once or at every change. A watch ends with a
 * signal, or at the first change that nobody reads.
 *
 * @param options Where the primaries are, what is asked, and whether to go on.
 * @returns The exit code: 0; 1 if a primary is of the original kind, which
 * knows no such question; 4 if one does not answer; 130 if a signal came before
 * the one answer.
 * @throws {Deno.errors.NotCapable} Without the permission to connect.
 */
export async function runRead(options: ReadOptions): Promise<number> {
  using interruption = new Interruption();
  const { stop } = interruption;
  // A primary that does not answer, or a reader that does not read, keeps
  // nobody from stopping this.
  const stopped = interruption.stopped().then(() =>
    options.watch ? Exit.DONE : Exit.INTERRUPTED
  );
  return await Promise.race([printAnswers(options, stop), stopped]);
}

async function printAnswers(
  { ports, name, watch }: ReadOptions,
  stop: AbortSignal,
): Promise<number> {
  const primaries = ports.map((port) => new Primary(port, name));
  let heading = ports.length === 1 ? "" : lineOf(ports);
  let last = "";
  do {
    const answers = await Promise.all(primaries.map((one) => one.ask()));
    const isSomeKnown = answers.some((answer) => answer !== undefined);
    const line = lineOf(answers);
    if (isSomeKnown && line !== last) {
      const delivered = await stdout.deliver(heading + line);
      heading = "";
      // Nobody is left to watch for; a pipe says so when something is written
      // to it, and not before.
      if (delivered !== "written") return Exit.DONE;
      last = line;
    }
    if (watch) await sleep(WATCH_MS, stop);
  } while (watch && !stop.aborted);
  if (watch) return Exit.DONE;
  return Math.max(...primaries.map(({ exit }) => exit));
}

/** The answers side by side, or the only one, with the end of the line. */
function lineOf(answers: readonly (number | undefined)[]): string {
  const [first] = answers;
  return answers.length === 1
    ? `${first}\n`
    : `${
      answers.map((answer) => String(answer ?? UNKNOWN).padStart(COLUMN_WIDTH))
        .join("")
    }\n`;
}

/** A primary that is asked again and again. */
class Primary {
  /** The exit code that its last answer makes. */
  exit: number = Exit.DONE;
  readonly #port: number;
  readonly #server: number | undefined;
  #complaint = "";

  constructor(port: number, server: number | undefined) {
    this.#port = port;
    this.#server = server;
  }

  /**
   * Asks once.
   *
   * @returns The answer; undefined if there is none, which is complained about
   * once.
   */
  async ask(): Promise<number | undefined> {
    const port = this.#port;
    try {
      const answer = this.#server === undefined
        ? await readTotal({ port })
        : await readLikesOf(this.#server, { port });
      this.#complaint = "";
      this.exit = Exit.DONE;
      return answer;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const isAnswered = error instanceof NoAnswerError;
      const message = isAnswered
        ? error.message
        : `Cannot reach a primary on 127.0.0.1:${port}: ${messageOf(error)}`;
      // A primary that restarts is complained about once.
      if (message !== this.#complaint) stderr.print(`error: ${message}\n`);
      this.#complaint = message;
      const isOriginal = isAnswered && error.isOriginalKind;
      this.exit = isOriginal ? Exit.FAILED : Exit.NO_PRIMARY;
      return undefined;
    }
  }
}
