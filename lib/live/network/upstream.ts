/**
 * The far side of the network of a live run: hands requests to a replica, and
 * takes its replies.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { closeQuietly } from "../../platform/close_quietly.ts";
import { parseSync, SyncFields } from "../../protocol/sync.ts";
import { ReportConnection } from "../worker/report_connection.ts";
import { joined, type Message } from "./message.ts";

const LF = 0x0a;

/** The longest reply that is passed on, in bytes: that to a read can be long. */
const REPLY_BYTES_MAX = 1 << 26;

const CHUNK_BYTES = 1 << 16;

const decoder = new TextDecoder();

/** A reply of a replica. */
export interface Reply {
  /** First line of the request, without the LF. */
  readonly line: string;
  /** All of it, with its LFs. */
  readonly bytes: Uint8Array;
  /** Number of entries, of a reply of an exchange; else 0. */
  readonly entries: number;
}

/** The end of a request's way. */
export type Outcome =
  | { readonly kind: "reply"; readonly reply: Reply }
  /** Nobody accepted a connection. */
  | { readonly kind: "unreachable" }
  /** The replica got the request, as far as is known, and did not reply. */
  | { readonly kind: "silent" };

/** Hands one request to a replica. */
export interface Upstream {
  /**
   * Hands a request over and waits for the reply, without end.
   *
   * @param message The request.
   * @param onSent Called when the request is on the connection.
   * @returns What came of it.
   */
  exchange(message: Message, onSent: () => void): Promise<Outcome>;
  /** Ends the wait: there is no reply. */
  abandon(): void;
}

/**
 * A connection to a replica for one request.
 *
 * @param port The replica's port, at 127.0.0.1.
 * @param kind The kind of the request.
 * @returns The connection, not opened yet.
 */
export function openUpstream(port: number, kind: MessageKind): Upstream {
  return kind === MessageKind.REPORT
    ? new ReportUpstream(port)
    : new LinesUpstream(port);
}

/** Takes the bare `ACK` of an original primary, too. */
class ReportUpstream implements Upstream {
  readonly #connection: ReportConnection;

  constructor(port: number) {
    this.#connection = new ReportConnection(port, false);
  }

  async exchange({ bytes }: Message, onSent: () => void): Promise<Outcome> {
    const answer = await this.#connection.exchange(bytes, onSent);
    if (answer.kind === "unreachable") return { kind: "unreachable" };
    if (answer.kind === "lost") return { kind: "silent" };
    const line = answer.text;
    const reply = {
      line,
      bytes: new TextEncoder().encode(`${line}\n`),
      entries: 0,
    };
    return { kind: "reply", reply };
  }

  abandon(): void {
    this.#connection.abandon();
  }
}

/** Takes replies of one line, or of as many as the first one announces. */
class LinesUpstream implements Upstream {
  readonly #port: number;
  #connection: Deno.TcpConn | null = null;
  #isAbandoned = false;

  constructor(port: number) {
    this.#port = port;
  }

  async exchange({ bytes }: Message, onSent: () => void): Promise<Outcome> {
    let connection: Deno.TcpConn;
    try {
      connection = await Deno.connect({
        hostname: "127.0.0.1",
        port: this.#port,
      });
    } catch {
      return { kind: "unreachable" };
    }
    // The system can connect a port on which nobody listens with itself.
    const isSelf = connection.localAddr.port === this.#port;
    if (isSelf || this.#isAbandoned) {
      closeQuietly(connection);
      return { kind: "unreachable" };
    }
    this.#connection = connection;
    // A replica can refuse a message before it has read all of it.
    const writing = writeAll(connection, bytes).then(onSent, () => {});
    try {
      const reply = await readReply(connection);
      return reply === null ? { kind: "silent" } : { kind: "reply", reply };
    } catch {
      return { kind: "silent" };
    } finally {
      closeQuietly(connection);
      await writing;
    }
  }

  abandon(): void {
    this.#isAbandoned = true;
    if (this.#connection !== null) closeQuietly(this.#connection);
  }
}

/**
 * Writes bytes, however often the system takes only some of them.
 *
 * @param connection Where to.
 * @param bytes What.
 * @returns Fulfils when all are written.
 * @throws {Error} If the connection is gone, as Deno says it.
 */
export async function writeAll(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await connection.write(bytes.subarray(sent));
  }
}

async function readReply(connection: Deno.TcpConn): Promise<Reply | null> {
  const pieces: Uint8Array[] = [];
  const head: Uint8Array[] = [];
  let line: string | undefined;
  let entries = 0;
  let linesMissing = 1;
  for (let length = 0; length < REPLY_BYTES_MAX;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const count = await connection.read(chunk);
    if (count === null) return null;
    length += count;
    let from = 0;
    while (linesMissing > 0) {
      const end = chunk.subarray(0, count).indexOf(LF, from);
      if (end < 0) break;
      if (line === undefined) {
        head.push(chunk.subarray(0, end));
        line = decoder.decode(joined(head));
        entries = entriesOf(line);
        linesMissing += entries;
      }
      linesMissing--;
      from = end + 1;
    }
    if (line === undefined) head.push(chunk.subarray(0, count));
    pieces.push(chunk.subarray(0, linesMissing === 0 ? from : count));
    if (line !== undefined && linesMissing === 0) {
      return { line, bytes: joined(pieces), entries };
    }
  }
  return null;
}

/** The number of lines that follow a first line. */
function entriesOf(line: string): number {
  const fields = new SyncFields();
  const refusal = parseSync(line, fields, () => true);
  return refusal === null && fields.isReply ? fields.count : 0;
}
