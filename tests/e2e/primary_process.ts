/**
 * The primary as a subprocess, under exactly the permissions of its task.
 *
 * @module
 */

import { readLines } from "../../lib/platform/bounded_lines.ts";
import { LineClient } from "../live/primary/line_client.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** The end of a primary. */
export interface PrimaryEnd {
  /** The exit code. */
  readonly code: number;
  /** All it wrote to standard output. */
  readonly stdout: string;
  /** All it wrote to standard error. */
  readonly stderr: string;
}

/** The permissions of `deno task primary`. */
export const PERMISSIONS: readonly string[] = [
  "--allow-net=127.0.0.1",
  "--allow-write=/tmp",
];

/** A primary that was started. */
export class PrimaryProcess {
  /** Fulfils when it has ended. */
  readonly ended: Promise<PrimaryEnd>;
  /** Fulfils with its port when it listens, with 0 when it ends before. */
  readonly listening: Promise<number>;
  readonly #process: Deno.ChildProcess;

  /** Starts one, on a port or any that is free. */
  constructor(
    flags: readonly string[],
    permissions: readonly string[] = PERMISSIONS,
    port = 0,
  ) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--quiet",
        ...permissions,
        `${ROOT}main.ts`,
        "primary",
        `--port=${port}`,
        ...flags,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "", NO_COLOR: "1" },
    }).spawn();
    const listening = Promise.withResolvers<number>();
    this.listening = listening.promise;
    this.ended = this.#watch(listening.resolve);
  }

  async #watch(listening: (port: number) => void): Promise<PrimaryEnd> {
    let stdout = "";
    let stderr = "";
    const [status] = await Promise.all([
      this.#process.status,
      readLines(this.#process.stdout, (line) => {
        stdout += `${line}\n`;
        const port = /listening on 127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
        if (port !== undefined) listening(Number(port));
      }),
      readLines(this.#process.stderr, (line) => {
        stderr += `${line}\n`;
      }),
    ]);
    listening(0);
    return { code: status.code, stdout, stderr };
  }

  /** Connects a client, once it listens. */
  async connect(): Promise<LineClient> {
    return await LineClient.connect(await this.listening);
  }

  /** Sends it a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Kills it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch { /* It has ended. */ }
    await this.ended;
  }
}
