/**
 * Likes servers, primaries and the messages between them, as a model for the
 * checker.
 *
 * @module
 */

import {
  HOLDS,
  IMPOSSIBLE,
  type Model,
  type StateBuffer,
} from "../checker/model.ts";
import type { Bounds } from "./bounds.ts";
import { Deliveries } from "./deliveries.ts";
import { Kind, kindOf, packEvent, toOf, whichOf, whoOf } from "./events.ts";
import { Flag, Header, Layout, MESSAGE_BYTES, Server } from "./layout.ts";
import { Message } from "./messages.ts";
import { Properties } from "./properties.ts";
import { RULES, type Rules } from "./rules.ts";
import { isActing, isDrawing, isInFlight, seqAt } from "./saved_row.ts";

/** A run of some bounds. */
export class LikesModel implements Model {
  /** The bounds. */
  readonly bounds: Bounds;
  /** The places of everything in a state. */
  readonly layout: Layout;
  /** Likes servers and their messages. */
  readonly deliveries: Deliveries;
  /** The properties that must hold. */
  readonly properties: Properties;
  readonly words: number;
  readonly eventsMax: number;
  readonly #block: Uint8Array;

  /**
   * Prepares a run.
   *
   * @param bounds Its bounds.
   * @param rules The rules, which a test can replace.
   * @throws {RangeError} If there are no likes by which the draws can be told
   * apart.
   */
  constructor(bounds: Bounds, rules: Rules = RULES) {
    this.bounds = bounds;
    this.layout = new Layout(bounds, 0);
    this.deliveries = new Deliveries(bounds, this.layout, rules);
    this.properties = new Properties(
      bounds,
      this.layout,
      this.deliveries.draws,
    );
    const { servers, replicas } = bounds;
    const { rows, messagesMax, bytes } = this.layout;
    this.words = bytes / Int32Array.BYTES_PER_ELEMENT;
    const perServer = 4 + 4 * messagesMax + 2 * rows;
    this.eventsMax = replicas * (servers * perServer + 2);
    this.#block = new Uint8Array(this.layout.blockBytes);
  }

  start(into: StateBuffer): void {
    const { bytes } = into;
    const { losses, copies, crashes, late, servers } = this.bounds;
    bytes.fill(0);
    bytes[Header.LOSSES] = losses;
    bytes[Header.COPIES] = copies;
    bytes[Header.CRASHES] = crashes;
    bytes[Header.LATE] = late;
    for (let server = 0; server < servers; server++) {
      this.deliveries.start(bytes, server);
    }
  }

  // --- what can happen

  events({ bytes }: StateBuffer, into: Int32Array): number {
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
      if (kind !== Message.STALE) {
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

  // --- what happens

  next(state: StateBuffer, event: number, into: StateBuffer): number {
    into.copy(state);
    const { bytes } = into;
    const { deliveries } = this;
    const who = whoOf(event);
    const which = whichOf(event);
    const to = toOf(event);
    deliveries.hasSent = false;
    deliveries.target = to;
    const code = this.#happen(bytes, kindOf(event), who, which);
    // One that sends nothing is the same wherever that goes.
    return to !== 0 && !deliveries.hasSent ? IMPOSSIBLE : code;
  }

  #happen(
    bytes: Uint8Array,
    kind: number,
    who: number,
    which: number,
  ): number {
    const { deliveries } = this;
    switch (kind) {
      case Kind.DRAW:
        return deliveries.draw(bytes, who, which);
      case Kind.DELIVER:
        return deliveries.deliver(bytes, who, which);
      case Kind.LOSE:
        this.#spend(bytes, Header.LOSSES);
        return deliveries.lose(bytes, who, which);
      case Kind.COPY:
        this.#spend(bytes, Header.COPIES);
        bytes[Header.FLAGS] = bytes[Header.FLAGS]! | Flag.COPIED;
        return deliveries.copy(bytes, who, which);
      case Kind.REFUSE:
        return deliveries.refuse(bytes, who, which);
      case Kind.TIMEOUT:
        if (this.#isOnTheWay(bytes, who, which)) {
          this.#spend(bytes, Header.LATE);
        }
        return deliveries.due(bytes, who, which);
      case Kind.RETRY:
        return deliveries.due(bytes, who, which);
      case Kind.CRASH:
        this.#spend(bytes, Header.CRASHES);
        return deliveries.crash(bytes, who);
      case Kind.RESTART:
        return deliveries.restart(bytes, who, true);
      case Kind.FAIL:
        this.#spend(bytes, Header.CRASHES);
        bytes[Header.REPLICAS + who] = 1;
        return HOLDS;
      case Kind.RECOVER:
        bytes[Header.REPLICAS + who] = 0;
        return HOLDS;
      case Kind.END:
        return this.#end(bytes);
    }
    return IMPOSSIBLE;
  }

  /** A fault happens, of which only some may. */
  #spend(bytes: Uint8Array, budget: number): void {
    bytes[budget] = bytes[budget]! - 1;
    bytes[Header.FLAGS] = bytes[Header.FLAGS]! | Flag.FAULTY;
  }

  /** All lifetimes end, all faults are lifted. */
  #end(bytes: Uint8Array): number {
    const { servers, replicas } = this.bounds;
    bytes[Header.LOSSES] = 0;
    bytes[Header.COPIES] = 0;
    bytes[Header.CRASHES] = 0;
    bytes[Header.LATE] = 0;
    bytes[Header.FLAGS] = bytes[Header.FLAGS]! | Flag.SETTLING;
    bytes.fill(0, Header.REPLICAS, Header.REPLICAS + replicas);
    for (let server = 0; server < servers; server++) {
      this.deliveries.end(bytes, server);
    }
    return HOLDS;
  }

  #isOnTheWay(bytes: Uint8Array, server: number, row: number): boolean {
    const { layout } = this;
    const from = layout.messages(server);
    const end = from + layout.messagesMax * MESSAGE_BYTES;
    for (let at = from; at < end && bytes[at] !== 0; at += MESSAGE_BYTES) {
      if (bytes[at]! >> 4 === Message.STALE) continue;
      if (layout.rows === 1 || (bytes[at]! & 15) === row) return true;
    }
    return false;
  }

  // --- what is the same

  represent({ bytes }: StateBuffer): void {
    const { servers, replicas, writeTo } = this.bounds;
    const step = writeTo === "home" ? replicas : 1;
    for (let server = step; server < servers; server++) {
      for (let at = server; at >= step; at -= step) {
        if (!this.#isBefore(bytes, at, at - step)) break;
        this.#swap(bytes, at, at - step);
      }
    }
  }

  #isBefore(bytes: Uint8Array, server: number, other: number): boolean {
    const { blockBytes } = this.layout;
    const a = this.layout.block(server);
    const b = this.layout.block(other);
    for (let i = 0; i < blockBytes; i++) {
      const difference = bytes[a + i]! - bytes[b + i]!;
      if (difference !== 0) return difference > 0;
    }
    return false;
  }

  #swap(bytes: Uint8Array, server: number, other: number): void {
    const { blockBytes } = this.layout;
    const a = this.layout.block(server);
    const b = this.layout.block(other);
    for (let i = 0; i < blockBytes; i++) {
      const byte = bytes[a + i] as number;
      bytes[a + i] = bytes[b + i] as number;
      bytes[b + i] = byte;
    }
  }

  // --- what must hold

  /**
   * Likes of a likes server that a replica holds.
   *
   * @param bytes A state.
   * @param server The likes server.
   * @param replica The replica.
   * @returns Likes.
   */
  valueOf(bytes: Uint8Array, server: number, replica: number): number {
    return this.properties.valueOf(bytes, server, replica);
  }

  check({ bytes }: StateBuffer): number {
    return this.properties.check(bytes);
  }

  isSettling({ bytes }: StateBuffer): boolean {
    return (bytes[Header.FLAGS]! & Flag.SETTLING) !== 0;
  }

  checkEnd({ bytes }: StateBuffer): number {
    return this.properties.checkEnd(bytes);
  }

  label({ bytes }: StateBuffer, event: number): string {
    const kind = kindOf(event);
    const who = whoOf(event);
    if (kind !== Kind.DELIVER) return `${event & 0x1fff}`;
    // A message by what it says, as its place may be another one later.
    const at = this.layout.messages(who) + whichOf(event) * MESSAGE_BYTES;
    return `${kind} ${who} ${bytes.slice(at, at + MESSAGE_BYTES)}`;
  }
}

/** Whether a message is the same as the one before it. */
function isAsBefore(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < MESSAGE_BYTES; i++) {
    if (bytes[at + i] !== bytes[at + i - MESSAGE_BYTES]) return false;
  }
  return true;
}
