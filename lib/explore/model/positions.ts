/**
 * The positions of replicas in each other's feeds, and what they rest on.
 *
 * @module
 */

import type { Bounds } from "./bounds.ts";
import { KEPT_GOT, KEPT_PEER_EPOCH, KEPT_TOLD } from "./gossip.ts";
import { ENTRY_BYTES, type Layout } from "./layout.ts";
import { wideAt } from "./saved_row.ts";
import { ENDS, EPOCH, HAS, PEER } from "./syncs.ts";

/**
 * Checks that positions are true: no replica has got more of a feed than there
 * is, and whoever has got a feed up to a position holds, row by row, at least
 * what the feed's replica holds of all rows that changed last at that position
 * or before it; and whoever is remembered to have told a row, or the same of
 * it, holds at least that. Otherwise changes are never told that somebody
 * lacks.
 *
 * Three tell a position: the replica that has got so far, its messages that
 * name it, and the other replica, which has read it in one. Each counts while
 * both live on in the lives that it is about.
 *
 * Positions and versions of a state are ranks, which keep their order, and this
 * asks for nothing else.
 */
export class Positions {
  readonly #layout: Layout;
  readonly #replicas: number;
  readonly #rows: number;

  /**
   * Prepares the check.
   *
   * @param bounds The bounds of the exploration.
   * @param layout The places of everything.
   */
  constructor({ replicas }: Bounds, layout: Layout) {
    this.#layout = layout;
    this.#replicas = replicas;
    this.#rows = layout.replicaRows;
  }

  /**
   * Finds a position that is not true.
   *
   * @param bytes The state.
   * @returns The replica that is taken to have it, and the one of whose feed it
   * is; null where all are true.
   */
  untrue(bytes: Uint8Array): readonly [number, number] | null {
    const layout = this.#layout;
    for (let replica = 0; replica < this.#replicas; replica++) {
      for (let peer = 0; peer < this.#replicas; peer++) {
        if (peer === replica) continue;
        const own = layout.pair(replica, peer);
        const isOfLife = bytes[own + KEPT_PEER_EPOCH] ===
          bytes[layout.life(peer)];
        if (!isOfLife) continue;
        const got = bytes[own + KEPT_GOT] as number;
        const told = bytes[own + KEPT_TOLD] as number;
        if (!this.#isTrue(bytes, replica, peer, got)) return [replica, peer];
        const isHeld = this.#isTrue(bytes, peer, replica, told) &&
          this.#isHeld(bytes, replica, peer);
        if (!isHeld) return [peer, replica];
      }
    }
    for (let number = 0; number < layout.syncsMax; number++) {
      const at = layout.sync(number);
      if (bytes[at] === 0) continue;
      const from = bytes[at + ENDS]! >> 4;
      const to = bytes[at + ENDS]! & 15;
      const isOfLives = bytes[at + EPOCH] === bytes[layout.life(from)] &&
        bytes[at + PEER] === bytes[layout.life(to)];
      const has = bytes[at + HAS] as number;
      if (isOfLives && !this.#isTrue(bytes, from, to, has)) return [from, to];
    }
    return null;
  }

  /** Whether a replica can have got the feed of another up to a position. */
  #isTrue(
    bytes: Uint8Array,
    replica: number,
    of: number,
    position: number,
  ): boolean {
    const layout = this.#layout;
    if (position > bytes[layout.life(of) + 1]!) return false;
    for (let row = 0; row < this.#rows; row++) {
      const entry = layout.entryOfRow(of, row);
      const version = bytes[entry + ENTRY_BYTES] as number;
      // A row without a version is told to nobody.
      if (version > position) continue;
      if (this.#hasLess(bytes, replica, of, row)) return false;
    }
    return true;
  }

  /** Whether a replica's peer holds all that it is remembered to have told. */
  #isHeld(bytes: Uint8Array, replica: number, peer: number): boolean {
    const layout = this.#layout;
    for (let row = 0; row < this.#rows; row++) {
      const holders = bytes[
        layout.entryOfRow(replica, row) + ENTRY_BYTES + 1
      ] as number;
      const isHolder = (holders & 15) === peer + 1 || holders >> 4 === peer + 1;
      if (isHolder && this.#hasLess(bytes, peer, replica, row)) return false;
    }
    return true;
  }

  /** Whether a replica holds less of a row than another. */
  #hasLess(
    bytes: Uint8Array,
    replica: number,
    other: number,
    row: number,
  ): boolean {
    const a = this.#layout.entryOfRow(replica, row);
    const b = this.#layout.entryOfRow(other, row);
    return bytes[a]! < bytes[b]! ||
      bytes[a] === bytes[b] && wideAt(bytes, a + 2) < wideAt(bytes, b + 2);
  }
}
