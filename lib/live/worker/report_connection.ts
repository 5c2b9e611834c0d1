/**
 * The connection over which a likes server sends its reports, one at a time.
 *
 * @module
 */

import { closeQuietly } from "../../platform/close_quietly.ts";
import { writeAll } from "../../platform/write_all.ts";
import { messageOf } from "../../platform/start_error.ts";

/** Bytes of the longest answer that is listened to. */
const ANSWER_BYTES_MAX = 256;

/**
 * The time for which a bare `ACK` may stand without its LF or the end of the
 * stream. A primary of the original kind sends these three bytes and then
 * closes; should the close be late, the ACK counts none the less.
 */
const BARE_ACK_MS = 250;

const LF = 0x0a;

/** The outcome of a report. */
export type Answer =
  /** An answer, whole, without its LF. It can still be nonsense. */
  | { readonly kind: "answer"; readonly text: string }
  /** No connection: the report was not sent. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** The report may have reached the primary, but no answer came back. */
  | { readonly kind: "lost"; readonly reason: string };

/** A connection for each report, or one that is held open. */
export class ReportConnection {
  readonly #port: number;
  readonly #keepAlive: boolean;
  readonly #answer = new Uint8Array(ANSWER_BYTES_MAX);
  #connection: Deno.TcpConn | null = null;
  /**
   * Counts exchanges and abandonments, so that what belongs to an abandoned
   * exchange is recognised.
   */
  #turn = 0;

  /**
   * @param port The port of the primary, at 127.0.0.1.
   * @param keepAlive Whether to hold one connection open instead of one for
   * each report.
   */
  constructor(port: number, keepAlive: boolean) {
    this.#port = port;
    this.#keepAlive = keepAlive;
  }

  /**
   * Sends a report and waits for its answer.
   *
   * The wait has no end of its own: {@linkcode ReportConnection.abandon} ends
   * it. The exchange before must have ended.
   *
   * @param report The report with its LF. Sent in one write.
   * @param onSent Called when the report is on the connection.
   * @returns What came of it.
   */
  async exchange(
    report: Uint8Array,
    onSent: () => void = () => {},
  ): Promise<Answer> {
    const turn = ++this.#turn;
    let connection: Deno.TcpConn;
    try {
      connection = this.#connection ?? await Deno.connect({
        hostname: "127.0.0.1",
        port: this.#port,
      });
    } catch (error) {
      return { kind: "unreachable", reason: messageOf(error) };
    }
    if (turn !== this.#turn) {
      closeQuietly(connection);
      return { kind: "unreachable", reason: "abandoned" };
    }
    if (connection.localAddr.port === this.#port) {
      // Where nobody listens on a port of this machine, the system can give it
      // to this side: connected with itself.
      closeQuietly(connection);
      return { kind: "unreachable", reason: "nobody listens" };
    }
    this.#connection = connection;
    let answer: Answer;
    try {
      // A report fits in any send buffer, so this is one write to the system.
      await writeAll(connection, report);
      onSent();
      answer = await this.#listen(connection);
    } catch (error) {
      answer = { kind: "lost", reason: messageOf(error) };
      this.#close(turn);
    }
    if (!this.#keepAlive) this.#close(turn);
    return answer;
  }

  /**
   * Closes the connection. An exchange that is under way ends without an
   * answer.
   */
  abandon(): void {
    this.#close(this.#turn);
    this.#turn++;
  }

  #close(turn: number): void {
    if (turn !== this.#turn || this.#connection === null) return;
    closeQuietly(this.#connection);
    this.#connection = null;
  }

  async #listen(connection: Deno.TcpConn): Promise<Answer> {
    const bytes = this.#answer;
    const turn = this.#turn;
    let length = 0;
    let bareAck: ReturnType<typeof setTimeout> | undefined;
    try {
      while (true) {
        if (length === bytes.length) {
          throw new Error(`Answer longer than ${ANSWER_BYTES_MAX} bytes`);
        }
        const count = await connection.read(bytes.subarray(length));
        clearTimeout(bareAck);
        if (count === null) {
          this.#close(turn);
          if (length === 0) throw new Error("Connection closed without answer");
          return answerOf(bytes, length);
        }
        const end = bytes.subarray(0, length + count).indexOf(LF, length);
        length += count;
        if (end >= 0) {
          // Nothing may follow an answer: a connection on which something does
          // is not used again.
          if (end + 1 < length) this.#close(turn);
          return answerOf(bytes, end);
        }
        if (isAck(bytes, length)) {
          bareAck = setTimeout(() => this.#close(turn), BARE_ACK_MS);
        }
      }
    } catch (error) {
      // Reset, or closed by the timer above, with the whole of an ACK received.
      if (turn === this.#turn && isAck(bytes, length)) {
        this.#close(turn);
        return answerOf(bytes, length);
      }
      throw error;
    } finally {
      clearTimeout(bareAck);
    }
  }
}

function answerOf(bytes: Uint8Array, length: number): Answer {
  const text = String.fromCharCode(...bytes.subarray(0, length));
  return { kind: "answer", text };
}

function isAck(bytes: Uint8Array, length: number): boolean {
  return length === 3 && bytes[0] === 0x41 && bytes[1] === 0x43 &&
    bytes[2] === 0x4b;
}
