/**
 * What each replica keeps of the others that it has met.
 *
 * @module
 */

// What a replica keeps of a peer, 8 numbers of 64 bits: a cache line.
/** The replica's own life in which it met the peer. */
const OWN_EPOCH = 0;
/** The peer's life that the replica heard from last; 0: it heard from none. */
export const PEER_EPOCH = 1;
/** Up to which version the replica has the feed of that life. */
export const GOT = 2;
/** Up to which version that life said that it has the replica's feed. */
export const TOLD = 3;
/** The replica's own version when it first heard from that life. */
export const SINCE = 4;
/** Twice the number of the request that waits for a reply, plus a flag. */
export const ASKED = 5;
/** The replica's own version at that request. */
export const GOAL = 6;
/** GOT + TOLD at that request. */
export const MARK = 7;

const SLOT_BITS = 3;

const NO_KEY = -1;
const FIRST_SLOTS = 64;
/** 2^32 divided by the golden ratio: spreads keys that follow one another. */
const GOLDEN = 0x9e3779b9;

/**
 * A hash table from (replica, peer) to slots of 8 numbers, all zero at first:
 * open addressing with linear probing, at most half full.
 *
 * What a replica kept in an earlier life is gone in the next. 68 bytes a place,
 * and so 136 to 272 a pair.
 */
export class Pairs {
  /**
   * The slots: column c of slot s is at `s | c`. Replaced when the table grows.
   */
  slots: Float64Array<ArrayBuffer> = new Float64Array(FIRST_SLOTS << SLOT_BITS);
  readonly #peers: number;
  readonly #epochs: Float64Array;
  #keys = new Int32Array(FIRST_SLOTS).fill(NO_KEY);
  #shift = 32 - Math.log2(FIRST_SLOTS);
  #met = 0;

  /**
   * No replica has met another.
   *
   * @param replicas Number of replicas whose peers are kept.
   * @param peers Number of replicas that can be met.
   */
  constructor(replicas: number, peers: number) {
    this.#peers = peers;
    this.#epochs = new Float64Array(replicas);
  }

  /** Pairs that have met. */
  get met(): number {
    return this.#met;
  }

  /**
   * The life of a replica.
   *
   * @param replica Its index.
   * @returns 0 before it was started.
   */
  epochOf(replica: number): number {
    return this.#epochs[replica] as number;
  }

  /**
   * A replica begins a life.
   *
   * @param replica Its index.
   * @param epoch The life.
   */
  start(replica: number, epoch: number): void {
    this.#epochs[replica] = epoch;
  }

  /**
   * Finds or makes the slot of a pair.
   *
   * @param replica The replica's index.
   * @param peer The peer's number.
   * @returns The slot: valid until the next call, which may move all.
   */
  slotOf(replica: number, peer: number): number {
    const key = replica * this.#peers + peer;
    let at = this.#placeOf(key);
    if (this.#keys[at] === NO_KEY) {
      if (2 * (this.#met + 1) > this.#keys.length) {
        this.#grow();
        at = this.#placeOf(key);
      }
      this.#keys[at] = key;
      this.#met++;
    }
    const slot = at << SLOT_BITS;
    const slots = this.slots;
    const epoch = this.#epochs[replica] as number;
    if (slots[slot | OWN_EPOCH] !== epoch) {
      slots.fill(0, slot, slot + (1 << SLOT_BITS));
      slots[slot | OWN_EPOCH] = epoch;
    }
    return slot;
  }

  /** Where the key is, or the empty place where it belongs. */
  #placeOf(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let at = Math.imul(key, GOLDEN) >>> this.#shift;
    while (keys[at] !== key && keys[at] !== NO_KEY) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const keys = this.#keys;
    const slots = this.slots;
    const length = 2 * keys.length;
    this.#keys = new Int32Array(length).fill(NO_KEY);
    this.slots = new Float64Array(length << SLOT_BITS);
    this.#shift--;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as number;
      if (key === NO_KEY) continue;
      const at = this.#placeOf(key);
      this.#keys[at] = key;
      const from = i << SLOT_BITS;
      const slot = slots.subarray(from, from + (1 << SLOT_BITS));
      this.slots.set(slot, at << SLOT_BITS);
    }
  }
}
