/**
 * A live run, from the first question to the primary to the verdict.
 *
 * @module
 */

import { checkLogPlace, logStartError } from "../../options/log_place.ts";
import { Faults } from "../../faults/force.ts";
import { formatFaultPlan } from "../../faults/format.ts";
import { PRIMARY } from "../../faults/plan.ts";
import { formatSession, serverName } from "../../protocol/report.ts";
import { STATUS_LOG } from "../../domain/log_files.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { Meter } from "../../verdict/meter.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { Conductor } from "./conductor.ts";
import { Fleet } from "./fleet.ts";
import { HistoryLog } from "./history_log.ts";
import {
  ignoreSuspension,
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import { LiveHistory } from "./live_history.ts";
import { LiveNetwork } from "./live_network.ts";
import { judgeLive } from "./live_verdict.ts";
import { LogFile } from "../../platform/log_file.ts";
import type { LiveRunOptions } from "./options.ts";
import type { OwnPrimary } from "./own_primary.ts";
import { PrimaryBaseline } from "./primary_baseline.ts";
import { SentReports } from "../network/sent_reports.ts";
import { ServerRecord } from "./server_record.ts";
import { messageOf } from "../../platform/start_error.ts";
import type { Stats } from "../primary/stats.ts";
import { StatusLog } from "./status_log.ts";

/** A listener to a run that goes on. */
export interface LiveRunListener {
  /** A line that a likes server printed. */
  onLine(name: string, line: string): void;
  /** A warning or an error, for people. */
  onNote(text: string): void;
  /** The run begins: from now on the numbers change. */
  onBegin(state: LiveRunState): void;
  /**
   * An event for the history, in order: at least what faults do to processes
   * and messages.
   */
  onEvent?(event: HistoryEvent): void;
}

/** The numbers of a run that goes on. */
export interface LiveRunState {
  /** Ticks of 0.1 ms since the first likes server started. */
  readonly nowTicks: number;
  /** Likes servers that run. */
  readonly alive: number;
  /** Accounts of the likes servers. */
  readonly records: readonly ServerRecord[];
  /** Measures divergence and staleness. */
  readonly meter: Meter;
  /**
   * The primary, if it answers questions: its port, and what it held when the
   * run began.
   */
  readonly primary?: { readonly port: number; readonly before: Stats };
}

/** Settings of a live run. */
export interface LiveRunContext {
  /** The run. */
  readonly options: LiveRunOptions;
  /** The port of the primary, at 127.0.0.1. */
  readonly port: number;
  /** The primary, if it is this process's own and faults can happen to it. */
  readonly primary?: OwnPrimary;
  /** Stops the run. */
  readonly interruption: Interruption;
  /** The listener. */
  readonly listener: LiveRunListener;
  /**
   * Called with the likes servers as soon as the run begins: for a stranger who
   * kills some without a word to the parent.
   */
  readonly onFleet?: (fleet: Fleet) => void;
}

/** The outcome of a live run. */
export interface LiveResult {
  /** The verdict. */
  readonly verdict: Verdict;
  /** Whether every event is in the history; true where none was wanted. */
  readonly isHistoryWhole: boolean;
}

/**
 * Time for which the last messages are awaited when all likes servers have
 * ended, in milliseconds: none is delayed for so long.
 */
const LAST_MESSAGES_MS = 5_000;

/**
 * Runs likes servers against a primary.
 *
 * With faults, or where its history is wanted, the likes servers report to a
 * proxy, which is the network with the faults of the plan; otherwise to
 * the primary itself.
 *
 * @param context Its settings.
 * @returns The verdict, and whether the history is whole.
 * @throws {PrimaryAbsentError} If no primary answers for 5 s: then nothing was
 * started.
 * @throws {InterruptedError} If it was stopped before it began, or at once:
 * then all likes servers have been killed.
 * @throws {StartError} If the parent's log or the history cannot be created.
 */
export async function runLive(context: LiveRunContext): Promise<LiveResult> {
  const { options, port, primary, interruption, listener } = context;
  const sessions = Array.from({ length: options.run.servers }, drawSession);
  const baseline = await PrimaryBaseline.take({
    port: () => primary?.port ?? port,
    servers: sessions.map(([high, low], id) => ({
      name: serverName(id),
      sessionText: formatSession(high, low),
    })),
    interruption,
  });
  using log = createLog(`${options.logDir}/${STATUS_LOG}`);
  const history = options.history === undefined
    ? null
    : HistoryLog.create(options.history, (text) => listener.onNote(text));
  const status = new StatusLog({
    sink: log,
    nowMs: Date.now,
    onLine: (name, line) => listener.onLine(name, line),
    onNote: (text) => listener.onNote(text),
  });
  status.parentStarted();
  using _suspension = ignoreSuspension(() =>
    listener.onNote(
      "Ctrl-Z stops no live run: its processes would go on without it (Ctrl-C ends it)",
    )
  );
  const run = new LiveRun(context, sessions, baseline, status, history);
  const stop = () => run.stop();
  const kill = () => run.kill();
  interruption.stop.addEventListener("abort", stop);
  interruption.kill.addEventListener("abort", kill);
  let isHistoryWhole = true;
  let verdict: Verdict;
  try {
    verdict = await run.verdict();
    status.parentCompleted();
  } finally {
    interruption.stop.removeEventListener("abort", stop);
    interruption.kill.removeEventListener("abort", kill);
    await run.close();
    if (history !== null) isHistoryWhole = await history.end();
  }
  return { verdict, isHistoryWhole };
}

/** The halves of a session, 32 bits each. */
type Session = [high: number, low: number];

/** The parts of a live run, put together. */
class LiveRun {
  readonly #context: LiveRunContext;
  readonly #baseline: PrimaryBaseline;
  readonly #history: LiveHistory;
  readonly #records: readonly ServerRecord[];
  /** Null where likes servers report to the primary itself. */
  readonly #network: LiveNetwork | null;
  readonly #fleet: Fleet;
  readonly #conductor: Conductor;
  readonly #over = new AbortController();
  /** Tick at which all faults are lifted. */
  #liftedTick: number;
  /** Tick at which somebody stopped it; infinite: nobody has. */
  #stoppedTick = Infinity;

  constructor(
    context: LiveRunContext,
    sessions: readonly Session[],
    baseline: PrimaryBaseline,
    status: StatusLog,
    historyLog: HistoryLog | null,
  ) {
    this.#context = context;
    this.#baseline = baseline;
    const { options, port, primary, listener } = context;
    const { delivery } = options.run;
    const sent = new SentReports();
    const isWatched = isNetworkWatched(options);
    const history = this.#history = new LiveHistory({
      delivery,
      onReporting: (server, attempt, seq, line) => {
        if (isWatched) sent.announce(server, line, { attempt, seq });
      },
      onEvent: (event) => {
        historyLog?.add(event);
        listener.onEvent?.(event);
      },
    });
    const now = () => this.#fleet.nowTicks;
    const records = this.#records = sessions.map((session, id) =>
      new ServerRecord(id, session, delivery, history)
    );
    const network = this.#network = isWatched
      ? new LiveNetwork({
        run: options.run,
        primaryPort: () => primary?.port ?? port,
        now,
        sent,
        history,
        records,
        look: () => baseline.countedSince(),
      })
      : null;
    if (network !== null) primary?.watch(network);
    const fleet = this.#fleet = new Fleet({
      run: options.run,
      logDir: options.logDir,
      restart: options.restart,
      port: network?.port ?? port,
      records,
      status,
      onLine: (name, line) => listener.onLine(name, line),
      onNote: (text) => listener.onNote(text),
      onLife: (kind, server) => history.add(now(), { kind, server }),
    });
    const faults = new Faults(options.run);
    this.#liftedTick = faults.liftedTick;
    this.#conductor = new Conductor({
      servers: options.run.servers,
      transitions: faults.transitions(),
      now,
      target: (process) =>
        process === PRIMARY ? primary ?? null : fleet.target(process),
      onEntry: (entry) => history.add(now(), entry),
    });
  }

  /**
   * Runs in two phases: under faults, then healed, until all that can be
   * delivered is; and judges.
   */
  async verdict(): Promise<Verdict> {
    const { options, primary, interruption, listener, onFleet } = this.#context;
    listener.onBegin(this.#state());
    onFleet?.(this.#fleet);
    this.#conductor.run(this.#over.signal).catch((error) =>
      listener.onNote(`A fault did not happen: ${messageOf(error)}`)
    );
    await this.#fleet.run();
    this.#lift();
    if (interruption.kill.aborted) {
      throw new InterruptedError("Stopped at once, without a verdict");
    }
    primary?.answer();
    const isGone = primary !== undefined && !await primary.up();
    await this.#network?.empty(LAST_MESSAGES_MS);
    const endTicks = this.#fleet.nowTicks;
    const counted = isGone
      ? `the primary is gone: ${primary.whyDown}`
      : await this.#baseline.countedSince();
    if (typeof counted !== "string") this.#network?.reconcile(counted);
    return judgeLive({
      options,
      records: this.#records,
      history: this.#history,
      network: this.#network,
      liftedTick: this.#liftedTick,
      stoppedTick: this.#stoppedTick,
      endTicks,
      counted,
      isOriginalPrimary: this.#baseline.before === null,
    });
  }

  /**
   * Stops the run before its time: the likes servers deliver what is left,
   * without faults.
   */
  stop(): void {
    this.#stoppedTick = Math.min(this.#stoppedTick, this.#fleet.nowTicks);
    this.#lift();
    this.#fleet.stop();
  }

  /** Kills all likes servers, at once. */
  kill(): void {
    this.#fleet.kill();
  }

  /**
   * Closes the run, whatever went wrong: nothing is left that stands still,
   * waits or listens.
   */
  async close(): Promise<void> {
    this.#over.abort();
    this.#conductor.lift();
    await this.#network?.close();
  }

  #lift(): void {
    this.#liftedTick = Math.min(this.#liftedTick, this.#fleet.nowTicks);
    this.#network?.lift();
    this.#conductor.lift();
  }

  #state(): LiveRunState {
    const { port, primary } = this.#context;
    const { before } = this.#baseline;
    const fleet = this.#fleet;
    return {
      get nowTicks() {
        return fleet.nowTicks;
      },
      get alive() {
        return fleet.alive;
      },
      records: this.#records,
      meter: this.#history.meter.meter,
      ...before !== null && {
        primary: {
          get port() {
            return primary?.port ?? port;
          },
          before,
        },
      },
    };
  }
}

/**
 * Whether likes servers report to a proxy, from which everything is known of
 * every message.
 */
function isNetworkWatched({ run, history }: LiveRunOptions): boolean {
  return formatFaultPlan(run.faults).length > 0 || history !== undefined;
}

/**
 * Looks at the files that the parent is to create, before anything is started
 * that would have to be stopped again, and before any of them replaces an
 * earlier one.
 *
 * @param options The run.
 * @throws {StartError} If one of them cannot be created.
 */
export function checkFiles({ logDir, history }: LiveRunOptions): void {
  checkLogPlace(`${logDir}/${STATUS_LOG}`);
  if (history !== undefined) checkLogPlace(history, "--history");
}

function createLog(path: string): LogFile {
  try {
    return LogFile.createAnew(path);
  } catch (error) {
    throw logStartError(path, error);
  }
}

/**
 * Real sessions are random and not from the seed: two runs of one seed at one
 * primary must not be taken for one.
 */
function drawSession(): Session {
  const [high = 0, low = 0] = crypto.getRandomValues(new Int32Array(2));
  return [high, low];
}
