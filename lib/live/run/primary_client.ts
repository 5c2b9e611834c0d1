/**
 * A client of the primary that asks: for the total, for statistics.
 *
 * @module
 */

import { parseReply } from "../../protocol/replies.ts";
import { READ } from "../../protocol/queries.ts";
import { closeQuietly } from "../../platform/close_quietly.ts";
import { messageOf } from "../../platform/start_error.ts";

const LF = 0x0a;
const CHUNK_BYTES = 65_536;

/** How long the primary may take to accept a connection, and for an answer. */
const TIMEOUT_MS = 2_000;

/** Characters of an answer that is no primary's that are shown. */
const SHOWN_CHARS_MAX = 60;

/** Where the primary is, and how long to wait for it. */
export interface AskOptions {
  /** The primary's port, at 127.0.0.1. */
  readonly port: number;
  /**
   * How long the primary may take to accept a connection, and then for each
   * answer, in milliseconds.
   *
   * @default {2000}
   */
  readonly timeoutMs?: number;
}

/** What ended the wait for an answer. */
export type AnswerEnd = "closed" | "reset" | "silent";

/** The port accepts connections, but no answer came that a primary gives. */
export class NoAnswerError extends Error {
  /** The name that stack traces print. */
  override readonly name = "NoAnswerError";
  /** What came of an answer. */
  readonly received: string;
  /** What ended it before its LF; undefined: it is whole. */
  readonly end: AnswerEnd | undefined;

  /**
   * @param port The port
   * @param received What came of an answer
   * @param end What ended it before its LF; undefined: it is whole
   */
  constructor(port: number, received: string, end?: AnswerEnd) {
    super(
      isOriginal(received, end)
        ? `The primary on 127.0.0.1:${port} answers no questions: it is of the original kind`
        : `No primary answers on 127.0.0.1:${port}: ${describe(received, end)}`,
    );
    this.received = received;
    this.end = end;
  }

  /**
   * Whether a primary of the original kind is there: it knows no questions, and
   * answers one with a bare `ACK` or closes the connection without a reply.
   */
  get isOriginalKind(): boolean {
    return isOriginal(this.received, this.end);
  }
}

function isOriginal(received: string, end: AnswerEnd | undefined): boolean {
  return end !== undefined && received === "ACK" ||
    end === "closed" && received === "";
}

function describe(received: string, end: AnswerEnd | undefined): string {
  if (received !== "") return `it answers ${shown(received)}`;
  if (end === "silent") return "it does not answer";
  return end === "reset"
    ? "it resets connections"
    : "it closes connections without an answer";
}

/** What another server says, safe to print: on one line and short. */
function shown(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  const isWhole = line.length <= SHOWN_CHARS_MAX;
  const head = JSON.stringify(line.slice(0, SHOWN_CHARS_MAX))
    .replaceAll(/[^ -~]/g, "?");
  return isWhole ? head : `${head}…`;
}

/** A connection to a primary, over which it is asked. */
export class PrimaryClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #port: number;
  readonly #timeoutMs: number;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  /** What was read and belongs to later answers. */
  #unread = this.#buffer.subarray(0, 0);
  #isLate = false;

  private constructor(
    connection: Deno.TcpConn,
    { port, timeoutMs = TIMEOUT_MS }: AskOptions,
  ) {
    this.#connection = connection;
    this.#port = port;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Connects to a primary.
   *
   * @param options Where it is.
   * @returns The connection.
   * @throws {NoAnswerError} If it is not accepted in time.
   * @throws {Error} If there is none, as Deno says it.
   */
  static async connect(options: AskOptions): Promise<PrimaryClient> {
    const { port, timeoutMs = TIMEOUT_MS } = options;
    const connecting = Deno.connect({ hostname: "127.0.0.1", port });
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new NoAnswerError(port, "", "silent")),
      timeoutMs,
    );
    try {
      const connection = await Promise.race([connecting, late.promise]);
      if (connection.localAddr.port === port) {
        // Where nobody listens on a port of this machine, the system can give
        // it to this side: connected with itself.
        connection.close();
        throw new Deno.errors.ConnectionRefused("Nobody listens");
      }
      return new PrimaryClient(connection, options);
    } catch (error) {
      connecting.then(closeQuietly, () => {});
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Asks one question.
   *
   * @param query The question, without LF.
   * @returns The line that was answered, without its LF.
   * @throws {NoAnswerError} If no line came in time.
   */
  async ask(query: string): Promise<string> {
    const [answer = ""] = await this.askAll([query]);
    return answer;
  }

  /**
   * Asks many questions without waiting for the answers in between.
   *
   * @param queries The questions, without LF.
   * @returns The lines that were answered, without LF, in the same order.
   * @throws {NoAnswerError} If a line did not come in time.
   */
  async askAll(queries: readonly string[]): Promise<string[]> {
    // What cannot be sent shows when it is not answered.
    const sending = this.#send(queries).catch(() => {});
    try {
      const answers: string[] = [];
      while (answers.length < queries.length) answers.push(await this.#line());
      return answers;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    } finally {
      await sending;
    }
  }

  async #send(queries: readonly string[]): Promise<void> {
    const text = queries.map((query) => `${query}\n`).join("");
    let rest = new TextEncoder().encode(text);
    while (rest.length > 0) {
      rest = rest.subarray(await this.#connection.write(rest));
    }
  }

  async #line(): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    const timer = setTimeout(() => {
      this.#isLate = true;
      this[Symbol.dispose]();
    }, this.#timeoutMs);
    try {
      while (true) {
        const end = this.#unread.indexOf(LF);
        const piece = end < 0 ? this.#unread : this.#unread.subarray(0, end);
        text += decoder.decode(piece, { stream: end < 0 });
        if (end >= 0) {
          this.#unread = this.#unread.subarray(end + 1);
          return text;
        }
        const count = await this.#read();
        if (typeof count === "string") {
          throw new NoAnswerError(this.#port, text, count);
        }
        this.#unread = this.#buffer.subarray(0, count);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(): Promise<number | AnswerEnd> {
    try {
      return await this.#connection.read(this.#buffer) ?? "closed";
    } catch {
      return this.#isLate ? "silent" : "reset";
    }
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    closeQuietly(this.#connection);
  }
}

/**
 * Asks the primary something, on a connection of its own.
 *
 * @param query The question, without LF.
 * @param options Where the primary is.
 * @returns The line that it answered, without its LF.
 * @throws {NoAnswerError} If it accepted the connection but did not answer with
 * a line in time.
 * @throws {Error} If there is no connection, as Deno says it.
 */
export async function ask(query: string, options: AskOptions): Promise<string> {
  using client = await PrimaryClient.connect(options);
  return await client.ask(query);
}

/**
 * Asks the primary for its total.
 *
 * @param options Where the primary is.
 * @returns Likes counted.
 * @throws {NoAnswerError} If it does not answer `READ` as ours do.
 * @throws {Error} If there is no connection, as Deno says it.
 */
export async function readTotal(options: AskOptions): Promise<number> {
  const answer = await ask(READ, options);
  const reply = parseReply(answer);
  if (reply.kind === "TOTAL") return reply.total;
  throw new NoAnswerError(options.port, answer);
}

/**
 * The message of what was thrown by a client, for people.
 *
 * @param error What was thrown.
 * @returns Why there is no answer, to go after a colon.
 */
export function whyNoAnswer(error: unknown): string {
  if (error instanceof Deno.errors.ConnectionRefused) {
    return "nothing accepts a connection";
  }
  if (error instanceof NoAnswerError) {
    return describe(error.received, error.end);
  }
  return messageOf(error);
}
