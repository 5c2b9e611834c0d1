/**
 * The history of a virtual run: always as a digest, and as events where
 * somebody wants them.
 *
 * @module
 */

import { BinaryHeap } from "@std/data-structures";
import { secondsFromTicks } from "../domain/ticks.ts";
import { HistoryDigest } from "../verdict/digest.ts";
import {
  HISTORY_KINDS,
  type HistoryEvent,
  type HistoryKind,
  kindCode,
} from "../verdict/history.ts";

// The kinds of events of which there are many, as numbers that a hot loop can
// carry.
const DRAW = kindCode("draw");
const SEND = kindCode("send");
const LOSE = kindCode("lose");
const COPY = kindCode("copy");
const RECEIVE = kindCode("receive");
const COUNT = kindCode("count");
const ACK = kindCode("ack");
const NAK = kindCode("nak");
const GOSSIP = kindCode("gossip");
const MERGE = kindCode("merge");
const READ = kindCode("read");
const VALUE = kindCode("value");
const REPAIR = kindCode("repair");

// What stands for a field that an event does not have:
const NO_SERVER = -1; // all servers, or the primary
const NONE = 0; // no seq, or no attempt
const NO_LIKES = -1;
const NO_TOTAL = -1;
const NOBODY = -1; // no replica, or no reader
const NO_ENTRIES = -1;

/** The direction of the messages that an event is about, as in the digest. */
export const EventDirection = {
  /** A report, or no message. */
  REPORT: 0,
  /** A reply; of a partition: it cuts replies only. */
  REPLY: 1,
  /** Partition that cuts reports only. */
  REPORTS_ONLY: 2,
} as const;

/** One of the {@linkcode EventDirection} numbers. */
export type EventDirection = typeof EventDirection[keyof typeof EventDirection];

const { REPORT, REPLY } = EventDirection;

/**
 * Takes events as numbers, digests them, and makes objects of them only for a
 * listener.
 */
export class Recorder {
  /** Takes the events in; the teller itself, where somebody listens. */
  readonly #digest: HistoryDigest;
  readonly #teller: EventTeller | null;

  /**
   * Begins an empty history.
   *
   * @param listener Is told of every event, in order; null if nobody is.
   * @param keepsLast Whether the last event is kept.
   */
  constructor(
    listener: ((event: HistoryEvent) => void) | null,
    keepsLast: boolean,
  ) {
    this.#teller = listener === null && !keepsLast
      ? null
      : new EventTeller(listener ?? nobody);
    this.#digest = this.#teller ?? new HistoryDigest();
  }

  /** The last event taken in; null if nobody watches. */
  get lastEvent(): HistoryEvent | null {
    return this.#teller?.lastEvent ?? null;
  }

  /** Tells what was taken in before its time: nothing else comes any more. */
  end(): void {
    this.#teller?.end();
  }

  /** The number of events so far. */
  get events(): number {
    return this.#digest.events;
  }

  /** The digest of all events so far, 16 hex digits. */
  get digest(): string {
    return this.#digest.value();
  }

  /**
   * The next event is about a replica, where there are several. Not for
   * acknowledgements.
   */
  at(_replica: number): this {
    return this;
  }

  /** The next event is about a message between two replicas. */
  between(replica: number, peer: number, entries = NO_ENTRIES): this {
    this.about(replica, peer, NOBODY, entries);
    return this;
  }

  /**
   * The next event is about a read: of a reader, or, if that is -1, of a likes
   * server that reads its own item; and about a replica unless that is -1.
   */
  of(reader: number, replica: number): this {
    if (reader !== NOBODY || replica !== NOBODY) {
      this.about(replica, NOBODY, reader, NO_ENTRIES);
    }
    if (this.#teller !== null) this.#teller.isOwn = reader === NOBODY;
    return this;
  }

  /** The next event is about a replica and nobody else. */
  protected aboutReplica(replica: number): void {
    this.#digest.aboutReplica(replica);
  }

  /** The next event is about these; -1 stands for none. */
  protected about(
    replica: number,
    peer: number,
    reader: number,
    entries: number,
  ): void {
    this.#digest.about(replica, peer, reader, entries);
  }

  /** A message of an exchange left. */
  gossip(tick: number, request: number, direction: EventDirection): void {
    this.#digest.add(
      tick,
      GOSSIP,
      NO_SERVER,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      request,
      direction,
    );
  }

  /** A message of an exchange was taken in, by who holds so many likes now. */
  merge(
    tick: number,
    request: number,
    total: number,
    direction: EventDirection,
  ): void {
    this.#digest.add(
      tick,
      MERGE,
      NO_SERVER,
      NONE,
      NO_LIKES,
      total,
      request,
      direction,
    );
  }

  /** A reader asks for a likes server. */
  read(tick: number, server: number, read: number): void {
    this.#digest.add(
      tick,
      READ,
      server,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      read,
      REPORT,
    );
  }

  /** A reader tells a replica what it has seen. */
  repair(
    tick: number,
    server: number,
    read: number,
    seq: number,
    total: number,
  ): void {
    this.#digest.add(tick, REPAIR, server, seq, NO_LIKES, total, read, REPORT);
  }

  /** A reader is answered. */
  value(
    tick: number,
    server: number,
    read: number,
    seq: number,
    total: number,
  ): void {
    this.#digest.add(tick, VALUE, server, seq, NO_LIKES, total, read, REPORT);
  }

  /** A likes server drew. */
  draw(
    tick: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
  ): void {
    this.#digest.add(tick, DRAW, server, seq, likes, total, NONE, REPORT);
  }

  /** A report left. */
  send(
    tick: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
  ): void {
    this.#digest.add(tick, SEND, server, seq, likes, total, attempt, REPORT);
  }

  /** A report arrived. */
  receive(
    tick: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
  ): void {
    this.#digest.add(tick, RECEIVE, server, seq, likes, total, attempt, REPORT);
  }

  /** The primary counted a report's likes, or recognised it. */
  count(
    tick: number,
    server: number,
    seq: number,
    newly: number,
    total: number,
    attempt: number,
  ): void {
    this.#digest.add(tick, COUNT, server, seq, newly, total, attempt, REPORT);
  }

  /**
   * A likes server gets its acknowledgement: now, or later if nothing can
   * happen to that likes server before.
   */
  ack(
    tick: number,
    server: number,
    seq: number,
    acknowledged: number,
    attempt: number,
  ): void {
    this.#digest.addAcknowledgement(
      tick,
      server,
      seq,
      NO_LIKES,
      acknowledged,
      attempt,
      REPORT,
    );
  }

  /** A likes server got a refusal. */
  nak(tick: number, server: number, attempt: number, reason: string): void {
    if (this.#teller !== null) this.#teller.reason = reason;
    this.#digest.add(
      tick,
      NAK,
      server,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      attempt,
      REPORT,
    );
  }

  /** A reply arrived after its attempt had been given up. */
  receiveLate(tick: number, server: number, attempt: number): void {
    this.#message(tick, RECEIVE, server, attempt, REPLY);
  }

  /** A message got lost. */
  lose(
    tick: number,
    server: number,
    attempt: number,
    direction: EventDirection,
  ): void {
    this.#message(tick, LOSE, server, attempt, direction);
  }

  /** The network repeats a message. */
  copy(
    tick: number,
    server: number,
    attempt: number,
    direction: EventDirection,
  ): void {
    this.#message(tick, COPY, server, attempt, direction);
  }

  /** A likes server gave its draws up to this one up. */
  giveUp(tick: number, server: number, seq: number): void {
    this.#digest.add(tick, LOSE, server, seq, NO_LIKES, NO_TOTAL, NONE, REPORT);
  }

  /** A scheduled fault began or ended; `server` -1 is the primary, or all. */
  fault(
    tick: number,
    kind: HistoryKind,
    server: number,
    direction: EventDirection = REPORT,
    total: number = NO_TOTAL,
  ): void {
    this.#digest.add(
      tick,
      kindCode(kind),
      server,
      NONE,
      NO_LIKES,
      total,
      NONE,
      direction,
    );
  }

  #message(
    tick: number,
    kind: number,
    server: number,
    attempt: number,
    direction: EventDirection,
  ): void {
    this.#digest.add(
      tick,
      kind,
      server,
      NONE,
      NO_LIKES,
      NO_TOTAL,
      attempt,
      direction,
    );
  }
}

/** Digests events, and tells a listener of each when its time has come. */
class EventTeller extends HistoryDigest {
  readonly #listener: (event: HistoryEvent) => void;
  /**
   * Acknowledgements that the listener is to be told of when their time has
   * come: by time, then by likes server, which has one at a time at most.
   */
  readonly #early = new BinaryHeap<HistoryEvent>((one, other) =>
    one.t - other.t || (one.server ?? -1) - (other.server ?? -1)
  );
  /** The last event taken in. */
  lastEvent: HistoryEvent | null = null;
  /** Whether the next event is about a likes server's read of its own item. */
  isOwn = false;
  /** The reason of the next event, a refusal. */
  reason: string | null = null;
  // Which replicas or reader the next event is about:
  #replica = NOBODY;
  #peer = NOBODY;
  #reader = NOBODY;
  #entries = NO_ENTRIES;

  constructor(listener: (event: HistoryEvent) => void) {
    super();
    this.#listener = listener;
  }

  /** Tells what was taken in before its time. */
  end(): void {
    this.#tellEarly(Infinity);
  }

  override about(
    replica: number,
    peer: number,
    reader: number,
    entries: number,
  ): void {
    super.about(replica, peer, reader, entries);
    this.#replica = replica;
    this.#peer = peer;
    this.#reader = reader;
    this.#entries = entries;
  }

  override aboutReplica(replica: number): void {
    super.aboutReplica(replica);
    this.#replica = replica;
  }

  override add(...event: Parameters<HistoryDigest["add"]>): void {
    super.add(...event);
    this.#tell(...event);
  }

  override addAcknowledgement(
    ...event: Parameters<HistoryDigest["addAcknowledgement"]>
  ): void {
    super.addAcknowledgement(...event);
    const [tick, ...others] = event;
    this.#tell(tick, ACK, ...others);
  }

  #tell(
    tick: number,
    kind: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
    attempt: number,
    direction: number,
  ): void {
    const event: HistoryEvent = {
      t: secondsFromTicks(tick),
      kind: HISTORY_KINDS[kind] as HistoryKind,
      ...server !== NO_SERVER && { server },
      ...seq !== NONE && { seq },
      ...likes !== NO_LIKES && { likes },
      ...total !== NO_TOTAL && { total },
      ...attempt !== NONE && { attempt },
      ...direction !== REPORT && { reply: direction === REPLY },
      ...this.reason !== null && { reason: this.reason },
      ...this.#replica !== NOBODY && { replica: this.#replica },
      ...this.#peer !== NOBODY && { peer: this.#peer },
      ...this.#reader !== NOBODY && { reader: this.#reader },
      ...this.#entries !== NO_ENTRIES && { entries: this.#entries },
      ...this.isOwn && { own: true },
    };
    this.#replica = this.#peer = this.#reader = NOBODY;
    this.#entries = NO_ENTRIES;
    this.isOwn = false;
    this.reason = null;
    this.lastEvent = event;
    if (kind === ACK) {
      this.#early.push(event);
      return;
    }
    this.#tellEarly(event.t);
    this.#listener(event);
  }

  #tellEarly(untilSeconds: number): void {
    for (
      let event = this.#early.peek();
      event !== undefined && event.t <= untilSeconds;
      event = this.#early.peek()
    ) {
      this.#early.pop();
      this.#listener(event);
    }
  }
}

/** The history of a run of several replicas, whose events name theirs. */
export class ReplicaRecorder extends Recorder {
  /** The next event is about a replica. Not for acknowledgements. */
  override at(replica: number): this {
    this.aboutReplica(replica);
    return this;
  }
}

/** Listens to nothing. */
function nobody(): void {}
