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
export class PossibleEvents implements EventParts {
  readonly bounds: Bounds;
  readonly layout: Layout;
  readonly deliveries: Deliveries;
  readonly gossip: Gossip | null;
  readonly reads: Reads | null;

  /**
   * Prepares the lists.
   *
   * @param parts The parts that events happen to.
   */
  constructor(parts: EventParts) {
    this.bounds = parts.bounds;
    this.layout = parts.layout;
    this.deliveries = parts.deliveries;
    this.gossip = parts.gossip;
    this.reads = parts.reads;
  }

  /** The most events that are possible in one state. */
  get most(): number {
    const { servers, replicas } = this.bounds;
    const { rows, messagesMax, syncsMax, readsMax } = this.layout;
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
    const { servers, replicas, writeTo } = this.bounds;
    let count = 0;
    for (let server = 0; server < servers; server++) {
      count = this.#eventsOf(bytes, server, into, count);
    }
    const isSettling = (bytes[Header.FLAGS]! & Flag.SETTLING) !== 0;
    const crashes = bytes[Header.CRASHES] as number;
    for (let replica = 0; replica < replicas; replica++) {
      if (bytes[Header.REPLICAS + replica] !== 0) {
        into[count++] = packEvent(Kind.RECOVER, replica);
      } else if (crashes > 0) {
        into[count++] = packEvent(Kind.FAIL, replica);
      }
    }
    if (this.gossip !== null) {
      count = this.#exchangesOf(bytes, this.gossip, isSettling, into, count);
    }
    if (!isSettling && this.reads !== null) {
      count = this.#readsOf(bytes, this.reads, into, count);
    }
    if (!isSettling) into[count++] = packEvent(Kind.END);
    if (writeTo !== "any") return count;
    // Wherever a report is sent to.
    const each = count;
    for (let to = 1; to < replicas; to++) {
      for (let i = 0; i < each; i++) {
        into[count++] = into[i]! | packEvent(0, 0, 0, to);
      }
    }
    return count;
  }

  #readsOf(
    bytes: Uint8Array,
    reads: Reads,
    into: Int32Array,
    from: number,
  ): number {
    const { servers, replicas } = this.bounds;
    let count = from;
    const open = reads.openItem(bytes);
    const isWaiting = reads.isWaiting(bytes);
    for (let item = 0; item < servers; item++) {
      count = this.#readMessagesOf(bytes, item, into, count);
      if (isWaiting || !reads.canRead(bytes, item)) continue;
      for (let choice = 0; choice < reads.choices; choice++) {
        into[count++] = packEvent(Kind.READ, item, choice);
      }
    }
    if (!isWaiting) return count;
    const lost = reads.lostRepairs(bytes, open);
    for (let replica = 0; replica < replicas; replica++) {
      if ((lost & 1 << replica) === 0) continue;
      into[count++] = packEvent(Kind.REPAIR_AGAIN, open, replica);
    }
    if (!reads.isOnTheWay(bytes, open) || bytes[Header.LATE] !== 0) {
      into[count++] = packEvent(Kind.GIVE_UP, open);
    }
    return count;
  }

  #readMessagesOf(
    bytes: Uint8Array,
    item: number,
    into: Int32Array,
    from: number,
  ): number {
    const { layout } = this;
    const first = layout.readMessages(item);
    let count = from;
    for (let number = 0; number < layout.readsMax; number++) {
      const at = first + number * MESSAGE_BYTES;
      const kind = bytes[at]! >> 4;
      if (kind === 0) break;
      if (number > 0 && isAsBefore(bytes, at)) continue;
      into[count++] = packEvent(Kind.ANSWER, item, number);
      if (bytes[Header.LOSSES] !== 0) {
        into[count++] = packEvent(Kind.LOSE_READ, item, number);
      }
      // The answer to a copy goes nowhere.
      const isMore = kind !== ReadMessage.QUESTION &&
        kind !== ReadMessage.REPAIRED;
      if (bytes[Header.COPIES] !== 0 && isMore) {
        into[count++] = packEvent(Kind.COPY_READ, item, number);
      }
    }
    return count;
  }

  #exchangesOf(
    bytes: Uint8Array,
    gossip: Gossip,
    isSettling: boolean,
    into: Int32Array,
    from: number,
  ): number {
    const { replicas } = this.bounds;
    let count = from;
    for (let number = 0; number < this.layout.syncsMax; number++) {
      if (bytes[this.layout.sync(number)] === 0) break;
      into[count++] = packEvent(Kind.SYNC, number);
      if (bytes[Header.LOSSES] !== 0) {
        into[count++] = packEvent(Kind.LOSE_SYNC, number);
      }
      if (bytes[Header.COPIES] !== 0) {
        into[count++] = packEvent(Kind.COPY_SYNC, number);
      }
    }
    if (!isSettling && bytes[Header.EXCHANGES] === 0) return count;
    for (let replica = 0; replica < replicas; replica++) {
      if (bytes[Header.REPLICAS + replica] !== 0) continue;
      if (gossip.isExchanging(bytes, replica)) continue;
      for (let peer = 0; peer < replicas; peer++) {
        if (peer === replica) continue;
        // In the end, one that can tell or hear nothing makes no difference.
        if (isSettling && !gossip.areApart(bytes, replica, peer)) continue;
        into[count++] = packEvent(Kind.EXCHANGE, replica, peer);
      }
    }
    return count;
  }

  #eventsOf(
    bytes: Uint8Array,
    server: number,
    into: Int32Array,
    from: number,
  ): number {
    const { layout } = this;
    let count = from;
    const isDown = bytes[layout.server(server) + Server.DOWN] !== 0;
    const first = layout.row(server, 0);
    if (isDown) into[count++] = packEvent(Kind.RESTART, server);
    else if (isDrawing(bytes, first)) {
      const likes = this.deliveries.draws[seqAt(bytes, first)] ?? [];
      for (let which = 0; which < likes.length; which++) {
        into[count++] = packEvent(Kind.DRAW, server, which);
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
      into[count++] = packEvent(Kind.DELIVER, server, number);
      if (
        kind === Message.REPORT && bytes[Header.REPLICAS + replica] !== 0
      ) into[count++] = packEvent(Kind.REFUSE, server, number);
      if (bytes[Header.LOSSES] !== 0) {
        into[count++] = packEvent(Kind.LOSE, server, number);
      }
      if (bytes[Header.COPIES] !== 0) {
        into[count++] = packEvent(Kind.COPY, server, number);
      }
    }
    if (isDown) return count;
    for (let row = 0; row < layout.rows; row++) {
      const at = layout.row(server, row);
      if (!isActing(bytes, at)) continue;
      if (!isInFlight(bytes, at)) {
        into[count++] = packEvent(Kind.RETRY, server, row);
      } else if (
        (rowsOnTheWay & 1 << row) === 0 || bytes[Header.LATE] !== 0
      ) into[count++] = packEvent(Kind.TIMEOUT, server, row);
    }
    if (bytes[Header.CRASHES] !== 0) {
      into[count++] = packEvent(Kind.CRASH, server);
    }
    return count;
  }
}

/** Whether a message is the same as the one before it. */
function isAsBefore(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < MESSAGE_BYTES; i++) {
    if (bytes[at + i] !== bytes[at + i - MESSAGE_BYTES]) return false;
  }
  return true;
}
