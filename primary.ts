/**
 * The primary's shell: listener, connections, journal. What is a valid report and what it counts is decided in
 * `lib/protocol/` and `lib/rules/`; what happens to the bytes of a connection in `lib/live/primary_connection.ts`.
 *
 * @module
 */

import { getLogger } from "@std/log";
import { parseInvocation } from "./lib/cli/invocation.ts";
import type { PrimaryCommandOptions } from "./lib/cli/options.ts";
import { Deadlines } from "./lib/live/deadlines.ts";
import { logToStderr } from "./lib/live/diagnostics.ts";
import { FolderLock, FolderLockedError } from "./lib/live/folder_lock.ts";
import { GroupCommit } from "./lib/live/group_commit.ts";
import { Intake } from "./lib/live/intake.ts";
import { Journal } from "./lib/live/journal.ts";
import { readJournal } from "./lib/live/journal_reader.ts";
import { LogFile, openToResume } from "./lib/live/log_file.ts";
import {
  PrimaryConnection,
  type PrimaryShared,
} from "./lib/live/primary_connection.ts";
import { PrimaryCounters } from "./lib/live/primary_counters.ts";
import {
  PRIMARY_DEFAULTS,
  PRIMARY_LOCK,
  PRIMARY_LOG,
  type PrimaryOptions,
} from "./lib/live/primary_options.ts";
import { gatherStats } from "./lib/live/primary_stats.ts";
import {
  listenStartError,
  logStartError,
  messageOf,
  resumeStartError,
  StartError,
} from "./lib/live/start_error.ts";
import { encodeStats } from "./lib/live/stats.ts";
import { NAK_BUSY } from "./lib/protocol/replies.ts";
import { LIVE_SERVER_MAX } from "./lib/protocol/validator.ts";
import { PrimaryRules } from "./lib/rules/primary_rules.ts";

const logger = getLogger(["likes", "primary"]);
const NAK_BUSY_LINE = new TextEncoder().encode(`${NAK_BUSY}\n`);

/** Pause after a failed accept, most often for want of file descriptors, in milliseconds. */
const ACCEPT_PAUSE_MS = 100;

/** How long reports that arrive while the primary stops are answered `NAK closing`, in milliseconds. */
const CLOSING_MS = 200;

/** How long a client may take after that to read the replies to what was counted, in milliseconds. */
const LAST_REPLIES_MS = 1000;

/** A primary that is running. */
export interface Primary {
  /** The port it listens on. */
  readonly port: number;
  /** Fulfils when it has stopped and closed its log; fails if it had to stop because its disk or its replies failed. */
  readonly finished: Promise<void>;
  /** Stops it: accepts no more, answers what it has read, closes its log. Fulfils when it has stopped. */
  stop(): Promise<void>;
}

/**
 * Starts a primary in this process. Needs permission to listen on 127.0.0.1 and to write in the log folder, and to read
 * the log if it resumes.
 *
 * @param options How it is run
 * @returns The primary, listening
 * @throws {RangeError} If an option is out of range
 * @throws {StartError} If the port is in use, the log cannot be opened or resumed, or another primary is using it
 *
 * @example
 * ```ts ignore
 * const primary = await servePrimary({ port: 0, logDir });
 * try {
 *   const client = await Deno.connect({ hostname: "127.0.0.1", port: primary.port });
 *   // …
 * } finally {
 *   await primary.stop();
 * }
 * ```
 */
export async function servePrimary(
  options: PrimaryOptions = {},
): Promise<Primary> {
  const settings = { ...PRIMARY_DEFAULTS, ...options };
  validateOptions(settings);
  const folder = settings.logDir.replace(/(?<=.)\/+$/, "");
  // The lock first, the log last: a primary that cannot start leaves the log of the one before it as it is.
  const lock = await takeLock(`${folder}/${PRIMARY_LOCK}`);
  let listener: Deno.TcpListener | undefined;
  try {
    listener = listen(settings);
    return new PrimaryServer(settings, listener, lock, folder);
  } catch (error) {
    listener?.close();
    lock.release();
    throw error;
  }
}

function validateOptions(settings: Required<PrimaryOptions>): void {
  const ranges: [keyof PrimaryOptions, number, number][] = [
    ["port", 0, 65535],
    ["maxConnections", 1, 1_000_000],
    ["maxSessions", 1, 16_000_000],
    ["lineTimeoutMs", 1, 2 ** 31 - 1],
    ["replyTimeoutMs", 1, 2 ** 31 - 1],
  ];
  for (const [name, min, max] of ranges) {
    const value = settings[name];
    if (
      typeof value === "number" && value >= min && value <= max &&
      Number.isInteger(value)
    ) continue;
    throw new RangeError(
      `Cannot serve with ${name} ${value}: allowed are whole numbers from ${min} to ${max}`,
    );
  }
}

async function takeLock(path: string): Promise<FolderLock> {
  try {
    return await FolderLock.take(path, "primary");
  } catch (error) {
    if (error instanceof FolderLockedError) {
      throw new StartError(error.message, { cause: error });
    }
    throw logStartError(path, error);
  }
}

function listen(settings: Required<PrimaryOptions>): Deno.TcpListener {
  const hostname = "127.0.0.1";
  for (let port = settings.port;; port++) {
    try {
      return Deno.listen({ hostname, port });
    } catch (error) {
      const isTaken = error instanceof Deno.errors.AddrInUse;
      if (!settings.searchPort || !isTaken || port === 65535) {
        throw listenStartError(port, error);
      }
    }
  }
}

function openLog(
  path: string,
  isResumed: boolean,
  rules: PrimaryRules,
  counters: PrimaryCounters,
): LogFile {
  try {
    return isResumed
      ? resumeLog(path, rules, counters)
      : LogFile.createAnew(path);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw logStartError(path, error);
  }
}

function resumeLog(
  path: string,
  rules: PrimaryRules,
  counters: PrimaryCounters,
): LogFile {
  let file: Deno.FsFile | undefined;
  try {
    const log = file = openToResume(path);
    const content = readJournal((into) => log.readSync(into), rules);
    counters.resumedReports = content.reports;
    logger.info(
      "Resumed {reports} reports with {total} likes from {lines} lines of {path}",
      { ...content, total: rules.ledger.total, path },
    );
    if (content.tornBytes > 0) {
      logger.warn(
        "Cut off the last {tornBytes} bytes of {path}: a line that was not completed",
        { ...content, path },
      );
    }
    return LogFile.resume(log, content.soundBytes);
  } catch (error) {
    file?.close();
    throw resumeStartError(path, error);
  }
}

/** One running primary. */
class PrimaryServer implements Primary {
  readonly port: number;
  readonly finished: Promise<void>;
  readonly #settings: Required<PrimaryOptions>;
  readonly #listener: Deno.TcpListener;
  readonly #lock: FolderLock;
  readonly #log: LogFile;
  readonly #commits: GroupCommit;
  readonly #counters = new PrimaryCounters();
  readonly #shared: PrimaryShared & { isClosing: boolean };
  readonly #connections = new Set<PrimaryConnection>();
  readonly #accepting: Promise<void>;
  readonly #end = Promise.withResolvers<void>();
  #stopping: Promise<void> | undefined;
  #allGone: (() => void) | undefined;

  constructor(
    settings: Required<PrimaryOptions>,
    listener: Deno.TcpListener,
    lock: FolderLock,
    folder: string,
  ) {
    this.port = listener.addr.port;
    this.finished = this.#end.promise;
    this.finished.catch(() => {}); // Whoever wants to know waits for it; nobody has to.
    this.#settings = settings;
    this.#listener = listener;
    this.#lock = lock;
    const rules = new PrimaryRules({
      sessionsMax: settings.maxSessions,
      serverMax: LIVE_SERVER_MAX,
    });
    const counters = this.#counters;
    const path = `${folder}/${PRIMARY_LOG}`;
    const { durability } = settings;
    this.#log = openLog(path, settings.resume, rules, counters);
    const journal = new Journal(this.#log, {
      isDelayed: durability === "none",
    });
    this.#commits = new GroupCommit({
      journal,
      ledger: rules.ledger,
      counters,
      durability,
      onFull: (error) => {
        logger.error(
          "Cannot log to {path}: {reason}; reports are answered NAK full until it can be",
          { path, reason: messageOf(error) },
        );
      },
      onRoom: () => logger.warn("Logging to {path} again", { path }),
      onBroken: (error) => this.#fail(error),
    });
    const cutOff = (connection: PrimaryConnection) => {
      counters.cutOff++;
      connection.close();
    };
    const startedMs = performance.now();
    this.#shared = {
      rules,
      counters,
      intake: new Intake(rules, journal, counters),
      commits: this.#commits,
      lineDeadlines: new Deadlines(settings.lineTimeoutMs, cutOff),
      replyDeadlines: new Deadlines(settings.replyTimeoutMs, cutOff),
      isClosing: false,
      stats: () => {
        const uptimeSeconds = (performance.now() - startedMs) / 1000;
        const sources = { rules, counters, journal, uptimeSeconds, durability };
        return encodeStats(gatherStats(sources));
      },
      ackFailed: (error) => {
        if (settings.exitOnAckFailure) this.#fail(error);
      },
    };
    this.#accepting = this.#acceptAll();
  }

  async #acceptAll(): Promise<void> {
    let isFailing = false;
    while (!this.#shared.isClosing) {
      try {
        this.#admit(await this.#listener.accept());
        isFailing = false;
      } catch (error) {
        if (this.#shared.isClosing) return;
        // Out of file descriptors, for example: those who are connected are served on, the others wait.
        if (!isFailing) {
          logger.error("Cannot accept connections: {reason}", {
            reason: messageOf(error),
          });
        }
        isFailing = true;
        await new Promise((resolve) => setTimeout(resolve, ACCEPT_PAUSE_MS));
      }
    }
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
    connection.serve().then(() => {
      this.#connections.delete(connection);
      counters.connectionsOpen--;
      if (this.#connections.size === 0) this.#allGone?.();
    });
    setOptions(socket);
  }

  stop(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  async #stop(): Promise<void> {
    this.#shared.isClosing = true;
    this.#listener.close();
    await this.#accepting;
    await this.#allGoneWithin(CLOSING_MS);
    for (const connection of this.#connections) connection.finish();
    await this.#allGoneWithin(LAST_REPLIES_MS);
    this.#close();
    this.#end.resolve();
  }

  async #allGoneWithin(ms: number): Promise<void> {
    if (this.#connections.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#allGone = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Stops at once: there is nothing left that could be promised to anybody. */
  #fail(error: unknown): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = Promise.resolve();
    this.#shared.isClosing = true;
    this.#listener.close();
    this.#close();
    this.#end.reject(error);
  }

  #close(): void {
    for (const connection of this.#connections) connection.close();
    this.#shared.lineDeadlines.clear();
    this.#shared.replyDeadlines.clear();
    this.#commits.close();
    this.#log.close();
    this.#lock.release();
  }
}

/** Replies go out at once, and a client whose machine has vanished is noticed. */
function setOptions(socket: Deno.TcpConn): void {
  try {
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
  } catch {
    // It is gone already; reading will tell.
  }
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

/**
 * Runs a primary until SIGINT or SIGTERM.
 *
 * @param args The flags of the command `primary`
 * @returns The exit code
 * @throws {Error} If the flags are wrong, as the command line says it
 */
export async function main(args: readonly string[]): Promise<number> {
  const invocation = parseInvocation(["primary", ...args], {
    program: "deno task",
    drawSeed: () => 0,
  });
  if (invocation.command === "primary") {
    return await runPrimary(invocation.options);
  }
  if (invocation.command === "help") console.log(invocation.text.trimEnd());
  return 0;
}

/**
 * Runs a primary until SIGINT or SIGTERM, and tells about it.
 *
 * @param options How it is run
 * @returns The exit code: 0 stopped in order, 1 its disk or its replies failed, 2 it could not start
 */
export async function runPrimary(
  options: PrimaryCommandOptions,
): Promise<number> {
  logToStderr();
  let primary: Primary;
  try {
    primary = await servePrimary(options);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`error: ${error.message}`);
    return 2;
  }
  console.log(`PrimaryLikesServer listening on 127.0.0.1:${primary.port}`);
  giveUpPermissions();
  const stop = () => void primary.stop();
  Deno.addSignalListener("SIGINT", stop);
  Deno.addSignalListener("SIGTERM", stop);
  if (options.untilStdinCloses) atEndOfStdin(stop);
  let code = 0;
  try {
    await primary.finished;
  } catch (error) {
    console.error(`error: ${messageOf(error)}`);
    code = 1;
  }
  Deno.removeSignalListener("SIGINT", stop);
  Deno.removeSignalListener("SIGTERM", stop);
  // The read that waits for the end of standard input cannot be taken back.
  if (options.untilStdinCloses) Deno.exit(code);
  return code;
}

/** What is open stays open; nothing else can be opened from now on, whatever a client sends. */
function giveUpPermissions(): void {
  for (const name of ["write", "read", "run"] as const) {
    Deno.permissions.revokeSync({ name });
  }
}

async function atEndOfStdin(end: () => void): Promise<void> {
  const ignored = new Uint8Array(64);
  try {
    while (await Deno.stdin.read(ignored) !== null);
  } catch { /* Not readable: as good as closed. */ }
  end();
}

if (import.meta.main) {
  Deno.exitCode = await main(Deno.args);
}
