/**
 * Connections to replicas that are kept open between requests.
 *
 * @module
 */

import { closeQuietly } from "../../platform/close_quietly.ts";
import { writeAll } from "../../platform/write_all.ts";

/** The most connections to a replica that are kept: enough for a burst. */
export const KEPT_MAX = 64;

/** A connection over which one request at a time is made. */
export class ReplicaConnection {
  readonly #connection: Deno.TcpConn;
  readonly #chunk: Uint8Array<ArrayBuffer>;
  #reading: Promise<number | null> | undefined;
  #isResting = false;

  /**
   * @param connection The connection; belongs to this from now on.
   * @param chunkBytes Bytes that are read at once.
   */
  constructor(connection: Deno.TcpConn, chunkBytes: number) {
    this.#connection = connection;
    this.#chunk = new Uint8Array(chunkBytes);
    try {
      connection.setNoDelay(true);
    } catch {
      // The replica is gone already: reading tells.
    }
  }

  /**
   * Writes bytes.
   *
   * @param bytes What.
   * @returns Fulfils when all are written.
   * @throws {Error} If the connection is gone, as Deno says it.
   */
  write(bytes: Uint8Array): Promise<void> {
    return writeAll(this.#connection, bytes);
  }

  /**
   * Reads what comes next.
   *
   * @returns The bytes, good until the next call; null at the end, also of a
   * connection that was reset.
   */
  async read(): Promise<Uint8Array | null> {
    const reading = this.#reading ?? this.#read();
    this.#reading = undefined;
    const count = await reading;
    return count === null ? null : this.#chunk.subarray(0, count);
  }

  #read(): Promise<number | null> {
    return this.#connection.read(this.#chunk).catch(() => null);
  }

  /**
   * Waits for the next request. Whatever comes before it is no reply, and most
   * often the end: the replica is dead.
   *
   * @param onEnd Called when the connection cannot be used again; not after
   * {@linkcode ReplicaConnection.wake}.
   */
  rest(onEnd: () => void): void {
    this.#isResting = true;
    this.#reading = this.#read();
    this.#reading.then(() => {
      if (!this.#isResting) return;
      this.close();
      onEnd();
    });
  }

  /** The next request comes. */
  wake(): void {
    this.#isResting = false;
  }

  /** Closes it. */
  close(): void {
    closeQuietly(this.#connection);
  }
}

/** Connections that wait for the next request to a replica. */
export class KeptConnections {
  /** By port. */
  readonly #resting = new Map<number, Set<ReplicaConnection>>();
  #isClosed = false;

  /**
   * A connection that nobody uses.
   *
   * @param port The port of the replica.
   * @returns The connection, no longer kept here; undefined if there is none.
   */
  take(port: number): ReplicaConnection | undefined {
    const resting = this.#resting.get(port);
    for (const connection of resting ?? []) {
      resting?.delete(connection);
      connection.wake();
      return connection;
    }
    return undefined;
  }

  /**
   * Keeps a connection over which the last reply has come, or closes it where
   * enough are kept.
   *
   * @param port The port of the replica.
   * @param connection The connection.
   */
  give(port: number, connection: ReplicaConnection): void {
    const resting = this.#resting.get(port) ?? new Set();
    if (this.#isClosed || resting.size === KEPT_MAX) return connection.close();
    this.#resting.set(port, resting.add(connection));
    connection.rest(() => resting.delete(connection));
  }

  /** Closes them all, and each that is given from now on. */
  close(): void {
    this.#isClosed = true;
    for (const resting of this.#resting.values()) {
      for (const connection of resting) connection.close();
    }
  }
}
