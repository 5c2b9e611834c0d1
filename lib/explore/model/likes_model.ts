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
import { Kind, kindOf, toOf, whichOf, whoOf, withoutTarget } from "./events.ts";
import { Flag, Header, Layout, MESSAGE_BYTES, SYNC_BYTES } from "./layout.ts";
import { Gossip } from "./gossip.ts";
import { isAwaitedKind } from "./messages.ts";
import { Positions } from "./positions.ts";
import { Property } from "./property.ts";
import { Properties } from "./properties.ts";
import { PossibleEvents } from "./possible_events.ts";
import { Reads } from "./reads.ts";
import { Renaming } from "./renaming.ts";
import { RULES, type Rules } from "./rules.ts";

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
  /** The exchanges of replicas; null where they do not gossip. */
  readonly gossip: Gossip | null;
  /** The reads; null where nobody reads. */
  readonly reads: Reads | null;
  readonly words: number;
  readonly eventsMax: number;
  readonly #positions: Positions | null;
  readonly #possible: PossibleEvents;
  readonly #renaming: Renaming;

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
    this.layout = new Layout(bounds);
    this.deliveries = new Deliveries(bounds, this.layout, rules);
    this.properties = new Properties(
      bounds,
      this.layout,
      this.deliveries.draws,
    );
    const { deliveries } = this;
    const gossip = this.layout.isGossiping
      ? new Gossip(bounds, this.layout, rules)
      : null;
    this.gossip = gossip;
    this.#positions = gossip && new Positions(bounds, this.layout);
    if (gossip !== null) {
      deliveries.onCounted = (bytes, replica, row) =>
        gossip.counted(bytes, replica, row);
    }
    this.reads = this.layout.isReading
      ? new Reads(bounds, this.layout, deliveries, rules)
      : null;
    this.words = this.layout.bytes / Int32Array.BYTES_PER_ELEMENT;
    this.#possible = new PossibleEvents(this);
    this.#renaming = new Renaming(bounds, this.layout, gossip?.syncs ?? null);
    this.eventsMax = this.#possible.most;
  }

  start(into: StateBuffer): void {
    const { bytes } = into;
    const { losses, copies, crashes, late, servers } = this.bounds;
    bytes.fill(0);
    bytes[Header.LOSSES] = losses;
    bytes[Header.COPIES] = copies;
    bytes[Header.CRASHES] = crashes;
    bytes[Header.LATE] = late;
    bytes[Header.EXCHANGES] = this.gossip === null ? 0 : this.bounds.exchanges;
    this.gossip?.start(bytes);
    bytes[Header.READS] = this.reads === null ? 0 : this.bounds.reads;
    for (let server = 0; server < servers; server++) {
      this.deliveries.start(bytes, server);
    }
  }

  // --- what can happen

  events({ bytes }: StateBuffer, into: Int32Array): number {
    return this.#possible.list(bytes, into);
  }

  // --- what happens

  next(state: StateBuffer, event: number, into: StateBuffer): number {
    into.copy(state);
    const { bytes } = into;
    const { deliveries } = this;
    const to = toOf(event);
    deliveries.hasSent = false;
    deliveries.target = to;
    const code = this.#happen(bytes, event);
    // One that sends nothing is the same wherever that goes.
    return to !== 0 && !deliveries.hasSent ? IMPOSSIBLE : code;
  }

  #happen(bytes: Uint8Array, event: number): number {
    const { deliveries } = this;
    const kind = kindOf(event);
    const who = whoOf(event);
    const which = whichOf(event);
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
        if (this.bounds.forgets && !this.bounds.isExact) {
          deliveries.excuse(bytes, who);
        }
        return HOLDS;
      case Kind.RECOVER:
        this.#recover(bytes, who);
        return HOLDS;
      case Kind.END:
        return this.#end(bytes);
    }
    return kind >= Kind.READ
      ? this.#happenToReader(bytes, event)
      : this.#happenBetween(bytes, event);
  }

  /** The reader, or one of its messages, does something. */
  #happenToReader(bytes: Uint8Array, event: number): number {
    const { reads } = this;
    if (reads === null) return IMPOSSIBLE;
    const who = whoOf(event);
    const which = whichOf(event);
    switch (kindOf(event)) {
      case Kind.READ:
        bytes[Header.READS] = bytes[Header.READS]! - 1;
        return reads.begin(bytes, who, which);
      case Kind.ANSWER:
        return reads.deliver(bytes, who, which);
      case Kind.LOSE_READ:
        this.#spend(bytes, Header.LOSSES);
        return reads.lose(bytes, who, which);
      case Kind.COPY_READ:
        this.#spend(bytes, Header.COPIES);
        return reads.copy(bytes, who, which);
      case Kind.REPAIR_AGAIN:
        return reads.repairAgain(bytes, who, which);
      case Kind.GIVE_UP:
        if (reads.isOnTheWay(bytes, who)) this.#spend(bytes, Header.LATE);
        reads.giveUp(bytes, who);
        return (bytes[Header.FLAGS]! & Flag.FAULTY) === 0
          ? Property.UNANSWERED
          : HOLDS;
    }
    return IMPOSSIBLE;
  }

  /** Something happens between replicas. */
  #happenBetween(bytes: Uint8Array, event: number): number {
    const { gossip } = this;
    if (gossip === null) return IMPOSSIBLE;
    const who = whoOf(event);
    const which = whichOf(event);
    switch (kindOf(event)) {
      case Kind.EXCHANGE: {
        const isSettling = (bytes[Header.FLAGS]! & Flag.SETTLING) !== 0;
        if (isSettling) return gossip.exchange(bytes, who, which);
        bytes[Header.EXCHANGES] = bytes[Header.EXCHANGES]! - 1;
        return gossip.begin(bytes, who, which);
      }
      case Kind.SYNC:
        return gossip.deliver(bytes, who);
      case Kind.LOSE_SYNC:
        this.#spend(bytes, Header.LOSSES);
        return gossip.lose(bytes, who);
      case Kind.COPY_SYNC:
        this.#spend(bytes, Header.COPIES);
        return gossip.copy(bytes, who);
    }
    return IMPOSSIBLE;
  }

  #recover(bytes: Uint8Array, replica: number): void {
    bytes[Header.REPLICAS + replica] = 0;
    if (this.bounds.forgets) this.deliveries.forget(bytes, replica);
    this.gossip?.restart(bytes, replica);
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
    bytes[Header.EXCHANGES] = 0;
    this.reads?.end(bytes);
    for (let replica = 0; replica < replicas; replica++) {
      if (bytes[Header.REPLICAS + replica] !== 0) this.#recover(bytes, replica);
    }
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
      if (!isAwaitedKind(bytes[at]! >> 4)) continue;
      if (layout.rows === 1 || (bytes[at]! & 15) === row) return true;
    }
    return false;
  }

  // --- what is the same

  represent({ bytes }: StateBuffer): void {
    this.#renaming.represent(bytes);
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

  /**
   * A position that is not true.
   *
   * @param bytes A state.
   * @returns The replica that is taken to have it, and the one of whose feed it
   * is; null where all are true.
   */
  untruePosition(bytes: Uint8Array): readonly [number, number] | null {
    return this.#positions?.untrue(bytes) ?? null;
  }

  check({ bytes }: StateBuffer): number {
    const code = this.properties.check(bytes);
    if (code !== HOLDS) return code;
    return this.untruePosition(bytes) === null ? HOLDS : Property.POSITION;
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
    if (kind === Kind.SYNC) {
      const from = this.layout.sync(who);
      return `${kind} ${bytes.slice(from, from + SYNC_BYTES)}`;
    }
    if (kind !== Kind.DELIVER) return `${withoutTarget(event)}`;
    // A message by what it says, as its place may be another one later.
    const at = this.layout.messages(who) + whichOf(event) * MESSAGE_BYTES;
    return `${kind} ${who} ${bytes.slice(at, at + MESSAGE_BYTES)}`;
  }
}
