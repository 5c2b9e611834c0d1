/**
 * Replicas that tell each other what they have counted: what happens in their
 * exchanges, by the rules.
 *
 * Versions of feeds, and the numbers of requests, only grow. What is possible
 * depends on their order alone, so a state has ranks in place of versions, and
 * of a request only whether it is the last. Each replica has one exchange at a
 * time.
 *
 * @module
 */

import {
  SYNC_ENTRIES_MAX,
  SYNC_STYLES,
  SyncFields,
} from "../../protocol/sync.ts";
import { EntryBatch, mergeBatch } from "../../rules/exchange/entry_batch.ts";
import type { Exchanges } from "../../rules/exchange/exchange.ts";
import { Feeds, NO_SOURCE } from "../../rules/exchange/feed.ts";
import { type Ledger, makeLedgerStorage } from "../../rules/ledger.ts";
import {
  ASKED,
  GOAL,
  GOT,
  MARK,
  Pairs,
  PEER_EPOCH,
  TOLD,
} from "../../rules/exchange/pairs.ts";
import { HOLDS } from "../checker/model.ts";
import type { Bounds } from "./bounds.ts";
import { ENTRY_BYTES, Header, type Layout } from "./layout.ts";
import { Property } from "./property.ts";
import {
  AWAITED,
  BASE,
  COPY,
  ENDS,
  HAS,
  REQUEST,
  Syncs,
  UP_TO,
} from "./syncs.ts";
import type { Rules } from "./rules.ts";
import { setWide, wideAt } from "./saved_row.ts";

// What a pair is kept as:
const KEPT = [PEER_EPOCH, GOT, TOLD] as const;
/** Place of the peer's life in what is kept of a pair. */
export const KEPT_PEER_EPOCH: number = KEPT.indexOf(PEER_EPOCH);
/** Place of the position in the peer's feed. */
export const KEPT_GOT: number = KEPT.indexOf(GOT);
/** Place of the position of which the peer told. */
export const KEPT_TOLD: number = KEPT.indexOf(TOLD);
const KEPT_ASKED = 3;
const KEPT_GOAL = 4;
const KEPT_PROGRESS = 5;

/** The number of a request that is made now. */
const NEXT_REQUEST = 2;
/** The mark of the rules for a pair whose next request follows at once. */
const PATIENT = -1;
const KEPT_PATIENT = 3;

/** The most messages of a whole exchange: more are no end. */
const MESSAGES_MAX = 16;
/** The highest version: the ranks of a state are far below. */
const VERSION_MAX = 255;

/**
 * The exchanges of all replicas. Each event changes the bytes of the state that
 * it is given, and tells what its step violates, or {@linkcode HOLDS}.
 */
export class Gossip {
  readonly #bounds: Bounds;
  readonly #layout: Layout;
  readonly #rows: number;
  /** The messages between replicas. */
  readonly syncs: Syncs;
  readonly #feeds: Feeds;
  readonly #pairs: Pairs;
  readonly #exchanges: Exchanges;
  readonly #storage: ReturnType<typeof makeLedgerStorage>;
  readonly #ledger: Ledger;
  readonly #batch = new EntryBatch();
  readonly #header = new SyncFields();
  readonly #answer = new SyncFields();
  readonly #order: number[] = [];
  readonly #ranks = new Uint8Array(VERSION_MAX + 1);
  /** The rows of the message that is made. */
  readonly #told: number[] = [];
  readonly #sink = { add: (_: number, row: number) => this.#told.push(row) };

  /**
   * Makes the rules that decide.
   *
   * @param bounds What is explored.
   * @param layout Where everything stands.
   * @param rules The rules.
   */
  constructor(bounds: Bounds, layout: Layout, rules: Rules) {
    const { replicas } = bounds;
    this.#bounds = bounds;
    this.#layout = layout;
    this.#rows = layout.replicaRows;
    this.syncs = new Syncs(bounds, layout);
    this.#feeds = new Feeds(replicas, this.#rows);
    this.#pairs = new Pairs(replicas, replicas);
    this.#exchanges = rules.makeExchanges(this.#feeds, {
      replicas,
      style: SYNC_STYLES.indexOf("push-pull"),
      entriesMax: SYNC_ENTRIES_MAX,
    }, this.#pairs);
    this.#storage = makeLedgerStorage(this.#rows);
    this.#ledger = rules.makeLedger(this.#storage);
  }

  /** Writes replicas that have not met. */
  start(bytes: Uint8Array): void {
    for (let replica = 0; replica < this.#bounds.replicas; replica++) {
      bytes[this.#layout.life(replica)] = 1;
    }
  }

  /** A replica has counted a report, or taken over an entry. */
  counted(bytes: Uint8Array, replica: number, row: number): void {
    this.#loadFeed(bytes, replica);
    this.#feeds.touch(replica, row, NO_SOURCE);
    this.#saveFeed(bytes, replica);
    this.#rank(bytes, replica);
  }

  /** A replica that was killed is started again, with all that it held. */
  restart(bytes: Uint8Array, replica: number): void {
    const life = this.#layout.life(replica);
    this.#loadPairs(bytes, replica);
    this.#exchanges.start(replica, ++bytes[life]!);
    this.#savePairs(bytes, replica);
    this.syncs.dropExchanges(bytes, replica);
    this.#feeds.clear(replica);
    for (let row = 0; row < this.#rows; row++) {
      const at = this.#layout.entryOfRow(replica, row);
      if (bytes[at] !== 0) this.#feeds.touch(replica, row, NO_SOURCE);
    }
    this.#saveFeed(bytes, replica);
    this.tidy(bytes);
  }

  /** Whether replicas hold different entries. */
  areApart(bytes: Uint8Array, replica: number, other: number): boolean {
    for (let row = 0; row < this.#rows; row++) {
      const a = this.#layout.entryOfRow(replica, row);
      const b = this.#layout.entryOfRow(other, row);
      for (let i = 0; i < ENTRY_BYTES; i++) {
        if (bytes[a + i] !== bytes[b + i]) return true;
      }
    }
    return false;
  }

  /** Whether a message of an exchange that a replica began is on its way. */
  isExchanging(bytes: Uint8Array, replica: number): boolean {
    return this.syncs.awaitedOf(bytes, replica) >= 0;
  }

  /** A replica begins an exchange with another. */
  begin(bytes: Uint8Array, replica: number, peer: number): number {
    this.#loadFeed(bytes, replica);
    this.#loadPairs(bytes, replica);
    this.#request(bytes, replica, peer);
    this.#savePairs(bytes, replica);
    this.tidy(bytes);
    return HOLDS;
  }

  #request(bytes: Uint8Array, replica: number, peer: number): void {
    this.syncs.dropExchanges(bytes, replica);
    this.#told.length = 0;
    const header = this.#answer;
    this.#exchanges.request(replica, peer, NEXT_REQUEST, header, this.#sink);
    this.syncs.send(bytes, header, replica, peer, this.#told, AWAITED);
  }

  /** A whole exchange happens, and nothing in between. */
  exchange(bytes: Uint8Array, replica: number, peer: number): number {
    let code = this.begin(bytes, replica, peer);
    for (let message = 0; code === HOLDS && message < MESSAGES_MAX; message++) {
      const number = this.syncs.awaitedOf(bytes, replica);
      if (number < 0) return HOLDS;
      code = this.deliver(bytes, number);
    }
    return code === HOLDS ? Property.EXCHANGE : code;
  }

  /** The message of an exchange that is lost. */
  lose(bytes: Uint8Array, number: number): number {
    this.syncs.remove(bytes, number);
    this.tidy(bytes);
    return HOLDS;
  }

  /** The network repeats a message of an exchange. */
  copy(bytes: Uint8Array, number: number): number {
    this.syncs.copy(bytes, number);
    this.tidy(bytes);
    return HOLDS;
  }

  /** A message of an exchange is where it was sent to. */
  deliver(bytes: Uint8Array, number: number): number {
    const at = this.#layout.sync(number);
    const flags = bytes[at] as number;
    const to = bytes[at + ENDS]! & 15;
    const header = this.#header;
    this.syncs.readHeader(bytes, at, header);
    this.syncs.readEntries(bytes, number, to, this.#batch);
    this.syncs.remove(bytes, number);
    if (bytes[Header.REPLICAS + to] !== 0) {
      this.tidy(bytes);
      return HOLDS;
    }
    this.#loadFeed(bytes, to);
    this.#loadPairs(bytes, to);
    const exchanges = this.#exchanges;
    exchanges.receive(to, header);
    const source = exchanges.sourceOf(to, header);
    const code = this.#merge(bytes, to, source);
    exchanges.received(to, header);
    if (!header.isReply) {
      // The answer to a copy of the network goes nowhere.
      this.#told.length = 0;
      exchanges.reply(to, header, this.#answer, this.#sink);
      if ((flags & COPY) === 0) {
        this.syncs.send(
          bytes,
          this.#answer,
          to,
          header.sender,
          this.#told,
          flags & AWAITED,
        );
      }
    } else {
      if ((flags & AWAITED) !== 0) this.syncs.dropExchanges(bytes, to);
      if (exchanges.goesOn(to, header)) {
        this.#request(bytes, to, header.sender);
      }
    }
    this.#savePairs(bytes, to);
    this.#saveFeed(bytes, to);
    this.tidy(bytes);
    return code;
  }

  #merge(bytes: Uint8Array, replica: number, source: number): number {
    const { ints, floats } = this.#storage;
    for (let row = 0; row < this.#rows; row++) {
      const at = this.#layout.entryOfRow(replica, row);
      ints[4 * row] = bytes[at] as number;
      ints[4 * row + 1] = bytes[at + 1] as number;
      floats[2 * row + 1] = wideAt(bytes, at + 2);
    }
    mergeBatch(this.#ledger, this.#feeds, replica, this.#batch, source);
    let code: number = HOLDS;
    for (let row = 0; row < this.#rows; row++) {
      const at = this.#layout.entryOfRow(replica, row);
      const seq = ints[4 * row] as number;
      const total = floats[2 * row + 1] as number;
      const hasFallen = seq < bytes[at]! || total < wideAt(bytes, at + 2);
      if (hasFallen) code = Property.RISING;
      bytes[at] = seq;
      bytes[at + 1] = ints[4 * row + 1] as number;
      setWide(bytes, at + 2, total);
    }
    return code;
  }

  // --- what only grows

  /** Puts messages in order, and ranks in place of versions. */
  tidy(bytes: Uint8Array): void {
    this.syncs.sort(bytes);
    for (let replica = 0; replica < this.#bounds.replicas; replica++) {
      this.#rank(bytes, replica);
    }
  }

  /**
   * Ranks in place of versions of a replica's feed, wherever they are kept.
   * Rules ask of the version of a row only whether it is above a position: of
   * rows between the same two positions it makes no difference which changed
   * first. Position i of those that are kept becomes 2 i, rows below it and
   * above the one before become 2 i - 1.
   */
  #rank(bytes: Uint8Array, replica: number): void {
    const ranks = this.#ranks;
    let most = 0;
    this.#eachPosition(bytes, replica, (at) => {
      const position = bytes[at] as number;
      ranks[position] = 1;
      if (position > most) most = position;
    });
    let rank = 0;
    ranks[0] = 0;
    for (let version = 1; version <= most; version++) {
      if (ranks[version] === 1) ranks[version] = rank += 2;
      else ranks[version] = rank + 1;
    }
    for (let row = 0; row < this.#rows; row++) {
      const at = this.#layout.entryOfRow(replica, row) + ENTRY_BYTES;
      const version = bytes[at] as number;
      if (version > 0) bytes[at] = ranks[version]! - 1 | 1;
    }
    this.#eachPosition(bytes, replica, (at) => bytes[at] = ranks[bytes[at]!]!);
    ranks.fill(0, 0, most + 1);
  }

  #eachPosition(
    bytes: Uint8Array,
    replica: number,
    visit: (at: number) => void,
  ): void {
    const layout = this.#layout;
    visit(layout.life(replica) + 1);
    for (let peer = 0; peer < this.#bounds.replicas; peer++) {
      if (peer === replica) continue;
      visit(layout.pair(peer, replica) + KEPT_GOT);
      visit(layout.pair(replica, peer) + KEPT_TOLD);
      visit(layout.pair(replica, peer) + KEPT_GOAL);
    }
    for (let number = 0; number < layout.syncsMax; number++) {
      const at = layout.sync(number);
      if (bytes[at] === 0) continue;
      if (bytes[at + ENDS]! >> 4 === replica) {
        visit(at + BASE);
        visit(at + UP_TO);
      }
      if ((bytes[at + ENDS]! & 15) === replica) visit(at + HAS);
    }
  }

  // --- the memory of the rules

  #loadFeed(bytes: Uint8Array, replica: number): void {
    const layout = this.#layout;
    const order = this.#order;
    order.length = 0;
    const versionOf = (row: number) =>
      bytes[layout.entryOfRow(replica, row) + ENTRY_BYTES] as number;
    const holdersOf = (row: number) =>
      bytes[layout.entryOfRow(replica, row) + ENTRY_BYTES + 1] as number;
    for (let row = 0; row < this.#rows; row++) {
      if (versionOf(row) > 0) order.push(row);
    }
    order.sort((a, b) => versionOf(a) - versionOf(b));
    this.#feeds.restore(
      replica,
      order,
      bytes[layout.life(replica) + 1] as number,
      versionOf,
      (row) => (holdersOf(row) & 15) - 1,
      (row) => (holdersOf(row) >> 4) - 1,
    );
  }

  #saveFeed(bytes: Uint8Array, replica: number): void {
    const layout = this.#layout;
    const feeds = this.#feeds;
    for (let row = 0; row < this.#rows; row++) {
      const at = layout.entryOfRow(replica, row) + ENTRY_BYTES;
      const version = feeds.versionOf(replica, row);
      bytes[at] = version;
      bytes[at + 1] = version === 0 ? 0 : feeds.sourceOf(replica, row) + 1 |
        feeds.confirmerOf(replica, row) + 1 << 4;
    }
    bytes[layout.life(replica) + 1] = feeds.last(replica);
  }

  #loadPairs(bytes: Uint8Array, replica: number): void {
    const pairs = this.#pairs;
    this.#exchanges.start(
      replica,
      bytes[this.#layout.life(replica)] as number,
    );
    for (let peer = 0; peer < this.#bounds.replicas; peer++) {
      if (peer === replica) continue;
      const slot = pairs.slotOf(replica, peer);
      const { slots } = pairs;
      const at = this.#layout.pair(replica, peer);
      for (let i = 0; i < KEPT.length; i++) {
        slots[slot | KEPT[i]!] = bytes[at + i] as number;
      }
      const asked = bytes[at + KEPT_ASKED] as number;
      slots[slot | ASKED] = asked === KEPT_PATIENT
        ? PATIENT
        : asked === 0
        ? 0
        : 2 * REQUEST + asked - 1;
      slots[slot | GOAL] = bytes[at + KEPT_GOAL] as number;
      slots[slot | MARK] = slots[slot | GOT]! + slots[slot | TOLD]! -
        bytes[at + KEPT_PROGRESS]!;
    }
  }

  #savePairs(bytes: Uint8Array, replica: number): void {
    const pairs = this.#pairs;
    for (let peer = 0; peer < this.#bounds.replicas; peer++) {
      if (peer === replica) continue;
      const slot = pairs.slotOf(replica, peer);
      const { slots } = pairs;
      const at = this.#layout.pair(replica, peer);
      for (let i = 0; i < KEPT.length; i++) {
        bytes[at + i] = slots[slot | KEPT[i]!] as number;
      }
      const asked = slots[slot | ASKED] as number;
      bytes[at + KEPT_ASKED] = asked === PATIENT
        ? KEPT_PATIENT
        : asked === 0
        ? 0
        : 1 + (asked & 1);
      // Only a request that waits for its reply asks for these.
      const isAsking = asked > 0;
      const isProgress = slots[slot | GOT]! + slots[slot | TOLD]! >
        slots[slot | MARK]!;
      bytes[at + KEPT_GOAL] = isAsking ? slots[slot | GOAL] as number : 0;
      bytes[at + KEPT_PROGRESS] = isAsking && isProgress ? 1 : 0;
    }
  }
}
