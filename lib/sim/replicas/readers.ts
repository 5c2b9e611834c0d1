/**
 * The readers of a virtual run, and likes servers that read their own item.
 *
 * @module
 */

import { replicasAsked, type RunOptions } from "../../options/run_options.ts";
import { anyReplicas, HomeChoice, READ_PATIENCE } from "../../rules/choice.ts";
import type { QuorumRead, ReadQuorumOptions } from "../../rules/read_quorum.ts";
import { ReadPlan } from "../../rules/reads.ts";
import { ReadMeter } from "../../verdict/read_meter.ts";
import { EventDirection } from "../recorder.ts";
import {
  OpenRead,
  ReadMessages,
  type ReadMessagesParts,
} from "./read_messages.ts";
import type { Targets } from "./targets.ts";

/** Parts that the readers of a run need. */
export interface ReaderParts extends
  Omit<
    ReadMessagesParts,
    "ackTimeoutTicks" | "onAnswer" | "onDone" | "isGone"
  > {
  /** Options of the run: number of readers, their items and replicas. */
  readonly options: RunOptions;
  /** Whether reports carry marks. */
  readonly isMarked: boolean;
  /** End of the last lifetime, in ticks: no read begins then or later. */
  readonly endTick: number;
  /** Replicas that likes servers report to. */
  readonly targets: Targets;
  /** Makes the rule of a read. */
  readonly makeQuorumRead: (options: ReadQuorumOptions) => QuorumRead;
  /** The number under which a reader's next read is filed. */
  readonly timerEvent: (reader: number) => number;
  /** The number under which a likes server's read is filed. */
  readonly ownEvent: (read: number) => number;
  /** The number under which the giving up of a read is filed. */
  readonly timeoutEvent: (read: number) => number;
}

/** Checks reads, where anybody does. */
export interface ReadChecks {
  /**
   * A read begins.
   *
   * @param item What it reads.
   * @returns What `answered` is told of it.
   */
  readonly started: (item: number) => number;
  /** Called when the read is answered. */
  readonly answered: (
    read: OpenRead,
    seq: number,
    acknowledgedSeq: number,
  ) => void;
}

/** Lets readers read. */
export class Readers {
  /** Meter of the answers. */
  readonly meter: ReadMeter;
  /** Is told of every read, where anybody checks them. */
  checks: ReadChecks | null = null;

  readonly #parts: ReaderParts;
  readonly #plan: ReadPlan;
  readonly #messages: ReadMessages;
  readonly #readers: number;
  /** Whether answers are put together by a rule. */
  readonly #hasRule: boolean;
  /** Whether a read can hear from every replica, by its number. */
  readonly #hearsAll: boolean;
  readonly #homes: HomeChoice | null;
  /** Homes of likes servers as readers, where they report to all. */
  readonly #ownHomes: HomeChoice | null;
  /** The replica that acknowledged each likes server last. */
  readonly #lastHeard: Int16Array;
  readonly #drawn: Int32Array;
  /** By reader, and behind them likes server: number of its last read. */
  readonly #reads: Int32Array;
  /** By reader: when the next is planned. */
  readonly #plannedAt: Float64Array;
  /** By likes server: how often it was killed. */
  readonly #lives: Int32Array;
  readonly #opens: OpenRead[] = [];
  readonly #free: number[] = [];
  /** Reads that are planned or wait for an answer. */
  #open = 0;

  /**
   * Readers that have read nothing.
   *
   * @param parts What they need.
   */
  constructor(parts: ReaderParts) {
    const { readers, replicas, readFrom, readRepair, servers, writeTo } =
      parts.options;
    const isOwn = parts.options.readAfterTicks !== null;
    const owners = isOwn ? servers : 0;
    this.#parts = parts;
    this.#readers = readers;
    this.#plan = new ReadPlan(parts.streams, parts.options);
    this.#messages = new ReadMessages({
      ...parts,
      ackTimeoutTicks: parts.options.ackTimeoutTicks,
      onAnswer: (read, seq, now) => this.#answered(read, seq, now),
      onDone: (read) => this.#close(read),
      isGone: (server, life) => this.#lives[server] !== life,
    });
    this.meter = new ReadMeter({ isMarked: parts.isMarked });
    const homes = { replicas, patience: READ_PATIENCE };
    const areAtHome = readFrom === "home";
    this.#homes = areAtHome
      ? new HomeChoice({ ...homes, clients: readers })
      : null;
    this.#ownHomes = areAtHome && writeTo === "all"
      ? new HomeChoice({ ...homes, clients: owners })
      : null;
    this.#hasRule = readRepair !== "off" || this.#asked > 1;
    this.#hearsAll = readRepair !== "off" || readFrom === "all";
    this.#drawn = new Int32Array(readFrom === "any" ? this.#asked : 0);
    this.#lastHeard = new Int16Array(owners);
    this.#reads = new Int32Array(readers + owners);
    this.#plannedAt = new Float64Array(readers);
    this.#lives = new Int32Array(owners);
    for (let reader = 0; reader < readers; reader++) this.#planNext(reader, 0);
  }

  /** Questions, answers and repairs, the network's copies included. */
  get messages(): number {
    return this.#messages.messages;
  }

  /** Whether a read is planned, or waits for an answer. */
  get areReading(): boolean {
    return this.#open > 0;
  }

  /** Replicas that a read asks. */
  get #asked(): number {
    return replicasAsked(this.#parts.options);
  }

  /** The next read begins when it is planned, or now if that is later. */
  #planNext(reader: number, now: number): void {
    const { agenda, endTick, timerEvent } = this.#parts;
    const read = this.#reads[reader] as number;
    const planned = this.#plannedAt[reader]! +
      this.#plan.pauseAfter(reader, read);
    this.#plannedAt[reader] = planned;
    const tick = Math.max(now, planned);
    if (tick >= endTick) return;
    this.#open++;
    agenda.file(tick, timerEvent(reader));
  }

  /**
   * A reader's read begins.
   *
   * @param reader Whose.
   * @param now The tick.
   */
  begin(reader: number, now: number): void {
    const index = this.#take();
    const read = this.#opens[index] as OpenRead;
    read.reader = reader;
    read.owner = -1;
    read.number = ++this.#reads[reader]!;
    read.item = this.#plan.itemOf(reader, read.number);
    this.#ask(index, now);
  }

  /**
   * A likes server was acknowledged: it reads its own item, now or later.
   *
   * @param server Which.
   * @param replica The replica that said so.
   * @param now The tick.
   * @param endTick When its lifetime ends: no read of it begins then or later.
   */
  acknowledged(
    server: number,
    replica: number,
    now: number,
    endTick: number,
  ): void {
    const { agenda, options, ownEvent } = this.#parts;
    const { readAfterTicks } = options;
    if (readAfterTicks === null) return;
    this.#lastHeard[server] = replica;
    const tick = now + readAfterTicks;
    if (tick >= endTick) return;
    const index = this.#take();
    const read = this.#opens[index] as OpenRead;
    read.reader = -1;
    read.owner = server;
    read.life = this.#lives[server]!;
    read.item = server;
    this.#open++;
    if (tick === now) this.#beginOwn(index, now);
    else agenda.file(tick, ownEvent(index));
  }

  /**
   * The time has come for a likes server's read.
   *
   * @param index The read.
   * @param now The tick.
   */
  beginPlanned(index: number, now: number): void {
    const { agenda, outages, ownEvent } = this.#parts;
    const read = this.#opens[index] as OpenRead;
    const pausedUntil = outages.pausedUntil(read.owner);
    if (this.#isAbandoned(read)) {
      this.#open--;
      this.#close(read);
    } else if (pausedUntil > now) agenda.file(pausedUntil, ownEvent(index));
    else this.#beginOwn(index, now);
  }

  #beginOwn(index: number, now: number): void {
    const read = this.#opens[index] as OpenRead;
    const reader = this.#readers + read.owner;
    read.number = ++this.#reads[reader]!;
    read.seenBefore = this.meter.seenByOwner(read.item);
    this.#ask(index, now);
  }

  #ask(index: number, now: number): void {
    const { agenda, options, timeoutEvent } = this.#parts;
    const read = this.#opens[index] as OpenRead;
    const { item, number } = read;
    const asked = this.#asked;
    read.isWaiting = true;
    read.startTick = now;
    read.steps = this.meter.started(item);
    if (this.checks !== null) read.floor = this.checks.started(item);
    if (this.#hasRule) this.#beginRule(read);
    read.timeout = agenda.fileLast(
      now + options.ackTimeoutTicks,
      timeoutEvent(index),
    );
    if (options.readFrom === "any") {
      const client = read.owner < 0 ? read.reader : ~read.owner;
      const { streams } = this.#parts;
      anyReplicas(streams, client, number, options.replicas, this.#drawn);
    }
    for (let i = 0; i < asked; i++) {
      const replica = this.#replicaOf(read, i);
      const place = this.#hearsAll ? replica : i;
      read.home = replica;
      const n = (number - 1) * asked + i + 1;
      this.#messages.ask(read, place, replica, n, now);
    }
  }

  #beginRule(read: OpenRead): void {
    const { options, makeQuorumRead } = this.#parts;
    read.quorum ??= makeQuorumRead(options);
    const places = this.#hearsAll ? options.replicas : this.#asked;
    read.quorum.begin(places, this.#asked);
  }

  /** The replica that a read asks as its i-th. */
  #replicaOf({ owner, reader }: OpenRead, i: number): number {
    const { readFrom, writeTo } = this.#parts.options;
    if (readFrom === "all") return i;
    if (readFrom === "any") return this.#drawn[i] as number;
    if (owner < 0) return this.#homes!.replicaOf(reader);
    if (this.#ownHomes !== null) return this.#ownHomes.replicaOf(owner);
    return writeTo === "home"
      ? this.#parts.targets.of(owner, 0)
      : this.#lastHeard[owner] as number;
  }

  /**
   * A reader has waited long enough.
   *
   * @param index The read.
   * @param now The tick.
   * @param serial What the agenda says of the event.
   */
  giveUp(index: number, now: number, serial: number): void {
    const read = this.#opens[index] as OpenRead;
    if (read.timeout !== serial) return;
    const { outages, recorder } = this.#parts;
    const { owner, reader, isWaiting } = read;
    if (isWaiting) this.#open--;
    if (!isWaiting || this.#isAbandoned(read)) {
      this.#close(read);
      return;
    }
    // One that stands still has not looked: what it was sent came in time.
    if (owner >= 0 && outages.pausedUntil(owner) > now) {
      this.#open++;
      const { agenda, timeoutEvent } = this.#parts;
      const until = outages.pausedUntil(owner);
      read.timeout = agenda.fileLast(until, timeoutEvent(index));
      return;
    }
    this.meter.unanswered();
    if (owner >= 0) this.#ownHomes?.unanswered(owner);
    else this.#homes?.unanswered(reader);
    recorder.of(reader, NOBODY)
      .lose(now, read.item, read.number, EventDirection.REPORT);
    this.#close(read);
    if (owner < 0) this.#planNext(reader, now);
  }

  /** A read is answered. */
  #answered(read: OpenRead, seq: number, now: number): void {
    const { owner, reader, item, startTick, steps } = read;
    const isOwn = owner >= 0;
    this.#open--;
    this.meter.answered(now, {
      reader: isOwn ? this.#readers + owner : reader,
      item,
      startTick,
      steps,
      seq,
      isOwn,
      seenBefore: isOwn ? read.seenBefore : undefined,
    });
    this.checks?.answered(read, seq, this.meter.seqAt(item, steps));
    if (isOwn) {
      this.#ownHomes?.answered(owner);
      return;
    }
    this.#homes?.answered(reader);
    this.#planNext(reader, now);
  }

  /**
   * A message of a read is where it was sent to.
   *
   * @param index Its number.
   * @param now The tick.
   */
  arrive(index: number, now: number): void {
    this.#messages.arrive(index, now);
  }

  /**
   * A likes server is killed: its reads are forgotten.
   *
   * @param server Which.
   */
  crash(server: number): void {
    if (this.#lives.length === 0) return;
    this.#lives[server]!++;
    this.#ownHomes?.restart(server);
  }

  #isAbandoned({ owner, life }: OpenRead): boolean {
    return owner >= 0 && this.#lives[owner] !== life;
  }

  #take(): number {
    const index = this.#free.pop();
    if (index !== undefined) return index;
    const read = new OpenRead(this.#opens.length);
    return this.#opens.push(read) - 1;
  }

  /** Nothing more is waited for: whatever comes now comes late. */
  #close(read: OpenRead): void {
    read.serial++;
    read.timeout = 0;
    read.isWaiting = false;
    this.#free.push(read.index);
  }
}

/** A reader that gives up blames no replica. */
const NOBODY = -1;
