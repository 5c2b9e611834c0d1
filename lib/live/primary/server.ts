/**
 * A primary that runs: it accepts connections, serves them, and stops in order.
 *
 * @module
 */

import { getLogger } from "@std/log";
import { NAK_BUSY } from "../../protocol/replies.ts";
import { LIVE_SERVER_MAX } from "../../protocol/validator.ts";
import {
  PrimaryRules,
  type PrimaryRulesOptions,
} from "../../rules/primary_rules.ts";
import { acceptAll } from "../../platform/accept.ts";
import { Deadlines } from "./deadlines.ts";
import { GroupCommit } from "./group_commit.ts";
import { answerPieces } from "./answers.ts";
import { Intake } from "./intake.ts";
import { Journal } from "./journal.ts";
import { LargeAnswers } from "./large_answers.ts";
import type { LogFile } from "../../platform/log_file.ts";
import { PrimaryConnection, type PrimaryShared } from "./connection.ts";
import { PrimaryCounters } from "./counters.ts";
import { openPrimaryLog } from "./open_journal.ts";
import { primaryLog } from "../../domain/log_files.ts";
import type { PrimaryOptions } from "../../options/primary_options.ts";
import { ReplicaRules } from "../../rules/replica_rules.ts";
import { Gossip } from "../replica/gossip.ts";
import { Replica } from "../replica/replica.ts";
import { Roster } from "./roster.ts";
import { messageOf } from "../../platform/start_error.ts";

const logger = getLogger(["likes", "primary"]);
const NAK_BUSY_LINE = new TextEncoder().encode(`${NAK_BUSY}\n`);

/**
 * Milliseconds until a connection gets the socket options that one which is
 * over at once does not need.
 */
const OPTIONS_AFTER_MS = 1000;

/**
 * Milliseconds in which a stopping primary still answers reports,
 * `NAK closing`.
 */
const CLOSING_MS = 200;

/**
 * Milliseconds that a client then has to read the replies to what was counted.
 */
const LAST_REPLIES_MS = 1000;

/**
 * Time for a large answer, in times of that without progress: others may be
 * waiting until it is read.
 */
const ANSWER_TIMEOUTS = 6;

/** A primary that is running. */
export interface Primary {
  /** The port it listens on. */
  readonly port: number;
  /**
   * Fulfils when it has stopped and closed its log; fails if it had to stop
   * because its disk or its replies failed, or if it could not log at its end
   * what it had acknowledged.
   */
  readonly finished: Promise<void>;
  /**
   * Stops it: accepts no more, answers what it has read, closes its log.
   * Fulfils when it has stopped, however that went: `finished` tells.
   */
  stop(): Promise<void>;
}

/**
 * A running primary. It takes over the listener and the lock, and closes them
 * when it stops.
 */
export class PrimaryServer implements Primary {
  /** The port it listens on. */
  readonly port: number;
  /** Settled when it has stopped. */
  readonly finished: Promise<void>;
  readonly #settings: Required<PrimaryOptions>;
  readonly #listener: Deno.TcpListener;
  readonly #lock: Deno.FsFile;
  readonly #log: LogFile;
  readonly #path: string;
  readonly #commits: GroupCommit;
  readonly #counters = new PrimaryCounters();
  readonly #shared: PrimaryShared & { isClosing: boolean };
  /** The connections that are open. */
  readonly #connections = new Roster<PrimaryConnection>();
  /**
   * Number of connections whose last read or write has not come back: on Deno
   * 2.4 a write outlives its connection's end.
   */
  #serving = 0;
  readonly #accepting: Promise<void>;
  /** The exchanges that this primary begins, where it is a replica. */
  readonly #gossip: Gossip | null;
  readonly #end = Promise.withResolvers<void>();
  #optionsTimer: ReturnType<typeof setTimeout> | undefined;
  #stopping: Promise<void> | undefined;
  #allGone: (() => void) | undefined;
  /** The first failure of the disk to keep what was written. */
  #diskFailure: { readonly error: unknown } | undefined;

  /**
   * @param settings How it is run
   * @param listener Where clients connect
   * @param lock Held on the log folder
   * @param folder The log folder
   * @param makeRules Makes the ledger
   * @throws {StartError} If the log cannot be created or resumed; listener and
   * lock are then still the caller's
   */
  constructor(
    settings: Required<PrimaryOptions>,
    listener: Deno.TcpListener,
    lock: Deno.FsFile,
    folder: string,
    makeRules = (options: PrimaryRulesOptions) => new PrimaryRules(options),
  ) {
    this.port = listener.addr.port;
    this.finished = this.#end.promise;
    this.finished.catch(() => {}); // Whoever wants to know waits for it; nobody has to.
    this.#settings = settings;
    this.#listener = listener;
    this.#lock = lock;
    const { resume, durability, replica: place } = settings;
    const rules = makeRulesOf(settings, makeRules);
    this.#path = `${folder}/${primaryLog(place?.number ?? null)}`;
    const { log, mergedLikes } = openPrimaryLog(
      this.#path,
      resume,
      rules,
      this.#counters,
    );
    this.#log = log;
    const journal = new Journal(log, { isDelayed: durability === "none" });
    this.#commits = this.#makeCommits(rules, journal);
    const replica = this.#makeReplica(rules, journal, mergedLikes);
    this.#shared = this.#makeShared(rules, journal, replica);
    const interval = place?.gossip ?? null;
    this.#gossip = replica === null || place === null || interval === null
      ? null
      : new Gossip(replica, { ...place, interval });
    this.#accepting = acceptAll({
      listener,
      isClosing: () => this.#shared.isClosing,
      onConnection: (socket) => this.#admit(socket),
      onFailure: (error) => {
        logger.error("Cannot accept connections: {reason}", {
          reason: messageOf(error),
        });
      },
    });
  }

  #makeCommits(rules: PrimaryRules, journal: Journal): GroupCommit {
    const { durability } = this.#settings;
    const path = this.#path;
    const untilThen = durability === "none"
      ? "until it can be, reports wait in memory, and are answered NAK full when that is full"
      : "reports are answered NAK full until it can be";
    return new GroupCommit({
      journal,
      rules,
      counters: this.#counters,
      durability,
      now: Date.now,
      onFull: (error) =>
        logger.error(`Cannot log to {path}: {reason}; ${untilThen}`, {
          path,
          reason: messageOf(error),
        }),
      onRoom: () => logger.warn("Logging to {path} again", { path }),
      onBroken: (error) => {
        this.#diskFailure ??= { error };
        this.#fail(error);
      },
    });
  }

  /** The primary as one of several replicas; null if it is alone. */
  #makeReplica(
    rules: PrimaryRules,
    journal: Journal,
    mergedLikes: number,
  ): Replica | null {
    const { replica: place } = this.#settings;
    if (place === null || !(rules instanceof ReplicaRules)) return null;
    return new Replica({
      number: place.number,
      replicas: place.peers.length + 1,
      style: place.style,
      epoch: drawEpoch(),
      rules,
      journal,
      commits: this.#commits,
      isClosing: () => this.#shared.isClosing,
    }, mergedLikes);
  }

  #makeShared(
    rules: PrimaryRules,
    journal: Journal,
    replica: Replica | null,
  ): PrimaryShared & { isClosing: boolean } {
    const { durability, lineTimeoutMs, replyTimeoutMs, exitOnAckFailure } =
      this.#settings;
    const counters = this.#counters;
    const startedMs = performance.now();
    const sources = {
      ...{ rules, replica, counters, journal, durability },
      uptimeSeconds: () => (performance.now() - startedMs) / 1000,
    };
    const cutOff = (connection: PrimaryConnection) => {
      counters.cutOff++;
      connection.close();
    };
    const cutOffUnread = (connection: PrimaryConnection) => {
      cutOff(connection);
      this.#shared.ackFailed(new Error("Replies were not read in time"));
    };
    return {
      counters,
      intake: new Intake(rules, journal, counters),
      commits: this.#commits,
      replica,
      spareBuffers: [],
      lineDeadlines: new Deadlines(lineTimeoutMs, cutOff),
      replyDeadlines: new Deadlines(replyTimeoutMs, cutOffUnread),
      answerDeadlines: new Deadlines(
        ANSWER_TIMEOUTS * replyTimeoutMs,
        cutOffUnread,
      ),
      isClosing: false,
      answers: new LargeAnswers((query) => {
        this.#commits.settle();
        return answerPieces(query, sources);
      }),
      ackFailed: (error) => {
        if (exitOnAckFailure) this.#fail(error);
      },
      closed: (connection) => {
        this.#connections.delete(connection);
        counters.connectionsOpen--;
      },
      served: () => {
        if (--this.#serving === 0) this.#allGone?.();
      },
    };
  }

  #admit(socket: Deno.TcpConn): void {
    const counters = this.#counters;
    counters.connectionsTotal++;
    if (this.#connections.size >= this.#settings.maxConnections) {
      counters.busy++;
      turnAway(socket);
      return;
    }
    const connection = new PrimaryConnection(socket, this.#shared);
    this.#connections.add(connection);
    counters.connectionsOpen++;
    this.#serving++;
    this.#optionsTimer ??= setTimeout(
      () => this.#setOptions(),
      OPTIONS_AFTER_MS,
    );
    connection.serve();
  }

  /**
   * Sets the socket options of all connections that are open: those are taken
   * for connections that stay.
   */
  #setOptions(): void {
    this.#optionsTimer = undefined;
    for (const connection of this.#connections.all()) connection.setOptions();
  }

  /**
   * Stops it in order, however often it is called.
   *
   * @returns When it has stopped
   */
  stop(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  async #stop(): Promise<void> {
    this.#shared.isClosing = true;
    this.#gossip?.close();
    this.#listener.close();
    await this.#accepting;
    await this.#allGoneWithin(CLOSING_MS);
    for (const connection of this.#connections.all()) connection.finish();
    await this.#allGoneWithin(LAST_REPLIES_MS);
    try {
      this.#close();
      if (this.#diskFailure !== undefined) throw this.#diskFailure.error;
      this.#end.resolve();
    } catch (error) {
      this.#end.reject(error);
    }
  }

  async #allGoneWithin(ms: number): Promise<void> {
    if (this.#serving === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#allGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Stops at once: nothing can be promised to anybody any more. */
  #fail(error: unknown): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = Promise.resolve();
    this.#shared.isClosing = true;
    this.#listener.close();
    let reason = error;
    try {
      this.#close();
    } catch (loss) {
      const message = `${messageOf(error)}; ${messageOf(loss)}`;
      reason = new AggregateError([error, loss], message);
    }
    this.#end.reject(reason);
  }

  /**
   * Closes everything; fails, when that is done, if what was acknowledged could
   * not be logged and is lost.
   */
  #close(): void {
    this.#gossip?.close();
    for (const connection of this.#connections.all()) connection.close();
    clearTimeout(this.#optionsTimer);
    this.#shared.lineDeadlines.clear();
    this.#shared.replyDeadlines.clear();
    this.#shared.answerDeadlines.clear();
    this.#shared.answers.close();
    try {
      this.#commits.close();
    } catch (error) {
      throw new Error(`Cannot log to ${this.#path}: ${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      this.#log.close();
      this.#lock.close();
    }
  }
}

/** The ledger, empty. */
function makeRulesOf(
  { maxSessions, replica }: Required<PrimaryOptions>,
  makeRules: (options: PrimaryRulesOptions) => PrimaryRules,
): PrimaryRules {
  // Drawn anew and told to nobody: clients name the sessions.
  const [hashKey = 0] = crypto.getRandomValues(new Int32Array(1));
  const bounds = {
    sessionsMax: maxSessions,
    serverMax: LIVE_SERVER_MAX,
    hashKey,
  };
  return replica === null
    ? makeRules(bounds)
    : new ReplicaRules({ ...bounds, incarnation: drawIncarnation() });
}

/** The name of the counts of a replica that begins with none. */
function drawIncarnation(): [high: number, low: number] {
  const [high = 0, low = 0] = crypto.getRandomValues(new Int32Array(2));
  return [high, low];
}

/** The life of a replica: 1 to 2^53 - 1. */
function drawEpoch(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high >>> 11) * 2 ** 32 + low || 1;
}

async function turnAway(socket: Deno.TcpConn): Promise<void> {
  try {
    await socket.write(NAK_BUSY_LINE);
  } catch {
    /* It is gone already. */
  } finally {
    socket.close();
  }
}
