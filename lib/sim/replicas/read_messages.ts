/**
 * Reads of a virtual run on their way: questions, answers and repairs.
 *
 * @module
 */

import { isRequest, MessageKind } from "../../domain/messages.ts";
import { readerNode, replicaNode } from "../../domain/nodes.ts";
import { Family, type Streams } from "../../domain/random.ts";
import { NEVER } from "../../domain/ticks.ts";
import type { Faults } from "../../faults/force.ts";
import { EntryBatch } from "../../rules/exchange/entry_batch.ts";
import { NO_SOURCE } from "../../rules/exchange/feed.ts";
import { REPORT_UNKNOWN } from "../../rules/ledger.ts";
import { NOBODY, type QuorumRead } from "../../rules/read_quorum.ts";
import { repairNumber, repairWaitTicks } from "../../rules/read_repair.ts";
import type { Outages } from "../outages.ts";
import { EventDirection, type Recorder } from "../recorder.ts";
import type { Agenda } from "./agenda.ts";
import type { ReplicaSet } from "./replica_set.ts";

const { READ_REQUEST, READ_REPLY, REPAIR, REPAIR_REPLY } = MessageKind;

/** Parts that reads on their way need. */
export interface ReadMessagesParts {
  /** The replicas. */
  readonly set: ReplicaSet;
  /** The faults. */
  readonly faults: Pick<Faults, "arrivalTick" | "copyArrivalTick" | "cut">;
  /** Processes that are down or stand still. */
  readonly outages: Pick<
    Outages,
    "areNone" | "isReplicaDown" | "replicaPausedUntil" | "pausedUntil"
  >;
  /** The history. */
  readonly recorder: Recorder;
  /** Agenda of the run. */
  readonly agenda: Agenda;
  /** The number under which the arrival of a message is filed. */
  readonly messageEvent: (message: number) => number;
  /** The random numbers. */
  readonly streams: Streams;
  /** Patience of a read for its answer, in ticks. */
  readonly ackTimeoutTicks: number;
  /** Is told of an answer. */
  readonly onAnswer: (read: OpenRead, seq: number, now: number) => void;
  /** Is told of a read of which nothing more is waited for. */
  readonly onDone: (read: OpenRead) => void;
  /** Whether that life of a likes server is over. */
  readonly isGone: (server: number, life: number) => boolean;
}

/** A read that is planned, or waits for answers. */
export class OpenRead {
  /** Another one each time that this object is used for a read. */
  serial = 0;
  /** Index among these objects. */
  readonly index: number;
  /** The likes server that reads its own item, or -1. */
  owner: number = -1;
  /** The reader, or -1. */
  reader: number = -1;
  /** Life of the owner that the read belongs to. */
  life = 0;
  /** The item that is read. */
  item = 0;
  /** Number among the reads of its reader or owner. */
  number = 0;
  /** The tick at which it begins. */
  startTick = 0;
  /** Steps that the meter told at the read's start. */
  steps = 0;
  /** The highest seq that its owner had seen at its start. */
  seenBefore: number = -1;
  /** Floor that a check told at the read's start. */
  floor = 0;
  /** The serial of its giving up. */
  timeout = 0;
  /** Whether it has begun and waits for answers. */
  isWaiting = false;
  /** The replica that was asked, or the last of them. */
  home = 0;
  /**
   * The rule of its answer; null where one replica is asked and told nothing.
   */
  quorum: QuorumRead | null = null;

  /**
   * A read that is not used.
   *
   * @param index Its number.
   */
  constructor(index: number) {
    this.index = index;
  }
}

const NO_READ = new OpenRead(-1);

/** A question, a repair, or what is answered; or the end of a wait for that. */
class ReadMessage {
  of = NO_READ;
  serial = 0;
  kind: MessageKind = READ_REQUEST;
  owner = -1;
  reader = -1;
  life = 0;
  replica = 0;
  /** Place by which the rule knows the replica. */
  place = 0;
  item = 0;
  /** Number of the read. */
  read = 0;
  /** Number of the question, or of the repair, among those of its client. */
  number = 0;
  /** Number of a repair among those of its read to this replica. */
  send = 0;
  isCopy = false;
  /**
   * Whether it is no message, but the end of the wait for an acknowledgement.
   */
  isReminder = false;
  /** Whether it has arrived, but who it is for stood still. */
  isHeld = false;
  seq = 0;
  total = 0;
}

/** Lets the messages of reads travel. */
export class ReadMessages {
  /** Questions, answers and repairs, the network's copies included. */
  messages = 0;
  readonly #parts: ReadMessagesParts;
  readonly #messages: ReadMessage[] = [];
  readonly #free: number[] = [];
  /** The one entry of a repair; items are rows in modes with a mark. */
  readonly #batch = new EntryBatch();

  /**
   * Nothing is on its way.
   *
   * @param parts What is needed.
   */
  constructor(parts: ReadMessagesParts) {
    this.#parts = parts;
  }

  /**
   * A replica is asked.
   *
   * @param read The read.
   * @param place What its rule calls the replica.
   * @param replica The replica.
   * @param number Number of the question among those of its client.
   * @param now The tick.
   */
  ask(
    read: OpenRead,
    place: number,
    replica: number,
    number: number,
    now: number,
  ): void {
    const index = this.#take();
    const message = this.#messages[index] as ReadMessage;
    this.#address(message, read, place, replica);
    message.kind = READ_REQUEST;
    message.number = number;
    this.#about(message).read(now, message.item, message.read);
    this.#send(index, message, now);
  }

  #repair(
    read: OpenRead,
    quorum: QuorumRead,
    replica: number,
    now: number,
  ): void {
    const index = this.#take();
    const message = this.#messages[index] as ReadMessage;
    const { size } = this.#parts.set;
    const send = quorum.sendsOf(replica);
    this.#address(message, read, replica, replica);
    message.kind = REPAIR;
    message.send = send;
    message.number = repairNumber(read.number, send, replica, size);
    message.seq = quorum.repairSeqOf(0);
    message.total = quorum.repairTotalOf(0);
    this.#about(message)
      .repair(now, message.item, message.read, message.seq, message.total);
    if (quorum.isRepairAwaited) this.#fileReminder(message, now);
    this.#send(index, message, now);
  }

  /** Notes when a repair is to be sent again, unless it is acknowledged. */
  #fileReminder(repair: ReadMessage, now: number): void {
    const { streams, ackTimeoutTicks } = this.#parts;
    const { owner, reader, number, send } = repair;
    const index = this.#take();
    const reminder = this.#messages[index] as ReadMessage;
    copyMessage(repair, reminder);
    reminder.isReminder = true;
    const client = owner >= 0 ? owner : readerNode(reader);
    const waitTicks = repairWaitTicks(
      { send, ackTimeoutTicks, isRefused: false },
      streams.bits(Family.REPAIR_WAIT, client, number),
    );
    this.#file(index, now + waitTicks);
  }

  /** An acknowledgement was waited for long enough. */
  #remind(index: number, reminder: ReadMessage, now: number): void {
    const { of: read, serial, owner, life, place, send } = reminder;
    const { outages, isGone } = this.#parts;
    const { quorum } = read;
    if (
      quorum !== null && read.serial === serial &&
      !(owner >= 0 && isGone(owner, life))
    ) {
      const until = owner >= 0 ? outages.pausedUntil(owner) : 0;
      if (until > now) return this.#file(index, until);
      quorum.repairLost(place, send);
      this.#repairOthers(read, quorum, now);
    }
    this.#free.push(index);
  }

  /** A message is of a read, and for a replica. */
  #address(
    message: ReadMessage,
    read: OpenRead,
    place: number,
    replica: number,
  ): void {
    message.of = read;
    message.serial = read.serial;
    message.owner = read.owner;
    message.reader = read.reader;
    message.life = read.life;
    message.item = read.item;
    message.read = read.number;
    message.place = place;
    message.replica = replica;
  }

  /**
   * A message is where it was sent to.
   *
   * @param index Its number.
   * @param now The tick.
   */
  arrive(index: number, now: number): void {
    const message = this.#messages[index] as ReadMessage;
    if (message.isReminder) return this.#remind(index, message, now);
    if (!message.isHeld && this.#isCut(message, now)) this.#lose(message, now);
    else {
      const until = this.#pausedUntil(message);
      if (until > now) {
        message.isHeld = true;
        this.#file(index, until);
        return;
      }
      if (!isRequest(message.kind)) this.#hear(message, now);
      else if (this.#parts.outages.isReplicaDown(message.replica)) {
        this.#lose(message, now);
      } else this.#answer(message, now);
    }
    this.#free.push(index);
  }

  #isCut({ owner, reader, replica, kind }: ReadMessage, now: number): boolean {
    const { faults, outages } = this.#parts;
    if (outages.areNone) return false;
    const client = owner >= 0 ? owner : readerNode(reader);
    const server = replicaNode(replica);
    return isRequest(kind)
      ? faults.cut(client, server, now)
      : faults.cut(server, client, now);
  }

  /** Until when the receiver of a message stands still. */
  #pausedUntil({ kind, owner, replica }: ReadMessage): number {
    const { outages } = this.#parts;
    if (isRequest(kind)) return outages.replicaPausedUntil(replica);
    return owner >= 0 ? outages.pausedUntil(owner) : 0;
  }

  #answer(question: ReadMessage, now: number): void {
    const { set } = this.#parts;
    const { replica, item, kind, seq, total } = question;
    const index = this.#take();
    const message = this.#messages[index] as ReadMessage;
    copyMessage(question, message);
    message.isCopy = false;
    message.isHeld = false;
    if (kind === REPAIR) {
      message.kind = REPAIR_REPLY;
      const batch = this.#batch;
      batch.clear();
      batch.add(item, seq, REPORT_UNKNOWN, total);
      if (set.merge(replica, now, batch, NO_SOURCE) > 0) {
        this.#about(message)
          .count(now, item, seq, 0, set.valueOf(replica, item), question.read);
      }
    } else {
      message.kind = READ_REPLY;
      message.seq = set.versionOf(replica, item);
      message.total = set.valueOf(replica, item);
    }
    if (question.isCopy) {
      this.messages++;
      this.#free.push(index);
    } else this.#send(index, message, now);
  }

  /** An answer reaches its reader. */
  #hear(message: ReadMessage, now: number): void {
    const { of: read, serial, owner, life, item, place, kind } = message;
    const { isGone, onDone } = this.#parts;
    if (owner >= 0 && isGone(owner, life)) {
      this.#lose(message, now);
      return;
    }
    if (read.serial !== serial) {
      this.#about(message).receiveLate(now, item, message.read);
      return;
    }
    const { quorum } = read;
    if (quorum === null) {
      this.#finish(message, message.seq, message.total, now);
      onDone(read);
      return;
    }
    if (kind === REPAIR_REPLY) quorum.repaired(place);
    else {
      quorum.hear(place, 0, message.seq, message.total);
      quorum.answered(place);
    }
    if (read.isWaiting && quorum.isOver) {
      this.#finish(message, quorum.seqOf(0), quorum.totalOf(0), now);
    } else this.#about(message).receiveLate(now, item, message.read);
    this.#repairOthers(read, quorum, now);
    if (quorum.isDone) onDone(read);
  }

  #finish(
    message: ReadMessage,
    seq: number,
    total: number,
    now: number,
  ): void {
    const { of: read, item } = message;
    read.isWaiting = false;
    this.#about(message).value(now, item, read.number, seq, total);
    this.#parts.onAnswer(read, seq, now);
  }

  /** Tells replicas what they are not known to have. */
  #repairOthers(read: OpenRead, quorum: QuorumRead, now: number): void {
    // Where repairs are, places are the numbers of replicas.
    for (
      let replica = quorum.nextRepair();
      replica !== NOBODY;
      replica = quorum.nextRepair()
    ) this.#repair(read, quorum, replica, now);
  }

  #take(): number {
    const index = this.#free.pop() ??
      this.#messages.push(new ReadMessage()) - 1;
    const message = this.#messages[index] as ReadMessage;
    message.isCopy = false;
    message.isReminder = false;
    message.isHeld = false;
    return index;
  }

  #send(index: number, message: ReadMessage, now: number): void {
    const { faults } = this.#parts;
    const { owner, reader, item, read, kind, number } = message;
    this.messages++;
    const client = owner >= 0 ? owner : readerNode(reader);
    const arrival = faults.arrivalTick(kind, client, number, now);
    if (arrival === NEVER) {
      this.#lose(message, now);
      this.#free.push(index);
      return;
    }
    this.#file(index, arrival);
    const copyArrival = faults.copyArrivalTick(kind, client, number, now);
    if (copyArrival === NEVER) return;
    this.messages++;
    this.#about(message).copy(now, item, read, directionOf(kind));
    const index2 = this.#take();
    const copy = this.#messages[index2] as ReadMessage;
    copyMessage(message, copy);
    copy.isCopy = true;
    this.#file(index2, copyArrival);
  }

  #file(index: number, tick: number): void {
    const { agenda, messageEvent } = this.#parts;
    agenda.file(tick, messageEvent(index));
  }

  #lose(message: ReadMessage, now: number): void {
    const { item, read, kind } = message;
    this.#about(message).lose(now, item, read, directionOf(kind));
  }

  /** The recorder, where the next event is about a message. */
  #about({ reader, replica }: ReadMessage): Recorder {
    return this.#parts.recorder.of(reader, replica);
  }
}

function directionOf(kind: MessageKind): EventDirection {
  return isRequest(kind) ? EventDirection.REPORT : EventDirection.REPLY;
}

function copyMessage(from: ReadMessage, to: ReadMessage): void {
  to.of = from.of;
  to.serial = from.serial;
  to.kind = from.kind;
  to.owner = from.owner;
  to.reader = from.reader;
  to.life = from.life;
  to.replica = from.replica;
  to.place = from.place;
  to.item = from.item;
  to.read = from.read;
  to.number = from.number;
  to.send = from.send;
  to.isCopy = from.isCopy;
  to.isHeld = from.isHeld;
  to.seq = from.seq;
  to.total = from.total;
}
