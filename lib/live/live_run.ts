/**
 * A live run, from the first look at the primary to the verdict.
 *
 * @module
 */

import type { ParentOptions } from "./options.ts";
import { secondsFromTicks } from "../rules/ticks.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import { Meter } from "../verdict/meter.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { Fleet } from "./fleet.ts";
import { InterruptedError, type Interruption } from "./interruption.ts";
import { judgeLive } from "./live_verdict.ts";
import { LogFile } from "./log_file.ts";
import {
  CountedBetween,
  PrimaryAbsentError,
  statsOf,
} from "./primary_watch.ts";
import { ServerRecord } from "./server_record.ts";
import { logStartError } from "./start_error.ts";
import type { Stats } from "./stats.ts";
import { StatusLog } from "./status_log.ts";

/** Name of the parent's log in the log folder. */
export const STATUS_LOG = "ParentProcessStatus";

/** Name of the lock beside it. */
export const STATUS_LOCK = "ParentProcessStatus.lock";

/** What is told while a run goes on. */
export interface LiveRunListener {
  /** A line that a likes server printed. */
  onLine(name: string, line: string): void;
  /** A warning or an error, for people. */
  onNote(text: string): void;
  /** The run begins: from now on the numbers change. */
  onBegin(state: LiveRunState): void;
  /** Something that belongs into the history, in order: at least what faults do to processes and messages. */
  onEvent?(event: HistoryEvent): void;
}

/** The numbers of a run that goes on. */
export interface LiveRunState {
  /** Ticks of 0.1 ms since the first likes server started. */
  readonly nowTicks: number;
  /** Likes servers that run. */
  readonly alive: number;
  /** What is known of each likes server. */
  readonly records: readonly ServerRecord[];
  /** Measures divergence and staleness. */
  readonly meter: Meter;
  /** The primary, if it answers questions: its port, and what it held when the run began. */
  readonly primary?: { readonly port: number; readonly before: Stats };
}

/** What a live run needs. */
export interface LiveRunContext {
  /** The run. */
  readonly options: ParentOptions;
  /** The port of the primary, at 127.0.0.1. */
  readonly port: number;
  /** Stops it. */
  readonly interruption: Interruption;
  /** Is told what happens. */
  readonly listener: LiveRunListener;
}

/**
 * Runs likes servers against a primary.
 *
 * @param context What it needs.
 * @returns The verdict.
 * @throws {PrimaryAbsentError} If nothing accepts a connection for 5 s: then nothing was started.
 * @throws {InterruptedError} If it was stopped before it began, or at once: then all likes servers have been killed.
 * @throws {StartError} If a likes server cannot be started, or the parent's log cannot be created.
 */
export async function runLive(context: LiveRunContext): Promise<Verdict> {
  const { options, port, interruption, listener } = context;
  const before = await firstLook(port, interruption);
  const beforeMs = performance.now();
  using log = createLog(`${options.logDir}/${STATUS_LOG}`);
  const onNote = (text: string) => listener.onNote(text);
  const status = new StatusLog(log, Date.now, onNote);
  status.parentStarted();
  const meter = new Meter({ servers: options.servers });
  const records = Array.from(
    { length: options.servers },
    (_, id) => new ServerRecord(id, drawSession(), options.delivery, meter),
  );
  const fleet = new Fleet({
    run: options,
    port,
    records,
    status,
    onLine: (name, line) => listener.onLine(name, line),
    onNote,
  });
  const stop = () => fleet.stop();
  const kill = () => fleet.kill();
  interruption.stop.addEventListener("abort", stop);
  interruption.kill.addEventListener("abort", kill);
  listener.onBegin({
    get nowTicks() {
      return fleet.nowTicks;
    },
    get alive() {
      return fleet.alive;
    },
    records,
    meter,
    ...before !== null && { primary: { port, before } },
  });
  try {
    await fleet.run();
  } finally {
    interruption.stop.removeEventListener("abort", stop);
    interruption.kill.removeEventListener("abort", kill);
  }
  if (interruption.kill.aborted) {
    throw new InterruptedError("Stopped at once, without a verdict");
  }
  const wallSeconds = secondsFromTicks(fleet.nowTicks);
  const counted = before === null
    ? "the primary answers no STATS: it is of the original kind"
    : await countedSince(before, beforeMs, port, interruption.kill);
  status.parentCompleted();
  return judgeLive({ options, records, meter, wallSeconds, counted });
}

async function firstLook(
  port: number,
  { stop }: Interruption,
): Promise<Stats | null> {
  try {
    const stats = await statsOf(port, stop);
    if (!stop.aborted) return stats;
  } catch (error) {
    if (!stop.aborted) throw error;
  }
  throw new InterruptedError("Stopped before the run began");
}

async function countedSince(
  before: Stats,
  beforeMs: number,
  port: number,
  signal: AbortSignal,
): Promise<CountedBetween | string> {
  try {
    const after = await statsOf(port, signal);
    if (after === null) return "the primary does not answer STATS any more";
    const seconds = (performance.now() - beforeMs) / 1000;
    return new CountedBetween(before, after, seconds);
  } catch (error) {
    if (!(error instanceof PrimaryAbsentError)) throw error;
    return "the primary is gone: nothing accepts a connection on its port";
  }
}

function createLog(path: string): LogFile {
  try {
    return LogFile.createAnew(path);
  } catch (error) {
    throw logStartError(path, error);
  }
}

/** Real sessions are random and not from the seed: two runs of one seed at one primary must not be taken for one. */
function drawSession(): [high: number, low: number] {
  const [high = 0, low = 0] = crypto.getRandomValues(new Int32Array(2));
  return [high, low];
}
