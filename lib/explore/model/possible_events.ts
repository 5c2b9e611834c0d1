/**
 * The events that are possible in a state.
 *
 * @module
 */

import type { Bounds } from "./bounds.ts";
import type { Deliveries } from "./deliveries.ts";
import { Kind, packEvent } from "./events.ts";
import type { Gossip } from "./gossip.ts";
import { Flag, Header, type Layout, MESSAGE_BYTES, Server } from "./layout.ts";
import { isAwaitedKind, Message } from "./messages.ts";
import { ReadMessage, type Reads } from "./reads.ts";
import { isActing, isDrawing, isInFlight, seqAt } from "./saved_row.ts";

/** The parts of a model that events happen to. */
export interface EventParts {
  /** The bounds. */
  readonly bounds: Bounds;
  /** The places of everything in a state. */
  readonly layout: Layout;
  /** Likes servers and their messages. */
  readonly deliveries: Deliveries;
  /** The exchanges of replicas; null where they do not gossip. */
  readonly gossip: Gossip | null;
  /** The reads; null where nobody reads. */
  readonly reads: Reads | null;
}

/** The most sets of replicas of which a read can ask one: 2 of 4. */
const READ_SETS_MAX = 6;

/** Lists what can happen in a state. */
export class PossibleEvents {
  readonly #parts: EventParts;
  /** The state, and the list of its events so far. */
  #bytes: Uint8Array = new Uint8Array(0);
  #into: Int32Array = new Int32Array(0);
  #count = 0;

  /**
   * Prepares the lists.
   *
   * @param parts The parts that events happen to.
   */
  constructor(parts: EventParts) {
    this.#parts = parts;
  }

  /** The most events that are possible in one state. */
  get most(): number {
    const { servers, replicas } = this.#parts.bounds;
    const { rows, messagesMax, syncsMax, readsMax } = this.#parts.layout;
    const ofServer = 5 + 4 * messagesMax + 2 * rows;
    const ofReplica = 2 + replicas + 3 * syncsMax;
    const ofItem = READ_SETS_MAX + 3 * readsMax + 1 + replicas;
    return replicas * (servers * (ofServer + ofItem) + ofReplica + 1);
  }

  /**
   * Lists the events that may be possible in a state.
   *
   * @param bytes The state.
   * @param into The list.
   * @returns How many there are.
   */
  list(bytes: Uint8Array, into: Int32Array): number {
    const { bounds, gossip, reads } = this.#parts;
    const { servers, replicas, writeTo } = bounds;
    this.#bytes = bytes;
    this.#into = into;
    this.#count = 0;
    for (let server = 0; server < servers; server++) this.#listServer(server);
    const isSettling = (bytes[Header.FLAGS]! & Flag.SETTLING) !== 0;
    const crashes = bytes[Header.CRASHES] as number;
    for (let replica = 0; replica < replicas; replica++) {
      if (bytes[Header.REPLICAS + replica] !== 0) {
        this.#put(Kind.RECOVER, replica);
      } else if (crashes > 0) {
        this.#put(Kind.FAIL, replica);
      }
    }
    if (gossip !== null) this.#listExchanges(gossip, isSettling);
    if (!isSettling && reads !== null) this.#listReads(reads);
    if (!isSettling) this.#put(Kind.END);
    if (writeTo !== "any") return this.#count;
    // Wherever a report is sent to.
    const each = this.#count;
    for (let to = 1; to < replicas; to++) {
      for (let i = 0; i < each; i++) {
        into[this.#count++] = into[i]! | packEvent(0, 0, 0, to);
      }
    }
    return this.#count;
  }

  #put(kind: number, who = 0, which = 0): void {
    this.#into[this.#count++] = packEvent(kind, who, which);
  }

  #listReads(reads: Reads): void {
    const { servers, replicas } = this.#parts.bounds;
    const bytes = this.#bytes;
    const open = reads.openItem(bytes);
    const isWaiting = reads.isWaiting(bytes);
    for (let item = 0; item < servers; item++) {
      this.#listReadMessages(item);
      if (isWaiting || !reads.canRead(bytes, item)) continue;
      for (let choice = 0; choice < reads.choices; choice++) {
        this.#put(Kind.READ, item, choice);
      }
    }
    if (!isWaiting) return;
    const lost = reads.lostRepairs(bytes, open);
    for (let replica = 0; replica < replicas; replica++) {
      if ((lost & 1 << replica) === 0) continue;
      this.#put(Kind.REPAIR_AGAIN, open, replica);
    }
    if (!reads.isOnTheWay(bytes, open) || bytes[Header.LATE] !== 0) {
      this.#put(Kind.GIVE_UP, open);
    }
  }

  #listReadMessages(item: number): void {
    const { layout } = this.#parts;
    const bytes = this.#bytes;
    const first = layout.readMessages(item);
    for (let number = 0; number < layout.readsMax; number++) {
      const at = first + number * MESSAGE_BYTES;
      const kind = bytes[at]! >> 4;
      if (kind === 0) break;
      if (number > 0 && isAsBefore(bytes, at)) continue;
      this.#put(Kind.ANSWER, item, number);
      if (bytes[Header.LOSSES] !== 0) {
        this.#put(Kind.LOSE_READ, item, number);
      }
      // The answer to a copy goes nowhere.
      const isMore = kind !== ReadMessage.QUESTION &&
        kind !== ReadMessage.REPAIRED;
      if (bytes[Header.COPIES] !== 0 && isMore) {
        this.#put(Kind.COPY_READ, item, number);
      }
    }
  }

  #listExchanges(gossip: Gossip, isSettling: boolean): void {
    const { layout, bounds: { replicas } } = this.#parts;
    const bytes = this.#bytes;
    for (let number = 0; number < layout.syncsMax; number++) {
      if (bytes[layout.sync(number)] === 0) break;
      this.#put(Kind.SYNC, number);
      if (bytes[Header.LOSSES] !== 0) {
        this.#put(Kind.LOSE_SYNC, number);
      }
      if (bytes[Header.COPIES] !== 0) {
        this.#put(Kind.COPY_SYNC, number);
      }
    }
    if (!isSettling && bytes[Header.EXCHANGES] === 0) return;
    for (let replica = 0; replica < replicas; replica++) {
      if (bytes[Header.REPLICAS + replica] !== 0) continue;
      if (gossip.isExchanging(bytes, replica)) continue;
      for (let peer = 0; peer < replicas; peer++) {
        if (peer === replica) continue;
        // In the end, one that can tell or hear nothing makes no difference.
        if (isSettling && !gossip.areApart(bytes, replica, peer)) continue;
        this.#put(Kind.EXCHANGE, replica, peer);
      }
    }
  }

  #listServer(server: number): void {
    const { layout } = this.#parts;
    const bytes = this.#bytes;
    const isDown = bytes[layout.server(server) + Server.DOWN] !== 0;
    const first = layout.row(server, 0);
    if (isDown) this.#put(Kind.RESTART, server);
    else if (isDrawing(bytes, first)) {
      const likes = this.#parts.deliveries.draws[seqAt(bytes, first)] ?? [];
      for (let which = 0; which < likes.length; which++) {
        this.#put(Kind.DRAW, server, which);
      }
    }
    const messages = layout.messages(server);
    const end = messages + layout.messagesMax * MESSAGE_BYTES;
    let rowsOnTheWay = 0;
    let number = 0;
    for (
      let at = messages;
      at < end && bytes[at] !== 0;
      at += MESSAGE_BYTES, number++
    ) {
      const kind = bytes[at]! >> 4;
      const replica = bytes[at]! & 15;
      if (isAwaitedKind(kind)) {
        rowsOnTheWay |= 1 << (layout.rows > 1 ? replica : 0);
      }
      if (number > 0 && isAsBefore(bytes, at)) continue;
      this.#put(Kind.DELIVER, server, number);
      if (
        kind === Message.REPORT && bytes[Header.REPLICAS + replica] !== 0
      ) this.#put(Kind.REFUSE, server, number);
      if (bytes[Header.LOSSES] !== 0) {
        this.#put(Kind.LOSE, server, number);
      }
      if (bytes[Header.COPIES] !== 0) {
        this.#put(Kind.COPY, server, number);
      }
    }
    if (isDown) return;
    for (let row = 0; row < layout.rows; row++) {
      const at = layout.row(server, row);
      if (!isActing(bytes, at)) continue;
      if (!isInFlight(bytes, at)) {
        this.#put(Kind.RETRY, server, row);
      } else if (
        (rowsOnTheWay & 1 << row) === 0 || bytes[Header.LATE] !== 0
      ) this.#put(Kind.TIMEOUT, server, row);
    }
    if (bytes[Header.CRASHES] !== 0) {
      this.#put(Kind.CRASH, server);
    }
  }
}

/** Whether a message is the same as the one before it. */
function isAsBefore(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < MESSAGE_BYTES; i++) {
    if (bytes[at + i] !== bytes[at + i - MESSAGE_BYTES]) return false;
  }
  return true;
}
