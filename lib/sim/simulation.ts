/**
 * The virtual run: the likes servers and the primary of `lib/rules/` over a simulated clock and network.
 *
 * @module
 */

import { Faults } from "../faults/force.ts";
import {
  FROM_PRIMARY as DIRECTION_FROM_PRIMARY,
  PRIMARY,
  TO_PRIMARY as DIRECTION_TO_PRIMARY,
} from "../faults/plan.ts";
import type {
  LinkTransition,
  ProcessTransition,
  Transition,
} from "../faults/transitions.ts";
import {
  DUPLICATE as CODE_DUPLICATE,
  GAP as CODE_GAP,
  reasonOf,
} from "../protocol/validator.ts";
import { isMarked } from "../rules/delivery.ts";
import { DrawPlan, nextDrawAt } from "../rules/draws.ts";
import { Ledger } from "../rules/ledger.ts";
import {
  type Action,
  DEFAULT_TIMING,
  type Draws,
  LikesServer,
  type LikesServerOptions,
  SEND as ACTION_SEND,
} from "../rules/likes_server.ts";
import { Family, Streams } from "../rules/random.ts";
import {
  LEDGER_COLUMN,
  makeRows,
  ROW_COLUMNS as COLUMNS_OF_ROW,
  type Rows,
} from "../rules/rows.ts";
import { NEVER as NEVER_TICK } from "../rules/ticks.ts";
import { type HistoryEvent, kindCode } from "../verdict/history.ts";
import { Meter } from "../verdict/meter.ts";
import { Invariants } from "./invariants.ts";
import { MessagePool, NO_MESSAGE as NO_POOL_MESSAGE } from "./message_pool.ts";
import { ACK_BYTES, gapBytes, refusalBytes, ReportBytes } from "./bytes.ts";
import { deadlineTickOf, faultPlanOf, type SimOptions } from "./options.ts";
import { Absent, EventKind, Recorder, Way } from "./recorder.ts";
import { QUEUE_END_COLUMN, ServerQueue } from "./server_queue.ts";
import { SessionDraws } from "./session_draws.ts";
import {
  VirtualPrimary,
  type VirtualPrimaryOptions,
} from "./virtual_primary.ts";

// The compiler takes a module's own constants into the code; imported ones it looks up and checks at every use.
const { ACK, COPY, COUNT, DRAW, LOSE, NAK, RECEIVE, SEND } = EventKind;
const { NO_LIKES, NO_SERVER, NO_TOTAL, NONE } = Absent;
const { REPLY, REPORT, REPORTS_ONLY } = Way;
const { BACKOFF } = Family;
const NEVER = NEVER_TICK;
const ROW_COLUMNS = COLUMNS_OF_ROW;
const TO_PRIMARY = DIRECTION_TO_PRIMARY;
const FROM_PRIMARY = DIRECTION_FROM_PRIMARY;
const NO_MESSAGE = NO_POOL_MESSAGE;
const DUPLICATE = CODE_DUPLICATE;
const GAP = CODE_GAP;
const SEND_REPORT = ACTION_SEND;

// Columns of the row of a likes server for its message: the report in flight, or the reply to it.
const ARRIVAL = QUEUE_END_COLUMN; // when it arrives, NEVER when there is none
const KIND = QUEUE_END_COLUMN + 1; // one of the kinds below
const VALUE = QUEUE_END_COLUMN + 2; // what a reply says besides
// Further messages, such as copies, and those that the likes server no longer waits for, are in a pool:
const CHAIN = QUEUE_END_COLUMN + 3; // the first of them, or NO_MESSAGE

// Kinds of messages:
const A_REPORT = 0;
const A_REPORT_COPY = 1;
const AN_ACK = 2;
const A_GAP = 3; // its value is the seq that the primary expects
const A_REFUSAL = 4; // its value is the validator's code
// … and what else can happen to a likes server:
const A_WAKE = 5; // a draw, or the end of a wait
const A_POOLED_MESSAGE = 6;

/** Does what is due for a likes server. */
type EventHandler = (server: number, now: number) => void;

/** The parts of a run that a test can replace, to show that a wrong one is found. */
export interface Rules {
  /** Makes the cursor over all likes servers. */
  readonly makeLikesServer: (
    rows: Rows,
    draws: Draws,
    options: LikesServerOptions,
  ) => LikesServer;
  /** Makes the ledger. */
  readonly makeLedger: (
    storage: ConstructorParameters<typeof Ledger>[0],
  ) => Ledger;
  /** Makes what is around the ledger. */
  readonly makePrimary: (options: VirtualPrimaryOptions) => VirtualPrimary;
}

/** The rules as they are. */
export const RULES: Rules = {
  makeLikesServer: (rows, draws, options) =>
    new LikesServer(rows, draws, options),
  makeLedger: (storage) => new Ledger(storage),
  makePrimary: (options) => new VirtualPrimary(options),
};

/** Who looks on. */
export interface SimHooks {
  /** Is told of every event of the history, in order. */
  readonly onEvent?: ((event: HistoryEvent) => void) | undefined;
  /** Whether the invariants are checked after every event. @default {false} */
  readonly check?: boolean | undefined;
  /** The rules, if not the real ones. */
  readonly rules?: Rules | undefined;
}

/**
 * One run, which goes on as far as it is told.
 *
 * The queue holds each likes server once, at the earlier of its next wake and its next message, whichever process that
 * message is for: so the state of a likes server, of its ledger and of the message between them is one row, and an event
 * touches one row. Events of the same tick come in the order in which their likes servers were filed.
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
  /** Likes servers, as a cursor. */
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

  readonly #ints: Int32Array;
  readonly #queue: ServerQueue;
  /** By kind of event. A table, so that the compiler makes each handler one piece, rather than parts of all of them. */
  readonly #handlers: readonly EventHandler[] = [
    (server, now) => this.#arriveAtPrimary(server, now),
    (server, now) => this.#arriveAtPrimary(server, now),
    (server, now) => this.#arriveAtLikesServer(server, now),
    (server, now) => this.#arriveAtLikesServer(server, now),
    (server, now) => this.#arriveAtLikesServer(server, now),
    (server, now) => this.#wake(server, now),
    (server, now) => this.#arriveFromPool(server, now),
  ];
  readonly #pool = new MessagePool();
  readonly #streams: Streams;
  readonly #plan: DrawPlan;
  readonly #draws: SessionDraws;
  readonly #reportBytes: ReportBytes;
  readonly #invariants: Invariants | null;
  readonly #transitions: readonly Transition[];
  #nextTransition = 0;
  #nextTransitionTick: number;
  #now = 0;

  #primaryIsDown = false;
  #primaryPausedUntil = 0;
  /** Whether a likes server can be paused, and until when each is. */
  readonly #pauses: boolean;
  readonly #pausedUntil: Int32Array;
  /** The planned tick of the next draw of each likes server that is down. */
  readonly #down = new Map<number, number>();

  /**
   * Sets a run up.
   *
   * @param options What to run.
   * @param hooks Who looks on.
   * @throws {SyntaxError} If a fault is written wrongly.
   * @throws {RangeError} If an option is out of range, or a fault does not fit the run.
   */
  constructor(options: SimOptions, hooks: SimHooks = {}) {
    this.options = options;
    const { servers, delivery, seed } = options;
    const { makeLikesServer, makeLedger, makePrimary } = hooks.rules ?? RULES;
    this.#streams = new Streams(seed);
    this.#plan = new DrawPlan(this.#streams, options);
    this.faults = new Faults(
      faultPlanOf(options, this.#streams),
      this.#streams,
    );
    this.deadlineTick = deadlineTickOf(options);
    const rows = makeRows(servers);
    this.#ints = rows.ints;
    this.#draws = new SessionDraws(this.#plan);
    this.likesServers = makeLikesServer(rows, this.#draws, {
      ...DEFAULT_TIMING,
      delivery,
      ackTimeoutTicks: options.ackTimeoutTicks,
    });
    const ledger = makeLedger({
      ...rows,
      columns: ROW_COLUMNS,
      firstColumn: LEDGER_COLUMN,
    });
    this.primary = makePrimary({
      ledger,
      delivery,
      servers,
      durability: options.durability,
      drawsMax: Math.ceil(options.lifetimeTicks / options.intervalMinTicks),
      draws: this.#draws,
    });
    this.#transitions = this.faults.transitions();
    this.#nextTransitionTick = this.#transitions[0]?.tick ?? NEVER;
    this.#pauses = this.faults.plan.pauses.length > 0;
    this.#pausedUntil = new Int32Array(this.#pauses ? servers : 0);
    this.meter = new Meter({
      servers,
      mayForget: this.primary.forgets &&
        this.faults.plan.crashes.some(({ process }) => process === PRIMARY),
      ...isMarked(delivery) && {
        watermarks: { settledUpTo: (server) => ledger.lastSeqOf(server) },
      },
    });
    this.recorder = new Recorder(
      hooks.onEvent ?? null,
      hooks.check ?? false,
    );
    this.#reportBytes = new ReportBytes(delivery);
    this.#invariants = hooks.check === true ? new Invariants(this) : null;
    this.#queue = new ServerQueue(rows, queueOptionsOf(options));
    this.#start();
  }

  /** The tick of the last event. */
  get now(): number {
    return this.#now;
  }

  /**
   * Goes on with the run.
   *
   * @param events The most events to handle, so that a caller can look up in between.
   * @returns Whether the run is over.
   * @throws {InvariantViolation} If invariants are checked and one does not hold.
   */
  advance(events: number): boolean {
    for (let left = events; left > 0; left--) {
      const server = this.#queue.pop(this.#nextTransitionTick);
      if (server >= 0) {
        const now = this.#queue.now;
        this.#now = now;
        const handle = this.#handlers[this.#eventOf(server, now)];
        (handle as EventHandler)(server, now);
        this.#file(server);
      } else if (this.#nextTransition < this.#transitions.length) {
        this.#transit();
      } else {
        this.meter.end(this.#now);
        this.#invariants?.checkEnd();
        return true;
      }
      if (this.#invariants !== null) this.#invariants.check(server);
    }
    return false;
  }

  /** Whether a likes server is down. */
  isDown(server: number): boolean {
    return this.#down.size > 0 && this.#down.has(server);
  }

  /** The likes of a draw that a likes server has made. */
  likesOf(server: number, seq: number): number {
    return this.#draws.likes(server, seq);
  }

  #start(): void {
    const { servers, spawnIntervalTicks } = this.options;
    for (let server = 0; server < servers; server++) {
      this.#ints[server * ROW_COLUMNS + ARRIVAL] = NEVER;
      const startTick = server * spawnIntervalTicks;
      this.likesServers.at(server).start(this.#drawAfter(server, 0, startTick));
      this.#file(server);
    }
  }

  /** When the draw after draw k is planned. */
  #drawAfter(server: number, k: number, plannedTick: number): number {
    const { spawnIntervalTicks, lifetimeTicks } = this.options;
    return nextDrawAt(
      plannedTick,
      this.#plan.pause(server, k + 1),
      server * spawnIntervalTicks + lifetimeTicks,
    );
  }

  /** Which event of a likes server is due: its first message if that is, else its wake. */
  #eventOf(server: number, now: number): number {
    const row = server * ROW_COLUMNS;
    const ints = this.#ints;
    const arrival = ints[row + ARRIVAL] as number;
    const chain = ints[row + CHAIN] as number;
    if (chain !== NO_MESSAGE) {
      const pooled = this.#pool.arrivalOf(chain);
      if (pooled <= now && pooled < arrival) return A_POOLED_MESSAGE;
    }
    return arrival === now ? ints[row + KIND] as number : A_WAKE;
  }

  /** Files a likes server for its next event. */
  #file(server: number): void {
    this.#queue.push(server, this.#nextTick(server));
  }

  #nextTick(server: number): number {
    const row = server * ROW_COLUMNS;
    let wake = this.likesServers.at(server).wakeAt;
    if (wake > this.deadlineTick) wake = NEVER;
    else if (this.#pauses) {
      wake = Math.max(wake, this.#pausedUntil[server] as number);
    }
    const arrival = this.#ints[row + ARRIVAL] as number;
    if (arrival < wake) wake = arrival;
    const chain = this.#ints[row + CHAIN] as number;
    return chain === NO_MESSAGE
      ? wake
      : Math.min(wake, this.#pool.arrivalOf(chain));
  }

  // --- likes servers

  /** A draw is planned for now, or a wait is over. */
  #wake(server: number, now: number): void {
    const likesServer = this.likesServers.at(server);
    const drawAt = likesServer.drawAt;
    if (drawAt <= likesServer.actAt) {
      const k = likesServer.k;
      const likes = this.#plan.likes(server, k);
      const action = likesServer.draw(
        now,
        likes,
        this.#drawAfter(server, k, drawAt),
      );
      const seq = likesServer.seq;
      this.meter.drawn(now, server, seq, likes);
      this.recorder.record(
        now,
        DRAW,
        server,
        seq,
        likes,
        likesServer.total,
        NONE,
        REPORT,
      );
      this.#act(server, now, likesServer, action);
    } else {
      this.#due(server, now, likesServer);
    }
  }

  #due(server: number, now: number, likesServer: LikesServer): void {
    this.#spill(server, likesServer);
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
    if (action === SEND_REPORT) this.#send(server, now, likesServer);
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
    this.recorder.record(
      now,
      LOSE,
      server,
      seq,
      NO_LIKES,
      NO_TOTAL,
      NONE,
      REPORT,
    );
  }

  #jitter(server: number, likesServer: LikesServer): number {
    return this.#streams.u32(BACKOFF, server, likesServer.attempt);
  }

  // --- the network

  #send(server: number, now: number, likesServer: LikesServer): void {
    const attempt = likesServer.attempt;
    const likes = likesServer.reportLikes;
    const seq = likesServer.reportSeq;
    const total = likesServer.reportTotal;
    const bytes = this.#reportBytes.of(server, likes, seq, total);
    this.messages++;
    this.bytes += bytes;
    this.recorder.record(
      now,
      SEND,
      server,
      seq,
      likes,
      total,
      attempt,
      REPORT,
    );
    const faults = this.faults;
    if (faults.lost(TO_PRIMARY, server, attempt, now)) {
      this.#lose(server, now, attempt, REPORT);
      return;
    }
    const row = server * ROW_COLUMNS;
    this.#ints[row + KIND] = A_REPORT;
    this.#ints[row + ARRIVAL] = now +
      faults.latencyTicks(TO_PRIMARY, server, attempt, false, now);
    if (faults.copied(TO_PRIMARY, server, attempt, now)) {
      this.#copy(server, now, attempt, REPORT, bytes);
      const copy = this.#pool.take(
        now + faults.latencyTicks(TO_PRIMARY, server, attempt, true, now),
      );
      this.#fillFromRow(copy, A_REPORT_COPY, likesServer, 0);
      this.#chain(server, copy);
    }
  }

  /** Sends a reply, on the place in the row if that is the message's own, else by way of the pool. */
  #reply(
    server: number,
    now: number,
    attempt: number,
    isOwn: boolean,
    kind: number,
    value: number,
    bytes: number,
  ): void {
    this.messages++;
    this.bytes += bytes;
    const faults = this.faults;
    if (faults.lost(FROM_PRIMARY, server, attempt, now)) {
      this.#lose(server, now, attempt, REPLY);
      return;
    }
    const arrival = now +
      faults.latencyTicks(FROM_PRIMARY, server, attempt, false, now);
    if (isOwn) {
      const row = server * ROW_COLUMNS;
      this.#ints[row + KIND] = kind;
      this.#ints[row + VALUE] = value;
      this.#ints[row + ARRIVAL] = arrival;
    } else {
      this.#replyPooled(server, arrival, kind, attempt, value);
    }
    if (faults.copied(FROM_PRIMARY, server, attempt, now)) {
      this.#copy(server, now, attempt, REPLY, bytes);
      const copyArrival = now +
        faults.latencyTicks(FROM_PRIMARY, server, attempt, true, now);
      this.#replyPooled(server, copyArrival, kind, attempt, value);
    }
  }

  #replyPooled(
    server: number,
    arrival: number,
    kind: number,
    attempt: number,
    value: number,
  ): void {
    const reply = this.#pool.take(arrival);
    this.#pool.fill(reply, kind, attempt, 0, 0, 0, NO_TOTAL, value);
    this.#chain(server, reply);
  }

  #chain(server: number, message: number): void {
    const at = server * ROW_COLUMNS + CHAIN;
    this.#ints[at] = this.#pool.link(message, this.#ints[at] as number);
  }

  /**
   * Moves the message in the row to the pool, because what is told to the likes server next can make it send another. A
   * report's contents stand in the likes server's own columns until then.
   */
  #spill(server: number, likesServer: LikesServer): void {
    const row = server * ROW_COLUMNS;
    const arrival = this.#ints[row + ARRIVAL] as number;
    if (arrival === NEVER) return;
    this.#ints[row + ARRIVAL] = NEVER;
    const message = this.#pool.take(arrival);
    this.#fillFromRow(
      message,
      this.#ints[row + KIND] as number,
      likesServer,
      this.#ints[row + VALUE] as number,
    );
    this.#chain(server, message);
  }

  #fillFromRow(
    message: number,
    kind: number,
    likesServer: LikesServer,
    value: number,
  ): void {
    this.#pool.fill(
      message,
      kind,
      likesServer.attempt,
      likesServer.reportLikes,
      likesServer.settledSeq,
      likesServer.reportSeq,
      likesServer.reportTotal,
      value,
    );
  }

  /** The report in the row arrives. */
  #arriveAtPrimary(server: number, now: number): void {
    const at = server * ROW_COLUMNS + ARRIVAL;
    if (this.#primaryPausedUntil > now) {
      this.#ints[at] = this.#primaryPausedUntil;
      return;
    }
    this.#ints[at] = NEVER;
    const likesServer = this.likesServers.at(server);
    this.#receive(
      server,
      now,
      likesServer.attempt,
      likesServer.reportLikes,
      likesServer.settledSeq,
      likesServer.reportSeq,
      likesServer.reportTotal,
      A_REPORT,
      true,
    );
  }

  /** The reply in the row arrives. */
  #arriveAtLikesServer(server: number, now: number): void {
    const row = server * ROW_COLUMNS;
    const ints = this.#ints;
    if (this.#isPaused(server, now)) {
      ints[row + ARRIVAL] = this.#pausedUntil[server] as number;
      return;
    }
    ints[row + ARRIVAL] = NEVER;
    const likesServer = this.likesServers.at(server);
    this.#answer(
      server,
      now,
      likesServer,
      likesServer.attempt,
      ints[row + KIND] as number,
      ints[row + VALUE] as number,
    );
  }

  /** The first message of the chain arrives. */
  #arriveFromPool(server: number, now: number): void {
    const pool = this.#pool;
    const message = this.#ints[server * ROW_COLUMNS + CHAIN] as number;
    this.#ints[server * ROW_COLUMNS + CHAIN] = pool.release(message);
    const kind = pool.kindOf(message);
    const isReport = kind <= A_REPORT_COPY;
    const likesServer = this.likesServers.at(server);
    const attempt = pool.attemptOf(message);
    const likes = pool.likesOf(message);
    const fromSeq = pool.fromSeqOf(message);
    const seq = pool.seqOf(message);
    const total = pool.totalOf(message);
    const value = pool.valueOf(message);
    const isWaiting = isReport
      ? this.#primaryPausedUntil > now
      : this.#isPaused(server, now);
    if (isWaiting) {
      const later = pool.take(
        isReport
          ? this.#primaryPausedUntil
          : this.#pausedUntil[server] as number,
      );
      pool.fill(later, kind, attempt, likes, fromSeq, seq, total, value);
      this.#chain(server, later);
    } else if (isReport) {
      this.#receive(
        server,
        now,
        attempt,
        likes,
        fromSeq,
        seq,
        total,
        kind,
        false,
      );
    } else {
      if (likesServer.inFlight && attempt === likesServer.attempt) {
        this.#spill(server, likesServer);
      }
      this.#answer(server, now, likesServer, attempt, kind, value);
    }
  }

  #isPaused(server: number, now: number): boolean {
    return this.#pauses && (this.#pausedUntil[server] as number) > now;
  }

  #lose(server: number, now: number, attempt: number, way: number): void {
    this.recorder.record(
      now,
      LOSE,
      server,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      attempt,
      way,
    );
  }

  #copy(
    server: number,
    now: number,
    attempt: number,
    way: number,
    bytes: number,
  ): void {
    this.messages++;
    this.bytes += bytes;
    this.recorder.record(
      now,
      COPY,
      server,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      attempt,
      way,
    );
  }

  // --- arrivals

  /** A report arrives where the primary is. */
  #receive(
    server: number,
    now: number,
    attempt: number,
    likes: number,
    fromSeq: number,
    seq: number,
    total: number,
    kind: number,
    isOwn: boolean,
  ): void {
    if (
      this.faults.partitioned(TO_PRIMARY, server, now) || this.#primaryIsDown
    ) {
      this.#lose(server, now, attempt, REPORT);
      return;
    }
    const { recorder, primary } = this;
    recorder.record(now, RECEIVE, server, seq, likes, total, attempt, REPORT);
    const newly = primary.receive(now, server, likes, fromSeq, seq, total);
    let replyKind = AN_ACK;
    let value = 0;
    let bytes = ACK_BYTES;
    if (newly >= 0 || newly === -DUPLICATE) {
      const counted = newly > 0 ? newly : 0;
      if (newly >= 0) this.meter.counted(now, server, seq, counted);
      recorder.record(
        now,
        COUNT,
        server,
        seq,
        counted,
        primary.totalOf(server),
        attempt,
        REPORT,
      );
    } else if (newly === -GAP) {
      replyKind = A_GAP;
      value = primary.expectedSeqOf(server);
      bytes = gapBytes(value);
    } else {
      replyKind = A_REFUSAL;
      value = -newly;
      bytes = refusalBytes(value);
    }
    if (kind === A_REPORT_COPY) {
      // As in a live run: the primary answers, but nobody asked.
      this.messages++;
      this.bytes += bytes;
      return;
    }
    this.#reply(server, now, attempt, isOwn, replyKind, value, bytes);
  }

  /** A reply arrives where the likes server is. */
  #answer(
    server: number,
    now: number,
    likesServer: LikesServer,
    attempt: number,
    kind: number,
    value: number,
  ): void {
    if (
      this.faults.partitioned(FROM_PRIMARY, server, now) ||
      this.isDown(server)
    ) {
      this.#lose(server, now, attempt, REPLY);
      return;
    }
    if (now > this.deadlineTick) return; // the likes server has exited
    // A likes server that stood still looks at its clock first.
    if (now > likesServer.actAt && likesServer.inFlight) {
      this.#due(server, now, likesServer);
    }
    if (!likesServer.inFlight || attempt !== likesServer.attempt) {
      this.recorder.record(
        now,
        RECEIVE,
        server,
        NONE,
        NO_LIKES,
        NO_TOTAL,
        attempt,
        REPLY,
      );
      return;
    }
    if (kind === AN_ACK) {
      const action = likesServer.acknowledge(now, attempt);
      this.recorder.record(
        now,
        ACK,
        server,
        likesServer.acknowledgedSeq,
        NO_LIKES,
        likesServer.acknowledged,
        attempt,
        REPORT,
      );
      this.#act(server, now, likesServer, action);
    } else {
      this.#refused(server, now, likesServer, attempt, kind, value);
    }
  }

  #refused(
    server: number,
    now: number,
    likesServer: LikesServer,
    attempt: number,
    kind: number,
    value: number,
  ): void {
    const reason = kind === A_GAP ? `gap ${value}` : reasonOf(value);
    this.recorder.record(
      now,
      NAK,
      server,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      attempt,
      REPORT,
      reason,
    );
    const settledSeq = likesServer.settledSeq;
    const jitter = this.#jitter(server, likesServer);
    const action = kind === A_GAP
      ? likesServer.gap(now, attempt, value, jitter)
      : likesServer.refuse(now, attempt, false, jitter);
    this.#giveUp(server, now, likesServer, settledSeq);
    this.#act(server, now, likesServer, action);
  }

  // --- scheduled faults

  #transit(): void {
    const transition = this.#transitions[this.#nextTransition++] as Transition;
    this.#nextTransitionTick = this.#transitions[this.#nextTransition]?.tick ??
      NEVER;
    const { tick } = transition;
    this.#now = tick;
    if (!("process" in transition)) this.#recordLinks(transition);
    else if (transition.process === PRIMARY) this.#transitPrimary(transition);
    else this.#transitLikesServer(transition);
  }

  #recordLinks({ tick, kind, servers, cut }: LinkTransition): void {
    const way = cut === "both"
      ? REPORT
      : cut === "replies"
      ? REPLY
      : REPORTS_ONLY;
    const ranges = servers === "all"
      ? [{ first: NO_SERVER, last: NO_SERVER }]
      : servers;
    for (const { first, last } of ranges) {
      for (let server = first; server <= last; server++) {
        this.#recordFault(tick, kind, server, NO_TOTAL, way);
      }
    }
  }

  #recordFault(
    tick: number,
    kind: Transition["kind"],
    server: number,
    total: number = NO_TOTAL,
    way: number = REPORT,
  ): void {
    this.recorder.record(
      tick,
      kindCode(kind),
      server,
      NONE,
      NO_LIKES,
      total,
      NONE,
      way,
    );
  }

  #transitPrimary({ tick, kind }: ProcessTransition): void {
    this.#primaryIsDown = kind === "crash" ||
      (this.#primaryIsDown && kind !== "restart");
    if (kind === "pause") this.#primaryPausedUntil = this.#resumeTick(PRIMARY);
    const total = kind === "restart" ? this.primary.total : NO_TOTAL;
    this.#recordFault(tick, kind, NO_SERVER, total);
    if (kind === "crash" && this.primary.crash(tick)) {
      this.meter.forgotten(
        tick,
        this.primary.total,
        (server) => this.likesServers.at(server).settledSeq,
      );
    }
  }

  #transitLikesServer(transition: ProcessTransition): void {
    const { tick, kind, process: server } = transition;
    const likesServer = this.likesServers.at(server);
    switch (kind) {
      case "crash":
        if (likesServer.ended) return; // it has exited
        this.#recordFault(tick, kind, server);
        this.#spill(server, likesServer);
        this.#down.set(server, likesServer.drawAt);
        likesServer.crash();
        break;
      case "pause":
        if (likesServer.ended) return;
        this.#recordFault(tick, kind, server);
        this.#pausedUntil[server] = this.#resumeTick(server);
        break;
      case "restart":
        if (!this.isDown(server)) return;
        this.#restart(server, tick, likesServer);
        break;
      case "resume":
        // Its queue entry was deferred to this tick when the pause began.
        if (this.#pausedUntil[server] === tick) {
          this.#recordFault(tick, kind, server);
        }
        return;
    }
    this.#queue.move(server, this.#nextTick(server));
  }

  /** The tick at which a process that has just been stopped goes on. */
  #resumeTick(process: number): number {
    for (let i = this.#nextTransition; i < this.#transitions.length; i++) {
      const transition = this.#transitions[i] as Transition;
      if (
        transition.kind === "resume" && transition.process === process
      ) return transition.tick;
    }
    return NEVER;
  }

  #restart(server: number, now: number, likesServer: LikesServer): void {
    let plannedTick = this.#down.get(server) ?? NEVER;
    this.#down.delete(server);
    this.#recordFault(now, "restart", server);
    let k = likesServer.k;
    while (plannedTick < now) {
      plannedTick = this.#drawAfter(server, k, plannedTick);
      k++;
    }
    this.#draws.skipped(server, likesServer.seq, k - likesServer.k);
    const settledSeq = likesServer.settledSeq;
    const action = likesServer.resume(now, k, plannedTick);
    this.#giveUp(server, now, likesServer, settledSeq);
    this.#act(server, now, likesServer, action);
  }
}

/** The sizes of the queue follow from how often something happens to a likes server. */
function queueOptionsOf(options: SimOptions) {
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
  };
}
