/**
 * A live run, from the first look at the primary to the verdict.
 *
 * @module
 */

import { Faults } from "../faults/force.ts";
import { PRIMARY } from "../faults/plan.ts";
import { Streams } from "../rules/random.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import type { Meter } from "../verdict/meter.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { Conductor } from "./conductor.ts";
import { Fleet } from "./fleet.ts";
import { HistoryLog } from "./history_log.ts";
import { InterruptedError, type Interruption } from "./interruption.ts";
import { LiveHistory } from "./live_history.ts";
import { LiveNetwork } from "./live_network.ts";
import { judgeLive } from "./live_verdict.ts";
import { LogFile } from "./log_file.ts";
import type { ParentOptions } from "./options.ts";
import type { OwnPrimary } from "./own_primary.ts";
import {
  CountedBetween,
  PrimaryAbsentError,
  statsOf,
} from "./primary_watch.ts";
import { SentReports } from "./sent_reports.ts";
import { ServerRecord } from "./server_record.ts";
import { sleep } from "./sleep.ts";
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
  /** The primary, if it is this process's own and faults can happen to it. */
  readonly primary?: OwnPrimary;
  /** Stops it. */
  readonly interruption: Interruption;
  /** Is told what happens. */
  readonly listener: LiveRunListener;
  /** The file of the history, if one is wanted: see {@linkcode openHistory}. */
  readonly history?: HistoryLog | null;
  /** Is given the likes servers as soon as the run begins: for whoever wants to kill some behind the parent's back. */
  readonly onFleet?: (fleet: Fleet) => void;
}

/** How long to wait for the last messages when all likes servers have ended: none is delayed for so long. */
const LAST_MESSAGES_MS = 5_000;

/** How often, and after which pauses, a primary is asked that does not answer any more. */
const LOOKS_MAX = 5;
const LOOK_AGAIN_MS = 500;

/**
 * Runs likes servers against a primary.
 *
 * Where the run has faults, or its history is wanted, the likes servers report to a proxy, which is the network with the
 * faults of the plan; otherwise to the primary itself.
 *
 * @param context What it needs.
 * @returns The verdict.
 * @throws {PrimaryAbsentError} If nothing accepts a connection for 5 s: then nothing was started.
 * @throws {InterruptedError} If it was stopped before it began, or at once: then all likes servers have been killed.
 * @throws {StartError} If a likes server cannot be started, or the parent's log cannot be created.
 */
export async function runLive(context: LiveRunContext): Promise<Verdict> {
  const { options, port, primary, interruption, listener } = context;
  const before = await firstLook(port, interruption);
  const beforeMs = performance.now();
  const onNote = (text: string) => listener.onNote(text);
  using log = createLog(`${options.logDir}/${STATUS_LOG}`);
  const file = context.history ?? null;
  const status = new StatusLog(log, Date.now, onNote);
  status.parentStarted();
  const sent = new SentReports();
  const isWatched = options.faults.flags.length > 0 || file !== null;
  const history = new LiveHistory({
    delivery: options.delivery,
    onReporting: (server, attempt, seq, line) => {
      if (isWatched) sent.announce(server, line, { attempt, seq });
    },
    onEvent: (event) => {
      file?.add(event);
      listener.onEvent?.(event);
    },
  });
  const records = Array.from(
    { length: options.servers },
    (_, id) => new ServerRecord(id, drawSession(), options.delivery, history),
  );
  const now = () => fleet.nowTicks;
  const primaryPort = () => primary?.port ?? port;
  const look = async () =>
    before === null
      ? "the primary answers no STATS: it is of the original kind"
      : await countedSince(
        before,
        beforeMs,
        primaryPort(),
        interruption.kill,
      );
  const network = isWatched
    ? new LiveNetwork({
      run: options,
      primaryPort,
      now,
      sent,
      history,
      records,
      look,
    })
    : null;
  const fleet: Fleet = new Fleet({
    run: options,
    port: network?.port ?? port,
    records,
    status,
    onLine: (name, line) => listener.onLine(name, line),
    onNote,
    onLife: (kind, server) => history.add(now(), { kind, server }),
  });
  const faults = new Faults(options.faults, new Streams(options.seed));
  const conductor = new Conductor({
    servers: options.servers,
    transitions: faults.transitions(),
    now,
    victim: (process) =>
      process === PRIMARY ? primary ?? null : fleet.victim(process),
    onEntry: (entry) => history.add(now(), entry),
  });
  let liftedTick = faults.liftedTick;
  const lift = () => {
    liftedTick = Math.min(liftedTick, now());
    network?.lift();
    conductor.lift();
  };
  const stop = () => {
    lift();
    fleet.stop();
  };
  const kill = () => fleet.kill();
  if (network !== null) primary?.watch(network);
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
    meter: history.meter.meter,
    ...before !== null && {
      primary: {
        get port() {
          return primaryPort();
        },
        before,
      },
    },
  });
  context.onFleet?.(fleet);
  const over = new AbortController();
  try {
    const running = fleet.run();
    const conducting = conductor.run(over.signal);
    await running;
    lift();
    over.abort();
    await conducting;
    if (interruption.kill.aborted) {
      throw new InterruptedError("Stopped at once, without a verdict");
    }
    primary?.answer();
    await primary?.up();
    await network?.empty(LAST_MESSAGES_MS);
    const endTicks = now();
    const counted = await look();
    if (typeof counted !== "string") network?.reconcile(counted);
    status.parentCompleted();
    return judgeLive({
      options,
      records,
      history,
      network,
      liftedTick,
      endTicks,
      counted,
    });
  } finally {
    over.abort();
    // Whatever went wrong, nothing is left standing still.
    conductor.lift();
    interruption.stop.removeEventListener("abort", stop);
    interruption.kill.removeEventListener("abort", kill);
    await network?.close();
  }
}

/**
 * Opens the file of the history, before anything is started that would have to be stopped again.
 *
 * @param options The run.
 * @param onNote Is told if it cannot be written.
 * @returns The file, null if none is wanted.
 * @throws {StartError} If it cannot be created.
 */
export function openHistory(
  { history }: ParentOptions,
  onNote: (text: string) => void,
): HistoryLog | null {
  return history === undefined ? null : new HistoryLog(history, onNote);
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
  // Taken before the question: an answer that is long on its way must not make the primary look young.
  const seconds = (performance.now() - beforeMs) / 1000;
  try {
    let after = await statsOf(port, signal);
    for (let again = 1; after === null && again < LOOKS_MAX; again++) {
      // It did answer before: somebody has killed it over this question.
      await sleep(LOOK_AGAIN_MS, signal);
      after = await statsOf(port, signal);
    }
    if (after === null) return "the primary does not answer STATS any more";
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
