/**
 * The virtual run: the likes servers and the primary of `lib/rules/` over a
 * simulated clock and network.
 *
 * @module
 */

import { Faults, LIFTED_LATENCY_TICKS_MAX } from "../faults/force.ts";
import { FROM_PRIMARY, PRIMARY, TO_PRIMARY } from "../faults/plan.ts";
import type {
  LinkTransition,
  ProcessTransition,
} from "../faults/transitions.ts";
import {
  DUPLICATE,
  GAP as REFUSED_GAP,
  reasonOf,
} from "../protocol/validator.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import { DrawPlan, nextDrawAt, skipDraws } from "../rules/draws.ts";
import { DEFAULT_TIMING } from "../rules/backoff.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import { type Action, SEND } from "../rules/report_sender.ts";
import { Family, Streams } from "../domain/random.ts";
import { NEVER } from "../domain/ticks.ts";
import { LEDGER_COLUMN, makeRows, ROW_COLUMNS } from "../rules/rows.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import { Meter } from "../verdict/meter.ts";
import { ACK_BYTES, gapBytes, refusalBytes, ReportBytes } from "./bytes.ts";
import { drawsMaxOf } from "./counted_draws.ts";
import { Invariants } from "./invariants.ts";
import { Due, HELD, Mailbox } from "./mailbox.ts";
import { deadlineTickOf, faultPlanOf, type SimOptions } from "./options.ts";
import { Outages } from "./outages.ts";
import { Recorder, Way } from "./recorder.ts";
import { RULES, type Rules } from "./rules.ts";
import { ServerQueue, type ServerQueueOptions } from "./server_queue.ts";
import { SessionDraws } from "./session_draws.ts";
import type { VirtualPrimary } from "./virtual_primary.ts";

const { REPORT, REPORT_COPY, ACK, GAP, REFUSAL, WAKE } = Due;
const { BACKOFF } = Family;

/** Events handled in one call: V8 optimizes a method between its calls. */
const TURN = 1024;

/** What the history calls all likes servers. */
const ALL = -1;

/** Who looks on. */
export interface SimHooks {
  /**
   * Is told of every event of the history, in order of time; of an ACK before
   * the next event at the latest, when the run may be at another likes server.
   * The run's cursor, `likesServers`, must be where it was when this returns.
   */
  readonly onEvent?: ((event: HistoryEvent) => void) | undefined;
  /** Whether the invariants are checked after every event. @default {false} */
  readonly check?: boolean | undefined;
  /** The rules, if not the real ones. */
  readonly rules?: Rules | undefined;
}

/**
 * One run, which goes on as far as it is told.
 *
 * The queue holds each likes server once, at the earlier of its next wake and
 * its next message, whichever process that message is for: so the state of a
 * likes server, of its ledger and of the message between them is one row, and
 * an event touches one row. Events of the same tick come in the order in which
 * their likes servers were filed.
 *
 * @example A minute of ten likes servers
 * ```ts
 * import { Simulation } from "./simulation.ts";
 * import { DEFAULT_SIM_OPTIONS } from "./options.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const simulation = new Simulation({ ...DEFAULT_SIM_OPTIONS, lifetimeTicks: 600_000 });
 * while (!simulation.advance(1000)) assert(simulation.now <= simulation.deadlineTick);
 * assertEquals(simulation.primary.total, simulation.meter.likesGenerated);
 * ```
 */
export class Simulation {
  /** What it was told. */
  readonly options: SimOptions;
  /** The faults. */
  readonly faults: Faults;
  /** The last tick at which likes servers deliver. */
  readonly deadlineTick: number;
  /**
   * Likes servers, as the cursor that the run itself uses: to be moved between
   * two calls of `advance` only.
   */
  readonly likesServers: LikesServer;
  /** The primary. */
  readonly primary: VirtualPrimary;
  /** Divergence and staleness. */
  readonly meter: Meter;
  /** The history. */
  readonly recorder: Recorder;
  /** Messages sent, reports and replies, the network's copies included. */
  messages = 0;
  /** Bytes of these. */
  bytes = 0;

  readonly #queue: ServerQueue;
  readonly #mailbox: Mailbox;
  readonly #outages: Outages;
  readonly #streams: Streams;
  readonly #plan: DrawPlan;
  readonly #draws: SessionDraws;
  readonly #reportBytes: ReportBytes;
  readonly #invariants: Invariants | null;
  /**
   * The tick from which on no ACK is foreseen: the end of the likes servers, 0
   * once the run is cut short.
   */
  #foresight: number;
  /** The last tick for which an ACK was foreseen. */
  #foreseen = 0;
  #now = 0;

  /**
   * Sets a run up.
   *
   * @param options What to run.
   * @param hooks Who looks on.
   * @throws {SyntaxError} If a fault is written wrongly.
   * @throws {RangeError} If an option is out of range, or a fault does not fit
   * the run.
   */
  constructor(options: SimOptions, hooks: SimHooks = {}) {
    const { onEvent = null, check = false, rules = RULES } = hooks;
    const { servers, delivery, durability } = options;
    this.options = options;
    this.#streams = new Streams(options.seed);
    this.#plan = new DrawPlan(this.#streams, options);
    this.#draws = new SessionDraws(this.#plan);
    const faultPlan = faultPlanOf(options, this.#streams);
    this.faults = new Faults(faultPlan, this.#streams);
    this.deadlineTick = deadlineTickOf(options);

    const rows = makeRows(servers);
    this.likesServers = rules.makeLikesServer(rows, this.#draws, {
      ...DEFAULT_TIMING,
      delivery,
      ackTimeoutTicks: options.ackTimeoutTicks,
    });
    const ledger = rules.makeLedger({
      ...rows,
      columns: ROW_COLUMNS,
      firstColumn: LEDGER_COLUMN,
    });
    this.primary = rules.makePrimary({
      ...{ ledger, delivery, durability, servers, draws: this.#draws },
      drawsMax: drawsMaxOf(options.lifetimeTicks, options.intervalMinTicks),
    });
    this.#queue = new ServerQueue(rows, queueOptionsOf(options));
    this.#mailbox = new Mailbox(rows, servers);
    this.#outages = new Outages(this.faults.transitions(), servers);
    this.#reportBytes = new ReportBytes(delivery);

    this.meter = new Meter({
      servers,
      mayForget: this.primary.forgets &&
        faultPlan.crashes.some(({ process }) => process === PRIMARY),
      ...isMarked(delivery) && { watermarks: ledger.lastSeqs },
    });
    this.recorder = new Recorder(onEvent, check);
    this.#foresight = this.deadlineTick;
    this.#invariants = check ? new Invariants(this) : null;
    this.#start();
  }

  /** The tick of the last event. */
  get now(): number {
    return this.#now;
  }

  /**
   * Goes on with the run.
   *
   * @param events The most events to handle, so that a caller can look up in
   * between.
   * @returns Whether the run is over.
   * @throws {InvariantViolation} If invariants are checked and one does not
   * hold.
   */
  advance(events: number): boolean {
    let left = events;
    while (left > 0) {
      const turn = Math.min(left, TURN);
      const handled = this.#serve(turn);
      left -= handled;
      if (handled === turn) continue;
      if (this.#outages.nextTick === NEVER || this.#haveAllExited()) {
        this.#endRun();
        return true;
      }
      this.#transit();
      this.#invariants?.check(-1);
      left--;
    }
    return false;
  }

  /**
   * Cuts the run short: here, or, where an ACK was foreseen, when that has
   * come, so that the run knows nothing of its future. A run that is over stays
   * as it is.
   *
   * @throws {InvariantViolation} If invariants are checked and one does not
   * hold.
   */
  stop(): void {
    this.#foresight = 0;
    while (this.#now < this.#foreseen) this.advance(1);
    this.#end();
  }

  /** Nothing happens any more, unless the run is cut short before. */
  #endRun(): void {
    const isCut = this.#foresight === 0;
    this.#now = isCut
      ? Math.max(this.#now, this.#foreseen)
      : Math.max(this.#now, this.#foreseen, this.#exitTick());
    if (!isCut) this.#lift();
    this.#end();
    this.#invariants?.checkEnd();
  }

  /**
   * When the last likes server exits: with its lifetime, or with the drain if
   * it has something left. One that is down for good has exited before.
   */
  #exitTick(): number {
    let exitTick = 0;
    for (let server = 0; server < this.options.servers; server++) {
      if (this.#outages.isDown(server)) continue;
      if (!this.likesServers.at(server).isIdle) return this.deadlineTick;
      exitTick = this.#endTickOf(server);
    }
    return exitTick;
  }

  /**
   * Whether the last likes server exits before the next scheduled fault, and
   * none comes back: the run does not wait for what is scheduled then.
   */
  #haveAllExited(): boolean {
    return this.#queue.isEmpty && !this.#outages.isRestartPending() &&
      Math.max(this.#foreseen, this.#exitTick()) < this.#outages.nextTick;
  }

  #end(): void {
    this.meter.end(this.#now);
    this.recorder.end();
  }

  /**
   * Handles events of likes servers. Returns how many there were before the
   * next scheduled fault.
   */
  #serve(events: number): number {
    for (let handled = 0; handled < events; handled++) {
      const server = this.#queue.pop(this.#outages.nextTick);
      if (server < 0) return handled;
      const now = this.#queue.now;
      this.#now = now;
      const likesServer = this.likesServers.at(server);
      const due = this.#mailbox.due(server, now);
      if (due === WAKE && likesServer.drawAt <= likesServer.actAt) {
        this.#draw(server, now, likesServer);
      } else if (isReport(due)) {
        this.#arriveAtPrimary(server, now, due);
      } else {
        this.#arriveAtLikesServer(server, now, likesServer, due);
      }
      this.#queue.push(server, this.#nextTick(server, likesServer));
      if (this.#invariants !== null) this.#invariants.check(server);
    }
    return events;
  }

  /** Whether a likes server is down. */
  isDown(server: number): boolean {
    return this.#outages.isDown(server);
  }

  /** The likes of a draw that a likes server has made. */
  likesOf(server: number, seq: number): number {
    return this.#draws.likes(server, seq);
  }

  #start(): void {
    const { servers, spawnIntervalTicks } = this.options;
    for (let server = 0; server < servers; server++) {
      const startTick = server * spawnIntervalTicks;
      const likesServer = this.likesServers.at(server);
      const start = this.#plan.draw(server, 0);
      likesServer.start(this.#plannedAfter(start, server, startTick));
      this.#queue.push(server, this.#nextTick(server, likesServer));
    }
  }

  /**
   * When the draw after a draw, or after a likes server's start, is planned.
   */
  #plannedAfter(draw: number, server: number, plannedTick: number): number {
    const pause = this.#plan.pauseAfter(draw);
    return nextDrawAt(plannedTick, pause, this.#endTickOf(server));
  }

  /** When a likes server's lifetime ends. */
  #endTickOf(server: number): number {
    const { spawnIntervalTicks, lifetimeTicks } = this.options;
    return server * spawnIntervalTicks + lifetimeTicks;
  }

  /** When something is due for a likes server. */
  #nextTick(server: number, likesServer: LikesServer): number {
    const arrival = this.#mailbox.nextArrival(server);
    const wake = likesServer.wakeAt;
    if (arrival <= wake || wake > this.deadlineTick) return arrival;
    if (this.#outages.areNone) return wake;
    return Math.min(arrival, Math.max(wake, this.#outages.pausedUntil(server)));
  }

  // --- likes servers

  /** A draw is planned for now. */
  #draw(server: number, now: number, likesServer: LikesServer): void {
    const drawAt = likesServer.drawAt;
    const k = likesServer.k;
    const draw = this.#plan.draw(server, k);
    const likes = this.#plan.likes(draw);
    const nextDrawAt = this.#plannedAfter(draw, server, drawAt);
    const action = likesServer.draw(now, likes, nextDrawAt);
    const seq = likesServer.seq;
    this.meter.drawn(now, server, seq, likes);
    this.recorder.draw(now, server, seq, likes, likesServer.total);
    if (action === SEND) this.#send(server, now, likesServer);
  }

  #due(server: number, now: number, likesServer: LikesServer): void {
    this.#mailbox.spill(likesServer, server);
    const settledSeq = likesServer.settledSeq;
    const action = likesServer.due(now, this.#jitter(server, likesServer));
    this.#giveUp(server, now, likesServer, settledSeq);
    this.#act(server, now, likesServer, action);
  }

  #act(
    server: number,
    now: number,
    likesServer: LikesServer,
    action: Action,
  ): void {
    if (action === SEND) this.#send(server, now, likesServer);
  }

  /** What was settled without an answer was given up. */
  #giveUp(
    server: number,
    now: number,
    likesServer: LikesServer,
    settledSeqBefore: number,
  ): void {
    const seq = likesServer.settledSeq;
    if (seq <= settledSeqBefore) return;
    this.meter.givenUp(now, server, seq);
    this.recorder.giveUp(now, server, seq);
  }

  #jitter(server: number, likesServer: LikesServer): number {
    return this.#streams.bits(BACKOFF, server, likesServer.attempt);
  }

  // --- messages leave

  #send(server: number, now: number, likesServer: LikesServer): void {
    const { faults, recorder } = this;
    const attempt = likesServer.attempt;
    const likes = likesServer.reportLikes;
    const seq = likesServer.reportSeq;
    const total = likesServer.reportTotal;
    const bytes = this.#reportBytes.of(server, likes, seq, total);
    this.messages++;
    this.bytes += bytes;
    recorder.send(now, server, seq, likes, total, attempt);
    const luck = faults.luck(TO_PRIMARY, server, attempt);
    if (faults.lost(TO_PRIMARY, luck, now)) {
      recorder.lose(now, server, attempt, Way.REPORT);
      return;
    }
    this.#mailbox.sendReport(
      server,
      now + faults.latencyTicks(luck, false, now),
    );
    if (!faults.copied(TO_PRIMARY, luck, now)) return;
    this.messages++;
    this.bytes += bytes;
    recorder.copy(now, server, attempt, Way.REPORT);
    this.#mailbox.sendCopy(
      likesServer,
      server,
      now + faults.latencyTicks(luck, true, now),
    );
  }

  /** The primary answers the open report. */
  #reply(
    server: number,
    now: number,
    kind: Due,
    value: number,
    bytes: number,
  ): void {
    this.messages++;
    this.bytes += bytes;
    const { faults } = this;
    const mailbox = this.#mailbox;
    // As in a live run, an answer to the network's copy goes nowhere.
    if (mailbox.kind === REPORT_COPY) return;
    const attempt = mailbox.attempt;
    const luck = faults.luck(FROM_PRIMARY, server, attempt);
    if (faults.lost(FROM_PRIMARY, luck, now)) {
      this.recorder.lose(now, server, attempt, Way.REPLY);
      return;
    }
    const arrival = now + faults.latencyTicks(luck, false, now);
    const isCopied = faults.copied(FROM_PRIMARY, luck, now);
    if (kind === ACK && !isCopied && this.#foresees(server, arrival)) {
      if (arrival > this.#foreseen) this.#foreseen = arrival;
      this.#acknowledge(server, arrival, attempt);
      return;
    }
    mailbox.sendReply(server, kind, value, arrival, false);
    if (!isCopied) return;
    this.messages++;
    this.bytes += bytes;
    this.recorder.copy(now, server, attempt, Way.REPLY);
    const copyArrival = now + faults.latencyTicks(luck, true, now);
    mailbox.sendReply(server, kind, value, copyArrival, true);
  }

  /**
   * Whether nothing can come between an ACK, sent now, and its arrival, and
   * nothing follows from it but that the likes server takes note. It can do so
   * at once then: a visit of the queue less for most reports, a seventh of what
   * they cost.
   */
  #foresees(server: number, arrival: number): boolean {
    const likesServer = this.likesServers;
    return arrival < this.#foresight &&
      arrival < likesServer.wakeAt && arrival < this.#outages.nextTick &&
      likesServer.seq === likesServer.reportSeq &&
      this.#mailbox.isOnlyOne(server) &&
      (this.#outages.areNone || this.#getsThrough(server, arrival));
  }

  /**
   * Whether no scheduled fault stops a reply that arrives before the next one
   * begins or ends.
   */
  #getsThrough(server: number, arrival: number): boolean {
    return !this.faults.partitioned(FROM_PRIMARY, server, arrival) &&
      !this.#outages.isAway(server, arrival);
  }

  // --- messages arrive

  /** A report is where the primary is. One that was held got through before. */
  #arriveAtPrimary(server: number, now: number, due: number): void {
    if (!this.#outages.areNone) {
      if (due < HELD && this.faults.partitioned(TO_PRIMARY, server, now)) {
        this.#lose(server, now, Way.REPORT);
        return;
      }
      if (this.#missesPrimary(server, now)) return;
    }
    const { recorder, primary } = this;
    const mailbox = this.#mailbox;
    const likesServer = this.likesServers;
    mailbox.open(likesServer, server);
    const { attempt, likes, seq, total } = mailbox;
    recorder.receive(now, server, seq, likes, total, attempt);
    const newly = primary.receive(
      now,
      server,
      likes,
      mailbox.fromSeq,
      seq,
      total,
    );
    if (newly >= 0 || newly === -DUPLICATE) {
      if (newly >= 0) this.meter.counted(now, server, seq, newly);
      const counted = newly > 0 ? newly : 0;
      const held = primary.totalOf(server);
      recorder.count(now, server, seq, counted, held, attempt);
      this.#reply(server, now, ACK, 0, ACK_BYTES);
    } else {
      this.#refuse(server, now, -newly);
    }
  }

  /** Whether the primary stands still or is down. */
  #missesPrimary(server: number, now: number): boolean {
    const { primaryPausedUntil, isPrimaryDown } = this.#outages;
    if (primaryPausedUntil > now) {
      this.#mailbox.hold(this.likesServers, server, primaryPausedUntil);
      return true;
    }
    if (isPrimaryDown) this.#lose(server, now, Way.REPORT);
    return isPrimaryDown;
  }

  #refuse(server: number, now: number, code: number): void {
    if (code === REFUSED_GAP) {
      const expectedSeq = this.primary.expectedSeqOf(server);
      this.#reply(server, now, GAP, expectedSeq, gapBytes(expectedSeq));
    } else {
      this.#reply(server, now, REFUSAL, code, refusalBytes(code));
    }
  }

  /**
   * A wait is over, or a reply is where the likes server is; one that was held
   * got through before. Both are rare, as most ACKs are foreseen, and too large
   * together for the compiler to make them part of the loop.
   */
  #arriveAtLikesServer(
    server: number,
    now: number,
    likesServer: LikesServer,
    due: number,
  ): void {
    if (due === WAKE) {
      this.#due(server, now, likesServer);
      return;
    }
    if (!this.#outages.areNone) {
      if (due < HELD && this.faults.partitioned(FROM_PRIMARY, server, now)) {
        this.#lose(server, now, Way.REPLY);
        return;
      }
      if (this.#missesLikesServer(server, now)) return;
    }
    const mailbox = this.#mailbox;
    mailbox.open(likesServer, server);
    const { attempt, kind } = mailbox;
    if (now > this.deadlineTick) return; // the likes server has exited
    // One that stood still looks at its clock first.
    if (likesServer.inFlight && now > likesServer.actAt) {
      this.#due(server, now, likesServer);
    }
    if (!likesServer.inFlight || attempt !== likesServer.attempt) {
      this.recorder.receiveLate(now, server, attempt);
      return;
    }
    mailbox.spill(likesServer, server);
    if (kind !== ACK) {
      this.#hearRefusal(server, now, likesServer);
      return;
    }
    const action = this.#acknowledge(server, now, attempt);
    this.#act(server, now, likesServer, action);
  }

  #acknowledge(server: number, now: number, attempt: number): Action {
    const likesServer = this.likesServers;
    const action = likesServer.acknowledge(now, attempt);
    const seq = likesServer.acknowledgedSeq;
    this.recorder.ack(now, server, seq, likesServer.acknowledged, attempt);
    return action;
  }

  /** Whether the likes server stands still or is down. */
  #missesLikesServer(server: number, now: number): boolean {
    const outages = this.#outages;
    const pausedUntil = outages.pausedUntil(server);
    if (pausedUntil > now) {
      this.#mailbox.hold(this.likesServers, server, pausedUntil);
      return true;
    }
    const isDown = outages.isDown(server);
    if (isDown) this.#lose(server, now, Way.REPLY);
    return isDown;
  }

  /** The message that is due does not get through. */
  #lose(server: number, now: number, way: Way): void {
    this.#mailbox.open(this.likesServers, server);
    this.recorder.lose(now, server, this.#mailbox.attempt, way);
  }

  #hearRefusal(server: number, now: number, likesServer: LikesServer): void {
    const { attempt, kind, value } = this.#mailbox;
    const reason = kind === GAP ? `gap ${value}` : reasonOf(value);
    this.recorder.nak(now, server, attempt, reason);
    const settledSeq = likesServer.settledSeq;
    const jitter = this.#jitter(server, likesServer);
    const action = kind === GAP
      ? likesServer.gap(now, attempt, value, jitter)
      : likesServer.refuse(now, attempt, false, jitter);
    this.#giveUp(server, now, likesServer, settledSeq);
    this.#act(server, now, likesServer, action);
  }

  // --- scheduled faults

  /** Goes on to the next scheduled fault. */
  #transit(): void {
    const transition = this.#outages.next();
    if (transition === undefined) return;
    this.#now = transition.tick;
    if (!("process" in transition)) this.#transitLinks(transition);
    else if (transition.process === PRIMARY) this.#transitPrimary(transition);
    else this.#transitLikesServer(transition);
  }

  /**
   * The run is over before all that was scheduled has happened: what is down,
   * stands still or is cut by then does not stay so.
   */
  #lift(): void {
    const tick = this.#now;
    if (this.#outages.nextTick === NEVER) return;
    const { servers } = this.options;
    for (let server = 0; server < servers; server++) {
      if (
        this.faults.partitioned(TO_PRIMARY, server, tick) ||
        this.faults.partitioned(FROM_PRIMARY, server, tick)
      ) {
        this.recorder.fault(tick, "heal", ALL);
        break;
      }
    }
    for (const kind of this.#outages.endingsOfPrimary()) {
      this.#transitPrimary({ tick, kind, process: PRIMARY });
    }
  }

  #transitLinks({ tick, kind, servers, cut }: LinkTransition): void {
    const way = cut === "both"
      ? Way.REPORT
      : cut === "replies"
      ? Way.REPLY
      : Way.REPORTS_ONLY;
    const ranges = servers === "all" ? [{ first: ALL, last: ALL }] : servers;
    for (const { first, last } of ranges) {
      for (let server = first; server <= last; server++) {
        this.recorder.fault(tick, kind, server, way);
      }
    }
  }

  #transitPrimary({ tick, kind }: ProcessTransition): void {
    const { primary, recorder } = this;
    if (kind === "pause") this.#outages.pause(PRIMARY);
    if (kind === "crash") this.#outages.isPrimaryDown = true;
    if (kind === "restart") {
      this.#outages.isPrimaryDown = false;
      recorder.fault(tick, kind, PRIMARY, Way.REPORT, primary.total);
      return;
    }
    recorder.fault(tick, kind, PRIMARY);
    if (kind === "crash" && primary.crash(tick)) {
      this.meter.forgotten(
        tick,
        primary.total,
        (server) => this.likesServers.at(server).settledSeq,
      );
    }
  }

  #transitLikesServer(transition: ProcessTransition): void {
    const { tick, kind, process: server } = transition;
    const likesServer = this.likesServers.at(server);
    const outages = this.#outages;
    switch (kind) {
      case "crash":
        if (likesServer.hasEnded(tick, this.#endTickOf(server))) return;
        this.#mailbox.spill(likesServer, server);
        outages.crash(server, likesServer.drawAt);
        likesServer.crash();
        this.recorder.fault(tick, kind, server);
        break;
      case "pause":
        if (likesServer.hasEnded(tick, this.#endTickOf(server))) return;
        outages.pause(server);
        this.recorder.fault(tick, kind, server);
        break;
      case "restart":
        if (!outages.isDown(server)) return;
        this.recorder.fault(tick, kind, server);
        this.#restart(server, tick, likesServer);
        break;
      case "resume":
        // What it missed was put off to this tick when it was stopped.
        if (outages.pausedUntil(server) === tick) {
          this.recorder.fault(tick, kind, server);
        }
        return;
    }
    this.#queue.move(server, this.#nextTick(server, likesServer));
  }

  #restart(server: number, now: number, likesServer: LikesServer): void {
    const { k, at } = skipDraws(
      this.#plan,
      server,
      { k: likesServer.k, at: this.#outages.restart(server) },
      now,
      this.#endTickOf(server),
    );
    this.#draws.skipped(server, likesServer.seq, k - likesServer.k);
    const settledSeq = likesServer.settledSeq;
    const action = likesServer.resume(now, k, at);
    this.#giveUp(server, now, likesServer, settledSeq);
    this.#act(server, now, likesServer, action);
  }
}

/** Whether it is a report, copied, held or neither, that is due. */
function isReport(due: number): boolean {
  const kind = due & ~HELD;
  return kind === REPORT || kind === REPORT_COPY;
}

/**
 * The sizes of the queue follow from how often something happens to a likes
 * server.
 */
function queueOptionsOf(options: SimOptions): ServerQueueOptions {
  const { servers, intervalMinTicks, intervalMaxTicks } = options;
  const EVENTS_PER_DRAW = 3; // the draw, the report's arrival, the reply's
  return {
    servers,
    eventsPerMillionTicks: EVENTS_PER_DRAW * 2e6 /
      (intervalMinTicks + intervalMaxTicks),
    spanTicks: Math.max(
      intervalMaxTicks,
      options.ackTimeoutTicks,
      DEFAULT_TIMING.backoffMaxTicks,
    ),
    // Likes servers wake until then; what they send at the last moment arrives
    // soon after.
    lastTick: deadlineTickOf(options) + LIFTED_LATENCY_TICKS_MAX,
  };
}
