/**
 * Exchanges of which one rule is broken.
 *
 * @module
 */

import { SyncFields } from "../../../lib/protocol/sync.ts";
import {
  type EntrySink,
  Exchanges,
  type ExchangesOptions,
} from "../../../lib/rules/exchange/exchange.ts";
import type { Feeds } from "../../../lib/rules/exchange/feed.ts";
import {
  GOT,
  type Pairs,
  PEER_EPOCH,
  TOLD,
} from "../../../lib/rules/exchange/pairs.ts";

/** The columns of a pair that rules keep between messages. */
const COLUMNS = { peerEpoch: PEER_EPOCH, got: GOT, told: TOLD };

/** What a replica keeps of another. */
export type Pair = Record<keyof typeof COLUMNS, number>;

/** One rule that is broken; the others are as they are. */
export interface Fault {
  /** Changes the position from which on the feed is told, not what is said. */
  readonly tellsFrom?: (told: number) => number;
  /** Changes what the rules put into a message. */
  readonly sent?: (message: SyncFields) => void;
  /** Changes what the rules have made of a message that begins to arrive. */
  readonly receive?: (after: Pair, message: SyncFields, before: Pair) => void;
  /** Whether what a life of a peer held is taken to be known to the next. */
  readonly neverForgets?: boolean;
  /** Changes the message that the rules take for received. */
  readonly received?: (message: SyncFields, before: Pair) => void;
  /** Changes what the rules have made of a message that was received. */
  readonly after?: (after: Pair, message: SyncFields, before: Pair) => void;
}

/** Exchanges with a fault. */
export class BrokenExchanges extends Exchanges {
  readonly #pairs: Pairs;
  readonly #fault: Fault;

  constructor(
    feeds: Feeds,
    options: ExchangesOptions,
    pairs: Pairs,
    fault: Fault,
  ) {
    super(feeds, options, pairs);
    this.#pairs = pairs;
    this.#fault = fault;
    if (fault.neverForgets) feeds.forget = () => {};
  }

  override request(
    replica: number,
    peer: number,
    number: number,
    into: SyncFields,
    sink: EntrySink,
  ): void {
    this.#tell(replica, peer, into, () => {
      super.request(replica, peer, number, into, sink);
    });
  }

  override reply(
    replica: number,
    request: SyncFields,
    into: SyncFields,
    sink: EntrySink,
  ): void {
    this.#tell(replica, request.sender, into, () => {
      super.reply(replica, request, into, sink);
    });
  }

  #tell(
    replica: number,
    peer: number,
    into: SyncFields,
    fill: () => void,
  ): void {
    const { tellsFrom, sent } = this.#fault;
    const slot = this.#pairs.slotOf(replica, peer) | TOLD;
    const told = this.#pairs.slots[slot] as number;
    if (tellsFrom !== undefined) this.#pairs.slots[slot] = tellsFrom(told);
    fill();
    this.#pairs.slots[slot] = told;
    if (tellsFrom !== undefined) into.base = told;
    sent?.(into);
  }

  override receive(replica: number, message: SyncFields): void {
    const before = this.#load(replica, message);
    super.receive(replica, message);
    const after = this.#load(replica, message);
    this.#fault.receive?.(after, message, before);
    this.#save(replica, message, after);
  }

  override received(replica: number, message: SyncFields): void {
    const before = this.#load(replica, message);
    const changed = Object.assign(new SyncFields(), message);
    this.#fault.received?.(changed, before);
    super.received(replica, changed);
    const after = this.#load(replica, message);
    this.#fault.after?.(after, message, before);
    this.#save(replica, message, after);
  }

  #load(replica: number, { sender }: SyncFields): Pair {
    const slot = this.#pairs.slotOf(replica, sender);
    const of = (column: number) => this.#pairs.slots[slot | column] as number;
    const { peerEpoch, got, told } = COLUMNS;
    return { peerEpoch: of(peerEpoch), got: of(got), told: of(told) };
  }

  #save(replica: number, { sender }: SyncFields, pair: Pair): void {
    const slot = this.#pairs.slotOf(replica, sender);
    for (const [name, column] of Object.entries(COLUMNS)) {
      this.#pairs.slots[slot | column] = pair[name as keyof Pair];
    }
  }
}
