/**
 * State that each replica keeps of the others that it has met.
 *
 * @module
 */

// What a replica keeps of a peer, in a slot of 8 numbers of 64 bits, a cache
// line; the last is free.
/** The replica's own life in which it met the peer. */
const OWN_EPOCH = 0;
/** The peer's life that the replica heard from last; 0: it heard from none. */
export const PEER_EPOCH = 1;
/** Up to which version the replica has the feed of that life. */
export const GOT = 2;
/** Up to which version that life said that it has the replica's feed. */
export const TOLD = 3;
/** Twice the number of the request that waits for a reply, plus a flag. */
export const ASKED = 4;
/** The replica's own version at that request. */
export const GOAL = 5;
/** GOT + TOLD at that request, less by what they have fallen since. */
export const MARK = 6;

const SLOT_BITS = 3;

const NO_KEY = -1;
const FIRST_SLOTS = 64;
/** 2^32 divided by the golden ratio: spreads keys that follow one another. */
const GOLDEN = 0x9e3779b9;

/**
 * A hash table from (replica, peer) to slots of 8 numbers, all zero at first:
 * open addressing with linear probing, at most half full, and the slots in the
 * order in which the pairs met.
 *
 * What a replica kept in an earlier life is gone in the next. 80 to 160 bytes a
 * pair.
 */
export class Pairs {
  /**
   * The slots: column c of slot s is at `s | c`. Replaced when it is full.
   */
  slots: Float64Array<ArrayBuffer> = new Float64Array(FIRST_SLOTS << SLOT_BITS);
  readonly #peers: number;
  readonly #epochs: Float64Array;
  /** Place p: the key at 2 p, the number of its slot at 2 p + 1. */
  #places = new Int32Array(4 * FIRST_SLOTS).fill(NO_KEY);
  #shift = 31 - Math.log2(FIRST_SLOTS);
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
   * @returns The slot, in {@linkcode slots} as they are from then on.
   */
  slotOf(replica: number, peer: number): number {
    const key = replica * this.#peers + peer;
    let place = this.#placeOf(key);
    if (this.#places[place] === NO_KEY) {
      if (this.#met << SLOT_BITS === this.slots.length) {
        this.#grow();
        place = this.#placeOf(key);
      }
      this.#places[place] = key;
      this.#places[place + 1] = this.#met++;
    }
    const slot = (this.#places[place + 1] as number) << SLOT_BITS;
    const slots = this.slots;
    const epoch = this.#epochs[replica] as number;
    if (slots[slot | OWN_EPOCH] !== epoch) {
      slots[slot | OWN_EPOCH] = epoch;
      for (let column = PEER_EPOCH; column <= MARK; column++) {
        slots[slot | column] = 0;
      }
    }
    return slot;
  }

  /** Slot of a key, or the empty one where it belongs. */
  #placeOf(key: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    let place = Math.imul(key, GOLDEN) >>> this.#shift << 1;
    while (places[place] !== key && places[place] !== NO_KEY) {
      place = (place + 2) & mask;
    }
    return place;
  }

  /** Makes place for twice as many pairs. */
  #grow(): void {
    const slots = new Float64Array(2 * this.slots.length);
    slots.set(this.slots);
    this.slots = slots;
    const places = this.#places;
    this.#places = new Int32Array(2 * places.length).fill(NO_KEY);
    this.#shift--;
    for (let from = 0; from < places.length; from += 2) {
      const key = places[from] as number;
      if (key === NO_KEY) continue;
      const place = this.#placeOf(key);
      this.#places[place] = key;
      this.#places[place + 1] = places[from + 1] as number;
    }
  }
}
