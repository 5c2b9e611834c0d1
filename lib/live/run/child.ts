/**
 * Subprocesses of this program: a likes server, a reader or a primary, with the
 * permissions it needs and no others.
 *
 * @module
 */

import { readLines } from "../../platform/bounded_lines.ts";

/**
 * The time for which a subprocess stays down that a foreign signal has ended,
 * in milliseconds.
 */
export const RESTART_MS = 1_000;

/**
 * Subprocesses that are killed in a row before they have done anything, after
 * which no other is started in their place.
 */
export const SILENT_DEATHS_MAX = 30;

/**
 * The time that a subprocess has from when it should have ended until it is
 * killed, in milliseconds.
 */
export const STOP_MS = 15_000;

const encoder = new TextEncoder();

/** The role of a subprocess, its permissions, and who reads its lines. */
export interface ChildOptions {
  /** The role: the word that the command line takes for it. */
  readonly role: "worker" | "primary" | "reader";
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

/** The end of a subprocess. */
export interface ChildEnd {
  /** The exit code; 128 and the number of the signal if a signal ended it. */
  readonly code: number;
  /** The signal that ended it, null if it exited by itself. */
  readonly signal: Deno.Signal | null;
}

/**
 * The path of Deno, or of the compiled binary. Kept from the start: where the
 * file is replaced while this process runs, the system later tells the path
 * with " (deleted)" behind it, which may not be run.
 */
const PROGRAM = Deno.execPath();

/** A running subprocess. */
export class Child {
  /** The process id. */
  readonly pid: number;
  /** Fulfils when it has ended and all that it printed has been passed on. */
  readonly ended: Promise<ChildEnd>;
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;

  /**
   * Starts a subprocess.
   *
   * The subprocess is in a group of its own, so that Ctrl-C in a terminal
   * reaches this process alone, which then ends its children in order. Its
   * standard input is a pipe that stays open as long as this process lives:
   * when it closes, the subprocess knows that nobody waits for it any more,
   * whatever happened here, and ends.
   *
   * @param options Which subprocess, with which permissions.
   * @throws {Deno.errors.NotCapable} If this process may not start it.
   * @throws {Error} If the system cannot start it, as Deno says it.
   */
  constructor(options: ChildOptions) {
    this.#process = spawnWithoutLoaderVariables({
      args: commandOf(options),
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    this.#stdin = this.#process.stdin.getWriter();
    this.pid = this.#process.pid;
    this.ended = this.#watch(options);
  }

  async #watch(options: ChildOptions): Promise<ChildEnd> {
    const [status] = await Promise.all([
      this.#process.status,
      readLines(this.#process.stdout, options.onLine),
      readLines(this.#process.stderr, options.onErrorLine),
    ]);
    await this.#stdin.close().catch(ignore);
    return { code: status.code, signal: status.signal };
  }

  /**
   * Writes a line to its standard input. Does nothing if the subprocess has
   * ended.
   *
   * @param line The line, without its LF.
   */
  write(line: string): void {
    this.#stdin.write(encoder.encode(`${line}\n`)).catch(ignore);
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
 * Variables that change which code the system's loader loads. Deno starts
 * nothing under any that is not empty, unless it may run everything. Which
 * there are cannot be asked without permission, but the refusal names them.
 */
const loaderVariables = new Set(["LD_LIBRARY_PATH", "LD_PRELOAD"]);

function spawnWithoutLoaderVariables(
  options: Deno.CommandOptions,
): Deno.ChildProcess {
  while (true) {
    const env = Object.fromEntries(
      [...loaderVariables].map((name) => [name, ""]),
    );
    try {
      return new Deno.Command(PROGRAM, {
        ...options,
        env,
        // The binary may run everything, so it is refused nothing; and it finds
        // all that it needs in itself.
        clearEnv: Deno.build.standalone,
      }).spawn();
    } catch (error) {
      const countBefore = loaderVariables.size;
      for (const name of loaderVariablesNamedIn(error)) {
        loaderVariables.add(name);
      }
      if (loaderVariables.size === countBefore) throw error;
    }
  }
}

function loaderVariablesNamedIn(error: unknown): string[] {
  if (!(error instanceof Deno.errors.NotCapable)) return [];
  return error.message.match(/\b(?:LD|DYLD)_[^\s,]*/gi) ?? [];
}

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
    ...permissions,
    decodeURIComponent(module.pathname),
    ...words.slice(1),
    ...args,
  ];
}

function ignore(): void {}
