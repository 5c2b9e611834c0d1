/**
 * A client of the primary that asks questions.
 *
 * @module
 */

import { parseReply } from "../../protocol/replies.ts";
import { READ } from "../../protocol/queries.ts";
import { serverName } from "../../protocol/report.ts";
import { closeQuietly } from "../../platform/close_quietly.ts";
import { messageOf } from "../../platform/start_error.ts";

const LF = 0x0a;
const CHUNK_BYTES = 65_536;

/** Milliseconds for a connection to be accepted, and for an answer. */
const TIMEOUT_MS = 2_000;

/**
 * Characters of an answer beyond which it is no primary's: more than two
 * million sessions come to.
 */
const ANSWER_CHARS_MAX = 2 ** 27;

/** Characters of an answer that is no primary's that are shown. */
const SHOWN_CHARS_MAX = 60;

/** Options of a client: the primary's port, and a time limit. */
export interface AskOptions {
  /** The primary's port, at 127.0.0.1. */
  readonly port: number;
  /**
   * Milliseconds for the connection to be accepted, and then for each answer.
   *
   * @default {2000}
   */
  readonly timeoutMs?: number;
}

/** The event that ended the wait for an answer. */
export type AnswerEnd = "closed" | "reset" | "silent";

/** The port accepts connections, but no answer came that a primary gives. */
export class NoAnswerError extends Error {
  /** The name that stack traces print. */
  override readonly name = "NoAnswerError";
  /** The part of an answer that came. */
  readonly received: string;
  /** The event that came before its LF; undefined: the answer is whole. */
  readonly end: AnswerEnd | undefined;

  /**
   * @param port The port
   * @param received The part of an answer that came
   * @param end The event that came before its LF; undefined: it is whole
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
  if (end === "silent") return "it takes connections and answers nothing";
  return end === "reset"
    ? "it resets connections"
    : "it closes connections without an answer";
}

/** A text of another server, safe to print: on one line and short. */
function shown(text: string): string {
  const [line = ""] = text.split(/\r?\n|\r$/, 1);
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
  /** Bytes that were read and belong to later answers. */
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
        // The system can give a port on which nobody listens to this side:
        // connected with itself.
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
   * @throws {NoAnswerError} If a line did not come in time, or had no end.
   */
  async askAll(queries: readonly string[]): Promise<string[]> {
    // A question that cannot be sent is not answered.
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
        if (text.length > ANSWER_CHARS_MAX) {
          throw new NoAnswerError(this.#port, text);
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
 * Asks the primary for its likes of one likes server.
 *
 * @param server Id of the likes server.
 * @param options Where the primary is.
 * @returns Likes counted.
 * @throws {NoAnswerError} If it does not answer `READ name` as ours do.
 * @throws {Error} If there is no connection, as Deno says it.
 */
export async function readLikesOf(
  server: number,
  options: AskOptions,
): Promise<number> {
  const name = serverName(server);
  const answer = await ask(`${READ} ${name}`, options);
  const reply = parseReply(answer);
  if (reply.kind === "VALUE" && reply.name === name) return reply.likes;
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
