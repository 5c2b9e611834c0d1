/**
 * Questions to the primary: the total, the statistics.
 *
 * @module
 */

import { parseReply } from "../../protocol/replies.ts";

const LF = 0x0a;
const CHUNK_BYTES = 65_536;

/** How long the primary may take to accept a connection and to answer. */
const TIMEOUT_MS = 2_000;

/** Where the primary is, and how long to wait for it. */
export interface AskOptions {
  /** The primary's port, at 127.0.0.1. */
  readonly port: number;
  /**
   * How long the primary may take, in milliseconds.
   *
   * @default {2000}
   */
  readonly timeoutMs?: number;
}

/**
 * The primary accepts connections but did not answer a question as ours do: it
 * is of the original kind.
 */
export class NoAnswerError extends Error {
  /** The name that stack traces print. */
  override readonly name = "NoAnswerError";
}

/**
 * Asks the primary something, on a connection of its own.
 *
 * @param query The question: `READ` or `STATS`.
 * @param options Where the primary is.
 * @returns The line that it answered, without its LF.
 * @throws {NoAnswerError} If it accepted the connection but did not answer with
 * a line in time.
 * @throws {Error} If there is no connection, as Deno says it.
 */
export async function ask(
  query: "READ" | "STATS",
  options: AskOptions,
): Promise<string> {
  const { port, timeoutMs = TIMEOUT_MS } = options;
  const connecting = Deno.connect({ hostname: "127.0.0.1", port });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connecting.then((connection) => connection.close(), () => {});
  }, timeoutMs);
  try {
    const connection = await connecting;
    if (connection.localAddr.port === port) {
      // Where nobody listens on a port of this machine, the system can give it
      // to this side: connected with itself.
      connection.close();
      throw new Deno.errors.ConnectionRefused("Nobody listens");
    }
    try {
      return await exchange(connection, query);
    } catch (error) {
      const reason = isLate
        ? `within ${timeoutMs} ms`
        : `(${error instanceof Error ? error.message : error})`;
      throw new NoAnswerError(
        `Cannot learn ${query} from port ${port}: no answer ${reason}`,
      );
    } finally {
      if (!isLate) connection.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(
  connection: Deno.TcpConn,
  query: string,
): Promise<string> {
  await connection.write(new TextEncoder().encode(`${query}\n`));
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(CHUNK_BYTES);
  let text = "";
  while (true) {
    const count = await connection.read(chunk);
    if (count === null) throw new Error("connection closed");
    const end = chunk.subarray(0, count).indexOf(LF);
    text += decoder.decode(chunk.subarray(0, end < 0 ? count : end), {
      stream: end < 0,
    });
    if (end >= 0) return text;
  }
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
  const reply = parseReply(await ask("READ", options));
  if (reply.kind === "TOTAL") return reply.total;
  throw new NoAnswerError(
    `Cannot learn READ from port ${options.port}: the answer is no total`,
  );
}
