/**
 * The exchanges of the replicas of a virtual run: when each begins one, and
 * what becomes of its messages.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { replicaNode } from "../../domain/nodes.ts";
import type { Streams } from "../../domain/random.ts";
import { NEVER } from "../../domain/ticks.ts";
import type { Faults } from "../../faults/force.ts";
import { exponential } from "../../faults/distributions.ts";
import { SyncFields } from "../../protocol/sync.ts";
import {
  type GossipInterval,
  gossipPartner,
  GossipWaits,
} from "../../rules/choice.ts";
import { EntryBatch } from "../../rules/exchange/entry_batch.ts";
import { HAS_TOTALS } from "../../rules/ledger.ts";
import { ReportBytes, syncBytes } from "../bytes.ts";
import type { Outages } from "../outages.ts";
import { EventDirection, type Recorder } from "../recorder.ts";
import type { Agenda } from "./agenda.ts";
import type { ReplicaSet } from "./replica_set.ts";

const { PEER_REQUEST, PEER_REPLY } = MessageKind;

/** Parts that the exchanges of a run need. */
export interface GossipParts {
  /** The random numbers. */
  readonly streams: Streams;
  /** Wait of replicas between two exchanges. */
  readonly interval: GossipInterval;
  /** The replicas. */
  readonly set: ReplicaSet;
  /** The faults. */
  readonly faults: Faults;
  /** Processes that are down or stand still. */
  readonly outages: Outages;
  /** The history. */
  readonly recorder: Recorder;
  /** Agenda of the run. */
  readonly agenda: Agenda;
  /** The number under which a replica's next exchange is filed. */
  readonly timerEvent: (replica: number) => number;
  /** The number under which the arrival of a message is filed. */
  readonly messageEvent: (message: number) => number;
}

/** A message of an exchange on its way. */
class GossipMessage {
  readonly header = new SyncFields();
  readonly entries = new EntryBatch();
  to = 0;
  /** Whether the network made it: nobody sees what is replied to it. */
  isCopy = false;
  /** Whether it has arrived, but who it is for stood still. */
  isHeld = false;
}

/** Lets replicas gossip. */
export class Gossip {
  /** Messages of exchanges sent, the network's copies included. */
  messages = 0;
  /** Bytes of these. */
  bytes = 0;
  /** Entries that these carried. */
  entries = 0;
  /** Mean of the waits between two exchanges, in ticks. */
  readonly meanTicks: number;

  readonly #parts: GossipParts;
  readonly #waits: GossipWaits;
  readonly #entryBytes = new ReportBytes("crdt");
  /** By replica: exchanges begun, requests sent, and lives before this one. */
  readonly #begun: Int32Array;
  readonly #requests: Int32Array;
  readonly #lives: Int32Array;
  /** By replica: the serial of its next exchange; another one is of no life. */
  readonly #timers: Float64Array;
  readonly #messages: GossipMessage[] = [];
  readonly #free: number[] = [];
  /** The message that is being filled. */
  #filling = new GossipMessage();
  /** Bytes of the message that was filled last. */
  #bytes = 0;
  #isStopped = false;

  /**
   * Replicas that begin their first exchange each at a moment of its own.
   *
   * @param parts What they need.
   */
  constructor(parts: GossipParts) {
    const { streams, interval, set } = parts;
    this.#parts = parts;
    this.#waits = new GossipWaits(streams, interval, exponential);
    this.meanTicks = this.#waits.meanTicks;
    this.#begun = new Int32Array(set.size);
    this.#requests = new Int32Array(set.size);
    this.#lives = new Int32Array(set.size);
    this.#timers = new Float64Array(set.size);
    for (let replica = 0; replica < set.size; replica++) {
      this.#wait(replica, this.#waits.first(replica, 0));
    }
  }

  /** From now on no exchange begins, and no message arrives. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * A replica is killed: it begins no exchange.
   *
   * @param replica Which.
   */
  crash(replica: number): void {
    this.#timers[replica] = 0;
  }

  /**
   * A replica is started again.
   *
   * @param replica Which.
   * @param now The tick.
   */
  restart(replica: number, now: number): void {
    const life = ++this.#lives[replica]!;
    this.#wait(replica, now + this.#waits.first(replica, life));
  }

  #wait(replica: number, tick: number): void {
    if (tick >= NEVER) return;
    const { agenda, timerEvent } = this.#parts;
    this.#timers[replica] = agenda.file(tick, timerEvent(replica));
  }

  /**
   * Begins a replica's exchange, whose time has come.
   *
   * @param replica Which.
   * @param now The tick.
   * @param serial What the agenda says of the event.
   */
  begin(replica: number, now: number, serial: number): void {
    if (this.#timers[replica] !== serial || this.#isStopped) return;
    const { outages, streams, set } = this.#parts;
    const pausedUntil = outages.replicaPausedUntil(replica);
    if (pausedUntil > now) {
      this.#wait(replica, pausedUntil);
      return;
    }
    const number = ++this.#begun[replica]!;
    this.#wait(replica, now + this.#waits.after(replica, number));
    this.#request(
      replica,
      gossipPartner(streams, replica, number, set.size),
      now,
    );
  }

  /**
   * A message is where it was sent to.
   *
   * @param index Its number.
   * @param now The tick.
   */
  arrive(index: number, now: number): void {
    if (this.#isStopped) return;
    const { faults, outages } = this.#parts;
    const message = this.#messages[index] as GossipMessage;
    const { header, to } = message;
    const from = header.sender;
    if (
      !message.isHeld && !outages.areNone &&
      faults.cut(replicaNode(from), replicaNode(to), now)
    ) {
      this.#lose(message, now);
      this.#free.push(index);
      return;
    }
    const pausedUntil = outages.replicaPausedUntil(to);
    if (pausedUntil > now) {
      message.isHeld = true;
      this.#file(index, pausedUntil);
      return;
    }
    if (outages.isReplicaDown(to)) this.#lose(message, now);
    else this.#receive(message, now);
    this.#free.push(index);
  }

  #receive({ to, header, entries, isCopy }: GossipMessage, now: number): void {
    const { set, recorder } = this.#parts;
    const { exchanges } = set;
    exchanges.receive(to, header);
    const source = exchanges.sourceOf(to, header);
    const raised = set.merge(to, now, entries, source);
    exchanges.received(to, header);
    const direction = header.isReply
      ? EventDirection.REPLY
      : EventDirection.REPORT;
    recorder.between(to, header.sender, raised)
      .merge(now, header.number, set.ledgerOf(to).total, direction);
    if (!header.isReply) this.#reply(to, header, isCopy, now);
    else if (exchanges.goesOn(to, header)) {
      this.#request(to, header.sender, now);
    }
  }

  #request(replica: number, peer: number, now: number): void {
    const index = this.#take(peer);
    const message = this.#messages[index] as GossipMessage;
    const number = ++this.#requests[replica]!;
    const { exchanges } = this.#parts.set;
    exchanges.request(replica, peer, number, message.header, this);
    this.#fill(replica, message);
    this.#send(index, message, PEER_REQUEST, replica, now);
  }

  #reply(
    replica: number,
    request: SyncFields,
    isToCopy: boolean,
    now: number,
  ): void {
    const index = this.#take(request.sender);
    const message = this.#messages[index] as GossipMessage;
    this.#parts.set.exchanges.reply(replica, request, message.header, this);
    this.#fill(replica, message);
    if (isToCopy) {
      this.#count(message);
      this.#free.push(index);
    } else this.#send(index, message, PEER_REPLY, request.sender, now);
  }

  /** A message without entries, for a replica. */
  #take(to: number): number {
    let index = this.#free.pop();
    if (index === undefined) {
      index = this.#messages.length;
      this.#messages.push(new GossipMessage());
    }
    const message = this.#messages[index] as GossipMessage;
    message.to = to;
    message.isCopy = false;
    message.isHeld = false;
    message.entries.clear();
    this.#filling = message;
    return index;
  }

  /** Adds a row to the message that is being filled. */
  add(_replica: number, row: number): void {
    this.#filling.entries.addRow(row);
  }

  /** Puts in what a replica holds of the rows of a message, and measures it. */
  #fill(replica: number, { entries, header }: GossipMessage): void {
    const { set } = this.#parts;
    entries.fill(set.ledgerOf(replica));
    const { rows, seqs, reports, totals, length } = entries;
    let bytes = syncBytes(header);
    for (let i = 0; i < length; i++) {
      bytes += this.#entryBytes.of(
        set.serverOf(rows[i] as number),
        (reports[i] as number) & ~HAS_TOTALS,
        seqs[i] as number,
        totals[i] as number,
      );
    }
    this.#bytes = bytes;
  }

  /** The message that has just been filled is sent. */
  #count({ header }: GossipMessage): void {
    this.messages++;
    this.bytes += this.#bytes;
    this.entries += header.count;
  }

  #send(
    index: number,
    message: GossipMessage,
    kind: MessageKind,
    initiator: number,
    now: number,
  ): void {
    const { faults, recorder } = this.#parts;
    const { header, to } = message;
    const direction = header.isReply
      ? EventDirection.REPLY
      : EventDirection.REPORT;
    this.#count(message);
    recorder.between(header.sender, to, header.count)
      .gossip(now, header.number, direction);
    const node = replicaNode(initiator);
    const arrival = faults.arrivalTick(kind, node, header.number, now);
    if (arrival === NEVER) {
      this.#lose(message, now);
      this.#free.push(index);
      return;
    }
    this.#file(index, arrival);
    const copy = faults.copyArrivalTick(kind, node, header.number, now);
    if (copy === NEVER) return;
    this.#count(message);
    recorder.between(header.sender, to)
      .copy(now, NO_SERVER, header.number, direction);
    this.#file(this.#copyOf(message), copy);
  }

  #copyOf(message: GossipMessage): number {
    const index = this.#take(message.to);
    const copy = this.#messages[index] as GossipMessage;
    Object.assign(copy.header, message.header);
    copy.isCopy = true;
    const { rows, seqs, reports, totals, length } = message.entries;
    for (let i = 0; i < length; i++) {
      copy.entries.add(rows[i]!, seqs[i]!, reports[i]!, totals[i]!);
    }
    return index;
  }

  #file(index: number, tick: number): void {
    const { agenda, messageEvent } = this.#parts;
    agenda.file(tick, messageEvent(index));
  }

  #lose({ header, to }: GossipMessage, now: number): void {
    const direction = header.isReply
      ? EventDirection.REPLY
      : EventDirection.REPORT;
    this.#parts.recorder.between(header.sender, to)
      .lose(now, NO_SERVER, header.number, direction);
  }
}

/** A message between replicas is of no likes server. */
const NO_SERVER = -1;
