/**
 * Accepting connections, as long as somebody listens.
 *
 * @module
 */

import { closeQuietly } from "./close_quietly.ts";

/**
 * Pause after the system had no connection to give, most often for want of file
 * descriptors, in milliseconds.
 */
const ACCEPT_PAUSE_MS = 100;

/** Options of {@linkcode acceptAll}. */
export interface AcceptOptions {
  /** The listener that clients connect to. */
  readonly listener: Pick<Deno.TcpListener, "accept">;
  /** Whether the listener was closed, or is about to be. */
  readonly isClosing: () => boolean;
  /** Takes over a connection. */
  readonly onConnection: (connection: Deno.TcpConn) => void;
  /**
   * Called with the reason why connections cannot be accepted, once until one
   * is again; not for clients that were gone first.
   */
  readonly onFailure?: (error: unknown) => void;
}

/**
 * Accepts connections until the listener closes. Where the system has none to
 * give, out of file descriptors for example, connected clients are served on,
 * and the others wait. A client that has gone before its turn keeps nobody
 * waiting.
 *
 * @param options The listener, and what becomes of its connections.
 * @returns Fulfils when no more is accepted.
 * @throws {Error} What `onConnection` throws; that connection is closed.
 */
export async function acceptAll(options: AcceptOptions): Promise<void> {
  const { listener, isClosing, onConnection, onFailure } = options;
  let isFailing = false;
  while (!isClosing()) {
    let connection: Deno.TcpConn;
    try {
      connection = await listener.accept();
    } catch (error) {
      if (isClosing()) return;
      if (isClientGone(error)) continue;
      if (!isFailing) onFailure?.(error);
      isFailing = true;
      await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      continue;
    }
    isFailing = false;
    try {
      onConnection(connection);
    } catch (error) {
      closeQuietly(connection);
      throw error;
    }
  }
}

/**
 * Whether the client had reset its connection: there was something to accept,
 * and the next one is there already.
 */
function isClientGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
