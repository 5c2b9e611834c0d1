/**
 * The connection of an exchange that this replica begins.
 *
 * @module
 */

import { closeQuietly } from "../../platform/close_quietly.ts";
import { writeAll } from "../../platform/write_all.ts";
import { LineFramer } from "../../protocol/framing.ts";
import type { LineSource } from "./replica.ts";
import type { ReplicaCounters } from "./replica_counters.ts";

/**
 * The longest that a request, its reply and the merge of that may take, in
 * milliseconds.
 */
const ANSWER_MS_MAX = 10_000;

/** A connection to a peer, closed when the peer does not answer in time. */
export class PeerConnection implements LineSource {
  /** The lines that have come and are not taken yet. */
  readonly framer: LineFramer = new LineFramer();
  readonly #counters: ReplicaCounters;
  #socket: Deno.TcpConn | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** @param counters Where bytes and messages are counted */
  constructor(counters: ReplicaCounters) {
    this.#counters = counters;
  }

  /**
   * Connects.
   *
   * @param port Port of the peer at 127.0.0.1
   * @returns When it is connected
   * @throws {Error} If that fails, as Deno says it
   * @throws {Deno.errors.Interrupted} If it was closed meanwhile
   */
  async open(port: number): Promise<void> {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    this.#socket = socket;
    if (this.#isClosed) {
      closeQuietly(socket);
      throw new Deno.errors.Interrupted("Closed");
    }
    socket.setNoDelay(true);
  }

  /**
   * Sends a request, to which the reply has to come in time.
   *
   * @param request Its lines
   * @returns When it is sent
   * @throws {Error} If the peer is gone, or too slow
   */
  async send(request: Uint8Array): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isClosed) {
      this.#timer = setTimeout(() => this.close(), ANSWER_MS_MAX);
    }
    await writeAll(this.#open, request);
    this.#counters.gossipMessagesSent++;
    this.#counters.gossipBytesSent += request.length;
  }

  /**
   * Reads more.
   *
   * @returns False at the end of the stream
   * @throws {Error} If the peer is gone, or too slow
   */
  async more(): Promise<boolean> {
    const count = await this.#open.read(this.framer.room());
    if (count === null) return false;
    this.framer.filled(count);
    return true;
  }

  get #open(): Deno.TcpConn {
    if (this.#socket === undefined || this.#isClosed) {
      throw new Deno.errors.Interrupted("Closed");
    }
    return this.#socket;
  }

  /** Closes it; what is read or written meanwhile fails. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#socket !== undefined) closeQuietly(this.#socket);
  }
}
