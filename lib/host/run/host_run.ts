/**
 * A run of other people's programs, from the start of its nodes to the verdict.
 *
 * @module
 */

import { replicaNode, replicaOf } from "../../domain/nodes.ts";
import { Streams } from "../../domain/random.ts";
import {
  secondsFromTicks,
  TICKS_PER_MS,
  TICKS_PER_SECOND,
} from "../../domain/ticks.ts";
import {
  Faults,
  formatFaultPlan,
  namesOf,
  type Transition,
} from "../../faults/mod.ts";
import { ProcessFaults } from "../../faults/processes/process_faults.ts";
import {
  ignoreSuspension,
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import { printable } from "../../platform/printable.ts";
import { sleep } from "../../platform/sleep.ts";
import type { OperationEvent } from "../../verdict/operations/history.ts";
import type {
  Operation,
  OperationChecker,
} from "../../verdict/operations/operation.ts";
import { OperationTally } from "../../verdict/operations/tally.ts";
import {
  judgeOperations,
  type OperationVerdict,
} from "../../verdict/operations/verdict.ts";
import { Agenda } from "../network/agenda.ts";
import { hostNaming } from "../network/naming.ts";
import type { NetworkObserver } from "../network/network.ts";
import type { Complaint, ComplaintKind } from "../nodes/complaints.ts";
import {
  dueOperation,
  type LoadOptions,
  operationsOf,
} from "../workloads/load.ts";
import { type Workload, workloadNamed } from "../workloads/workload.ts";
import { Clients } from "./clients.ts";
import { Cluster } from "./cluster.ts";
import { faultRunOf } from "./fault_run.ts";
import type { HostOptions, HostRun } from "./options.ts";
import { withShownFindings } from "./shown_findings.ts";

/** A listener to a run that goes on. */
export interface HostListener {
  /** A warning, for people. */
  onNote(text: string): void;
  /** The first complaint of each node and kind. */
  onComplaint(complaint: Complaint): void;
  /** The load begins: from now on the numbers change. */
  onBegin?(state: () => HostState): void;
  /** An event of the history, in order. */
  onEvent?(event: OperationEvent): void;
  /** Is told what becomes of messages, if anybody wants to know. */
  readonly observer?: NetworkObserver;
}

/** The numbers of a run that goes on. */
export interface HostState {
  /** Seconds since the load began. */
  readonly seconds: number;
  /** Operations under load that are over. */
  readonly done: number;
  /** Operations among them that succeeded. */
  readonly ok: number;
  /** Messages between nodes so far. */
  readonly betweenNodes: number;
  /** Nodes that are up. */
  readonly up: number;
}

/**
 * Runs programs as the nodes of a cluster, under load and faults.
 *
 * @param options The run.
 * @param interruption Stops it: in order, then at once.
 * @param listener Is told what happens.
 * @returns The verdict.
 * @throws {StartError} If the program cannot be started.
 * @throws {InterruptedError} If it was stopped at once, or before the load
 * began: then all nodes have been killed.
 */
export async function runHost(
  options: HostOptions,
  interruption: Pick<Interruption, "stop" | "kill">,
  listener: HostListener,
): Promise<OperationVerdict> {
  using _suspension = ignoreSuspension(() =>
    listener.onNote(
      "Ctrl-Z stops no such run: its nodes would go on without it (Ctrl-C ends it)",
    )
  );
  const run = new HostedRun(options, interruption, listener);
  try {
    return await run.verdict();
  } finally {
    await run.close();
  }
}

/** The parts of a run, put together. */
class HostedRun {
  readonly #options: HostOptions;
  readonly #run: HostRun;
  readonly #interruption: Pick<Interruption, "stop" | "kill">;
  readonly #listener: HostListener;
  readonly #faults: Faults;
  readonly #workload: Workload;
  readonly #checker: OperationChecker & { invoked?(value: number): void };
  readonly #tally = new OperationTally();
  readonly #agenda: Agenda;
  readonly #cluster: Cluster;
  readonly #clients: Clients;
  readonly #load: LoadOptions;
  readonly #startedMs = performance.now();
  /** The moment at which the load began; undefined before. */
  #beganMs: number | undefined;
  /** Aborted when the load is over: as planned, or stopped. */
  readonly #loadOver = new AbortController();
  /** The number of the next operation under load. */
  #next = 0;
  #skipped = 0;
  #done = 0;
  #ok = 0;
  #lastWriteTick = 0;
  #liftedTick: number;
  #stoppedTick: number | undefined;
  readonly #processFaults: ProcessFaults;
  /** Links on which nothing passes. */
  readonly #cuts = new Set<string>();
  readonly #answered = new Set<string>();
  /**
   * The answers, in words, of nodes that refuse to be read for the last time.
   */
  readonly #refusals = new Map<string, string>();

  constructor(
    options: HostOptions,
    interruption: Pick<Interruption, "stop" | "kill">,
    listener: HostListener,
  ) {
    this.#options = options;
    const run = this.#run = options.hosted;
    this.#interruption = interruption;
    this.#listener = listener;
    const streams = new Streams(run.seed);
    this.#workload = workloadNamed(run.workload, { ...run, streams });
    this.#checker = this.#workload.checker();
    const { seed, faults, lifetimeTicks, rate } = run;
    this.#faults = new Faults({ ...faultRunOf(run), seed, faults }, streams);
    this.#liftedTick = this.#faults.liftedTick;
    const now = () => this.#now;
    const agenda = this.#agenda = new Agenda(now);
    const { observer } = listener;
    const cluster = this.#cluster = new Cluster({
      run,
      hasTopology: this.#workload.hasTopology,
      logDir: options.logDir,
      faults: this.#faults,
      now,
      agenda,
      toClient: (client, node, body) =>
        this.#clients.receive(client, node, body),
      onComplaint: (complaint) => listener.onComplaint(complaint),
      onNote: (text) => listener.onNote(text),
      onLife: (kind, node) =>
        this.#tell({ t: secondsFromTicks(this.#now), kind, node }),
      ...observer !== undefined && { observer },
    });
    this.#processFaults = new ProcessFaults({
      transitions: this.#faults.transitions(),
      target: (process) => cluster.target(replicaOf(process)),
      onPause: (kind, process) =>
        this.#tell({
          t: secondsFromTicks(this.#now),
          kind,
          node: cluster.names[replicaOf(process)]!,
        }),
    });
    this.#clients = new Clients({
      count: run.clients,
      nodes: cluster.names,
      timeoutTicks: run.timeoutTicks,
      now,
      agenda,
      send: (client, node, line) =>
        cluster.network.send(client, replicaNode(node), line),
      onOperation: (operation) => this.#take(operation),
      onEvent: (event) => this.#tell(event),
      onWrongAnswer: (node, text) =>
        cluster.complain(
          node,
          "wrong answer",
          () => `${cluster.names[node]} ${text}`,
        ),
      onStray: (node, client, body) =>
        cluster.complainOfStray(node, client, body),
    });
    this.#load = {
      streams,
      rate,
      lifetimeTicks,
      hasReads: this.#workload.reading !== null,
      nodes: run.nodes,
    };
  }

  /** Ticks since the load began; -1 before. */
  get #now(): number {
    return this.#beganMs === undefined
      ? -1
      : Math.floor((performance.now() - this.#beganMs) * TICKS_PER_MS);
  }

  /** Runs in two phases, under faults and healed, and judges. */
  async verdict(): Promise<OperationVerdict> {
    const { stop, kill } = this.#interruption;
    const isReady = await this.#cluster.start(stop);
    if (stop.aborted) throw new InterruptedError("Stopped before it began");
    if (isReady) {
      this.#beganMs = performance.now();
      this.#listener.onBegin?.(() => this.#state());
      const onStop = () => this.#stop();
      stop.addEventListener("abort", onStop);
      this.#plan();
      await sleep(
        this.#run.lifetimeTicks / TICKS_PER_MS,
        this.#loadOver.signal,
      );
      stop.removeEventListener("abort", onStop);
      // Where this process is slow, some are late.
      if (this.#stoppedTick === undefined) this.#invokeDue();
      this.#lift();
      await this.#drain(kill);
      if (kill.aborted) throw new InterruptedError("Stopped at once");
    }
    await this.#cluster.settled();
    return this.#judge();
  }

  /** Plans all faults, and the first operation. */
  #plan(): void {
    for (const [i, transition] of this.#faults.transitions().entries()) {
      this.#agenda.at(transition.tick, () => {
        if (this.#loadOver.signal.aborted) return;
        if ("process" in transition) this.#processFaults.apply(transition, i);
        else this.#tellOfLinks(transition);
      });
    }
    this.#invokeDue();
  }

  /** Invokes all operations that are due, and plans the next one. */
  #invokeDue(): void {
    const count = operationsOf(this.#load);
    for (; this.#next < count; this.#next++) {
      const due = dueOperation(this.#load, this.#next);
      if (due.tick > this.#now) {
        this.#agenda.at(due.tick, () => {
          if (!this.#loadOver.signal.aborted) this.#invokeDue();
        });
        return;
      }
      const { reading } = this.#workload;
      const request = due.isRead && reading !== null
        ? reading
        : this.#workload.writing(due.write);
      if (typeof request.value === "number") {
        this.#checker.invoked?.(request.value);
      }
      if (!this.#clients.invoke(due.node, request, "load")) this.#skipped++;
    }
  }

  /** The network asks the plan itself what is cut. */
  #tellOfLinks(
    { kind, left, direction, right }: Extract<Transition, { left: unknown }>,
  ): void {
    const naming = hostNaming(this.#run.firstNode);
    const nameOf = (side: typeof left) =>
      side === "all" ? "all" : namesOf(side, this.#run.nodes, naming);
    const links = `${nameOf(left)}${direction}${nameOf(right)}`;
    if (kind === "partition") this.#cuts.add(links);
    else this.#cuts.delete(links);
    this.#tell({ t: secondsFromTicks(this.#now), kind, links });
  }

  /** Ends the load before its time. */
  #stop(): void {
    this.#stoppedTick = this.#now;
    this.#loadOver.abort();
  }

  /** Lifts all faults: what stands still goes on, what is down comes back. */
  #lift(): void {
    this.#loadOver.abort();
    this.#liftedTick = Math.min(this.#liftedTick, this.#now);
    this.#cluster.network.lift();
    this.#processFaults.lift();
    const t = secondsFromTicks(this.#now);
    for (const links of this.#cuts) this.#tell({ t, kind: "heal", links });
    this.#cuts.clear();
  }

  /**
   * Lets nodes agree, and reads each in turn meanwhile, as often as there were
   * operations under load; then reads each for the last time. Nodes that use a
   * service are left alone until then: each time that `seq-kv` is read it may
   * show more of the present, and would show all of it in the end.
   */
  async #drain(kill: AbortSignal): Promise<void> {
    const { reading } = this.#workload;
    if (reading === null) {
      await this.#idle(kill);
      await this.#askLast(kill);
      return;
    }
    const endTick = this.#now + this.#run.drainTicks;
    const everyTicks = TICKS_PER_SECOND / this.#run.rate;
    const next = (n: number, tick: number) => {
      if (tick >= endTick) return;
      this.#agenda.at(tick, () => {
        const node = n % this.#run.nodes;
        if (this.#usesServices) return;
        if (this.#cluster.isUp(node)) {
          this.#clients.invoke(node, reading, "drain");
        }
        next(n + 1, tick + everyTicks);
      });
    };
    next(0, this.#now + everyTicks);
    await sleep((endTick - this.#now) / TICKS_PER_MS, kill);
    await this.#idle(kill);
    await this.#askLast(kill);
  }

  /**
   * Reads each node, or asks it for something else where there are no reads;
   * one that refuses is asked again for a while.
   */
  async #askLast(kill: AbortSignal): Promise<void> {
    const { reading } = this.#workload;
    const missing = () =>
      this.#cluster.names.flatMap((name, index) =>
        this.#cluster.isUp(index) && !this.#answered.has(name) ? [index] : []
      );
    const endTick = this.#now + this.#run.timeoutTicks;
    do {
      for (const index of missing()) {
        const request = reading ?? this.#workload.writing(this.#next++);
        this.#clients.invoke(index, request, "last");
      }
      await this.#idle(kill);
      if (missing().length > 0) await sleep(LAST_READ_PAUSE_MS, kill);
    } while (missing().length > 0 && this.#now < endTick && !kill.aborted);
    for (const index of missing()) {
      const name = this.#cluster.names[index]!;
      const [kind, told] = this.#unread(index, name);
      this.#cluster.complain(index, kind, () => `${name} ${told}`);
    }
  }

  /** The reason why a node could not be read for the last time. */
  #unread(index: number, name: string): [kind: ComplaintKind, told: string] {
    const last = "when it was asked for the last time";
    const refusal = this.#refusals.get(name);
    if (refusal !== undefined) {
      return ["refused", `gave no right answer ${last}: ${printable(refusal)}`];
    }
    return this.#cluster.isBeginning(index)
      ? ["no init", 'has not answered "init" since it was started again']
      : ["silent", `did not answer ${last}`];
  }

  /** Waits until no operation is under way. */
  async #idle(kill: AbortSignal): Promise<void> {
    const killed = Promise.withResolvers<void>();
    const onKill = () => killed.resolve();
    if (kill.aborted) return;
    kill.addEventListener("abort", onKill, { once: true });
    await Promise.race([this.#clients.idle(), killed.promise]);
    kill.removeEventListener("abort", onKill);
  }

  #take(operation: Operation): void {
    this.#checker.add(operation);
    const { phase, isRead, outcome, node, completedTick } = operation;
    if (phase === "last") {
      if (outcome === "ok") this.#answered.add(node);
      if (operation.refusal !== undefined) {
        this.#refusals.set(node, operation.refusal);
      }
    }
    if (phase !== "load") return;
    this.#done++;
    if (outcome === "ok") this.#ok++;
    this.#tally.add(operation);
    // One without an answer may have happened when it was sent.
    if (!isRead) {
      const tick = outcome === "info" ? operation.invokedTick : completedTick;
      this.#lastWriteTick = Math.max(this.#lastWriteTick, tick);
    }
  }

  get #usesServices(): boolean {
    return this.#cluster.network.traffic.withServices > 0;
  }

  #tell(event: OperationEvent): void {
    this.#listener.onEvent?.(event);
  }

  #state(): HostState {
    const { names, network } = this.#cluster;
    return {
      ...{ seconds: secondsFromTicks(this.#now), done: this.#done },
      ...{ ok: this.#ok, betweenNodes: network.traffic.betweenNodes },
      up: names.filter((_, index) => this.#cluster.isUp(index)).length,
    };
  }

  #judge(): OperationVerdict {
    const { hosted: run, command } = this.#options;
    const naming = hostNaming(run.firstNode);
    return judgeOperations({
      workload: run.workload,
      nodes: run.nodes,
      seed: run.seed,
      faults: formatFaultPlan(run.faults, run.nodes, naming),
      command,
      check: withShownFindings(this.#checker.check()),
      operations: this.#tally.byKind,
      skipped: this.#skipped,
      messages: this.#cluster.network.traffic,
      complaints: this.#cluster.complaints.all,
      quietTick: Math.max(this.#lastWriteTick, this.#liftedTick),
      hasReads: this.#workload.reading !== null,
      isConvergenceSeen: !this.#usesServices,
      wallSeconds: Math.round(performance.now() - this.#startedMs) / 1000,
      ...this.#stoppedTick !== undefined &&
        { stoppedAfterSeconds: secondsFromTicks(this.#stoppedTick) },
    });
  }

  /** Ends all that was begun, whatever went wrong. */
  async close(): Promise<void> {
    this.#loadOver.abort();
    this.#agenda.close();
    await this.#cluster.close();
  }
}

/** Between two last reads of a node. */
const LAST_READ_PAUSE_MS = 100;
