/**
 * A priority queue of a million likes servers, by the tick of what is due for
 * them.
 *
 * @module
 */

import {
  QUEUE_COLUMN,
  ROW_BITS as BITS_OF_ROW,
  type Rows,
} from "../rules/rows.ts";
import { NEVER as NEVER_TICK } from "../domain/ticks.ts";
import { ChunkLists } from "./chunk_lists.ts";

const { clz32 } = Math;
// Both are read several times an event. As imported constants they would be
// looked up and checked each time, which costs a run of 100,000 likes servers
// 6 %.
const ROW_BITS = BITS_OF_ROW;
const NEVER = NEVER_TICK;

// Columns of the row of a likes server that the queue owns:
const NEXT = QUEUE_COLUMN; // the server behind it in the near wheel; means nothing in the last of a tick
const QUEUED_AT = QUEUE_COLUMN + 1; // for when it is filed, NEVER when it is not

/**
 * Servers to a bucket of the far wheel, more or less: a bucket's rows, a
 * quarter of a megabyte, are still in the processor's second cache when they
 * are served.
 */
const BUCKET_SERVERS = 2000;
/**
 * A bucket is no longer than this, in powers of two of ticks, because the near
 * wheel has a slot for each of its ticks.
 */
const BUCKET_BITS_MAX = 12;

/** Half a turn of the far wheel has from 16 to a million buckets. */
const HALF_BITS_MIN = 4;
const HALF_BITS_MAX = 20;
/** A run has 2^31 ticks at most … */
const LONGEST_RUN_BITS = 31;
/** … and 65,536 half turns. */
const HALF_TURNS_BITS_MAX = 16;

/** Marks the place of a server that has been taken out. */
const GONE = -1;

/**
 * The load of a queue, from which it chooses its sizes. They decide its speed,
 * never its order.
 */
export interface ServerQueueOptions {
  /** Number of likes servers, which are the rows. */
  readonly servers: number;
  /** Events of one likes server in a million ticks, more or less. */
  readonly eventsPerMillionTicks: number;
  /** The longest time ahead that servers are commonly filed for, in ticks. */
  readonly spanTicks: number;
  /** The last tick that a server can be filed for. */
  readonly lastTick: number;
  /**
   * Somebody else who keeps something of each server, and uses it when the
   * server is served.
   *
   * @default {null}
   */
  readonly fetcher?: ServerFetcher | null;
}

/** Does what is due for servers. */
export interface ServerHandler {
  /**
   * Does what is due for a server.
   *
   * @param server The server.
   * @param tick The tick for which it was filed.
   * @returns When something is due for it next, NEVER if nothing is.
   */
  handle(server: number, tick: number): number;
}

/**
 * Is told which servers are served next, so that it can fetch what it keeps.
 */
export interface ServerFetcher {
  /**
   * Fetches what is kept of servers.
   *
   * @param servers The servers, in no order.
   * @param count How many of them.
   */
  fetch(servers: Int32Array, count: number): void;
}

/**
 * Orders servers by the tick each is filed for; those of the same tick in the
 * order in which they were filed.
 *
 * Each server is in the queue at most once, at the earlier of its own next wake
 * and its next message: timeouts, most of which never come to pass, need no
 * entries of their own, and the queue is as small as can be.
 *
 * A heap would touch a dozen scattered places for each event. Here there are
 * two wheels (the idea is that of R. Brown's calendar queue, Communications of
 * the ACM 31(10), 1988, and of G. Varghese's and T. Lauck's hierarchical timing
 * wheels, SOSP 1987):
 * - the *far wheel* has buckets of about 2,000 servers, kept as numbers in
 *   chunks of one cache line. Half a turn of it is as long as servers are
 *   commonly filed ahead; what is later still waits in a list for each half
 *   turn. When a half turn begins, the list of the next one is dealt out,
 *   before anything can be filed there directly, so order is kept;
 * - the *near wheel* has the servers of the bucket being served: for each of
 *   its ticks a list linked through the rows, and a bit that says whether it is
 *   empty. Opening a bucket first reads its rows in one tight loop, so that the
 *   processor fetches many at a time.
 *
 * @example Usage
 * ```ts
 * import { ServerQueue } from "./server_queue.ts";
 * import { makeRows } from "../rules/rows.ts";
 * import { NEVER } from "../domain/ticks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new ServerQueue(makeRows(3), {
 *   servers: 3,
 *   eventsPerMillionTicks: 100,
 *   spanTicks: 50_000,
 *   lastTick: 1_000_000,
 * });
 * queue.push(0, 700);
 * queue.push(1, 200);
 * queue.push(2, 200);
 * const served: number[] = [];
 * const handle = (server: number, tick: number) => {
 *   served.push(server);
 *   return server === 1 ? tick + 300 : NEVER;
 * };
 * assertEquals(queue.serve(700, 3, { handle }), 3);
 * assertEquals(served, [1, 2, 1]);
 * assertEquals(queue.now, 500);
 * ```
 */
export class ServerQueue {
  /** The tick of the server served last. */
  now = 0;
  /**
   * Means nothing, but keeps the engine from leaving out reads whose only
   * purpose is to fetch a row early.
   */
  fetchedChecksum = 0;

  readonly #ints: Int32Array;
  readonly #fetcher: ServerFetcher | null;
  /** The servers of a bucket, for the fetcher. */
  #fetched = new Int32Array(64);
  /**
   * A bucket is 2^bucketBits ticks long. Powers are kept, as to take one for
   * each bucket shows in a small run.
   */
  readonly #bucketBits: number;
  readonly #bucketTicks: number;
  /** Half a turn of the far wheel is 2^halfBits buckets. */
  readonly #halfBits: number;
  readonly #halfTurnTicks: number;
  readonly #farMask: number;

  /**
   * For each tick of the bucket being served its first and its last server;
   * they mean nothing where its bit is 0.
   */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  /** A bit for each tick, 32 to a word. */
  readonly #bits: Int32Array;
  readonly #slotMask: number;
  /** All words before this one are 0. */
  #word = 0;

  /** The bucket being served, counted from tick 0 … */
  #bucket = 0;
  /** … and its first tick, and the first of the next one. */
  #bucketTick = 0;
  #bucketEnd = 0;
  /** Until here servers are filed in the far wheel. */
  #farEnd = 0;
  readonly #buckets: ChunkLists;
  #far = 0;

  /**
   * For each half turn what is filed for it; those of the turn being served are
   * empty.
   */
  readonly #later: ChunkLists;
  #afar = 0;

  /**
   * Makes an empty queue.
   *
   * @param rows Rows of the likes servers: the queue uses the two columns from
   * QUEUE_COLUMN on.
   * @param options What it needs to choose its sizes.
   */
  constructor(rows: Rows, options: ServerQueueOptions) {
    const { servers, eventsPerMillionTicks, spanTicks, lastTick } = options;
    this.#ints = rows.ints;
    this.#fetcher = options.fetcher ?? null;
    const perTick = Math.max(1e-9, servers * eventsPerMillionTicks / 1e6);
    const bestTicks = Math.max(1, BUCKET_SERVERS / perTick);
    this.#bucketBits = Math.min(
      BUCKET_BITS_MAX,
      Math.floor(Math.log2(bestTicks)),
    );
    this.#bucketTicks = 2 ** this.#bucketBits;
    const slots = this.#bucketTicks;
    this.#first = new Int32Array(slots);
    this.#last = new Int32Array(slots);
    this.#bits = new Int32Array(Math.ceil(slots / 32));
    this.#slotMask = slots - 1;
    const spanBits = Math.ceil(Math.log2(Math.max(1, spanTicks)));
    this.#halfBits = Math.max(
      HALF_BITS_MIN,
      LONGEST_RUN_BITS - HALF_TURNS_BITS_MAX - this.#bucketBits,
      Math.min(HALF_BITS_MAX, spanBits - this.#bucketBits),
    );
    this.#halfTurnTicks = 2 ** (this.#bucketBits + this.#halfBits);
    this.#farMask = 2 ** (this.#halfBits + 1) - 1;
    this.#buckets = new ChunkLists(this.#farMask + 1, servers);
    const halfTurns = lastTick >> (this.#bucketBits + this.#halfBits);
    this.#later = new ChunkLists(halfTurns + 1, 0);
    this.#serve(0);
  }

  /** Whether no server is filed. */
  get isEmpty(): boolean {
    return this.#far + this.#afar === 0 &&
      this.#bits.every((bits) => bits === 0);
  }

  /**
   * Files a server, which must not be in the queue.
   *
   * @param server The server.
   * @param tick For when: not before {@linkcode ServerQueue.now}, nor the tick
   *   before the last limit of {@linkcode ServerQueue.serve}, and not beyond
   *   the last tick. NEVER files it nowhere.
   */
  push(server: number, tick: number): void {
    this.#ints[server << ROW_BITS | QUEUED_AT] = tick;
    if (tick < this.#bucketEnd) this.#insert(server, tick);
    else if (tick < NEVER) this.#file(server, tick);
  }

  /** Files a server for a later bucket. */
  #file(server: number, tick: number): void {
    if (tick < this.#farEnd) {
      this.#buckets.append((tick >> this.#bucketBits) & this.#farMask, server);
      this.#far++;
    } else {
      this.#later.append(tick >> this.#bucketBits >> this.#halfBits, server);
      this.#afar++;
    }
  }

  /**
   * Serves servers in their order, each of which is filed anew for when its
   * handler says.
   *
   * @param before Only those that are filed for an earlier tick than this.
   * @param most The most servers to serve, one that is served twice being two.
   * @param handler Does what is due for a server. It may not file any other for
   * an earlier tick than `before`, nor move the one that it serves.
   * @returns How many were served; {@linkcode ServerQueue.now} is the tick of
   * the last.
   */
  serve(before: number, most: number, handler: ServerHandler): number {
    let served = this.#serveBucket(before, most, handler);
    while (served < most && this.#openBucket(before)) {
      served += this.#serveBucket(before, most - served, handler);
    }
    return served;
  }

  /**
   * Serves servers of the open bucket. Called for each bucket, and not one loop
   * over all, as the engine compiles a function better that is begun often than
   * one in whose loop it is already: 3 % of a run.
   */
  #serveBucket(before: number, most: number, handler: ServerHandler): number {
    const words = this.#bits;
    let served = 0;
    while (served < most) {
      const word = this.#word;
      const bits = words[word] as number;
      if (bits === 0) {
        if (word + 1 === words.length) break;
        this.#word = word + 1;
        continue;
      }
      const slot = (word << 5) + 31 - clz32(bits & -bits);
      const tick = this.#bucketTick + slot;
      if (tick >= before) break;
      const server = this.#first[slot] as number;
      if (server === this.#last[slot]) words[word] = bits & (bits - 1);
      else {
        this.#first[slot] = this.#ints[server << ROW_BITS | NEXT] as number;
      }
      this.now = tick;
      this.push(server, handler.handle(server, tick));
      served++;
    }
    return served;
  }

  /**
   * Files a server anew, wherever it was: slow, for what happens seldom.
   *
   * @param server The server, which was filed before; not one that is being
   * served.
   * @param tick For when; NEVER takes it out of the queue.
   */
  move(server: number, tick: number): void {
    const queuedAt = this.#ints[server << ROW_BITS | QUEUED_AT] as number;
    if (queuedAt !== NEVER) this.#remove(server, queuedAt);
    this.push(server, tick);
  }

  /**
   * Puts a server behind the others of its tick, in the bucket being served.
   */
  #insert(server: number, tick: number): void {
    const slot = tick & this.#slotMask;
    const word = slot >> 5;
    const bit = 1 << (slot & 31);
    const bits = this.#bits[word] as number;
    if ((bits & bit) === 0) {
      this.#bits[word] = bits | bit;
      this.#first[slot] = server;
      if (word < this.#word) this.#word = word;
    } else {
      const last = this.#last[slot] as number;
      this.#ints[last << ROW_BITS | NEXT] = server;
    }
    this.#last[slot] = server;
  }

  /**
   * Goes on to the next bucket that is not empty. False if there is none, or
   * only from a tick on.
   */
  #openBucket(before: number): boolean {
    while (this.#far + this.#afar > 0) {
      const bucket = this.#far > 0 ? this.#bucket + 1 : this.#nextHalfTurn();
      if (bucket * this.#bucketTicks >= before) return false;
      const beginsHalfTurn =
        bucket >> this.#halfBits !== this.#bucket >> this.#halfBits;
      this.#serve(bucket);
      if (beginsHalfTurn) this.#deal((bucket >> this.#halfBits) + 1);
      const list = bucket & this.#farMask;
      if (this.#buckets.isEmpty(list)) continue;
      this.#word = 0;
      this.#spread(list);
      return true; // all may have been taken out again
    }
    return false;
  }

  /** Moves the servers of a bucket into the near wheel. */
  #spread(list: number): void {
    this.#fetch(list);
    const buckets = this.#buckets;
    const end = buckets.end(list);
    for (
      let at = buckets.first(list);
      at !== end;
      at = buckets.after(at, end)
    ) {
      const server = buckets.cells[at] as number;
      if (server === GONE) continue;
      this.#far--;
      const tick = this.#ints[server << ROW_BITS | QUEUED_AT] as number;
      this.#insert(server, tick);
    }
    buckets.clear(list);
  }

  /**
   * Reads both halves of the rows of a bucket, and does nothing else: the fewer
   * instructions lie between two reads, the more rows the processor fetches at
   * a time. At 100,000 likes servers a tenth of a run's time is saved by not
   * waiting for each.
   */
  #fetch(list: number): void {
    const ints = this.#ints;
    const { cells } = this.#buckets;
    const end = this.#buckets.end(list);
    let checksum = 0;
    let at = this.#buckets.first(list);
    while (at !== end) {
      const server = cells[at] as number;
      if (server !== GONE) {
        const row = server << ROW_BITS;
        checksum ^= (ints[row] as number) ^ (ints[row | QUEUED_AT] as number);
      }
      at = this.#buckets.after(at, end);
    }
    this.fetchedChecksum = checksum;
    if (this.#fetcher !== null) this.#letFetch(this.#fetcher, list);
  }

  /** Tells somebody else of the servers of a bucket. */
  #letFetch(fetcher: ServerFetcher, list: number): void {
    const { cells } = this.#buckets;
    const end = this.#buckets.end(list);
    let count = 0;
    let at = this.#buckets.first(list);
    while (at !== end) {
      const server = cells[at] as number;
      if (count === this.#fetched.length) {
        const fetched = new Int32Array(2 * count);
        fetched.set(this.#fetched);
        this.#fetched = fetched;
      }
      if (server !== GONE) this.#fetched[count++] = server;
      at = this.#buckets.after(at, end);
    }
    fetcher.fetch(this.#fetched, count);
  }

  /**
   * With the far wheel empty: the bucket before the first half turn that has
   * something, so that it is dealt out.
   */
  #nextHalfTurn(): number {
    let half = (this.#bucket >> this.#halfBits) + 1;
    while (this.#later.isEmpty(half + 1)) half++;
    return half << this.#halfBits;
  }

  /** Moves what was filed for a half turn into its buckets. */
  #deal(half: number): void {
    const later = this.#later;
    if (half >= later.size || later.isEmpty(half)) return;
    const end = later.end(half);
    for (let at = later.first(half); at !== end; at = later.after(at, end)) {
      const server = later.cells[at] as number;
      if (server === GONE) continue;
      const tick = this.#ints[server << ROW_BITS | QUEUED_AT] as number;
      this.#buckets.append((tick >> this.#bucketBits) & this.#farMask, server);
      this.#far++;
      this.#afar--;
    }
    later.clear(half);
  }

  #remove(server: number, tick: number): void {
    this.#ints[server << ROW_BITS | QUEUED_AT] = NEVER;
    const bucket = tick >> this.#bucketBits;
    if (tick < this.#bucketEnd) {
      this.#unlink(server, tick & this.#slotMask);
    } else if (tick < this.#farEnd) {
      this.#buckets.replace(bucket & this.#farMask, server, GONE);
      this.#far--;
    } else {
      this.#later.replace(bucket >> this.#halfBits, server, GONE);
      this.#afar--;
    }
  }

  #unlink(server: number, slot: number): void {
    const ints = this.#ints;
    let before = -1;
    let at = this.#first[slot] as number;
    while (at !== server) {
      before = at;
      at = ints[at << ROW_BITS | NEXT] as number;
    }
    const isLast = server === this.#last[slot];
    const after = ints[server << ROW_BITS | NEXT] as number;
    if (before >= 0) {
      ints[before << ROW_BITS | NEXT] = after;
      if (isLast) this.#last[slot] = before;
    } else if (isLast) {
      const word = slot >> 5;
      this.#bits[word] = (this.#bits[word] as number) & ~(1 << (slot & 31));
    } else this.#first[slot] = after;
  }

  /** From now on this bucket is served. */
  #serve(bucket: number): void {
    const half = bucket >> this.#halfBits;
    this.#bucket = bucket;
    // `| 0`: kept as whole numbers of 32 bits, or all times would be computed
    // with fractions.
    this.#bucketTick = bucket << this.#bucketBits;
    this.#bucketEnd = Math.min(NEVER, (bucket + 1) * this.#bucketTicks) | 0;
    this.#farEnd = Math.min(NEVER, (half + 2) * this.#halfTurnTicks) | 0;
  }
}
