/**
 * A client of the primary for tests: it sends what it is told, whatever that
 * is.
 *
 * @module
 */

import { type Primary, servePrimary } from "../../../primary.ts";
import type { PrimaryOptions } from "../../../lib/options/primary_options.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A connection that sends and awaits lines. */
export class LineClient {
  readonly #conn: Deno.Conn;
  readonly #buffer = new Uint8Array(65536);
  #rest = "";

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Connects to a port at 127.0.0.1. */
  static async connect(port: number): Promise<LineClient> {
    const hostname = "127.0.0.1";
    return new LineClient(await Deno.connect({ hostname, port }));
  }

  /** Sends text, or bytes, in as few writes as the socket takes. */
  async send(data: string | Uint8Array): Promise<void> {
    let rest = typeof data === "string" ? encoder.encode(data) : data;
    while (rest.length > 0) rest = rest.subarray(await this.#conn.write(rest));
  }

  /** The next reply, without its LF. */
  async line(): Promise<string> {
    for (;;) {
      const lf = this.#rest.indexOf("\n");
      if (lf >= 0) {
        const line = this.#rest.slice(0, lf);
        this.#rest = this.#rest.slice(lf + 1);
        return line;
      }
      if (!await this.#read()) throw new Error(`Closed after ${this.#rest}`);
    }
  }

  /** The next replies. */
  async lines(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** All text until the primary closes the connection or resets it. */
  async end(): Promise<string> {
    try {
      while (await this.#read());
    } catch { /* A reset. */ }
    const text = this.#rest;
    this.#rest = "";
    return text;
  }

  async #read(): Promise<boolean> {
    const count = await this.#conn.read(this.#buffer);
    if (count === null) return false;
    this.#rest += decoder.decode(this.#buffer.subarray(0, count));
    return true;
  }

  /** Sends a line and waits for its reply. */
  async ask(line: string): Promise<string> {
    await this.send(`${line}\n`);
    return await this.line();
  }

  /** Says that nothing more will be sent. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Closes the connection; with replies not read it is a reset. */
  [Symbol.dispose](): void {
    this.#conn.close();
  }
}

/** A primary in this process, with a log folder of its own. */
export class TestPrimary {
  /** Log folder of the primary. */
  readonly folder: string = Deno.makeTempDirSync({
    dir: "/tmp",
    prefix: "likes-primary-",
  });
  #running: Primary | undefined;

  private constructor() {}

  /** Starts one on a free port. */
  static async start(options: PrimaryOptions = {}): Promise<TestPrimary> {
    const primary = new TestPrimary();
    await primary.startAgain(options);
    return primary;
  }

  /** Starts it again after `stop()`. */
  async startAgain(options: PrimaryOptions): Promise<void> {
    this.#running = await servePrimary({
      port: 0,
      logDir: this.folder,
      ...options,
    });
  }

  /** The primary that runs. */
  get running(): Primary {
    if (this.#running === undefined) throw new Error("It does not run");
    return this.#running;
  }

  /** Connects a client. */
  connect(): Promise<LineClient> {
    return LineClient.connect(this.running.port);
  }

  /** Total that `READ` answers, on a connection of its own. */
  async total(): Promise<number> {
    using client = await this.connect();
    return Number((await client.ask("READ")).replace(/^TOTAL /, ""));
  }

  /** Path of its log. */
  get log(): string {
    return `${this.folder}/PrimaryLikesLog`;
  }

  /** The lines of its log, without the time. */
  journal(): string[] {
    const lines = Deno.readTextFileSync(this.log).split("\n").slice(0, -1);
    return lines.map((line) => line.slice("2026-01-02T03:04:05.678Z ".length));
  }

  /** Stops it in order. */
  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  /** Stops it and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    Deno.removeSync(this.folder, { recursive: true });
  }
}
