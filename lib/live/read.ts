/**
 * The command `read`: what a client sees of the primary.
 *
 * @module
 */

import type { ReadOptions } from "./options.ts";
import { NoAnswerError, readTotal } from "./primary_client.ts";
import { sleep } from "./sleep.ts";

const EXIT_DONE = 0;
const EXIT_NO_ANSWER = 1;
const EXIT_ABSENT = 4;

/** Between two questions of a watch: shorter than what a person tells apart, longer than what burdens the primary. */
const WATCH_MS = 200;

/** Where a reader speaks, and how long it watches. */
export interface ReadShell {
  /** Prints a total, for programs. */
  readonly print: (line: string) => void;
  /** Prints a remark, for people. */
  readonly note: (line: string) => void;
  /** Ends a watch. */
  readonly signal: AbortSignal;
}

const CONSOLE: ReadShell = {
  // deno-lint-ignore no-console
  print: (line) => console.log(line),
  // deno-lint-ignore no-console
  note: (line) => console.error(line),
  // A person ends a watch by ending the process.
  signal: new AbortController().signal,
};

/**
 * Asks the primary for the total and prints it, a number on a line of its own; a watch goes on and prints it at every
 * change. A watch that has begun waits for a primary that is gone, because seeing one come back is what it is for.
 *
 * @param options Where the primary is, and whether to watch it.
 * @param shell Where to speak. @default {the console}
 * @returns The exit code: 0 done, 1 the primary does not answer READ (the original program does not), 4 nothing accepts
 * a connection.
 * @throws {Deno.errors.NotCapable} Without the permission to connect.
 */
export async function runRead(
  options: ReadOptions,
  shell: ReadShell = CONSOLE,
): Promise<number> {
  const { port, watch } = options;
  const { print, note, signal } = shell;
  let last = -1;
  let isGone = false;
  do {
    try {
      const total = await readTotal({ port });
      if (total !== last) print(`${total}`);
      last = total;
      isGone = false;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      if (last < 0) {
        note(`error: ${reasonOf(error, port)}`);
        return error instanceof NoAnswerError ? EXIT_NO_ANSWER : EXIT_ABSENT;
      }
      if (!isGone) note(`${reasonOf(error, port)}, waiting for it`);
      isGone = true;
    }
    if (watch) await sleep(WATCH_MS, signal);
  } while (watch && !signal.aborted);
  return EXIT_DONE;
}

function reasonOf(error: unknown, port: number): string {
  return error instanceof NoAnswerError
    ? error.message
    : `Cannot read the total: nothing accepts a connection on 127.0.0.1:${port}`;
}
