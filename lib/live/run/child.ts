/**
 * Subprocesses of this program: a likes server or a primary, with the
 * permissions it needs and no others.
 *
 * @module
 */

import { readLines } from "../../platform/lines.ts";

/** Which subprocess, with which permissions. */
export interface ChildOptions {
  /** The role: the word that the command line takes for it. */
  readonly role: "worker" | "primary";
  /**
   * Permission flags, such as `--allow-net=127.0.0.1:54321`. The compiled
   * binary cannot take any.
   */
  readonly permissions: readonly string[];
  /** The arguments of the role. */
  readonly args: readonly string[];
  /** Called with each line of its standard output, without the LF. */
  readonly onLine: (line: string) => void;
  /** Called with each line of its standard error, without the LF. */
  readonly onErrorLine: (line: string) => void;
}

/** How a subprocess ended. */
export interface ChildEnd {
  /** Its exit code; 128 and the number of the signal if a signal ended it. */
  readonly code: number;
  /** The signal that ended it, null if it exited by itself. */
  readonly signal: Deno.Signal | null;
}

/** A running subprocess. */
export class Child {
  /** Its process id. */
  readonly pid: number;
  /** Fulfils when it has ended and all that it printed has been passed on. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: Deno.ChildProcess;

  /**
   * Starts a subprocess.
   *
   * It is in a group of its own, so that Ctrl-C in a terminal reaches this
   * process alone, which then ends its children in order. Its standard input is
   * a pipe that stays open as long as this process lives: when it closes, the
   * subprocess knows that nobody waits for it any more, whatever happened here,
   * and ends.
   *
   * @param options Which subprocess, with which permissions.
   * @throws {Deno.errors.NotCapable} If this process may not start it.
   */
  constructor(options: ChildOptions) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: commandOf(options),
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // Deno starts nothing under variables that make the loader run other
      // code, unless it may run everything.
      env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
    }).spawn();
    this.pid = this.#process.pid;
    this.ended = this.#watch(options);
  }

  async #watch(options: ChildOptions): Promise<ChildEnd> {
    const [status] = await Promise.all([
      this.#process.status,
      readLines(this.#process.stdout, options.onLine),
      readLines(this.#process.stderr, options.onErrorLine),
    ]);
    await this.#process.stdin.close().catch(ignore);
    return { code: status.code, signal: status.signal };
  }

  /**
   * Sends a signal. Does nothing if the subprocess has ended.
   *
   * @param signal The signal.
   */
  kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      // TypeError: the end is known here; NotFound: it is not known yet.
      if (
        !(error instanceof TypeError || error instanceof Deno.errors.NotFound)
      ) throw error;
    }
  }
}

/**
 * V8 lets the space for new objects grow with whatever happens to be in use
 * when it is tidied: over 100 million reports, from 1 to 16 MB, three times
 * over. A server has little in use, so the first size serves it just as fast.
 */
const SMALL_NURSERY = "--v8-flags=--max-semi-space-size=1";

function commandOf({ role, permissions, args }: ChildOptions): string[] {
  if (Deno.build.standalone) return [role, ...args];
  // A likes server's module is run itself: it starts faster than through the
  // command line.
  const words = role === "worker" ? ["worker.ts"] : ["main.ts", role];
  const module = new URL(`../../../${words[0]}`, import.meta.url);
  return [
    "run",
    "--no-prompt",
    "--quiet",
    SMALL_NURSERY,
    ...permissions,
    decodeURIComponent(module.pathname),
    ...words.slice(1),
    ...args,
  ];
}

function ignore(): void {}
