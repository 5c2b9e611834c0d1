/**
 * The likes servers of a live run: started one after another, watched, started
 * again when something killed them, stopped.
 *
 * @module
 */

import { WorkerExit } from "../../domain/exit_codes.ts";
import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { runEndTick } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import {
  Child,
  type ChildEnd,
  RESTART_MS,
  SILENT_DEATHS_MAX,
  STOP_MS,
} from "./child.ts";
import type { FaultTarget } from "../../faults/processes/process_faults.ts";
import { beginOutage, type Outage } from "./outage.ts";
import type { ServerRecord } from "./server_record.ts";
import { sleep, sleepAwake } from "../../platform/sleep.ts";
import { messageOf } from "../../platform/start_error.ts";
import type { StatusLog } from "./status_log.ts";
import { parseWorkerLine, type WorkerLine } from "../worker/lines.ts";
import {
  workerArguments,
  type WorkerOptions,
  workerPermissions,
} from "../worker/options.ts";
import { TIME_QUESTION } from "../worker/run_clock.ts";

/** Exit codes of a likes server that has run to its end. */
const EXIT_CODES_RUN: readonly number[] = [
  WorkerExit.DELIVERED,
  WorkerExit.UNDELIVERED,
];

/** The beginning of Deno's own error, if it cannot run a program. */
const DENO_ERROR_REGEXP = /^(?:error: |Deno )/;

/** The run of a fleet, and who listens to it. */
export interface FleetOptions {
  /** The run. */
  readonly run: RunOptions;
  /** The folder of the likes servers' logs. */
  readonly logDir: string;
  /**
   * Whether a likes server that a foreign signal has killed is started again.
   */
  readonly restart: boolean;
  /** The ports that reports are sent to, by replica, at 127.0.0.1. */
  readonly ports: readonly number[];
  /** The accounts of the likes servers, by id. */
  readonly records: readonly ServerRecord[];
  /** The parent's log. */
  readonly status: StatusLog;
  /** Called with each line that a likes server prints. */
  readonly onLine: (name: string, line: string) => void;
  /** Called with the same, read, once its account knows it. */
  readonly onServerLine?: (server: number, line: WorkerLine) => void;
  /**
   * Called with everything that is no line of a likes server's account:
   * warnings, errors.
   */
  readonly onNote: (text: string) => void;
  /** Called when a likes server was killed, and when it is started again. */
  readonly onLife: (kind: "crash" | "restart", server: number) => void;
}

/** A process of a likes server, from its start to its end. */
interface Life {
  readonly child: Child;
  /**
   * Fulfils when the process can be sent signals; also when it ended before.
   */
  readonly started: PromiseWithResolvers<void>;
  /** Aborted when it has ended. */
  readonly over: AbortController;
  /** The end of its time to deliver what is left, in ticks of the run. */
  deadlineTicks: number;
  /** Whether this parent has killed it. */
  isKilled: boolean;
  /**
   * The reason of its end, from standard error: Deno's own error, or else the
   * last line; empty if there is none.
   */
  lastWords: string;
}

/** The likes servers of a live run. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #lives = new Map<number, Life>();
  /** Likes servers that the fault plan keeps down. */
  readonly #outages = new Map<number, Outage>();
  readonly #stop = new AbortController();
  /** The start of the first likes server, by this process's clock. */
  #beganMs: number | undefined;
  #isKilled = false;

  /**
   * @param options The run, the accounts to keep, and who listens.
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
    if (this.#beganMs === undefined) return 0;
    return Math.floor((performance.now() - this.#beganMs) * TICKS_PER_MS);
  }

  /**
   * Starts all likes servers, one each spawn interval, and waits until each has
   * ended for good.
   *
   * @returns Fulfils when none is left.
   */
  async run(): Promise<void> {
    this.#beganMs = performance.now();
    await Promise.all(this.#options.records.map((one) => this.#live(one)));
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
    for (const outage of this.#outages.values()) outage.resolve();
  }

  /**
   * A likes server, as something that faults happen to.
   *
   * If stopped, it goes on when the run ends, in whichever order. Only if this
   * very process is killed by SIGKILL meanwhile does it stay where it is:
   * nobody is left then who may send it a signal.
   *
   * @param id Its id.
   * @returns The likes server, whichever process it lives in by then.
   */
  target(id: number): FaultTarget {
    return {
      crash: (isForGood) => {
        this.#outages.set(id, beginOutage(isForGood));
        this.#lives.get(id)?.child.kill("SIGKILL");
      },
      restart: () => {
        // It stays in the map until the death that it began with is known: that
        // can be later.
        const outage = this.#outages.get(id);
        if (outage?.isForGood === false) outage.resolve();
      },
      pause: () => this.#signal(id, "SIGSTOP"),
      resume: () => this.#signal(id, "SIGCONT"),
    };
  }

  /**
   * Kills a likes server as a stranger would: this parent learns of it like of
   * any other death.
   *
   * @param id Its id.
   * @returns Whether there was a process to kill.
   */
  killAsStranger(id: number): boolean {
    return this.#signal(id, "SIGKILL");
  }

  #signal(id: number, signal: Deno.Signal): boolean {
    const life = this.#lives.get(id);
    life?.child.kill(signal);
    return life !== undefined;
  }

  /**
   * The life of a likes server, from its start to its end for good, in as many
   * processes as it takes.
   */
  async #live(record: ServerRecord): Promise<void> {
    const { spawnIntervalTicks } = this.#options.run;
    const startMs = record.id * spawnIntervalTicks / TICKS_PER_MS;
    await sleep(startMs - this.nowTicks / TICKS_PER_MS, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    for (let silentDeaths = 0; silentDeaths < SILENT_DEATHS_MAX;) {
      const startsBefore = record.starts;
      const life = this.#begin(record);
      if (life === null) return;
      const end = await this.#ended(record, life);
      if (end.signal === null || record.hasEnded) {
        return this.#judgeExit(record, life, end);
      }
      record.isCrashed = true;
      this.#options.onLife("crash", record.id);
      if (life.isKilled || !await this.#comesBack(record, end.signal)) break;
      this.#options.onLife("restart", record.id);
      const isSilent = record.starts === startsBefore;
      silentDeaths = isSilent ? silentDeaths + 1 : 0;
    }
    if (this.#isKilled) return;
    if (record.hasStarted) await this.#tally(record);
    else if (!this.#outages.has(record.id)) {
      this.#cannotRun(record, "it was killed before it began");
    }
  }

  /** A likes server that ends by itself gives its account first. */
  #judgeExit(
    record: ServerRecord,
    life: Life,
    { code, signal }: ChildEnd,
  ): void {
    const isInOrder = record.hasEnded &&
      (signal !== null || EXIT_CODES_RUN.includes(code));
    if (isInOrder) return;
    const reason = life.lastWords.replaceAll(/^error: |\.$/g, "");
    this.#cannotRun(
      record,
      `it ended with code ${code}${reason === "" ? "" : `: ${reason}`}`,
    );
  }

  #cannotRun(record: ServerRecord, reason: string): void {
    record.notRun = reason;
    this.#options.status.notRun(record.name, reason);
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
      if (this.#isKilled || !this.#options.restart) return false;
      this.#options.onNote(
        `${name} was killed by ${signal} and is started again`,
      );
      await sleep(RESTART_MS, this.#stop.signal);
    }
    while (!this.#isKilled) {
      const outage = this.#outages.get(id);
      if (outage === undefined) return true;
      if (outage.isForGood) return false;
      await outage.promise;
      if (outage === this.#outages.get(id)) this.#outages.delete(id);
    }
    return false;
  }

  /**
   * Starts a process of a likes server; null if that cannot be done, which ends
   * the likes server and nobody else.
   */
  #begin(record: ServerRecord): Life | null {
    const { onNote } = this.#options;
    const options = this.#workerOptions(record);
    const life: Omit<Life, "child"> = {
      started: Promise.withResolvers(),
      over: new AbortController(),
      deadlineTicks: options.drainFromTicks + options.drainTicks,
      isKilled: false,
      lastWords: "",
    };
    try {
      const child = this.#spawn(record, options, {
        onLine: (line) => {
          if (line.kind === "started") life.started.resolve();
          if (line.kind === "stalled") {
            life.deadlineTicks = line.untilMs * TICKS_PER_MS;
          }
        },
        onNote: (text) => {
          const isKnown = DENO_ERROR_REGEXP.test(life.lastWords);
          if (!isKnown && text !== "") life.lastWords = text;
        },
      });
      return Object.assign(life, { child });
    } catch (error) {
      const reason = messageOf(error);
      this.#cannotRun(record, `it could not be started: ${reason}`);
      onNote(`Cannot start ${record.name}: ${reason}`);
      return null;
    }
  }

  /** Accompanies a process of a likes server to its end. */
  async #ended(record: ServerRecord, life: Life): Promise<ChildEnd> {
    const { status, onNote } = this.#options;
    this.#lives.set(record.id, life);
    status.started(record.name, life.child.pid, record.sessionText);
    if (this.#isKilled) killLife(life);
    else if (this.#stop.signal.aborted) this.#dismiss(life);
    this.#killOverdue(life, () => onNote(`${record.name} is overdue`));
    const end = await life.child.ended;
    life.over.abort();
    life.started.resolve();
    this.#lives.delete(record.id);
    record.exit = end.code;
    status.ended(life.child.pid, end);
    return end;
  }

  /** The deadline moves on if the process says that it stood still. */
  async #killOverdue(life: Life, onKill: () => void): Promise<void> {
    let deadlineTicks;
    do {
      deadlineTicks = life.deadlineTicks;
      const leftMs = (deadlineTicks - this.nowTicks) / TICKS_PER_MS;
      await sleepAwake(leftMs + STOP_MS, life.over.signal);
    } while (life.deadlineTicks !== deadlineTicks);
    if (life.over.signal.aborted) return;
    onKill();
    killLife(life);
  }

  /** Reads the log of a likes server that stays dead, for the verdict. */
  async #tally(record: ServerRecord): Promise<void> {
    const options = {
      ...this.#workerOptions(record),
      // The account is of this moment: events after it are not in its past.
      endTicks: this.nowTicks,
      tally: true,
    };
    try {
      const child = this.#spawn(record, options);
      if ((await child.ended).code === WorkerExit.DELIVERED) return;
    } catch (error) {
      this.#options.onNote(`${record.name}: ${messageOf(error)}`);
    }
    this.#options.onNote(
      `${record.name} is dead and its log cannot be read: its account is what was seen of it`,
    );
  }

  #spawn(
    record: ServerRecord,
    options: WorkerOptions,
    listener?: {
      readonly onLine: (line: WorkerLine) => void;
      readonly onNote: (text: string) => void;
    },
  ): Child {
    const { onLine, onNote } = this.#options;
    const child = new Child({
      role: "worker",
      permissions: workerPermissions(options),
      args: workerArguments(options),
      onLine: (text) => {
        if (text === TIME_QUESTION) return child.write(`${this.nowTicks}`);
        onLine(record.name, text);
        try {
          const line = parseWorkerLine(text);
          listener?.onLine(line);
          record.take(line);
          this.#options.onServerLine?.(record.id, line);
        } catch (error) {
          onNote(`${record.name}: ${messageOf(error)}`);
        }
      },
      onErrorLine: (text) => {
        onNote(`${record.name}: ${text}`);
        listener?.onNote(text);
      },
    });
    return child;
  }

  /** The arguments of the next process of a likes server. */
  #workerOptions(record: ServerRecord): WorkerOptions {
    const { run, logDir, ports } = this.#options;
    const startTicks = record.id * run.spawnIntervalTicks;
    const isStopping = this.#stop.signal.aborted;
    const plannedEndTicks = runEndTick(run);
    // One that comes back after the end, or is started only then because
    // everything stood still, has the same time as the others had to deliver
    // what is left.
    const drainFromTicks = Math.max(
      isStopping ? 0 : plannedEndTicks,
      this.nowTicks,
    );
    return {
      ...run,
      id: record.id,
      session: record.session,
      startTicks,
      endTicks: isStopping ? 0 : startTicks + run.lifetimeTicks,
      drainFromTicks,
      ports,
      log: `${logDir}/${record.name}`,
      tally: false,
      ...record.hasStarted && { resume: record.seen },
    };
  }

  /**
   * Ends a lifetime. The order is understood from the moment on at which the
   * likes server says that it has begun.
   */
  async #dismiss(life: Life): Promise<void> {
    sleepAwake(STOP_MS, life.over.signal).then(() => {
      if (!life.over.signal.aborted) killLife(life);
    });
    await life.started.promise;
    if (life.over.signal.aborted) return;
    life.child.kill("SIGCONT");
    life.child.kill("SIGTERM");
  }
}

function killLife(life: Life): void {
  life.isKilled = true;
  life.child.kill("SIGKILL");
}
