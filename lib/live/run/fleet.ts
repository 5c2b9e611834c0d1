/**
 * The likes servers of a live run: started one after another, watched, started
 * again when something killed them, stopped.
 *
 * @module
 */

import { WorkerExit } from "../../domain/exit_codes.ts";
import type { ParentOptions } from "./options.ts";
import { TICKS_PER_MS, ticksFromMs } from "../../domain/ticks.ts";
import { Child, type ChildEnd } from "./child.ts";
import type { Victim } from "./conductor.ts";
import { Outage } from "./outage.ts";
import type { ServerRecord } from "./server_record.ts";
import { sleep } from "../../platform/sleep.ts";
import { messageOf, StartError } from "../../platform/start_error.ts";
import type { StatusLog } from "./status_log.ts";
import { parseWorkerLine } from "../worker/lines.ts";
import {
  workerArguments,
  type WorkerOptions,
  workerPermissions,
} from "../worker/options.ts";

/** How long a likes server stays down that a foreign signal has killed. */
const RESTART_MS = 1_000;

/**
 * How long a likes server that was told to stop may go on delivering before it
 * is killed.
 */
const STOP_MS = 15_000;

/**
 * Processes that are killed in a row before they say a word, after which a
 * likes server is left dead.
 */
const SILENT_DEATHS_MAX = 30;

/** Exit codes of a likes server that has run to its end. */
const EXIT_CODES_RUN: readonly number[] = [
  WorkerExit.DELIVERED,
  WorkerExit.UNDELIVERED,
];

/** What a fleet needs. */
export interface FleetOptions {
  /** The run. */
  readonly run: ParentOptions;
  /** The port that reports are sent to, at 127.0.0.1. */
  readonly port: number;
  /** The accounts of the likes servers, by id. */
  readonly records: readonly ServerRecord[];
  /** The parent's log. */
  readonly status: StatusLog;
  /** Is told of each line that a likes server prints. */
  readonly onLine: (name: string, line: string) => void;
  /**
   * Is told of everything that is no line of a likes server's account:
   * warnings, errors.
   */
  readonly onNote: (text: string) => void;
  /** Is told when a likes server was killed, and when it is started again. */
  readonly onLife: (kind: "crash" | "restart", server: number) => void;
}

/** A process that a likes server lives in at the moment. */
interface Life {
  readonly child: Child;
  /**
   * Fulfils when the process can be sent signals; also when it ended before.
   */
  readonly started: PromiseWithResolvers<void>;
  /** Is given when it has ended. */
  readonly over: AbortController;
  /** Whether this parent has killed it. */
  isKilled: boolean;
}

/** The likes servers of a live run. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #lives = new Map<number, Life>();
  /** Likes servers that the fault plan keeps down. */
  readonly #outages = new Map<number, Outage>();
  readonly #stop = new AbortController();
  #beganMs = 0;
  #isKilled = false;

  /**
   * @param options What it needs.
   */
  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Likes servers that run at the moment. */
  get alive(): number {
    return this.#lives.size;
  }

  /** Ticks of 0.1 ms since the first likes server started, 0 before. */
  get nowTicks(): number {
    if (this.#beganMs === 0) return 0;
    const sinceMs = performance.timeOrigin + performance.now() - this.#beganMs;
    return Math.max(0, Math.floor(sinceMs * TICKS_PER_MS));
  }

  /**
   * Starts all likes servers, one each spawn interval, and waits until each has
   * ended for good.
   *
   * @returns Fulfils when none is left.
   * @throws {StartError} If one could not be started; the others have been
   * stopped then.
   */
  async run(): Promise<void> {
    this.#beganMs = nowMs();
    const lives = await Promise.allSettled(
      this.#options.records.map((record) => this.#live(record)),
    );
    const failure = lives.find((life) => life.status === "rejected");
    if (failure !== undefined) throw failure.reason;
  }

  /**
   * Ends the lifetime of all: each delivers what is left, and is killed if that
   * takes too long.
   */
  stop(): void {
    this.#stop.abort();
    for (const life of this.#lives.values()) this.#dismiss(life);
  }

  /** Kills all, at once. */
  kill(): void {
    this.#isKilled = true;
    this.#stop.abort();
    for (const life of this.#lives.values()) killLife(life);
    for (const outage of this.#outages.values()) outage.end();
  }

  /**
   * What faults can do to a likes server.
   *
   * One that is stopped goes on when the run ends, in whichever order. Only if
   * this very process is killed by SIGKILL meanwhile does it stay where it is:
   * nobody is left then who may send it a signal.
   *
   * @param id Its id.
   * @returns The likes server, whichever process it lives in by then.
   */
  victim(id: number): Victim {
    return {
      crash: (isForGood) => {
        this.#outages.set(id, new Outage(isForGood));
        this.#lives.get(id)?.child.kill("SIGKILL");
      },
      restart: () => {
        // It stays in the map until the death that it began with is known: that
        // can be later.
        const outage = this.#outages.get(id);
        if (outage?.isForGood === false) outage.end();
      },
      pause: () => this.#signal(id, "SIGSTOP"),
      resume: () => this.#signal(id, "SIGCONT"),
    };
  }

  /**
   * Kills a likes server as somebody else would do it: this parent learns of it
   * like of any other death.
   *
   * @param id Its id.
   * @returns Whether there was a process to kill.
   */
  strike(id: number): boolean {
    return this.#signal(id, "SIGKILL");
  }

  #signal(id: number, signal: Deno.Signal): boolean {
    const life = this.#lives.get(id);
    life?.child.kill(signal);
    return life !== undefined;
  }

  /**
   * One likes server, from its start to its end for good, through as many
   * processes as it takes.
   */
  async #live(record: ServerRecord): Promise<void> {
    const startMs = record.id * this.#options.run.spawnIntervalMs;
    await sleep(this.#beganMs + startMs - nowMs(), this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    for (let silentDeaths = 0; silentDeaths < SILENT_DEATHS_MAX;) {
      const startsBefore = record.starts;
      const { end, isKilled } = await this.#process(record);
      record.exit = end.code;
      if (end.signal === null && !EXIT_CODES_RUN.includes(end.code)) {
        record.notRun = `it ended with code ${end.code}`;
      }
      if (record.hasEnded || end.signal === null) return;
      record.isCrashed = true;
      this.#options.onLife("crash", record.id);
      if (isKilled || !await this.#comesBack(record, end.signal)) break;
      this.#options.onLife("restart", record.id);
      const isSilent = record.starts === startsBefore;
      silentDeaths = isSilent ? silentDeaths + 1 : 0;
    }
    if (record.hasStarted && !this.#isKilled) await this.#tally(record);
  }

  /**
   * Waits for the moment at which a likes server that was killed is to be
   * started again; false if it never is.
   */
  async #comesBack(
    { id, name }: ServerRecord,
    signal: Deno.Signal,
  ): Promise<boolean> {
    if (!this.#outages.has(id)) {
      if (this.#isKilled || !this.#options.run.restart) return false;
      this.#options.onNote(
        `${name} was killed by ${signal} and is started again`,
      );
      await sleep(RESTART_MS, this.#stop.signal);
    }
    while (!this.#isKilled) {
      const outage = this.#outages.get(id);
      if (outage === undefined) return true;
      if (outage.isForGood) return false;
      await outage.over;
      if (outage === this.#outages.get(id)) this.#outages.delete(id);
    }
    return false;
  }

  /** One process of a likes server. */
  async #process(
    record: ServerRecord,
  ): Promise<{ end: ChildEnd; isKilled: boolean }> {
    const { status, onNote } = this.#options;
    const options = this.#workerOptions(record);
    const life = this.#begin(record, options);
    status.started(record.name, life.child.pid, record.sessionText);
    if (this.#isKilled) killLife(life);
    else if (this.#stop.signal.aborted) this.#dismiss(life);
    const overdueMs = this.#beganMs + options.drainUntilTicks / TICKS_PER_MS +
      STOP_MS - nowMs();
    killAfter(life, overdueMs, () => onNote(`${record.name} is overdue`));
    const end = await life.child.ended;
    life.over.abort();
    life.started.resolve();
    this.#lives.delete(record.id);
    status.ended(life.child.pid, end);
    return { end, isKilled: life.isKilled };
  }

  #begin(record: ServerRecord, options: WorkerOptions): Life {
    const started = Promise.withResolvers<void>();
    try {
      const child = this.#spawn(record, options, started.resolve);
      const over = new AbortController();
      const life: Life = { child, started, over, isKilled: false };
      this.#lives.set(record.id, life);
      return life;
    } catch (error) {
      this.stop();
      const hint = error instanceof Deno.errors.NotCapable
        ? ` (start with --allow-run=${Deno.execPath()})`
        : "";
      throw new StartError(
        `Cannot start ${record.name}: ${messageOf(error)}${hint}`,
        { cause: error },
      );
    }
  }

  /** Reads the log of a likes server that stays dead, for the verdict. */
  async #tally(record: ServerRecord): Promise<void> {
    const options = { ...this.#workerOptions(record), tally: true };
    const { code } = await this.#spawn(record, options, () => {}).ended;
    if (code === 0) return;
    this.#options.onNote(
      `${record.name} is dead and its log cannot be read: its account is what was seen of it`,
    );
  }

  #spawn(
    record: ServerRecord,
    options: WorkerOptions,
    onStarted: () => void,
  ): Child {
    const { onLine, onNote } = this.#options;
    return new Child({
      role: "worker",
      permissions: workerPermissions(options),
      args: workerArguments(options),
      onLine: (text) => {
        onLine(record.name, text);
        try {
          const line = parseWorkerLine(text);
          if (line.kind === "started") onStarted();
          record.take(line);
        } catch (error) {
          onNote(`${record.name}: ${messageOf(error)}`);
        }
      },
      onErrorLine: (text) => onNote(`${record.name}: ${text}`),
    });
  }

  /** What the next process of a likes server is told. */
  #workerOptions(record: ServerRecord): WorkerOptions {
    const { run, port } = this.#options;
    const startTicks = ticksFromMs(record.id * run.spawnIntervalMs);
    const isStopping = this.#stop.signal.aborted;
    const drainTicks = ticksFromMs(run.drainMs);
    const plannedEndTicks = ticksFromMs(
      (run.servers - 1) * run.spawnIntervalMs + run.lifetimeMs,
    );
    // One that comes back after the end has the same time as the others had to
    // deliver what is left.
    const drainFromTicks = record.hasStarted || isStopping
      ? Math.max(isStopping ? 0 : plannedEndTicks, this.nowTicks)
      : plannedEndTicks;
    return {
      id: record.id,
      session: record.session,
      beganMs: this.#beganMs,
      startTicks,
      endTicks: isStopping ? 0 : startTicks + ticksFromMs(run.lifetimeMs),
      drainUntilTicks: drainFromTicks + drainTicks,
      drainTicks,
      intervalMinTicks: ticksFromMs(run.intervalMinMs),
      intervalMaxTicks: ticksFromMs(run.intervalMaxMs),
      likesMin: run.likesMin,
      likesMax: run.likesMax,
      seed: run.seed,
      delivery: run.delivery,
      ackTimeoutTicks: ticksFromMs(run.ackTimeoutMs),
      keepAlive: run.keepAlive,
      port,
      log: `${run.logDir}/${record.name}`,
      tally: false,
      ...record.hasStarted && { resume: record.seen },
    };
  }

  /**
   * Ends a lifetime. The order is understood from the moment on at which the
   * likes server says that it has begun.
   */
  async #dismiss(life: Life): Promise<void> {
    killAfter(life, STOP_MS, () => {});
    await life.started.promise;
    if (life.over.signal.aborted) return;
    life.child.kill("SIGCONT");
    life.child.kill("SIGTERM");
  }
}

async function killAfter(
  life: Life,
  ms: number,
  onKill: () => void,
): Promise<void> {
  await sleep(ms, life.over.signal);
  if (life.over.signal.aborted) return;
  onKill();
  killLife(life);
}

function killLife(life: Life): void {
  life.isKilled = true;
  life.child.kill("SIGKILL");
}

/**
 * Milliseconds since 1970, which do not jump when the clock of the machine is
 * set.
 */
function nowMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
