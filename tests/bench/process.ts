/**
 * Processes that the benchmark starts, watches and ends.
 *
 * @module
 */

import { readLines } from "../../lib/platform/bounded_lines.ts";

/** The folder of the project. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** Lines of a process's output that an error message repeats. */
const LAST_LINES = 20;

/** The time that a program may take to end when it is told to. */
const PATIENCE_MS = 5000;

/** Processes in the background that have not ended. */
const running = new Set<Server>();

/**
 * Kills everything that was started in the background, because the benchmark
 * was interrupted.
 */
export function killAll(): void {
  for (const server of running) server.kill("SIGKILL");
}

/** A program that runs in the background. */
export class Server {
  /** The process id. */
  readonly pid: number;
  /** Fulfils when it has ended and all its output was read. */
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  #wake = Promise.withResolvers<void>();
  #hasEnded = false;

  /**
   * Starts it.
   *
   * @param program Its path, or its name where the system finds it.
   * @param args Its arguments.
   */
  constructor(program: string, args: readonly string[]) {
    this.#child = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: CLEAN_ENV,
    }).spawn();
    this.pid = this.#child.pid;
    this.ended = this.#watch();
    running.add(this);
  }

  async #watch(): Promise<void> {
    const heard = (line: string) => {
      this.#lines.push(line);
      this.#wake.resolve();
    };
    await Promise.all([
      this.#child.status,
      readLines(this.#child.stdout, heard),
      readLines(this.#child.stderr, heard),
    ]);
    running.delete(this);
    this.#hasEnded = true;
    this.#wake.resolve();
  }

  /**
   * Waits for a line of its output.
   *
   * @param pattern What the line looks like.
   * @param times How often such a line must have come.
   * @returns What the pattern matched, the last time.
   * @throws {Error} If the program ends without it.
   */
  async line(pattern: RegExp, times = 1): Promise<RegExpExecArray> {
    let left = times;
    for (let next = 0;;) {
      for (; next < this.#lines.length; next++) {
        const match = pattern.exec(this.#lines[next] ?? "");
        if (match !== null && --left === 0) return match;
      }
      this.#failIfEnded(`before it printed ${pattern}`);
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }

  /**
   * Waits until it accepts connections.
   *
   * @param port Where at 127.0.0.1.
   * @throws {Error} If the program ends before that.
   */
  async accepts(port: number): Promise<void> {
    while (true) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      }
      this.#failIfEnded(`before it listened on port ${port}`);
      await sleep(20);
    }
  }

  #failIfEnded(when: string): void {
    if (!this.#hasEnded) return;
    throw new Error(
      `Process ${this.pid} ended ${when}:\n${
        this.#lines.slice(-LAST_LINES).join("\n")
      }`,
    );
  }

  /**
   * Sends it a signal, if it still runs.
   *
   * @param signal Which.
   */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended.
    }
  }

  /** Ends it, gently first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGTERM");
    const timer = setTimeout(() => this.kill("SIGKILL"), PATIENCE_MS);
    await this.ended;
    clearTimeout(timer);
  }
}

/** With these set, Deno starts nothing unless it may start everything. */
const CLEAN_ENV = { LD_LIBRARY_PATH: "", LD_PRELOAD: "" };

/**
 * Runs a program to its end.
 *
 * @param program Its path, or its name where the system finds it.
 * @param args Its arguments.
 * @returns Its standard output.
 * @throws {Deno.errors.NotFound} If there is no such program.
 * @throws {Error} If it fails; the message has what it wrote to standard error.
 */
export async function output(
  program: string,
  args: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    env: CLEAN_ENV,
  }).output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(
    `Failed: ${program} ${args.join(" ")}\n${decoder.decode(stderr)}`,
  );
}

/**
 * Runs a program likewise, where it does not matter whether it is there.
 *
 * @param program Its name.
 * @param args Its arguments.
 * @returns Its standard output; null if it failed, is missing or may not be
 * started.
 */
export async function outputIfAny(
  program: string,
  args: readonly string[],
): Promise<string | null> {
  try {
    return await output(program, args);
  } catch {
    return null;
  }
}

/**
 * Resident memory of a process. Deno lets only a process with all permissions
 * look into /proc, `cat` may.
 *
 * @param pid The process.
 * @returns MB; NaN where the system does not tell.
 */
export async function residentMb(pid: number): Promise<number> {
  const status = await outputIfAny("cat", [`/proc/${pid}/status`]);
  const kB = /^VmRSS:\s+(\d+) kB$/m.exec(status ?? "")?.[1];
  return Number(kB ?? NaN) * 1024 / 1e6;
}

/** @returns A port at 127.0.0.1 that nobody listens on. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/**
 * Waits.
 *
 * @param ms How long, in milliseconds.
 * @returns When it is over.
 */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
