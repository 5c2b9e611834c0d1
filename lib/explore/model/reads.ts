/**
 * A reader: what happens to its reads, by the rules. It reads one item after
 * another; all that is about the read of an item stands in the block of that
 * likes server.
 *
 * @module
 */

import { type HomeChoice, READ_PATIENCE } from "../../rules/choice.ts";
import { NOBODY, type QuorumRead } from "../../rules/read_quorum.ts";
import { HOLDS } from "../checker/model.ts";
import type { Bounds } from "./bounds.ts";
import type { Deliveries } from "./deliveries.ts";
import { excusedSeqOf } from "./excused.ts";
import {
  Header,
  HEARD_BYTES,
  type Layout,
  MESSAGE_BYTES,
  Read,
  Server,
} from "./layout.ts";
import { Property } from "./property.ts";
import type { Rules } from "./rules.ts";
import { acknowledgedSeqAt, setWide, wideAt } from "./saved_row.ts";

/** Phases of the read of an item. */
export const Phase = {
  /** No read is open. */
  NONE: 0,
  /** The reader waits for its answer. */
  WAITING: 1,
  /** The reader has its answer, and hears late ones for the sake of repairs. */
  ANSWERED: 2,
} as const;

/** Kinds of messages of reads; a higher one stands first. */
export const ReadMessage = {
  /** A repair of a read that is over, or a copy of one. */
  PAST_REPAIR: 1,
  REPAIRED: 2,
  REPAIR: 3,
  ANSWER: 4,
  QUESTION: 5,
} as const;

// What a read has heard:
const ANSWER = 1;
const REPAIRED = 2;
const REPAIR_LOST = 3;

/**
 * The reads of one reader. Each event changes the bytes of the state that it is
 * given, and tells what its step violates, or {@linkcode HOLDS}.
 */
export class Reads {
  readonly #bounds: Bounds;
  readonly #layout: Layout;
  readonly #deliveries: Deliveries;
  readonly #quorum: QuorumRead;
  readonly #choice: HomeChoice | null;
  /** Sets of replicas that a read can ask. */
  readonly #sets: readonly (readonly number[])[];
  readonly #areOverlapping: boolean;
  readonly #areRepairedBefore: boolean;
  /** The most times that a reader tells replicas once more in a read. */
  readonly #repairsLostMax: number;

  /**
   * Makes the rules that decide.
   *
   * @param bounds What is explored.
   * @param layout Where everything stands.
   * @param deliveries Takes over what repairs tell.
   * @param rules The rules.
   */
  constructor(
    bounds: Bounds,
    layout: Layout,
    deliveries: Deliveries,
    rules: Rules,
  ) {
    const { replicas, readFrom, readQuorum, writeQuorum, writeTo } = bounds;
    this.#bounds = bounds;
    this.#layout = layout;
    this.#deliveries = deliveries;
    this.#quorum = rules.makeQuorumRead(bounds);
    this.#choice = readFrom === "home" && replicas > 1
      ? rules.makeHomeChoice({ clients: 1, replicas, patience: READ_PATIENCE })
      : null;
    this.#sets = setsOf(replicas, readFrom === "all" ? replicas : readQuorum);
    // Each replica is heard to answer, and to be repaired.
    this.#repairsLostMax = layout.heardMax - 2 * replicas;
    this.#areOverlapping = (writeTo === "all" || replicas === 1) &&
      readQuorum + writeQuorum > replicas;
    this.#areRepairedBefore = bounds.readRepair === "before" || replicas === 1;
  }

  /** Sets of replicas that a read can ask: it asks one of them. */
  get choices(): number {
    return this.#bounds.readFrom === "home" ? 1 : this.#sets.length;
  }

  /** The item of the read that is open; -1 if there is none. */
  openItem(bytes: Uint8Array): number {
    for (let server = 0; server < this.#bounds.servers; server++) {
      const at = this.#layout.read(server) + Read.PHASE;
      if (bytes[at] !== Phase.NONE) return server;
    }
    return -1;
  }

  /** Whether the reader waits for an answer. */
  isWaiting(bytes: Uint8Array): boolean {
    const item = this.openItem(bytes);
    return item >= 0 &&
      bytes[this.#layout.read(item) + Read.PHASE] === Phase.WAITING;
  }

  /**
   * Whether a read of an item can begin. The last one does not where nothing
   * can be wrong with it: where nothing of the item is acknowledged, nor was
   * read before, and it tells no replica anything.
   */
  canRead(bytes: Uint8Array, item: number): boolean {
    const left = bytes[Header.READS] as number;
    if (left !== 1 || this.#bounds.readRepair !== "off") return left > 0;
    if (this.#acknowledged(bytes, item) > 0) return true;
    const from = this.#layout.read(item) + Read.FLOOR;
    const end = this.#layout.heard(item);
    for (let at = from; at < end; at++) if (bytes[at] !== 0) return true;
    return false;
  }

  /** A read begins. */
  begin(bytes: Uint8Array, item: number, choice: number): number {
    const { replicas, readFrom } = this.#bounds;
    const before = this.openItem(bytes);
    if (before >= 0) this.#close(bytes, before);
    const at = this.#layout.read(item);
    bytes[at + Read.PHASE] = Phase.WAITING;
    bytes[at + Read.DUE] = this.#acknowledged(bytes, item);
    bytes[at + Read.FLOOR] = bytes[at + Read.ANSWERED] as number;
    const asked = readFrom === "home"
      ? [bytes[Header.READER] as number]
      : this.#sets[choice] as readonly number[];
    for (const replica of asked) {
      this.#add(bytes, item, ReadMessage.QUESTION, replica % replicas, 0, 0);
    }
    return HOLDS;
  }

  #acknowledged(bytes: Uint8Array, server: number): number {
    const layout = this.#layout;
    return layout.rows > 1
      ? bytes[layout.server(server) + Server.QUORUM] as number
      : acknowledgedSeqAt(bytes, layout.row(server, 0));
  }

  /** A message of a read is where it was sent to. */
  deliver(bytes: Uint8Array, item: number, number: number): number {
    const at = this.#layout.readMessages(item) + number * MESSAGE_BYTES;
    const kind = bytes[at]! >> 4;
    const replica = bytes[at]! & 15;
    const seq = bytes[at + 1] as number;
    const total = wideAt(bytes, at + 2);
    this.#remove(bytes, item, number);
    if (kind === ReadMessage.ANSWER) {
      return this.#hear(bytes, item, ANSWER, replica, seq, total);
    }
    if (kind === ReadMessage.REPAIRED) {
      return this.#hear(bytes, item, REPAIRED, replica, 0, 0);
    }
    if (bytes[Header.REPLICAS + replica] !== 0) return HOLDS;
    if (kind === ReadMessage.QUESTION) {
      const entry = this.#layout.entry(item, replica, replica);
      this.#add(
        bytes,
        item,
        ReadMessage.ANSWER,
        replica,
        bytes[entry] as number,
        wideAt(bytes, entry + 2),
      );
      return HOLDS;
    }
    const code = this.#deliveries.repair(bytes, replica, item, seq, total);
    if (kind === ReadMessage.REPAIR) {
      this.#add(bytes, item, ReadMessage.REPAIRED, replica, 0, 0);
    }
    return code;
  }

  /** A message of a read is lost. */
  lose(bytes: Uint8Array, item: number, number: number): number {
    this.#remove(bytes, item, number);
    return HOLDS;
  }

  /** The network repeats a message of a read. */
  copy(bytes: Uint8Array, item: number, number: number): number {
    const at = this.#layout.readMessages(item) + number * MESSAGE_BYTES;
    const kind = bytes[at]! >> 4;
    this.#add(
      bytes,
      item,
      kind === ReadMessage.REPAIR ? ReadMessage.PAST_REPAIR : kind,
      bytes[at]! & 15,
      bytes[at + 1] as number,
      wideAt(bytes, at + 2),
    );
    return HOLDS;
  }

  /** Whether a message of the open read is on its way. */
  isOnTheWay(bytes: Uint8Array, item: number): boolean {
    const from = this.#layout.readMessages(item);
    return bytes[from]! >> 4 > ReadMessage.PAST_REPAIR;
  }

  /** Replicas whose repair is lost that the read waits for, as bits. */
  lostRepairs(bytes: Uint8Array, item: number): number {
    if (this.#bounds.readRepair !== "before") return 0;
    if (this.#repairsLost(bytes, item) === this.#repairsLostMax) return 0;
    const quorum = this.#load(bytes, item);
    if (!quorum.isRepairAwaited) return 0;
    let lost = 0;
    for (let place = 0; place < this.#bounds.replicas; place++) {
      if (quorum.sendsOf(place) > 0 && quorum.lacks(place)) lost |= 1 << place;
    }
    const from = this.#layout.readMessages(item);
    const end = from + this.#layout.readsMax * MESSAGE_BYTES;
    for (let at = from; at < end && bytes[at] !== 0; at += MESSAGE_BYTES) {
      const kind = bytes[at]! >> 4;
      const isOfRepair = kind === ReadMessage.REPAIR ||
        kind === ReadMessage.REPAIRED;
      if (isOfRepair) lost &= ~(1 << (bytes[at]! & 15));
    }
    return lost;
  }

  /** Number of times that the reader has told a replica once more. */
  #repairsLost(bytes: Uint8Array, item: number): number {
    const from = this.#layout.heard(item);
    const end = from + this.#layout.heardMax * HEARD_BYTES;
    let count = 0;
    for (let at = from; at < end && bytes[at] !== 0; at += HEARD_BYTES) {
      if (bytes[at]! >> 4 === REPAIR_LOST) count++;
    }
    return count;
  }

  /** The reader tells a replica once more, from which it has not heard. */
  repairAgain(bytes: Uint8Array, item: number, place: number): number {
    return this.#hear(bytes, item, REPAIR_LOST, place, 0, 0);
  }

  /** The reader has waited long enough. */
  giveUp(bytes: Uint8Array, item: number): void {
    this.#choose(bytes, (choice) => choice.unanswered(0));
    this.#close(bytes, item);
  }

  /** All lifetimes are over: nobody reads any more. */
  end(bytes: Uint8Array): void {
    const layout = this.#layout;
    for (let server = 0; server < this.#bounds.servers; server++) {
      const from = layout.read(server);
      bytes.fill(0, from, layout.block(server) + layout.blockBytes);
    }
    bytes[Header.READER] = 0;
    bytes[Header.READS] = 0;
  }

  /** The reader hears something. */
  #hear(
    bytes: Uint8Array,
    item: number,
    what: number,
    place: number,
    seq: number,
    total: number,
  ): number {
    const read = this.#layout.read(item);
    const quorum = this.#load(bytes, item);
    this.#note(bytes, item, what, place, seq, total);
    this.#apply(quorum, what, place, seq, total);
    for (
      let told = quorum.nextRepair();
      told !== NOBODY;
      told = quorum.nextRepair()
    ) {
      const { REPAIR } = ReadMessage;
      const newest = quorum.repairSeqOf(0);
      this.#add(bytes, item, REPAIR, told, newest, quorum.repairTotalOf(0));
    }
    let code: number = HOLDS;
    if (bytes[read + Read.PHASE] === Phase.WAITING && quorum.isOver) {
      bytes[read + Read.PHASE] = Phase.ANSWERED;
      code = this.#answered(bytes, item, quorum.seqOf(0));
    }
    if (quorum.isDone) this.#close(bytes, item);
    return code;
  }

  /** The rule of the open read, as it has become by all that it has heard. */
  #load(bytes: Uint8Array, item: number): QuorumRead {
    const quorum = this.#quorum;
    const { replicas, readFrom, readQuorum } = this.#bounds;
    quorum.begin(replicas, readFrom === "all" ? replicas : readQuorum);
    const from = this.#layout.heard(item);
    const end = from + this.#layout.heardMax * HEARD_BYTES;
    for (let at = from; at < end && bytes[at] !== 0; at += HEARD_BYTES) {
      this.#apply(
        quorum,
        bytes[at]! >> 4,
        bytes[at]! & 15,
        bytes[at + 1] as number,
        wideAt(bytes, at + 2),
      );
      while (quorum.nextRepair() !== NOBODY);
    }
    return quorum;
  }

  #apply(
    quorum: QuorumRead,
    what: number,
    place: number,
    seq: number,
    total: number,
  ): void {
    if (what === REPAIRED) quorum.repaired(place);
    else if (what === REPAIR_LOST) {
      quorum.repairLost(place, quorum.sendsOf(place));
    } else {
      quorum.hear(place, 0, seq, total);
      quorum.answered(place);
    }
  }

  #note(
    bytes: Uint8Array,
    item: number,
    what: number,
    place: number,
    seq: number,
    total: number,
  ): void {
    const from = this.#layout.heard(item);
    const end = from + this.#layout.heardMax * HEARD_BYTES;
    for (let at = from; at < end; at += HEARD_BYTES) {
      if (bytes[at] === (what << 4 | place) && what !== REPAIR_LOST) return;
      if (bytes[at] !== 0) continue;
      bytes[at] = what << 4 | place;
      bytes[at + 1] = seq;
      setWide(bytes, at + 2, total);
      return;
    }
    throw new Error("A read hears more than it can");
  }

  /** The reader has its answer. */
  #answered(bytes: Uint8Array, item: number, seq: number): number {
    const layout = this.#layout;
    const read = layout.read(item);
    // What may be forgotten nobody need be told.
    const excused = excusedSeqOf(bytes, layout, item);
    const isLess = (floor: number) => seq < floor && floor > excused;
    const due = bytes[read + Read.DUE] as number;
    const floor = bytes[read + Read.FLOOR] as number;
    this.#choose(bytes, (choice) => choice.answered(0));
    bytes[read + Read.ANSWERED] = Math.max(bytes[read + Read.ANSWERED]!, seq);
    let code: number = HOLDS;
    if (this.#bounds.readFrom === "home") {
      const seen = layout.seen(item, bytes[Header.READER] as number);
      if (isLess(bytes[seen]!)) code = Property.MONOTONIC;
      bytes[seen] = Math.max(bytes[seen]!, seq);
    }
    if (!this.#areOverlapping) return code;
    if (isLess(due)) return Property.FRESH;
    return this.#areRepairedBefore && isLess(floor) ? Property.REGULAR : code;
  }

  /** Nothing more is waited for: repairs on their way still arrive. */
  #close(bytes: Uint8Array, item: number): void {
    const layout = this.#layout;
    const read = layout.read(item);
    bytes[read + Read.PHASE] = Phase.NONE;
    bytes[read + Read.DUE] = 0;
    bytes[read + Read.FLOOR] = 0;
    const from = layout.readMessages(item);
    bytes.fill(0, layout.heard(item), from);
    if (bytes[Header.READS] === 0) {
      // No read follows that could be compared.
      for (let server = 0; server < this.#bounds.servers; server++) {
        const first = layout.read(server) + Read.ANSWERED;
        bytes.fill(0, first, layout.heard(server));
      }
      bytes[Header.READER] = 0;
    }
    for (let number = layout.readsMax - 1; number >= 0; number--) {
      const at = from + number * MESSAGE_BYTES;
      const kind = bytes[at]! >> 4;
      if (kind === ReadMessage.REPAIR) {
        bytes[at] = ReadMessage.PAST_REPAIR << 4 | bytes[at]! & 15;
      } else if (kind > ReadMessage.PAST_REPAIR) {
        this.#remove(bytes, item, number);
      }
    }
    this.#sort(bytes, item);
  }

  #add(
    bytes: Uint8Array,
    item: number,
    kind: number,
    replica: number,
    seq: number,
    total: number,
  ): void {
    const from = this.#layout.readMessages(item);
    const end = from + this.#layout.readsMax * MESSAGE_BYTES;
    for (let at = from; at < end; at += MESSAGE_BYTES) {
      if (bytes[at] !== 0) continue;
      bytes[at] = kind << 4 | replica;
      bytes[at + 1] = seq;
      setWide(bytes, at + 2, total);
      this.#sort(bytes, item);
      return;
    }
    throw new Error("More messages of reads are on their way than can be");
  }

  #remove(bytes: Uint8Array, item: number, number: number): void {
    const from = this.#layout.readMessages(item);
    const end = from + this.#layout.readsMax * MESSAGE_BYTES;
    const at = from + number * MESSAGE_BYTES;
    bytes.copyWithin(at, at + MESSAGE_BYTES, end);
    bytes.fill(0, end - MESSAGE_BYTES, end);
  }

  /** Puts the messages of an item in order, the highest first. */
  #sort(bytes: Uint8Array, item: number): void {
    const from = this.#layout.readMessages(item);
    const { readsMax } = this.#layout;
    for (let number = 1; number < readsMax; number++) {
      let at = from + number * MESSAGE_BYTES;
      for (; at > from; at -= MESSAGE_BYTES) {
        if (!isAbove(bytes, at, at - MESSAGE_BYTES)) break;
        for (let i = at; i < at + MESSAGE_BYTES; i++) {
          const byte = bytes[i] as number;
          bytes[i] = bytes[i - MESSAGE_BYTES] as number;
          bytes[i - MESSAGE_BYTES] = byte;
        }
      }
    }
  }

  #choose(bytes: Uint8Array, note: (choice: HomeChoice) => void): void {
    const choice = this.#choice;
    if (choice === null) return;
    choice.restart(0);
    for (let i = 0; i < this.#bounds.replicas; i++) {
      if (choice.replicaOf(0) === bytes[Header.READER]) break;
      choice.refused(0);
    }
    note(choice);
    bytes[Header.READER] = choice.replicaOf(0);
  }
}

/** All sets of so many replicas. */
function setsOf(replicas: number, size: number): number[][] {
  const sets: number[][] = [];
  for (let bits = 0; bits < 1 << replicas; bits++) {
    const set: number[] = [];
    for (let replica = 0; replica < replicas; replica++) {
      if ((bits & 1 << replica) !== 0) set.push(replica);
    }
    if (set.length === size) sets.push(set);
  }
  return sets;
}

function isAbove(bytes: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; i < MESSAGE_BYTES; i++) {
    const difference = bytes[a + i]! - bytes[b + i]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}
