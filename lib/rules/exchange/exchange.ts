/**
 * Exchanges between two replicas: what a message holds, and what its receipt
 * changes.
 *
 * @module
 */

import { PULL, PUSH, type SyncFields } from "../../protocol/sync.ts";
import { type EntrySink, type Feeds, NO_SOURCE } from "./feed.ts";
import { ASKED, GOAL, GOT, MARK, Pairs, PEER_EPOCH, TOLD } from "./pairs.ts";

export type { EntrySink } from "./feed.ts";

const UNASKED = 0;
/** A request is to follow at once, after one that brought nothing. */
const PATIENT = -1;

/** Options of exchanges. */
export interface ExchangesOptions {
  /** Number of replicas in all. */
  readonly replicas: number;
  /**
   * The number of the first of those whose feeds are kept: feed i is that of
   * replica `first + i`.
   *
   * @default {0}
   */
  readonly first?: number;
  /** {@linkcode PUSH}, {@linkcode PULL} or `PUSH_PULL`. */
  readonly style: number;
  /** The most entries of a message, from 1 on. */
  readonly entriesMax: number;
}

/**
 * The exchanges of the replicas that share a memory: all of a virtual run, the
 * one of a live process.
 *
 * Each message, request or reply, names the sender's *epoch* (every life of a
 * replica is a new one) and its *position* in the receiver's feed, which the
 * receiver believes: the position belongs to whoever has it. Where the style
 * sends entries that way, they are those that changed after the position that
 * the receiver named last, oldest first. So a message that is lost, repeated,
 * late or of an earlier life costs time, or entries sent again, and nothing
 * else:
 *
 * - A position names the epochs of both sides. Who hears of another epoch of
 *   its peer begins at the peer's first version, and takes the peer to have
 *   nothing of its own feed, unless the peer says that it does.
 * - Entries that this life of the peer is known to hold, because it sent them,
 *   or the same as was held already, are not sent to it. So a message that
 *   names another life of the receiver may lack what the receiver lacks: its
 *   entries are merged, its position is not taken.
 * - A position is taken only where nothing is missing before it.
 *
 * A whole exchange goes on at once until both sides have what the other had as
 * it began; see {@linkcode Exchanges.goesOn}.
 *
 * Sources: Demers et al., "Epidemic Algorithms for Replicated Database
 * Maintenance", PODC 1987, section 1.3, for push, pull and push-pull as styles
 * of anti-entropy; Almeida, Shoker, Baquero, "Delta state replicated data
 * types", Journal of Parallel and Distributed Computing 111, 2018, algorithm 2,
 * for deltas since what was acknowledged, and for the durable state and
 * volatile positions that a crash of either side needs.
 */
export class Exchanges {
  readonly #feeds: Feeds;
  readonly #pairs: Pairs;
  readonly #first: number;
  readonly #style: number;
  readonly #entriesMax: number;

  /**
   * Makes exchanges of replicas that have not met yet.
   *
   * @param feeds The replicas' feeds.
   * @param options How many replicas there are, and what is sent.
   * @param pairs Where to keep what replicas know of each other; left out: in
   * memory of their own.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(feeds: Feeds, options: ExchangesOptions, pairs?: Pairs) {
    const { replicas, first = 0, style, entriesMax } = options;
    if (
      !Number.isInteger(replicas) || !Number.isInteger(first) || first < 0 ||
      first + feeds.replicas > replicas || replicas * feeds.replicas > 2 ** 30
    ) {
      throw new RangeError(
        `Cannot exchange among ${replicas} replicas with the feeds of ${feeds.replicas} from ${first} on: allowed are feeds of replicas that are among them, at most 2^30 pairs`,
      );
    }
    if (!Number.isInteger(entriesMax) || entriesMax < 1) {
      throw new RangeError(
        `Cannot send messages of ${entriesMax} entries: allowed are whole numbers from 1 on`,
      );
    }
    this.#feeds = feeds;
    this.#pairs = pairs ?? new Pairs(feeds.replicas, replicas);
    this.#first = first;
    this.#style = style;
    this.#entriesMax = entriesMax;
  }

  /** Pairs of replicas that have met, of which positions are kept. */
  get pairs(): number {
    return this.#pairs.met;
  }

  /**
   * A replica begins a life: it knows no positions. Its feed is the caller's to
   * clear, and to fill with what the replica still holds.
   *
   * @param replica Its index.
   * @param epoch The life: 1 to 2^53 - 1, another each time.
   */
  start(replica: number, epoch: number): void {
    this.#pairs.start(replica, epoch);
  }

  /**
   * Makes a request: the first of an exchange, or the next after
   * {@linkcode goesOn} said so.
   *
   * @param replica Index of the replica that asks.
   * @param peer Number of the replica that is asked, another one.
   * @param number Number of the request, from 1 on, another each time.
   * @param into Where to put the message.
   * @param sink Where to put its entries.
   */
  request(
    replica: number,
    peer: number,
    number: number,
    into: SyncFields,
    sink: EntrySink,
  ): void {
    const slot = this.#pairs.slotOf(replica, peer);
    const slots = this.#pairs.slots;
    const isPatient = slots[slot | ASKED] === PATIENT;
    slots[slot | ASKED] = 2 * number + (isPatient ? 1 : 0);
    slots[slot | GOAL] = this.#feeds.last(replica);
    slots[slot | MARK] = slots[slot | GOT]! + slots[slot | TOLD]!;
    into.isReply = false;
    into.number = number;
    into.style = this.#style;
    this.#fill(replica, peer, slot, this.#style !== PULL, into, sink);
  }

  /**
   * Makes the reply to a request that was received, and whose entries are
   * merged.
   *
   * @param replica Index of the replica that replies.
   * @param request The request.
   * @param into Where to put the message; not the request.
   * @param sink Where to put its entries.
   */
  reply(
    replica: number,
    request: SyncFields,
    into: SyncFields,
    sink: EntrySink,
  ): void {
    const { sender, style } = request;
    into.isReply = true;
    into.number = request.number;
    into.style = style;
    const slot = this.#pairs.slotOf(replica, sender);
    this.#fill(replica, sender, slot, style !== PUSH, into, sink);
  }

  #fill(
    replica: number,
    peer: number,
    slot: number,
    hasEntries: boolean,
    into: SyncFields,
    sink: EntrySink,
  ): void {
    const feeds = this.#feeds;
    const slots = this.#pairs.slots;
    const base = hasEntries ? slots[slot | TOLD] as number : 0;
    into.sender = this.#first + replica;
    into.epoch = this.#pairs.epochOf(replica);
    into.peerEpoch = slots[slot | PEER_EPOCH] as number;
    into.got = slots[slot | GOT] as number;
    into.base = base;
    into.count = 0;
    into.more = false;
    into.upTo = 0;
    if (!hasEntries) return;
    const most = this.#entriesMax;
    into.upTo = feeds.tell(replica, base, most, peer, sink);
    into.count = feeds.toldCount;
    into.more = feeds.hasMore;
  }

  /**
   * A message has begun to arrive. To be called before its entries are merged.
   *
   * @param replica Index of its receiver.
   * @param message A request or a reply, of another replica.
   */
  receive(replica: number, message: SyncFields): void {
    const slot = this.#pairs.slotOf(replica, message.sender);
    const slots = this.#pairs.slots;
    const last = this.#feeds.last(replica);
    const known = slots[slot | PEER_EPOCH] as number;
    if (known !== message.epoch) {
      slots[slot | PEER_EPOCH] = message.epoch;
      slots[slot | MARK]! -= slots[slot | GOT]!;
      slots[slot | GOT] = 0;
      if (known !== 0) this.#feeds.forget(replica, message.sender);
    }
    const isOurs = message.peerEpoch === this.#pairs.epochOf(replica) &&
      message.got <= last;
    const told = isOurs ? message.got : 0;
    // Only what rises is progress: positions of two lives have nothing in
    // common that could make up for each other.
    slots[slot | MARK]! -= Math.max(0, slots[slot | TOLD]! - told);
    slots[slot | TOLD] = told;
  }

  /**
   * Whether a message claims to have more of the receiver's feed than there is:
   * its sender was told a position by somebody else.
   *
   * @param replica Index of its receiver.
   * @param message A request or a reply, of another replica.
   * @returns False where it names another life of the receiver.
   */
  isAhead(replica: number, message: SyncFields): boolean {
    return message.peerEpoch === this.#pairs.epochOf(replica) &&
      message.got > this.#feeds.last(replica);
  }

  /**
   * Forgets the position in a peer's feed, which the peer has refused: the next
   * message asks for everything again.
   *
   * @param replica Index of the replica that forgets.
   * @param peer Number of the peer.
   */
  forgetPosition(replica: number, peer: number): void {
    const slot = this.#pairs.slotOf(replica, peer);
    this.#pairs.slots[slot | GOT] = 0;
  }

  /**
   * Source of a message's entries, for the feed: they are not sent back to the
   * life that they came from. Asked again after each pause of a merge, as other
   * messages may have arrived in it.
   *
   * @param replica Index of its receiver.
   * @param message A message that was received.
   * @returns The sender; or `NO_SOURCE` if another life of it was heard of
   * since.
   */
  sourceOf(replica: number, message: SyncFields): number {
    const slot = this.#pairs.slotOf(replica, message.sender);
    return this.#pairs.slots[slot | PEER_EPOCH] === message.epoch
      ? message.sender
      : NO_SOURCE;
  }

  /**
   * All entries of a message are merged, or refused for what they hold: the
   * receiver's position moves behind them.
   *
   * @param replica Index of its receiver.
   * @param message A message that was received.
   */
  received(replica: number, message: SyncFields): void {
    const slot = this.#pairs.slotOf(replica, message.sender);
    const slots = this.#pairs.slots;
    const { epoch, peerEpoch, base, upTo } = message;
    if (slots[slot | PEER_EPOCH] !== epoch) return;
    // A sender that knew of no life left nothing out.
    if (peerEpoch !== 0 && peerEpoch !== this.#pairs.epochOf(replica)) return;
    const got = slots[slot | GOT] as number;
    if (base <= got && upTo > got) slots[slot | GOT] = upTo;
  }

  /**
   * Whether the next request to the same peer follows at once, after a reply
   * was received and its entries are merged: a message was full, or the peer
   * has forgotten what it was thought to have. A request after which neither
   * side has more than before is repeated once in an exchange.
   *
   * @param replica Index of the replica that had asked.
   * @param reply The reply.
   * @returns False also for a reply that came before, or to an earlier request.
   */
  goesOn(replica: number, reply: SyncFields): boolean {
    const slot = this.#pairs.slotOf(replica, reply.sender);
    const slots = this.#pairs.slots;
    const asked = slots[slot | ASKED] as number;
    const wasPatient = asked === 2 * reply.number + 1;
    if (asked !== 2 * reply.number && !wasPatient) return false;
    slots[slot | ASKED] = UNASKED;
    const got = slots[slot | GOT]!;
    const told = slots[slot | TOLD]!;
    const isPushed = reply.style === PULL || told >= slots[slot | GOAL]!;
    const isPulled = reply.style === PUSH ||
      !reply.more && got >= reply.upTo;
    if (isPushed && isPulled) return false;
    const isProgress = got + told > slots[slot | MARK]!;
    if (!isProgress && wasPatient) return false;
    if (!isProgress || wasPatient) slots[slot | ASKED] = PATIENT;
    return true;
  }
}
