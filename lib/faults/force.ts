/**
 * The faults in force for a message. Pure: the live proxy and the virtual
 * network ask the same questions and get the same answers.
 *
 * @module
 */

import { isRequest, MessageKind } from "../domain/messages.ts";
import { Family, Streams } from "../domain/random.ts";
import { NEVER } from "../domain/ticks.ts";
import { BusyTimes } from "./busy.ts";
import { Cuts, cutStretches } from "./cuts.ts";
import { LatencySampler } from "./latency_sampler.ts";
import { LIFTED_LATENCY_TICKS_MAX, MessageChance } from "./message_chance.ts";
import type { FaultSchedule } from "./plan.ts";
import { type FaultyRun, scheduleFaults } from "./schedule.ts";
import { type Transition, transitionsOf } from "./transitions.ts";

export { LIFTED_LATENCY_TICKS_MAX };

/**
 * The faults of a run, asked message by message.
 *
 * All that happens to a message by chance follows from its
 * {@linkcode Faults.luck}, a function of (seed, kind, node, n), where n counts
 * the requests of that node from 1: a request and its reply have the same
 * number, and both belong to the node that asked. So a fault does not depend on
 * what was asked before, and changing one kind leaves the others be: more loss
 * loses what less loss lost, and more; what gets through takes as long, and
 * copies are missing but not others.
 *
 * Questions of a world, in this order: when a message is sent, whether it is
 * {@linkcode Faults.lost}; if not, how long it is on its way and whether it is
 * {@linkcode Faults.copied}, the copy with a delay of its own. When it (or the
 * copy) would arrive, whether it is {@linkcode Faults.cut} off then, or the
 * receiver {@linkcode Faults.crashed}.
 *
 * From {@linkcode Faults.endTick} on nothing is lost, copied or cut, and a
 * message arrives within 10 ms, or as long after the end if it was on its way
 * by then. Only a crash without restart lasts.
 *
 * @example Usage
 * ```ts
 * import { MessageKind } from "../domain/messages.ts";
 * import { PRIMARY } from "../domain/nodes.ts";
 * import { Faults } from "./force.ts";
 * import { parseFaultPlan } from "./parse.ts";
 *
 * import { assert, assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 0, lifetimeTicks: 600_000, seed: 7 };
 * const plan = parseFaultPlan({ latency: "20ms", partition: ["20s..40s"] }, run);
 * const faults = new Faults({ ...run, faults: plan });
 * const sentTick = 199_900;
 * const { REPORT } = MessageKind;
 * const luck = faults.luck(REPORT, 3, 1);
 * assert(!faults.lost(REPORT, luck, sentTick));
 * const ticks = faults.latencyTicks(REPORT, luck, false, sentTick);
 * assertEquals(sentTick + ticks, 200_100);
 * assert(faults.cut(3, PRIMARY, sentTick + ticks));
 * ```
 */
export class Faults {
  /** The fault plan of the run, drawn crashes included. */
  readonly schedule: FaultSchedule;
  /** The tick at which all faults are lifted: the planned end of the run. */
  readonly endTick: number;
  /**
   * The tick from which on no fault is in force: {@linkcode Faults.endTick} if
   * messages are lost or copied at random, else the end of the last scheduled
   * fault; 0 for a plan without faults. Latency is no fault in this.
   */
  readonly liftedTick: number;

  /** Loss, copies and latency, by the kind of the message. */
  readonly #chances: readonly MessageChance[];
  readonly #cuts: Cuts;
  readonly #transitions: readonly Transition[];
  readonly #crashed = new BusyTimes();
  readonly #paused = new BusyTimes();

  /**
   * Prepares the faults of a run for many questions.
   *
   * @param run The run.
   * @param streams Its random numbers.
   * @throws {RangeError} If the faults do not fit into the run.
   */
  constructor(run: FaultyRun, streams: Streams = new Streams(run.seed)) {
    const schedule = scheduleFaults(run, streams);
    this.schedule = schedule;
    this.endTick = schedule.endTick;
    const { latency, ackLatency, peerLatency, readLatency } = schedule;
    const { reportLoss, ackLoss, duplicate, endTick } = schedule;
    const reports = new LatencySampler(latency);
    const replies = new LatencySampler(ackLatency ?? latency);
    const peers = new LatencySampler(peerLatency ?? latency);
    const reads = new LatencySampler(readLatency ?? latency);
    const samplers: Record<keyof typeof MessageKind, LatencySampler> = {
      ...{ REPORT: reports, REPLY: replies },
      ...{ PEER_REQUEST: peers, PEER_REPLY: peers },
      ...{ READ_REQUEST: reads, READ_REPLY: reads },
      ...{ REPAIR: reads, REPAIR_REPLY: reads },
    };
    const names = Object.keys(MessageKind) as (keyof typeof MessageKind)[];
    this.#chances = names.map((name) =>
      new MessageChance({
        ...{ streams, endTick, duplicate: duplicate.value },
        family: Family[name],
        loss: (isRequest(MessageKind[name]) ? reportLoss : ackLoss).value,
        latency: samplers[name],
      })
    );
    this.#cuts = new Cuts(cutStretches(schedule), schedule);
    this.#transitions = transitionsOf(schedule);
    for (const { process, atTick, downTicks } of schedule.crashes) {
      const untilTick = downTicks === NEVER
        ? Infinity
        : Math.min(atTick + downTicks, endTick);
      this.#crashed.add(process, { fromTick: atTick, untilTick });
    }
    for (const { process, atTick, pausedTicks } of schedule.pauses) {
      const untilTick = Math.min(atTick + pausedTicks, endTick);
      this.#paused.add(process, { fromTick: atTick, untilTick });
    }
    const random = Math.max(reportLoss.value, ackLoss.value, duplicate.value);
    this.liftedTick = random > 0
      ? this.endTick
      : this.#transitions.at(-1)?.tick ?? 0;
  }

  /**
   * The luck of a message: 32 random bits, all that chance does to it.
   *
   * @param kind The kind of the message.
   * @param node Who asks: the sender of a request, the receiver of a reply.
   * @param n The number of its request, from 1.
   * @returns A whole number from -2^31 to 2^31 - 1.
   */
  luck(kind: MessageKind, node: number, n: number): number {
    return this.chanceOf(kind).luck(node, n);
  }

  /**
   * Whether a message is lost on its way, partitions and crashes aside.
   *
   * @param kind The kind of the message.
   * @param luck The message's luck.
   * @param tick When it is sent.
   * @returns Whether it never arrives, nor a copy of it.
   */
  lost(kind: MessageKind, luck: number, tick: number): boolean {
    return this.chanceOf(kind).lost(luck, tick);
  }

  /**
   * Whether a message arrives twice; one that is lost never does.
   *
   * @param kind The kind of the message.
   * @param luck The message's luck.
   * @param tick When it is sent.
   * @returns Whether there is a copy.
   */
  copied(kind: MessageKind, luck: number, tick: number): boolean {
    return this.chanceOf(kind).copied(luck, tick);
  }

  /**
   * The latency of a message.
   *
   * @param kind The kind of the message.
   * @param luck The message's luck.
   * @param copy Whether it is the copy that is meant.
   * @param tick When it is sent.
   * @returns The delay in whole ticks, 0 or more. It arrives no later than
   * 10 ms after the faults are lifted, or after it was sent if that is later.
   */
  latencyTicks(
    kind: MessageKind,
    luck: number,
    copy: boolean,
    tick: number,
  ): number {
    const chance = this.chanceOf(kind);
    return copy
      ? chance.copyLatencyTicks(luck, tick)
      : chance.latencyTicks(luck, tick);
  }

  /**
   * All that chance does to the messages of a kind, for a run that sends many.
   *
   * @param kind Their kind.
   * @returns Their chance.
   */
  chanceOf(kind: MessageKind): MessageChance {
    return this.#chances[kind] as MessageChance;
  }

  /** Tells {@linkcode MessageChance.arrivalTick} of a kind of messages. */
  arrivalTick(
    kind: MessageKind,
    node: number,
    n: number,
    tick: number,
  ): number {
    return this.chanceOf(kind).arrivalTick(node, n, tick);
  }

  /** Tells {@linkcode MessageChance.copyArrivalTick} of a kind of messages. */
  copyArrivalTick(
    kind: MessageKind,
    node: number,
    n: number,
    tick: number,
  ): number {
    return this.chanceOf(kind).copyArrivalTick(node, n, tick);
  }

  /**
   * Whether a message is cut off by a partition.
   *
   * @param from The node it comes from.
   * @param to The node it goes to.
   * @param tick When it would arrive: what is in flight is decided at delivery.
   * @returns Whether it does not get through.
   */
  cut(from: number, to: number, tick: number): boolean {
    return this.#cuts.isCut(from, to, tick);
  }

  /**
   * Whether a process is down: killed, and not restarted yet or never.
   *
   * @param process The node of a likes server or a replica.
   * @param tick When.
   * @returns Whether it is down: from the tick of the crash, until before the
   * tick of the restart.
   */
  crashed(process: number, tick: number): boolean {
    return this.#crashed.overlapping(process, tick, tick + 1) !== undefined;
  }

  /**
   * Whether a process stands still.
   *
   * @param process The node of a likes server or a replica.
   * @param tick When.
   * @returns Whether it is stopped: from the tick of the pause, until before
   * the tick at which it goes on.
   */
  paused(process: number, tick: number): boolean {
    return this.#paused.overlapping(process, tick, tick + 1) !== undefined;
  }

  /**
   * All scheduled faults, for a world to walk.
   *
   * @returns In order of time; see `transitionsOf`.
   */
  transitions(): readonly Transition[] {
    return this.#transitions;
  }
}

/**
 * Faults that can be lifted at once: from then on it is as if the planned end
 * of the run had come.
 */
export class LiftableFaults
  implements Pick<Faults, "luck" | "lost" | "copied" | "latencyTicks" | "cut"> {
  readonly #faults: Faults;
  #areLifted = false;

  /** @param faults The faults of the plan. */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Lifts all faults. */
  lift(): void {
    this.#areLifted = true;
  }

  /** @inheritdoc */
  luck(kind: MessageKind, node: number, n: number): number {
    return this.#faults.luck(kind, node, n);
  }

  /** @inheritdoc */
  lost(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.lost(kind, luck, this.#tick(tick));
  }

  /** @inheritdoc */
  copied(kind: MessageKind, luck: number, tick: number): boolean {
    return this.#faults.copied(kind, luck, this.#tick(tick));
  }

  /** @inheritdoc */
  latencyTicks(
    kind: MessageKind,
    luck: number,
    copy: boolean,
    tick: number,
  ): number {
    return this.#faults.latencyTicks(kind, luck, copy, this.#tick(tick));
  }

  /** @inheritdoc */
  cut(from: number, to: number, tick: number): boolean {
    return this.#faults.cut(from, to, this.#tick(tick));
  }

  #tick(tick: number): number {
    return this.#areLifted ? Math.max(tick, this.#faults.endTick) : tick;
  }
}
