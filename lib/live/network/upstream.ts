/**
 * The far side of the network of a live run: hands requests to a replica, and
 * takes its replies.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { NAK_BUSY, NAK_CLOSING } from "../../protocol/replies.ts";
import { parseSync, SyncFields } from "../../protocol/sync.ts";
import { ReportConnection } from "../worker/report_connection.ts";
import { KeptConnections, ReplicaConnection } from "./kept_connections.ts";
import { joined, type Message } from "./message.ts";

const LF = 0x0a;

/**
 * The longest reply that is passed on, in bytes: that to a read can be long.
 */
const REPLY_BYTES_MAX = 1 << 26;

/** Bytes that are read at once of most replies. */
const CHUNK_BYTES = 1 << 12;

/** Bytes that are read at once of the reply of an exchange. */
const EXCHANGE_CHUNK_BYTES = 1 << 16;

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

/** Ways to the replicas of a network. */
export class Upstreams {
  /** Null where a primary of the original kind may be there. */
  readonly #kept: KeptConnections | null;

  /**
   * @param areReplicas Whether there are several, which are never of the
   * original kind: it ends a connection after each reply.
   */
  constructor(areReplicas: boolean) {
    this.#kept = areReplicas ? new KeptConnections() : null;
  }

  /**
   * The way of one request.
   *
   * @param port The replica's port, at 127.0.0.1.
   * @param kind The kind of the request.
   * @returns The way, perhaps not opened yet.
   */
  open(port: number, kind: MessageKind): Upstream {
    // An exchange is long, and rare: others do not wait behind it.
    if (kind === MessageKind.PEER_REQUEST) {
      return new LinesUpstream(port, EXCHANGE_CHUNK_BYTES, null);
    }
    const kept = this.#kept;
    return kind === MessageKind.REPORT && kept === null
      ? new ReportUpstream(port)
      : new LinesUpstream(port, CHUNK_BYTES, kept);
  }

  /** Closes what is kept for later. */
  close(): void {
    this.#kept?.close();
  }
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
  readonly #chunkBytes: number;
  readonly #kept: KeptConnections | null;
  #connection: ReplicaConnection | null = null;
  #isAbandoned = false;

  constructor(port: number, chunkBytes: number, kept: KeptConnections | null) {
    this.#port = port;
    this.#chunkBytes = chunkBytes;
    this.#kept = kept;
  }

  async exchange({ bytes }: Message, onSent: () => void): Promise<Outcome> {
    const connection = this.#kept?.take(this.#port) ?? await this.#connect();
    if (connection === null) return { kind: "unreachable" };
    this.#connection = connection;
    // A replica can refuse a message before it has read all of it.
    const writing = connection.write(bytes).then(onSent, () => {});
    const answer = await readReply(connection);
    // After these two a replica closes the connection.
    const line = answer?.reply.line;
    const isKept = this.#kept !== null && answer?.isClean === true &&
      line !== NAK_BUSY && line !== NAK_CLOSING;
    if (!isKept) connection.close();
    await writing;
    if (answer === null) return { kind: "silent" };
    if (isKept) this.#kept?.give(this.#port, connection);
    return { kind: "reply", reply: answer.reply };
  }

  async #connect(): Promise<ReplicaConnection | null> {
    let connection: Deno.TcpConn;
    try {
      connection = await Deno.connect({
        hostname: "127.0.0.1",
        port: this.#port,
      });
    } catch {
      return null;
    }
    const opened = new ReplicaConnection(connection, this.#chunkBytes);
    // The system can connect a port on which nobody listens with itself.
    const isSelf = connection.localAddr.port === this.#port;
    if (!isSelf && !this.#isAbandoned) return opened;
    opened.close();
    return null;
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#connection?.close();
  }
}

async function readReply(
  connection: ReplicaConnection,
): Promise<{ reply: Reply; isClean: boolean } | null> {
  const pieces: Uint8Array[] = [];
  const head: Uint8Array[] = [];
  let line: string | undefined;
  let entries = 0;
  let linesMissing = 1;
  for (let length = 0; length < REPLY_BYTES_MAX;) {
    const chunk = (await connection.read())?.slice();
    if (chunk === undefined) return null;
    length += chunk.length;
    let from = 0;
    while (linesMissing > 0) {
      const end = chunk.indexOf(LF, from);
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
    if (line === undefined) head.push(chunk);
    pieces.push(linesMissing === 0 ? chunk.subarray(0, from) : chunk);
    if (line !== undefined && linesMissing === 0) {
      const reply = { line, bytes: joined(pieces), entries };
      return { reply, isClean: from === chunk.length };
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
