/**
 * A primary that behaves as a test tells it to.
 *
 * @module
 */

/** Treatment of a connection whose first bytes were read. */
export type Behaviour = (
  connection: Deno.TcpConn,
  text: string,
) => Promise<void> | void;

const encoder = new TextEncoder();

/** Listens on a free port and treats each connection as it is told. */
export class Peer {
  /** First bytes of each connection, in order. */
  readonly received: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;
  readonly #handling = new Set<Promise<void>>();
  readonly #behave: Behaviour;

  /**
   * @param behave What it does with a connection.
   */
  constructor(behave: Behaviour) {
    this.#behave = behave;
    this.#accepting = this.#accept();
  }

  /** The port, at 127.0.0.1. */
  get port(): number {
    return this.#listener.addr.port;
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) {
        this.#connections.add(connection);
        const handling = this.#handle(connection).catch(() => {});
        this.#handling.add(handling);
      }
    } catch {
      // Closed.
    }
  }

  async #handle(connection: Deno.TcpConn): Promise<void> {
    const bytes = new Uint8Array(1024);
    const count = await connection.read(bytes);
    if (count === null) return this.hangUp(connection);
    const text = new TextDecoder().decode(bytes.subarray(0, count));
    this.received.push(text);
    await this.#behave(connection, text);
  }

  /**
   * Closes a connection.
   *
   * @param connection The connection.
   */
  hangUp(connection: Deno.TcpConn): void {
    if (this.#connections.delete(connection)) connection.close();
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
    await this.#accepting;
    await Promise.all(this.#handling);
  }
}

/**
 * Sends a text in one write.
 *
 * @param connection Where to.
 * @param text What.
 */
export async function say(
  connection: Deno.TcpConn,
  text: string,
): Promise<void> {
  await connection.write(encoder.encode(text));
}

/**
 * A primary of the original kind: it reads once, takes the first two words,
 * logs, answers `ACK` without LF and closes.
 *
 * @returns The peer, and the likes it counted, by name.
 */
export function originalPrimary(): { peer: Peer; totals: Map<string, number> } {
  const totals = new Map<string, number>();
  const peer: Peer = new Peer(async (connection, text) => {
    const [, name, likes] = /^(LikesServer\S*)\s+(\d+)/.exec(text) ?? [];
    if (name !== undefined && Number(likes) <= 42) {
      totals.set(name, (totals.get(name) ?? 0) + Number(likes));
      await say(connection, "ACK");
    }
    peer.hangUp(connection);
  });
  return { peer, totals };
}
