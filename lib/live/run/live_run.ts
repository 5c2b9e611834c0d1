/**
 * A live run, from the first question to the primary to the verdict.
 *
 * @module
 */

import { isReplica, replicaOf } from "../../domain/nodes.ts";
import { areThereReads } from "../../options/run_options.ts";
import { createLog } from "../../options/log_place.ts";
import { Faults } from "../../faults/force.ts";
import { formatSession, serverName } from "../../protocol/report.ts";
import { STATUS_LOG } from "../../domain/log_files.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { Meter } from "../../verdict/meter.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { Conductor } from "./conductor.ts";
import { finalCounts, LAST_MESSAGES_MS } from "../agreement/final_counts.ts";
import { Fleet } from "./fleet.ts";
import { RunFiles } from "./run_files.ts";
import {
  ignoreSuspension,
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import { LiveHistory } from "./live_history.ts";
import { LiveNetwork } from "./live_network.ts";
import { judgeLive } from "./live_verdict.ts";
import { secondsFromTicks, TICKS_PER_MS } from "../../domain/ticks.ts";
import {
  areAcknowledgementsTimed,
  isNetworkWatched,
  type LiveRunOptions,
} from "./options.ts";
import type { PrimaryWatcher } from "./own_primary.ts";
import type { Primaries, RunPrimary } from "./primaries.ts";
import { type PrimaryBaseline, takeBaselines } from "./primary_baseline.ts";
import { ReadJudge } from "../reader/read_judge.ts";
import { readerFields } from "../reader/read_traffic.ts";
import { Readers } from "../reader/readers.ts";
import { ReplicaSampler } from "../agreement/replica_sampler.ts";
import { SentReports } from "../network/sent_reports.ts";
import { ServerRecord } from "./server_record.ts";
import { messageOf } from "../../platform/start_error.ts";
import type { Stats } from "../primary/stats.ts";
import { StatusLog } from "./status_log.ts";

/** A listener to a run that goes on. */
export interface LiveRunListener {
  /** A line that a likes server or a reader printed. */
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
  /** The replicas as they were last heard of, where there are several. */
  readonly replicas?: ReplicaSampler;
  /** Measures of reads so far, where there are readers. */
  readonly reads?: Pick<ReadJudge, "soFar" | "measures">;
  /** Waits for acknowledgements so far, where they are timed. */
  readonly writes?: Pick<LiveNetwork, "acknowledgements">;
}

/** Settings of a live run. */
export interface LiveRunContext {
  /** The run. */
  readonly options: LiveRunOptions;
  /** The primary, or the replicas. */
  readonly primaries: Primaries;
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
  /** Whether every event is in each file that was wanted. */
  readonly areFilesWhole: boolean;
}

/**
 * Runs likes servers against a primary.
 *
 * With faults, with readers, or where its history or a trace is wanted, a proxy
 * is between all processes, which is the network with the faults of the plan;
 * otherwise they reach each other directly.
 *
 * @param context Its settings.
 * @returns The verdict, and whether its files are whole.
 * @throws {PrimaryAbsentError} If no primary answers for 5 s: then nothing was
 * started.
 * @throws {InterruptedError} If it was stopped before it began, or at once:
 * then all likes servers have been killed.
 * @throws {StartError} If the parent's log, the history or the trace cannot be
 * created.
 */
export async function runLive(context: LiveRunContext): Promise<LiveResult> {
  const { options, primaries, interruption, listener } = context;
  const sessions = Array.from({ length: options.run.servers }, drawSession);
  const servers = sessions.map(([high, low], id) => ({
    name: serverName(id),
    sessionText: formatSession(high, low),
  }));
  const baselines = await takeBaselines(
    primaries.all,
    options.run.delivery,
    servers,
    interruption,
  );
  using log = createLog(`${options.logDir}/${STATUS_LOG}`);
  const files = RunFiles.create(options, (text) => listener.onNote(text));
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
  const run = await files.heldFor(
    () => new LiveRun(context, sessions, baselines, status, files),
  );
  const over = new AbortController();
  const untilOver = { signal: over.signal };
  interruption.stop.addEventListener("abort", () => run.stop(), untilOver);
  interruption.kill.addEventListener("abort", () => run.kill(), untilOver);
  let areFilesWhole = true;
  let verdict: Verdict;
  try {
    verdict = await run.verdict();
    status.parentCompleted();
  } finally {
    over.abort();
    await run.close();
    areFilesWhole = await files.end(secondsFromTicks(run.nowTicks));
  }
  return { verdict, areFilesWhole };
}

/** The halves of a session, 32 bits each. */
type Session = [high: number, low: number];

/** The parts of a live run, put together. */
class LiveRun {
  readonly #context: LiveRunContext;
  /** Whether the network is between all processes. */
  readonly #isWatched: boolean;
  readonly #now = () => this.#fleet.nowTicks;
  readonly #baselines: readonly PrimaryBaseline[];
  readonly #history: LiveHistory;
  readonly #records: readonly ServerRecord[];
  /** Null where processes reach each other directly. */
  readonly #network: LiveNetwork | null;
  /** Null where there is one primary. */
  readonly #sampler: ReplicaSampler | null;
  readonly #reads: ReadJudge;
  readonly #sent = new SentReports(this.#now);
  #readers: Readers | null = null;
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
    baselines: readonly PrimaryBaseline[],
    status: StatusLog,
    files: RunFiles,
  ) {
    this.#context = context;
    this.#baselines = baselines;
    const { options: { run }, primaries } = context;
    this.#isWatched = isNetworkWatched(context.options);
    this.#history = this.#makeHistory(files);
    this.#records = sessions.map((session, id) =>
      new ServerRecord(id, session, run.delivery, this.#history)
    );
    this.#reads = new ReadJudge({
      ...run,
      sessions: this.#records.map(({ sessionText }) => sessionText),
    });
    const faults = new Faults(run);
    this.#liftedTick = faults.liftedTick;
    this.#sampler = this.#makeSampler();
    // The last part that can fail: what came before holds nothing open.
    this.#network = this.#makeNetwork();
    primaries.all.forEach(({ own }, replica) => {
      const watcher = this.#watcherOf(replica);
      if (watcher !== null) own?.watch(watcher, this.#isWatched);
    });
    this.#fleet = this.#makeFleet(status);
    this.#conductor = this.#makeConductor(faults);
  }

  #makeHistory(files: RunFiles): LiveHistory {
    const { options: { run }, listener } = this.#context;
    const history = new LiveHistory({
      delivery: run.delivery,
      onSending: (server, replica, line, one) => {
        if (this.#isWatched) this.#sent.announce(server, replica, line, one);
      },
      onReading: (server, line) =>
        this.#sent.announceRead(server, line, run.replicas),
      onEvent: (event) => {
        files.add(event, history.meter.meter);
        this.#sampler?.take(event);
        this.#network?.take(event);
        listener.onEvent?.(event);
      },
    });
    return history;
  }

  #makeNetwork(): LiveNetwork | null {
    if (!this.#isWatched) return null;
    const { options: { run }, primaries } = this.#context;
    return new LiveNetwork({
      run,
      primaryPort: (replica) => (primaries.all[replica] as RunPrimary).port,
      listeners: primaries.listeners,
      now: this.#now,
      sent: this.#sent,
      history: this.#history,
      records: this.#records,
      look: (replica) =>
        (this.#baselines[replica] as PrimaryBaseline).countedSince(),
      reads: this.#reads,
    });
  }

  #makeSampler(): ReplicaSampler | null {
    const { options: { run }, primaries } = this.#context;
    if (run.replicas === 1) return null;
    return new ReplicaSampler({
      run,
      primaries: primaries.all,
      before: this.#baselines.flatMap(({ before }) => before ?? []),
      servers: this.#records,
      now: this.#now,
    });
  }

  #makeFleet(status: StatusLog): Fleet {
    const { options, primaries, listener } = this.#context;
    const reads = this.#reads;
    return new Fleet({
      run: options.run,
      logDir: options.logDir,
      restart: options.restart,
      ports: this.#network?.ports ?? primaries.all.map(({ port }) => port),
      records: this.#records,
      status,
      onLine: (name, line) => listener.onLine(name, line),
      onServerLine: (server, line) => {
        if (line.kind === "value") reads.answered(server, line.read, line.text);
        if (line.kind !== "no value") return;
        reads.unanswered(server, line.read);
        this.#unanswered(server, server, line.read);
      },
      onNote: (text) => listener.onNote(text),
      onLife: (kind, server) =>
        this.#history.add(this.#now(), { kind, server }),
    });
  }

  #makeConductor(faults: Faults): Conductor {
    const { primaries } = this.#context;
    return new Conductor({
      faults,
      now: this.#now,
      target: (process) =>
        isReplica(process)
          ? primaries.all[replicaOf(process)]?.own ?? null
          : this.#fleet.target(process),
      onEntry: (entry) => this.#history.add(this.#now(), entry),
    });
  }

  /**
   * Runs in two phases: under faults, then healed, until all that can be
   * delivered is; and judges.
   */
  async verdict(): Promise<Verdict> {
    const { options, primaries, interruption, listener, onFleet } =
      this.#context;
    listener.onBegin(this.#state());
    onFleet?.(this.#fleet);
    this.#conductor.run(this.#over.signal).catch((error) =>
      listener.onNote(`A fault did not happen: ${messageOf(error)}`)
    );
    this.#sampler?.begin();
    const fleetEnded = this.#fleet.run();
    this.#readers = this.#startReaders();
    await fleetEnded;
    const lastReadMs = options.run.ackTimeoutTicks / TICKS_PER_MS;
    await this.#readers?.end(lastReadMs + LAST_MESSAGES_MS);
    this.#lift();
    throwIfKilled(interruption);
    const { counted, replicas } = await finalCounts({
      run: options.run,
      primaries,
      baselines: this.#baselines,
      network: this.#network,
      sampler: this.#sampler,
      signal: interruption.kill,
    });
    throwIfKilled(interruption);
    if (typeof counted !== "string") this.#network?.reconcile(counted);
    return judgeLive({
      options,
      records: this.#records,
      history: this.#history,
      network: this.#network,
      liftedTick: this.#liftedTick,
      stoppedTick: this.#stoppedTick,
      endTicks: this.#fleet.nowTicks,
      counted,
      isOriginalPrimary: this.#baselines[0]?.before === null,
      ...areThereReads(options.run) && { reads: this.#reads.measures },
      readersGone: this.#readers?.gone ?? [],
      ...replicas !== undefined && { replicas },
    });
  }

  #startReaders(): Readers | null {
    const { options, listener } = this.#context;
    const network = this.#network;
    if (options.run.readers === 0 || network === null) return null;
    return new Readers({
      run: options.run,
      portsOf: (reader) => network.portsOfReader(reader),
      now: this.#now,
      restart: options.restart,
      judge: this.#reads,
      sent: this.#sent,
      onUnanswered: (node, item, read) => this.#unanswered(node, item, read),
      onLine: (name, line) => listener.onLine(name, line),
      onNote: (text) => listener.onNote(text),
    });
  }

  #unanswered(node: number, item: number, read: number): void {
    this.#history.add(this.#fleet.nowTicks, {
      ...{ kind: "lose", server: item, attempt: read },
      ...readerFields(node),
    });
  }

  /** Tells network, samples and history of the life of a primary. */
  #watcherOf(replica: number): PrimaryWatcher | null {
    const network = this.#network?.watcherOf(replica) ?? null;
    const sampler = this.#sampler;
    if (sampler === null) return network;
    const add = (kind: "crash" | "restart") =>
      this.#history.add(this.#fleet.nowTicks, { kind, replica });
    return {
      onDown: () => {
        sampler.down(replica);
        if (network === null) add("crash");
        else network.onDown();
      },
      onUp: async (port) => {
        if (network === null) add("restart");
        else await network.onUp(port);
      },
    };
  }

  /** Ticks of 0.1 ms since the first likes server started. */
  get nowTicks(): number {
    return this.#fleet.nowTicks;
  }

  /**
   * Stops the run before its time: the likes servers deliver what is left,
   * without faults.
   */
  stop(): void {
    this.#stoppedTick = Math.min(this.#stoppedTick, this.#fleet.nowTicks);
    this.#lift();
    this.#fleet.stop();
    this.#readers?.stop();
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
    await this.#readers?.stop();
    await this.#sampler?.stop();
    await this.#network?.close();
  }

  #lift(): void {
    this.#liftedTick = Math.min(this.#liftedTick, this.#fleet.nowTicks);
    this.#network?.lift();
    this.#conductor.lift();
  }

  #state(): LiveRunState {
    const { all } = this.#context.primaries;
    const primary = all[0] as RunPrimary;
    const before = this.#baselines[0]?.before ?? null;
    const fleet = this.#fleet;
    const sampler = this.#sampler;
    const { run } = this.#context.options;
    const network = areAcknowledgementsTimed(run) ? this.#network : null;
    return {
      get nowTicks() {
        return fleet.nowTicks;
      },
      get alive() {
        return fleet.alive;
      },
      records: this.#records,
      meter: this.#history.meter.meter,
      ...areThereReads(run) && { reads: this.#reads },
      ...network !== null && { writes: network },
      ...sampler !== null && { replicas: sampler },
      ...sampler === null && before !== null && {
        primary: {
          get port() {
            return primary.port;
          },
          before,
        },
      },
    };
  }
}

function throwIfKilled({ kill }: Interruption): void {
  if (!kill.aborted) return;
  throw new InterruptedError("Stopped at once, without a verdict");
}

/**
 * Real sessions are random and not from the seed: two runs of one seed at one
 * primary must not be taken for one.
 */
function drawSession(): Session {
  const [high = 0, low = 0] = crypto.getRandomValues(new Int32Array(2));
  return [high, low];
}
