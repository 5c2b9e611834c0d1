/**
 * The program as a subprocess, as somebody starts it in a terminal.
 *
 * @module
 */

import { granted } from "../permissions.ts";
import { readLines } from "../../lib/platform/bounded_lines.ts";
import { TempFolder } from "../temp_folder.ts";

/**
 * Whether these tests can run: they start processes, which listen and write
 * logs.
 */
export const CAN_RUN = granted({
  net: ["127.0.0.1"],
  read: ["/tmp"],
  write: ["/tmp"],
  run: [Deno.execPath()],
});

const ROOT = new URL("../../", import.meta.url).pathname;

/** The end of a program. */
export interface ProgramEnd {
  /** The exit code. */
  readonly code: number;
  /** The signal that ended it, or null. */
  readonly signal: Deno.Signal | null;
  /** All it wrote to standard output. */
  readonly stdout: string;
  /** All it wrote to standard error. */
  readonly stderr: string;
}

/** A program that runs. */
export class Program {
  /** The process id. */
  readonly pid: number;
  /** Fulfils when it has ended. */
  readonly ended: Promise<ProgramEnd>;
  readonly #process: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  /**
   * Starts `main.ts` with the permissions of the tasks.
   *
   * @param args The words after the program's name.
   * @param permissions Further permission flags.
   */
  constructor(args: readonly string[], permissions: readonly string[] = []) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        "--allow-net=127.0.0.1",
        "--allow-write=/tmp",
        ...permissions.includes("--allow-run")
          ? []
          : [`--allow-run=${Deno.execPath()}`],
        ...permissions,
        `${ROOT}main.ts`,
        ...args,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
    }).spawn();
    this.pid = this.#process.pid;
    this.ended = this.#watch();
  }

  async #watch(): Promise<ProgramEnd> {
    const stdout: string[] = [];
    const stderr: string[] = [];
    const [status] = await Promise.all([
      this.#process.status,
      readLines(this.#process.stdout, (line) => this.#heard(line, stdout)),
      readLines(this.#process.stderr, (line) => this.#heard(line, stderr)),
    ]);
    this.#wake();
    return {
      code: status.code,
      signal: status.signal,
      stdout: stdout.map((line) => `${line}\n`).join(""),
      stderr: stderr.map((line) => `${line}\n`).join(""),
    };
  }

  #heard(line: string, lines: string[]): void {
    lines.push(line);
    this.#lines.push(line);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /**
   * Waits for a line, on either stream.
   *
   * @param pattern What the line looks like.
   * @param times How often such a line must have come.
   * @returns What the pattern matched, the last time.
   * @throws {Error} If the program ends without it.
   */
  async line(pattern: RegExp, times = 1): Promise<RegExpExecArray> {
    let hasEnded = false;
    this.ended.then(() => hasEnded = true);
    while (true) {
      const matches = this.#lines.map((line) => pattern.exec(line))
        .filter((match) => match !== null);
      const match = matches[times - 1];
      if (match !== undefined) return match;
      if (hasEnded) {
        throw new Error(
          `Ended without a line like ${pattern}:\n${this.#lines.join("\n")}`,
        );
      }
      const woken = Promise.withResolvers<void>();
      this.#waiting.add(woken.resolve);
      await Promise.race([woken.promise, this.ended]);
      this.#waiting.delete(woken.resolve);
    }
  }

  /**
   * Sends a signal.
   *
   * @param signal The signal.
   */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Kills the program if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.ended;
  }
}

/**
 * Runs code in a Deno of its own that may do everything, such as sending a
 * signal to a process that is not a child.
 *
 * @param code The code.
 * @returns What it printed.
 */
export async function outside(code: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    stdin: "null",
    env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/**
 * Sends a signal to a process that somebody else has started.
 *
 * @param pid The process.
 * @param signal The signal.
 */
export async function killProcess(
  pid: number,
  signal: Deno.Signal,
): Promise<void> {
  // 0 and below name groups of processes, among them this one's.
  if (!Number.isInteger(pid) || pid <= 1) {
    throw new RangeError(`Odd pid ${pid}`);
  }
  await outside(`Deno.kill(${pid}, ${JSON.stringify(signal)})`);
}

/**
 * Waits until processes have ended.
 *
 * @param pids The processes.
 */
export async function waitUntilGone(pids: readonly number[]): Promise<void> {
  await outside(`
    function lives(pid) {
      try {
        // A zombie has ended: only its parent has not looked yet.
        return !/^State:\\s*[ZX]/m.test(Deno.readTextFileSync(\`/proc/\${pid}/status\`));
      } catch {
        return false;
      }
    }
    while (${JSON.stringify(pids)}.some(lives)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  `);
}

const EARLIER = "of an earlier run\n";

/** A log folder of a test's own, removed at its end. */
export class LogFolder extends TempFolder {
  /**
   * Reads a log.
   *
   * @param name Its name.
   * @returns Its lines.
   */
  lines(name: string): string[] {
    const text = Deno.readTextFileSync(`${this.path}/${name}`);
    return text.split("\n").slice(0, -1);
  }

  /**
   * Puts files there that an earlier run left.
   *
   * @param names Their names.
   * @returns Tells which of them are as they were.
   */
  putEarlier(...names: string[]): () => string[] {
    const pathOf = (name: string) => `${this.path}/${name}`;
    for (const name of names) Deno.writeTextFileSync(pathOf(name), EARLIER);
    return () =>
      names.filter((name) => Deno.readTextFileSync(pathOf(name)) === EARLIER);
  }

  /**
   * Sums a likes server's log up.
   *
   * @param name The likes server's name.
   * @returns The likes that it logged.
   */
  likesOf(name: string): number {
    return this.lines(name).reduce((sum, line) => {
      if (!line.startsWith(`${name} `)) throw new Error(`Odd line: ${line}`);
      return sum + Number(line.slice(name.length + 1));
    }, 0);
  }

  /**
   * The processes of a likes server, in the order in which they were started.
   *
   * @param name The likes server's name, all of them if left out.
   * @returns Process ids.
   */
  pids(name = "LikesServer\\d+"): number[] {
    const pattern = new RegExp(`${name} started pid (\\d+)`);
    return this.lines("ParentProcessStatus")
      .map((line) => pattern.exec(line)?.[1])
      .filter((pid) => pid !== undefined).map(Number);
  }
}
