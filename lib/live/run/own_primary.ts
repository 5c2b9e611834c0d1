/**
 * The primary of `start`: a subprocess, started again when something killed it.
 *
 * @module
 */

import { checkLogPlace } from "../../options/log_place.ts";
import {
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import { formatGossip } from "../../options/gossip.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { LiveRunOptions } from "./options.ts";
import {
  Child,
  type ChildEnd,
  type ChildOptions,
  RESTART_MS,
  SILENT_DEATHS_MAX,
  STOP_MS,
} from "./child.ts";
import type { FaultTarget } from "../../faults/processes/process_faults.ts";
import { beginOutage, type Outage } from "./outage.ts";
import { primaryLog } from "../../domain/log_files.ts";
import { sleep, sleepAwake } from "../../platform/sleep.ts";
import {
  isPortTakenMessage,
  messageOf,
  PortTakenError,
  StartError,
} from "../../platform/start_error.ts";

/**
 * Number of times, and pause between them, that a primary which comes back may
 * find its port taken before it is left dead.
 */
const PORT_TRIES_MAX = 50;
const PORT_RETRY_MS = 200;

const LISTENING_REGEXP = /^PrimaryLikesServer listening on 127\.0\.0\.1:(\d+)$/;

/** The place of a replica among the others. */
export interface ReplicaPlace {
  /** Number of the replica. */
  readonly number: number;
  /** The port that it listens on. */
  readonly port: number;
  /** The ports of the others, in order of their numbers. */
  readonly peers: readonly number[];
}

/** Settings of the primary of `start`. */
export interface OwnPrimaryOptions {
  /** The run. */
  readonly live: LiveRunOptions;
  /** Place among replicas; left out: the only primary. */
  readonly replica?: ReplicaPlace;
  /** Stops the primary, or ends the wait for it. */
  readonly interruption: Interruption;
  /** Called with each line that the primary prints. */
  readonly onLine: (line: string) => void;
  /** Called with each warning and error. */
  readonly onNote: (text: string) => void;
}

/** A listener to the ends and returns of a primary. */
export interface PrimaryWatcher {
  /** The primary was killed, or ended. */
  onDown(): void;
  /**
   * The primary listens again, with what its log holds.
   *
   * @param port Where: not where it was, if somebody else has taken that port
   * in the meantime.
   */
  onUp(port: number): Promise<void>;
}

/**
 * A primary that lives as long as this process wants it to: a subprocess,
 * started again when something killed it. One that cannot be started again
 * stays down, and the run goes on without it.
 */
export class OwnPrimary implements FaultTarget {
  readonly #options: OwnPrimaryOptions;
  readonly #stop = new AbortController();
  readonly #listening = Promise.withResolvers<number>();
  readonly #living: Promise<void>;
  #child: Child | null = null;
  #port = 0;
  #lastNote = "";
  #whyDown = "it was stopped";
  #watcher: PrimaryWatcher | null = null;
  #mayMove = false;
  #isDown = false;
  #up = Promise.withResolvers<boolean>();
  #outage: Outage | null = null;
  /** The name of the primary in notes. */
  readonly #name: string;
  readonly #log: string;

  private constructor(options: OwnPrimaryOptions) {
    this.#options = options;
    const { replica } = options;
    this.#name = replica === undefined
      ? "The primary"
      : `primary${replica.number}`;
    this.#log = logOf(options);
    this.#living = this.#live().finally(() => this.#up.resolve(false));
    // Whether anybody waits for it or not: it may fail.
    this.#listening.promise.catch(() => {});
  }

  /**
   * Starts a primary on the first free port from the one asked for.
   *
   * @param options What it needs.
   * @returns The primary, listening.
   * @throws {PortTakenError} If its port is taken.
   * @throws {StartError} If it does not come so far for another reason.
   * @throws {InterruptedError} If somebody lost patience.
   */
  static async start(options: OwnPrimaryOptions): Promise<OwnPrimary> {
    // What would keep it from logging is said before it is started.
    checkLogPlace(logOf(options));
    const primary = new OwnPrimary(options);
    const { stop, kill } = options.interruption;
    const stopIt = () => void primary.stop();
    stop.addEventListener("abort", stopIt);
    kill.addEventListener("abort", () => primary.#kill());
    try {
      await primary.#listening.promise;
      return primary;
    } catch (error) {
      if (!stop.aborted) throw error;
      throw new InterruptedError("Stopped before the run began");
    } finally {
      stop.removeEventListener("abort", stopIt);
    }
  }

  /**
   * The port it listens on, at 127.0.0.1. It changes only where somebody
   * watches.
   */
  get port(): number {
    return this.#port;
  }

  /**
   * The reason for which the primary is down for good, where
   * {@linkcode OwnPrimary.up} says that it is.
   */
  get whyDown(): string {
    return this.#whyDown;
  }

  /**
   * Sets the listener to its ends and returns.
   *
   * @param watcher The listener.
   * @param mayMove Whether it may come back at another port.
   */
  watch(watcher: PrimaryWatcher, mayMove: boolean): void {
    this.#watcher = watcher;
    this.#mayMove = mayMove;
  }

  /** @inheritdoc */
  crash(isForGood: boolean): void {
    this.#outage = beginOutage(isForGood);
    this.#wentDown();
    this.#child?.kill("SIGKILL");
  }

  /** @inheritdoc */
  restart(): void {
    if (this.#outage?.isForGood === false) this.#endOutage();
  }

  /** @inheritdoc */
  pause(): boolean {
    return this.#signal("SIGSTOP");
  }

  /** @inheritdoc */
  resume(): boolean {
    return this.#signal("SIGCONT");
  }

  /**
   * Kills the primary as a stranger would: this process learns of it like of
   * any other death.
   *
   * @returns Whether there was a process to kill.
   */
  killAsStranger(): boolean {
    return this.#signal("SIGKILL");
  }

  /**
   * The run is over and only a question is left: the primary comes back for it
   * even if it was down for good.
   */
  answer(): void {
    if (this.#outage?.isForGood === true) this.#watcher = null;
    this.#endOutage();
  }

  /**
   * The outage is forgotten only when the death that it began with is known:
   * that can be later.
   */
  #endOutage(): void {
    this.#outage?.resolve();
  }

  /** Whether it listens. */
  get isUp(): boolean {
    return !this.#isDown && this.#child !== null;
  }

  /**
   * Waits until it is up, or down for good: what the plan has killed for good
   * stays dead.
   *
   * @returns Fulfils when it is one or the other.
   */
  async settled(): Promise<void> {
    if (this.#outage?.isForGood !== true) await this.#up.promise;
  }

  /**
   * Waits for it.
   *
   * @returns True as soon as it listens and its watcher has been told, false if
   * it is gone for good.
   */
  up(): Promise<boolean> {
    return this.#up.promise;
  }

  #signal(signal: Deno.Signal): boolean {
    this.#child?.kill(signal);
    return this.#child !== null;
  }

  /**
   * Stops the primary: it accepts no more, answers what it has read and closes
   * its log.
   *
   * @returns Fulfils when it has ended.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#endOutage();
    const child = this.#child;
    if (child !== null) {
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const over = new AbortController();
      child.ended.then(() => over.abort());
      await sleepAwake(STOP_MS, over.signal);
      child.kill("SIGKILL");
    }
    await this.#living;
  }

  #kill(): void {
    this.#stop.abort();
    this.#endOutage();
    this.#child?.kill("SIGKILL");
  }

  /** Runs one process after the other, until stopped. */
  async #live(): Promise<void> {
    let silentDeaths = 0;
    let portTries = 0;
    let isPortTaken = false;
    while (!this.#stop.signal.aborted) {
      let hasListened = false;
      const end = await this.#process((port) => {
        hasListened = true;
        this.#isUp(port);
      });
      if (this.#stop.signal.aborted) break;
      this.#wentDown();
      if (typeof end === "string") {
        this.#neverBegan(end);
        break;
      }
      // Somebody else listens there, or has been given the port for his side of
      // a connection.
      isPortTaken = !hasListened && isPortTakenMessage(this.#lastNote);
      portTries = isPortTaken ? portTries + 1 : 0;
      const isRetried = isPortTaken && portTries < PORT_TRIES_MAX;
      // A signal that this process did not send ends it, whether it can obey
      // (SIGTERM) or not: it comes back.
      const wasKilled = end.signal !== null || end.code === 0;
      this.#noteEnd(end, isRetried || wasKilled);
      if (this.#port === 0) break;
      if (isRetried) {
        await sleep(PORT_RETRY_MS, this.#stop.signal);
        continue;
      }
      if (!wasKilled) break;
      silentDeaths = hasListened ? 0 : silentDeaths + 1;
      if (silentDeaths === SILENT_DEATHS_MAX) break;
      await this.#outageEnded();
    }
    const Obstacle = isPortTaken ? PortTakenError : StartError;
    this.#listening.reject(
      new Obstacle(this.#lastNote || "Cannot start: the primary ended"),
    );
  }

  /** The system or Deno did not start a process, for this reason. */
  #neverBegan(reason: string): void {
    this.#whyDown = `it could not be started again: ${reason}`;
    if (this.#port !== 0) {
      this.#options.onNote(`${this.#name} stays down: ${this.#whyDown}`);
    } else {
      const name = this.#name.replace("The", "the");
      this.#lastNote = `Cannot start ${name}: ${reason}`;
    }
  }

  #noteEnd(end: ChildEnd, mayComeBack: boolean): void {
    const how = howItEnded(end);
    const note = this.#lastNote === "" ? "" : ` (${this.#lastNote})`;
    this.#whyDown = `it ended ${how}${note}`;
    const isStarting = this.#port === 0;
    // Why a first process cannot start is thrown.
    if (isStarting && end.signal === null) return;
    const comesBack = mayComeBack && !isStarting &&
      this.#outage?.isForGood !== true;
    this.#options.onNote(
      `${this.#name} ended ${how} and ${
        comesBack ? "is started again" : "stays down"
      }`,
    );
  }

  /** Waits as long as a primary that was killed stays down. */
  async #outageEnded(): Promise<void> {
    if (this.#outage === null) await sleep(RESTART_MS, this.#stop.signal);
    while (this.#outage !== null) {
      const outage: Outage = this.#outage;
      await outage.promise;
      if (outage === this.#outage) this.#outage = null;
    }
  }

  #wentDown(): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#up = Promise.withResolvers();
    if (this.#port !== 0) this.#watcher?.onDown();
  }

  async #isUp(port: number): Promise<void> {
    const isFirst = this.#port === 0;
    this.#port = port;
    this.#listening.resolve(port);
    const up = this.#up;
    this.#isDown = false;
    if (!isFirst) await this.#watcher?.onUp(port);
    up.resolve(true);
  }

  /**
   * Runs a process of the primary; resolves to its end, or to why it never
   * began.
   */
  async #process(
    onListening: (port: number) => void,
  ): Promise<ChildEnd | string> {
    const { live, replica, onLine, onNote } = this.#options;
    const isResumed = this.#port !== 0;
    const mayMove = this.#mayMove ? ["--search-port"] : [];
    const permissions = [
      "--allow-net=127.0.0.1",
      `--allow-write=${live.logDir}`,
    ];
    if (isResumed) permissions.push(`--allow-read=${this.#log}`);
    this.#lastNote = "";
    const child = startChild({
      role: "primary",
      permissions,
      args: [
        "--until-stdin-closes",
        ...isResumed
          ? ["--resume", "--port", `${this.#port}`, ...mayMove]
          : firstPort(live, replica),
        "--log-dir",
        live.logDir,
        "--durability",
        live.run.durability,
        ...replica === undefined ? [] : replicaFlags(live.run, replica),
      ],
      onLine: (line) => {
        const port = LISTENING_REGEXP.exec(line)?.[1];
        if (port !== undefined) onListening(Number(port));
        onLine(this.#called(line));
      },
      onErrorLine: (text) => {
        this.#lastNote = text.replace(/^error: /, "");
        // Why the first one cannot start is thrown, and told by whoever catches
        // it.
        if (isResumed || text === this.#lastNote) {
          onNote(replica === undefined ? text : `${this.#name}: ${text}`);
        }
      },
    });
    if (typeof child === "string") return child;
    this.#child = child;
    onLine(this.#called(`PrimaryLikesServer started pid ${child.pid}`));
    const end = await child.ended;
    this.#child = null;
    return end;
  }

  /** A line that it printed, by the name that it has among others. */
  #called(line: string): string {
    if (this.#options.replica === undefined) return line;
    return line.replace("PrimaryLikesServer", this.#name);
  }
}

function logOf({ live, replica }: OwnPrimaryOptions): string {
  return `${live.logDir}/${primaryLog(replica?.number ?? null)}`;
}

function firstPort(
  { port }: LiveRunOptions,
  replica: ReplicaPlace | undefined,
): string[] {
  return replica === undefined
    ? ["--search-port", "--port", `${port}`]
    : ["--port", `${replica.port}`];
}

function replicaFlags(run: RunOptions, replica: ReplicaPlace): string[] {
  return [
    ...["--replica", `${replica.number}`],
    ...replica.peers.flatMap((port) => ["--peer", `${port}`]),
    ...["--gossip", formatGossip(run.gossip)],
    ...["--gossip-style", run.gossipStyle],
    ...["--seed", `${run.seed}`],
  ];
}

/** A subprocess, or why the system or Deno does not start it. */
function startChild(options: ChildOptions): Child | string {
  try {
    return new Child(options);
  } catch (error) {
    return messageOf(error);
  }
}

function howItEnded({ signal, code }: ChildEnd): string {
  if (signal !== null) return `by ${signal}`;
  return code === 0 ? "as somebody else told it to" : `with code ${code}`;
}
