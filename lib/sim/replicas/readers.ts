/**
 * The readers of a virtual run.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { readerNode, replicaNode } from "../../domain/nodes.ts";
import type { Streams } from "../../domain/random.ts";
import type { Faults } from "../../faults/force.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { anyReplicas, HomeChoice, READ_PATIENCE } from "../../rules/choice.ts";
import { ReadPlan } from "../../rules/reads.ts";
import { ReadMeter } from "../../verdict/read_meter.ts";
import { readBytes, valueBytes } from "../bytes.ts";
import type { Outages } from "../outages.ts";
import { EventDirection, type Recorder } from "../recorder.ts";
import type { Agenda } from "./agenda.ts";
import type { ReplicaSet } from "./replica_set.ts";

const { READ_REQUEST, READ_REPLY } = MessageKind;

/** What the readers of a run need. */
export interface ReaderParts {
  /** How many there are, what they read, and from whom. */
  readonly options: RunOptions;
  /** Whether reports carry marks. */
  readonly isMarked: boolean;
  /** When the last lifetime ends: no read begins then or later. */
  readonly endTick: number;
  /** The random numbers. */
  readonly streams: Streams;
  /** The replicas. */
  readonly set: ReplicaSet;
  /** The faults. */
  readonly faults: Faults;
  /** Processes that are down or stand still. */
  readonly outages: Outages;
  /** The history. */
  readonly recorder: Recorder;
  /** What is to happen. */
  readonly agenda: Agenda;
  /** The number under which a reader's next read is filed. */
  readonly timerEvent: (reader: number) => number;
  /** The number under which a reader's giving up is filed. */
  readonly timeoutEvent: (reader: number) => number;
  /** The number under which the arrival of a message is filed. */
  readonly messageEvent: (message: number) => number;
}

/** A question, or its answer. */
class ReadMessage {
  reader = 0;
  replica = 0;
  item = 0;
  /** Number of the read. */
  read = 0;
  isAnswer = false;
  isCopy = false;
  /** Whether it has arrived, but who it is for stood still. */
  isHeld = false;
  seq = 0;
  total = 0;
}

/** Lets readers read. */
export class Readers {
  /** What they were told. */
  readonly meter: ReadMeter;
  /** Questions and answers, the network's copies included. */
  messages = 0;
  /** Bytes of these. */
  bytes = 0;

  readonly #parts: ReaderParts;
  readonly #plan: ReadPlan;
  readonly #homes: HomeChoice | null;
  readonly #drawn = new Int32Array(1);
  /** By reader: number of its last read, and when the next is planned. */
  readonly #reads: Int32Array;
  readonly #plannedAt: Float64Array;
  // Of the read that waits for an answer, by reader:
  readonly #isWaiting: Uint8Array;
  readonly #startedAt: Int32Array;
  readonly #steps: Int32Array;
  readonly #items: Int32Array;
  /** Reads that are planned or wait for an answer. */
  #open = 0;
  /** The serial of its giving up. */
  readonly #timeouts: Float64Array;
  readonly #messages: ReadMessage[] = [];
  readonly #free: number[] = [];

  /**
   * Readers that have read nothing.
   *
   * @param parts What they need.
   */
  constructor(parts: ReaderParts) {
    const { readers, replicas, readFrom } = parts.options;
    this.#parts = parts;
    this.#plan = new ReadPlan(parts.streams, parts.options);
    this.meter = new ReadMeter({ isMarked: parts.isMarked });
    this.#homes = readFrom === "any" ? null : new HomeChoice({
      clients: readers,
      replicas,
      patience: READ_PATIENCE,
    });
    this.#reads = new Int32Array(readers);
    this.#plannedAt = new Float64Array(readers);
    this.#isWaiting = new Uint8Array(readers);
    this.#startedAt = new Int32Array(readers);
    this.#steps = new Int32Array(readers);
    this.#items = new Int32Array(readers);
    this.#timeouts = new Float64Array(readers);
    for (let reader = 0; reader < readers; reader++) this.#planNext(reader, 0);
  }

  /** Whether a read is planned, or waits for an answer. */
  get areReading(): boolean {
    return this.#open > 0;
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
   * A read begins.
   *
   * @param reader Whose.
   * @param now The tick.
   */
  begin(reader: number, now: number): void {
    const { agenda, options, timeoutEvent, recorder } = this.#parts;
    const read = ++this.#reads[reader]!;
    const item = this.#plan.itemOf(reader, read);
    const replica = this.#replicaOf(reader, read);
    this.#isWaiting[reader] = 1;
    this.#startedAt[reader] = now;
    this.#items[reader] = item;
    this.#steps[reader] = this.meter.started(item);
    this.#timeouts[reader] = agenda.fileLast(
      now + options.ackTimeoutTicks,
      timeoutEvent(reader),
    );
    const index = this.#take();
    const message = this.#messages[index] as ReadMessage;
    message.reader = reader;
    message.replica = replica;
    message.item = item;
    message.read = read;
    message.isAnswer = false;
    recorder.of(reader, replica).read(now, item, read);
    this.#send(index, message, now);
  }

  #replicaOf(reader: number, read: number): number {
    if (this.#homes !== null) return this.#homes.replicaOf(reader);
    const { streams, options } = this.#parts;
    anyReplicas(streams, reader, read, options.replicas, this.#drawn);
    return this.#drawn[0] as number;
  }

  /**
   * A reader has waited long enough.
   *
   * @param reader Which.
   * @param now The tick.
   * @param serial What the agenda says of the event.
   */
  giveUp(reader: number, now: number, serial: number): void {
    if (this.#timeouts[reader] !== serial || !this.#isWaiting[reader]) return;
    this.#isWaiting[reader] = 0;
    this.#open--;
    this.meter.unanswered();
    this.#homes?.unanswered(reader);
    this.#parts.recorder.of(reader, NOBODY)
      .lose(
        now,
        this.#items[reader]!,
        this.#reads[reader]!,
        EventDirection.REPORT,
      );
    this.#planNext(reader, now);
  }

  /**
   * A message is where it was sent to.
   *
   * @param index Its number.
   * @param now The tick.
   */
  arrive(index: number, now: number): void {
    const { outages } = this.#parts;
    const message = this.#messages[index] as ReadMessage;
    const { replica, isAnswer } = message;
    if (!message.isHeld && this.#isCut(message, now)) {
      this.#lose(message, now);
    } else if (isAnswer) this.#hear(message, now);
    else if (outages.replicaPausedUntil(replica) > now) {
      message.isHeld = true;
      this.#file(index, outages.replicaPausedUntil(replica));
      return;
    } else if (outages.isReplicaDown(replica)) this.#lose(message, now);
    else this.#answer(message, now);
    this.#free.push(index);
  }

  #isCut({ reader, replica, isAnswer }: ReadMessage, now: number): boolean {
    const { faults, outages } = this.#parts;
    if (outages.areNone) return false;
    const client = readerNode(reader);
    const server = replicaNode(replica);
    return isAnswer
      ? faults.cut(server, client, now)
      : faults.cut(client, server, now);
  }

  #answer(question: ReadMessage, now: number): void {
    const { set } = this.#parts;
    const { reader, replica, item, read } = question;
    const index = this.#take();
    const message = this.#messages[index] as ReadMessage;
    message.reader = reader;
    message.replica = replica;
    message.item = item;
    message.read = read;
    message.isAnswer = true;
    message.seq = set.versionOf(replica, item);
    message.total = set.valueOf(replica, item);
    if (question.isCopy) {
      this.#count(message);
      this.#free.push(index);
    } else this.#send(index, message, now);
  }

  /** An answer reaches its reader. */
  #hear({ reader, replica, item, read, seq, total }: ReadMessage, now: number) {
    const { recorder } = this.#parts;
    if (!this.#isWaiting[reader] || read !== this.#reads[reader]) {
      recorder.of(reader, replica).receiveLate(now, item, read);
      return;
    }
    this.#isWaiting[reader] = 0;
    this.#open--;
    this.meter.answered(now, {
      reader,
      item,
      startTick: this.#startedAt[reader]!,
      steps: this.#steps[reader]!,
      seq,
      isOwn: false,
    });
    this.#homes?.answered(reader);
    recorder.of(reader, replica).value(now, item, read, seq, total);
    this.#planNext(reader, now);
  }

  #take(): number {
    const index = this.#free.pop() ?? this.#messages.push(new ReadMessage()) -
        1;
    const message = this.#messages[index] as ReadMessage;
    message.isCopy = false;
    message.isHeld = false;
    return index;
  }

  #count({ item, isAnswer, total, seq }: ReadMessage): void {
    this.messages++;
    this.bytes += isAnswer ? valueBytes(item, total, seq) : readBytes(item);
  }

  #send(index: number, message: ReadMessage, now: number): void {
    const { faults, recorder } = this.#parts;
    const { reader, replica, item, read, isAnswer } = message;
    const kind = isAnswer ? READ_REPLY : READ_REQUEST;
    const direction = isAnswer ? EventDirection.REPLY : EventDirection.REPORT;
    this.#count(message);
    const luck = faults.luck(kind, readerNode(reader), read);
    if (faults.lost(kind, luck, now)) {
      this.#lose(message, now);
      this.#free.push(index);
      return;
    }
    this.#file(index, now + faults.latencyTicks(kind, luck, false, now));
    if (!faults.copied(kind, luck, now)) return;
    this.#count(message);
    recorder.of(reader, replica).copy(now, item, read, direction);
    const copy = this.#take();
    Object.assign(this.#messages[copy] as ReadMessage, message, {
      isCopy: true,
    });
    this.#file(copy, now + faults.latencyTicks(kind, luck, true, now));
  }

  #file(index: number, tick: number): void {
    const { agenda, messageEvent } = this.#parts;
    agenda.file(tick, messageEvent(index));
  }

  #lose({ reader, replica, item, read, isAnswer }: ReadMessage, now: number) {
    const direction = isAnswer ? EventDirection.REPLY : EventDirection.REPORT;
    this.#parts.recorder.of(reader, replica).lose(now, item, read, direction);
  }
}

/** A reader that gives up blames no replica. */
const NOBODY = -1;
