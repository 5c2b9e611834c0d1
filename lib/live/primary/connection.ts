/**
 * A connection of the primary: read, answer, read on.
 *
 * @module
 */

import { isIoError } from "../../platform/io_error.ts";
import { LineFramer } from "../../protocol/framing.ts";
import type { Query } from "../../protocol/queries.ts";
import { ACK } from "../../protocol/replies.ts";
import { Deadline, type Deadlines } from "./deadlines.ts";
import type { GroupCommit } from "./group_commit.ts";
import type { LineSource, Replica } from "../replica/replica.ts";
import {
  AT_EXCHANGE,
  AT_QUERY,
  AT_REPAIR,
  AT_STRANGER,
  type Intake,
  JOURNAL_FULL,
  REPLIES_FULL,
} from "./intake.ts";
import type { PrimaryCounters } from "./counters.ts";
import type { LargeAnswers } from "./large_answers.ts";
import type { RosterEntry } from "./roster.ts";
import { Replies } from "./replies.ts";

/** The part of a socket that a connection uses, as `Deno.Conn` has it. */
export interface PrimarySocket {
  /** Reads what is there, at least one byte; null at the end. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes, at least one. */
  write(bytes: Uint8Array): Promise<number>;
  /** Closes it; what is read or written meanwhile fails. */
  close(): void;
  /** Whether small writes go out at once. */
  setNoDelay(noDelay?: boolean): void;
  /** Whether a peer that has vanished is noticed. */
  setKeepAlive(keepAlive?: boolean): void;
}

/** Buffers of a connection. */
export interface ConnectionBuffers {
  /** Received bytes, cut into lines. */
  readonly framer: LineFramer;
  /** Replies to be sent. */
  readonly replies: Replies;
}

/**
 * Buffers kept for connections to come: for clients that connect for each
 * report.
 */
const SPARE_BUFFERS_MAX = 32;

/** State and services that all connections of a primary share. */
export interface PrimaryShared {
  /** Counts of reports, connections and bytes. */
  readonly counters: PrimaryCounters;
  /** Judge of the lines. */
  readonly intake: Intake;
  /** The log, written for groups of reports. */
  readonly commits: GroupCommit;
  /** Buffers of connections that were closed. */
  readonly spareBuffers: ConnectionBuffers[];
  /** Connections with a line that has begun and is not complete. */
  readonly lineDeadlines: Deadlines<PrimaryConnection>;
  /** Connections that are sent an answer of many bytes. */
  readonly answerDeadlines: Deadlines<PrimaryConnection>;
  /** Connections whose replies are being sent. */
  readonly replyDeadlines: Deadlines<PrimaryConnection>;
  /** Whether the primary is stopping: reports are turned away. */
  readonly isClosing: boolean;
  /** Answers to queries. */
  readonly answers: LargeAnswers<Query>;
  /** Answers to other replicas; null where there are none. */
  readonly replica: Replica | null;
  /** Called when a reply could not be sent. */
  ackFailed(error: unknown): void;
  /** Called once when a connection is closed, whoever closed it. */
  closed(connection: PrimaryConnection): void;
  /** Called once when it is closed and its last read or write has come back. */
  served(): void;
}

/**
 * `ACK` without LF for a client of the original kind: the only reply of three
 * bytes.
 */
const ACK_BYTES = new TextEncoder().encode(ACK);

/**
 * Serves one client. All lines of a read are answered together, so that there
 * is a promise for each read, each write and each group, and none for a report.
 *
 * A client may connect for each report: parts that few connections need are
 * made when they are needed.
 */
export class PrimaryConnection implements RosterEntry, LineSource {
  /** Place in the primary's roster. */
  place = 0;
  readonly #socket: PrimarySocket;
  readonly #shared: PrimaryShared;
  readonly #buffers: ConnectionBuffers;
  /** The lines that have come and are not taken yet. */
  readonly framer: LineFramer;
  readonly #replies: Replies;
  #line: Deadline<PrimaryConnection> | undefined = undefined;
  #reply: Deadline<PrimaryConnection> | undefined = undefined;
  #isClosed = false;
  #isAnswering = false;
  #isFinishing = false;
  #hasOptions = false;
  #reads = 0;
  /** Bytes of the last read. */
  #lastRead = 0;

  /**
   * @param socket The connection, accepted
   * @param shared What it shares with the others
   */
  constructor(socket: PrimarySocket, shared: PrimaryShared) {
    this.#socket = socket;
    this.#shared = shared;
    this.#buffers = shared.spareBuffers.pop() ??
      { framer: new LineFramer(), replies: new Replies() };
    this.framer = this.#buffers.framer;
    this.#replies = this.#buffers.replies;
  }

  /** Closes the connection as soon as the lines that were read are answered. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isAnswering) this.close();
  }

  /**
   * Serves the client until it leaves, is cut off, or the primary stops.
   *
   * @returns When the connection is closed, whatever the client does
   * @throws {Error} An error in this program, which is to end it
   */
  async serve(): Promise<void> {
    const { intake } = this.#shared;
    try {
      for (;;) {
        // The rest of a line that is never completed is dropped with the
        // connection.
        const count = await this.#socket.read(this.framer.room());
        if (count === null) break;
        this.#filled(count);
        this.#isAnswering = true;
        if (intake.isOneShot(this.framer)) {
          if (this.#takeOneShot()) await this.#shared.commits.settled();
          await this.#sendOneShot();
          break;
        }
        await this.#answer();
        this.#isAnswering = false;
        if (this.#isFinishing) break;
      }
    } catch (error) {
      // A reset, or closed here: this client is gone, the others are served on.
      if (!isIoError(error)) throw error;
    } finally {
      this.close();
      this.#giveBackBuffers();
      this.#shared.served();
    }
  }

  #filled(count: number): void {
    this.#shared.counters.bytesReceived += count;
    this.#lastRead = count;
    this.framer.filled(count);
    if (++this.#reads === 2) this.setOptions();
  }

  /**
   * Reads more of a request of another replica.
   *
   * @returns False at the end of the stream
   */
  async more(): Promise<boolean> {
    const count = await this.#socket.read(this.framer.room());
    if (count === null) return false;
    this.#filled(count);
    return true;
  }

  /**
   * Keeps the buffers for another connection. Only now: a read or write that
   * was under way when the connection was closed has come back.
   */
  #giveBackBuffers(): void {
    const { spareBuffers } = this.#shared;
    const replies = this.#replies;
    if (spareBuffers.length >= SPARE_BUFFERS_MAX || replies.isInGroup) return;
    this.framer.reset();
    replies.clear();
    spareBuffers.push(this.#buffers);
  }

  /**
   * Sets the socket's options: replies go out at once, and a client whose
   * machine has vanished is noticed. A connection for one report needs neither
   * (its reply waits for nothing), and each costs a tenth of what it costs
   * altogether, so this is done at its second read or when it has been there
   * for a while.
   */
  setOptions(): void {
    if (this.#hasOptions) return;
    this.#hasOptions = true;
    try {
      this.#socket.setNoDelay(true);
      this.#socket.setKeepAlive(true);
    } catch {
      // The client is gone: reading will tell.
    }
  }

  /** Closes the connection at once, with lines unanswered. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#line) this.#shared.lineDeadlines.meet(this.#line);
    if (this.#reply) this.#shared.replyDeadlines.meet(this.#reply);
    this.#socket.close();
    this.#shared.closed(this);
  }

  /** Answers the whole lines of a read. */
  async #answer(): Promise<void> {
    const { commits } = this.#shared;
    const replies = this.#replies;
    for (;;) {
      const stop = this.#take();
      if (stop === JOURNAL_FULL) {
        commits.settle();
      } else if (stop === AT_QUERY) {
        await this.#answerQuery();
      } else if (stop === AT_EXCHANGE) {
        await this.#answerExchange();
        if (this.#isFinishing) break;
      } else if (stop === AT_REPAIR) {
        await this.#answerRepair();
      } else if (stop === REPLIES_FULL) {
        if (!replies.grow()) await this.#send();
      } else {
        if (stop === AT_STRANGER) this.#isFinishing = true;
        break;
      }
    }
    if (replies.length > 0) await this.#send();
    this.#watchLine();
  }

  #take(): number {
    const { isClosing, intake, commits } = this.#shared;
    if (isClosing) return intake.turnAway(this.framer, this.#replies);
    commits.join(this.#replies);
    return intake.take(this.framer, this.#replies);
  }

  /**
   * Answers a query. The reports before it are settled first, so that the
   * answer tells what is certain, and in order.
   */
  async #answerQuery(): Promise<void> {
    const { answers, commits, intake } = this.#shared;
    const { query } = intake;
    if (query === undefined) return;
    commits.settle();
    const text = answers.short(query);
    if (text === undefined) {
      if (this.#replies.length > 0) await this.#send();
      await this.#sendLarge(query);
    } else await this.#putDown(text);
  }

  /** Answers a repair, behind the reports before it. */
  async #answerRepair(): Promise<void> {
    const reply = this.#shared.replica?.repair(this.framer);
    if (reply !== undefined) await this.#putDown(`${reply}\n`);
  }

  /** Puts down an answer that belongs to no group. */
  async #putDown(text: string): Promise<void> {
    if (this.#replies.answer(text)) return;
    await this.#send();
    this.#replies.answer(text);
  }

  /** Sends a large answer, which waits while others are slow to read. */
  async #sendLarge(query: Query): Promise<void> {
    const { answers, answerDeadlines, commits } = this.#shared;
    const answer = await answers.wait(query);
    const deadline = new Deadline<PrimaryConnection>(this);
    try {
      await commits.settled(); // It tells of reports that others have sent.
      answerDeadlines.set(deadline);
      for (const chunk of answer.chunks) await this.#write(chunk, chunk.length);
    } finally {
      answerDeadlines.meet(deadline);
      answers.release(answer);
    }
  }

  /**
   * Answers the request of another replica, all of which has to come as soon as
   * a single line.
   */
  async #answerExchange(): Promise<void> {
    const { replica, lineDeadlines, commits } = this.#shared;
    if (this.#replies.length > 0) await this.#send();
    this.setOptions();
    const line = this.#line ??= new Deadline<PrimaryConnection>(this);
    lineDeadlines.set(line);
    const answer = await replica?.answer(this);
    lineDeadlines.meet(line);
    if (answer === undefined || answer.isLast) this.#isFinishing = true;
    if (answer === undefined) return;
    await commits.settled();
    await this.#write(answer.bytes, answer.bytes.length);
  }

  /**
   * Takes the report of an original client; true: it has joined a group that
   * has to be settled.
   */
  #takeOneShot(): boolean {
    const { isClosing, intake, commits } = this.#shared;
    const replies = this.#replies;
    if (isClosing) {
      intake.turnAwayOneShot(replies);
      return false;
    }
    commits.join(replies);
    while (!intake.takeOneShot(this.framer, replies)) {
      commits.settle();
      commits.join(replies);
    }
    return true;
  }

  /**
   * Answers as the original program does: three bytes, no LF. No deadline is
   * set: the first few bytes of a connection never wait for its client to read.
   */
  async #sendOneShot(): Promise<void> {
    const replies = this.#replies;
    replies.dropLastLf();
    if (this.#isClosed) return;
    const { length } = replies;
    const bytes = length === ACK_BYTES.length
      ? ACK_BYTES
      : replies.bytes.subarray(0, length);
    try {
      this.#shared.counters.bytesSent += await this.#socket.write(bytes);
    } catch (error) {
      this.#shared.ackFailed(error);
      throw error;
    }
  }

  /** Sends the replies, once the journal holds what they answer. */
  async #send(): Promise<void> {
    await this.#shared.commits.settled();
    await this.#write(this.#replies.bytes, this.#replies.length);
    this.#replies.clear();
  }

  /**
   * Writes all of the bytes; a client that takes none of them for too long is
   * cut off by `replyDeadlines`.
   */
  async #write(bytes: Uint8Array, length: number): Promise<void> {
    const { replyDeadlines, counters } = this.#shared;
    const reply = this.#reply ??= new Deadline<PrimaryConnection>(this);
    try {
      for (let sent = 0; sent < length && !this.#isClosed;) {
        replyDeadlines.set(reply);
        const count = await this.#socket.write(bytes.subarray(sent, length));
        counters.bytesSent += count;
        sent += count;
      }
    } catch (error) {
      this.#shared.ackFailed(error);
      throw error;
    } finally {
      replyDeadlines.meet(reply);
    }
  }

  /**
   * The time for a line runs from its first byte, however many reads bring the
   * rest of it: one that has more bytes than the last read began earlier.
   */
  #watchLine(): void {
    const { pending } = this.framer;
    if (this.#isClosed) return;
    if (pending > 0 && pending <= this.#lastRead) {
      this.#line ??= new Deadline<PrimaryConnection>(this);
      this.#shared.lineDeadlines.set(this.#line);
    } else if (pending === 0 && this.#line) {
      this.#shared.lineDeadlines.meet(this.#line);
    }
  }
}
