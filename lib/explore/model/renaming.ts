/**
 * States that differ by names only, and the one that stands for them.
 *
 * @module
 */

import type { Bounds } from "./bounds.ts";
import {
  ENTRY_BYTES,
  FEED_BYTES,
  Header,
  HEARD_BYTES,
  type Layout,
  MESSAGE_BYTES,
  PAIR_BYTES,
  ROW_BYTES,
  Server,
  SYNC_BYTES,
} from "./layout.ts";
import { ENDS, type Syncs } from "./syncs.ts";

/**
 * Renames likes servers and replicas. A likes server can take the name of one
 * of the same home. Replicas can take each other's names where reports go to
 * any or to all of them; where likes servers have homes, all move on by as many
 * places, which keeps the order of failover, and their likes servers with them,
 * where each has as many.
 */
export class Renaming {
  readonly #bounds: Bounds;
  readonly #layout: Layout;
  readonly #syncs: Syncs | null;
  /**
   * New names of replicas, by the old, for each renaming but that to itself.
   */
  readonly #renamings: readonly (readonly number[])[];
  readonly #candidate: Uint8Array;
  readonly #best: Uint8Array;

  /**
   * Finds the renamings.
   *
   * @param bounds The bounds of the exploration.
   * @param layout The places of everything.
   * @param syncs The messages between replicas; null where there are none.
   */
  constructor(bounds: Bounds, layout: Layout, syncs: Syncs | null) {
    this.#bounds = bounds;
    this.#layout = layout;
    this.#syncs = syncs;
    this.#renamings = renamingsOf(bounds);
    this.#candidate = new Uint8Array(layout.bytes);
    this.#best = new Uint8Array(layout.bytes);
  }

  /**
   * Replaces a state by the first of all that differ from it by names only.
   *
   * @param bytes The state.
   */
  represent(bytes: Uint8Array): void {
    if (this.#renamings.length === 0) {
      this.#sortServers(bytes);
      return;
    }
    const candidate = this.#candidate;
    const best = this.#best;
    best.set(bytes);
    this.#sortServers(best);
    for (const names of this.#renamings) {
      this.#rename(bytes, names, candidate);
      this.#sortServers(candidate);
      if (isBefore(candidate, best)) best.set(candidate);
    }
    bytes.set(best);
  }

  /** Puts likes servers of one home in order, the highest block first. */
  #sortServers(bytes: Uint8Array): void {
    const { servers, replicas, writeTo } = this.#bounds;
    const { blockBytes } = this.#layout;
    const step = writeTo === "home" ? replicas : 1;
    for (let server = step; server < servers; server++) {
      for (let at = server; at >= step; at -= step) {
        const a = this.#layout.block(at);
        const b = this.#layout.block(at - step);
        if (!isAbove(bytes, a, b, blockBytes)) break;
        for (let i = 0; i < blockBytes; i++) {
          const byte = bytes[a + i] as number;
          bytes[a + i] = bytes[b + i] as number;
          bytes[b + i] = byte;
        }
      }
    }
  }

  #rename(
    bytes: Uint8Array,
    names: readonly number[],
    into: Uint8Array,
  ): void {
    const layout = this.#layout;
    const { servers, replicas } = this.#bounds;
    into.set(bytes);
    if (this.#isAtHome(bytes)) {
      into[Header.READER] = names[bytes[Header.READER]!] as number;
    }
    for (let replica = 0; replica < replicas; replica++) {
      const name = names[replica] as number;
      into[Header.REPLICAS + name] = bytes[Header.REPLICAS + replica] as number;
      if (!layout.isGossiping) continue;
      copy(bytes, layout.life(replica), into, layout.life(name), 2);
      for (let peer = 0; peer < replicas; peer++) {
        if (peer === replica) continue;
        const to = layout.pair(name, names[peer]!);
        copy(bytes, layout.pair(replica, peer), into, to, PAIR_BYTES);
      }
    }
    for (let number = 0; number < layout.syncsMax; number++) {
      const at = layout.sync(number);
      copy(bytes, at, into, at, SYNC_BYTES);
      if (bytes[at] === 0) continue;
      const ends = bytes[at + ENDS] as number;
      into[at + ENDS] = names[ends >> 4]! << 4 | names[ends & 15]!;
    }
    for (let server = 0; server < servers; server++) {
      this.#renameServer(bytes, server, names, into);
    }
    this.#syncs?.sort(into);
  }

  /** Whether the reader stays with a replica, and may ask it again. */
  #isAtHome(bytes: Uint8Array): boolean {
    if (this.#bounds.readFrom !== "home" || !this.#layout.isReading) {
      return false;
    }
    if (bytes[Header.READS] !== 0) return true;
    for (let server = 0; server < this.#bounds.servers; server++) {
      if (bytes[this.#layout.read(server)] !== 0) return true;
    }
    return false;
  }

  /** The block of a likes server, which may be another one's from then on. */
  #renameServer(
    bytes: Uint8Array,
    server: number,
    names: readonly number[],
    into: Uint8Array,
  ): void {
    const layout = this.#layout;
    const { replicas, writeTo } = this.#bounds;
    const home = server % replicas;
    const name = writeTo === "home" ? server - home + names[home]! : server;
    const own = layout.server(server);
    copy(bytes, own, into, layout.server(name), 4);
    if (writeTo === "home") {
      into[layout.server(name) + Server.TARGET] =
        names[bytes[own + Server.TARGET]!] as number;
    }
    for (let row = 0; row < layout.rows; row++) {
      const to = layout.row(name, layout.rows > 1 ? names[row]! : row);
      copy(bytes, layout.row(server, row), into, to, ROW_BYTES);
    }
    this.#renameEntries(bytes, server, names, into, name);
    renameMessages(
      bytes,
      layout.messages(server),
      names,
      into,
      layout.messages(name),
      layout.messagesMax,
    );
    if (!layout.isReading) return;
    copy(bytes, layout.read(server), into, layout.read(name), 4);
    for (let replica = 0; replica < replicas; replica++) {
      into[layout.seen(name, names[replica]!)] =
        bytes[layout.seen(server, replica)] as number;
    }
    for (let i = 0; i < layout.heardMax; i++) {
      const from = layout.heard(server) + i * HEARD_BYTES;
      const to = layout.heard(name) + i * HEARD_BYTES;
      copy(bytes, from, into, to, HEARD_BYTES);
      if (bytes[from] !== 0) into[to] = renamed(bytes[from]!, names);
    }
    renameMessages(
      bytes,
      layout.readMessages(server),
      names,
      into,
      layout.readMessages(name),
      layout.readsMax,
    );
  }

  /** Entries of a likes server, at replicas and in messages between them. */
  #renameEntries(
    bytes: Uint8Array,
    server: number,
    names: readonly number[],
    into: Uint8Array,
    name: number,
  ): void {
    const layout = this.#layout;
    const { replicas } = this.#bounds;
    const { counters } = layout;
    for (let counter = 0; counter < counters; counter++) {
      const counterName = layout.isMarked ? 0 : names[counter] as number;
      for (let replica = 0; replica < replicas; replica++) {
        const from = layout.entry(server, replica, counter);
        const to = layout.entry(name, names[replica]!, counterName);
        copy(bytes, from, into, to, ENTRY_BYTES);
        if (!layout.isGossiping) continue;
        copy(bytes, from + ENTRY_BYTES, into, to + ENTRY_BYTES, FEED_BYTES);
        const holders = bytes[from + ENTRY_BYTES + 1] as number;
        into[to + ENTRY_BYTES + 1] = renamedHolder(holders & 15, names) |
          renamedHolder(holders >> 4, names) << 4;
      }
      for (let number = 0; number < layout.syncsMax; number++) {
        const row = server * counters + counter;
        const newRow = name * counters + counterName;
        const to = layout.syncEntry(number, newRow);
        copy(bytes, layout.syncEntry(number, row), into, to, ENTRY_BYTES);
      }
    }
  }
}

/** New names of replicas for each renaming but that to itself. */
function renamingsOf(bounds: Bounds): number[][] {
  const { replicas, servers, writeTo, readFrom, reads } = bounds;
  const all = permutations(Array.from({ length: replicas }, (_, i) => i));
  const hasHomes = writeTo === "home" || readFrom === "home" && reads > 0;
  if (writeTo === "home" && servers % replicas !== 0) return [];
  return all.filter((names) =>
    names.some((name, replica) => name !== replica) &&
    (!hasHomes ||
      names.every((name, i) => name === (names[0]! + i) % replicas))
  );
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest])
  );
}

/** A byte whose lower half is the number of a replica. */
function renamed(byte: number, names: readonly number[]): number {
  return byte & 0xf0 | names[byte & 15]!;
}

/** The number of a replica plus 1, or 0. */
function renamedHolder(holder: number, names: readonly number[]): number {
  return holder === 0 ? 0 : names[holder - 1]! + 1;
}

/** Messages whose first byte names a replica; they stay in order. */
function renameMessages(
  bytes: Uint8Array,
  from: number,
  names: readonly number[],
  into: Uint8Array,
  to: number,
  count: number,
): void {
  let used = 0;
  for (let i = 0; i < count; i++) {
    const at = from + i * MESSAGE_BYTES;
    copy(bytes, at, into, to + i * MESSAGE_BYTES, MESSAGE_BYTES);
    if (bytes[at] === 0) continue;
    into[to + i * MESSAGE_BYTES] = renamed(bytes[at]!, names);
    used = i + 1;
  }
  for (let i = 1; i < used; i++) {
    for (let at = to + i * MESSAGE_BYTES; at > to; at -= MESSAGE_BYTES) {
      if (!isAbove(into, at, at - MESSAGE_BYTES, MESSAGE_BYTES)) break;
      for (let b = at; b < at + MESSAGE_BYTES; b++) {
        const byte = into[b] as number;
        into[b] = into[b - MESSAGE_BYTES] as number;
        into[b - MESSAGE_BYTES] = byte;
      }
    }
  }
}

function copy(
  from: Uint8Array,
  at: number,
  into: Uint8Array,
  to: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) into[to + i] = from[at + i] as number;
}

/** Whether a part of a state is higher than another, byte by byte. */
function isAbove(
  bytes: Uint8Array,
  a: number,
  b: number,
  count: number,
): boolean {
  for (let i = 0; i < count; i++) {
    const difference = bytes[a + i]! - bytes[b + i]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** Whether a whole state is higher than another. */
function isBefore(bytes: Uint8Array, others: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const difference = bytes[i]! - others[i]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}
