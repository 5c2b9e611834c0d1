/**
 * Measures divergence, staleness and convergence while a run goes on, live or
 * virtual.
 *
 * @module
 */
import { TICKS_PER_SECOND } from "../domain/ticks.ts";
import { DrawQueue, type Watermarks } from "./draw_queue.ts";
import { type Distribution, Histogram } from "./histogram.ts";

export type { Watermarks } from "./draw_queue.ts";

/** Options of a {@linkcode Meter}. */
export interface MeterOptions {
  /**
   * Number of likes servers expected; more are accepted, at the price of a
   * growing array.
   *
   * @default {16}
   */
  servers?: number;
  /**
   * Watermarks of all servers that will draw, kept elsewhere. Their owner
   * raises them before telling the meter, and never for draws the meter
   * has not been told of. Left out: the meter keeps them itself, 4 bytes a
   * server.
   */
  watermarks?: Watermarks;
  /**
   * Whether the primary may forget what it has counted
   * ({@linkcode Meter.forgotten}). The meter then keeps every draw, 12 bytes
   * each, instead of those outstanding only.
   *
   * @default {false}
   */
  mayForget?: boolean;
}

/** Measures of a run, from a meter. */
export interface Measures {
  /** Likes generated. */
  readonly generated: number;
  /** Likes at the primary. */
  readonly counted: number;
  /**
   * Likes generated minus likes at the primary, over the time from 0 to the
   * end; below 0: counted twice.
   */
  readonly divergence: Distribution;
  /**
   * Age of the oldest like neither counted nor given up, in seconds; 0 while
   * there is none.
   */
  readonly stalenessSeconds: Distribution;
  /** See {@linkcode Meter.convergenceSeconds}. */
  readonly convergenceSeconds: number | null;
}

/**
 * Follows a run by numbers: what was drawn, what was counted, and when.
 *
 * - *Divergence* is likes generated minus likes at the primary; it goes below
 *   zero when likes are counted twice.
 * - *Staleness* at a tick is the age of the oldest like that was generated and
 *   is not yet counted: how far behind what a reader of the primary sees can
 *   be. A draw of zero likes is not waited for. A like that its server has
 *   given up (mode `at-most-once`) is no longer waited for either: it never
 *   comes, and would hide everything else; that it is missing shows in
 *   divergence and verdict. A like whose server crashed for good, or of a
 *   report refused for ever in mode `original`, is waited for to the end.
 *
 * Both are taken at every tick, after all that happened in it, from tick 0 up
 * to but not including the end, so that quantiles weigh time and not events. A
 * tick earlier than the one before is taken as the one before: the lines of
 * several processes cross by milliseconds. A run cut short is ended where it
 * was cut.
 *
 * An event costs some nanoseconds and allocates nothing. Memory: 12 bytes for
 * each draw outstanding, within twice that where old draws are outstanding
 * among newer settled ones, and as much again that is kept for reuse after a
 * peak; 4 bytes a server for its watermark; and two histograms.
 *
 * @example
 * ```ts
 * import { Meter } from "./meter.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const meter = new Meter();
 * meter.drawn(0, 3, 1, 14); // at 0 s LikesServer3 draws 14 likes, its seq 1,
 * meter.counted(200, 3, 1, 14); // 20 ms later the primary has them
 * meter.end(400);
 * const measures = meter.measures();
 * assertEquals(measures.divergence.mean, 7);
 * assertEquals(measures.stalenessSeconds.max, 0.0199);
 * assertEquals(measures.convergenceSeconds, 0.02);
 * ```
 */
export class Meter {
  readonly #divergence = new Histogram();
  readonly #staleness = new Histogram();
  /** The meter's own watermarks; null where some are given. */
  readonly #own: OwnWatermarks | null;
  readonly #queue: DrawQueue;
  readonly #mayForget: boolean;
  #now = 0;
  #generated = 0;
  #counted = 0;
  #lastDrawTick = 0;
  /** Up to when staleness is taken. */
  #oldestSince = 0;
  /**
   * Since when the two agree, as of the last tick that is over; -1 while they
   * do not.
   */
  #agreeingSince = -1;

  /**
   * A meter at tick 0, before anything happened.
   *
   * @param options How many servers, who keeps the watermarks, whether the
   * primary may forget.
   * @throws {RangeError} If the number of servers is not a whole number from 0
   * on.
   */
  constructor(options: MeterOptions = {}) {
    const { servers = 16, watermarks, mayForget = false } = options;
    if (!Number.isSafeInteger(servers) || servers < 0) {
      throw new RangeError(
        `Cannot meter ${servers} servers: a whole number from 0 on is allowed`,
      );
    }
    this.#own = watermarks === undefined ? new OwnWatermarks(servers) : null;
    this.#queue = new DrawQueue(watermarks ?? this.#own!, mayForget);
    this.#mayForget = mayForget;
  }

  /** Likes generated so far. */
  get likesGenerated(): number {
    return this.#generated;
  }

  /** Likes at the primary so far. */
  get likesCounted(): number {
    return this.#counted;
  }

  /** The tick of the last event. */
  get now(): number {
    return this.#now;
  }

  /** The tick of the oldest like that is waited for; -1 if there is none. */
  get oldestTick(): number {
    return this.#queue.frontServer < 0 ? -1 : this.#queue.frontTick;
  }

  /**
   * Staleness as of the last event, in ticks: the age of the oldest like that
   * is waited for; 0 if there is none.
   */
  get stalenessTicks(): number {
    return this.oldestTick < 0 ? 0 : this.#now - this.oldestTick;
  }

  /**
   * For how many draws there is room, 12 bytes each: for tests and benchmarks
   * of memory.
   */
  get drawsCapacity(): number {
    return this.#queue.capacity;
  }

  /**
   * A likes server generated likes.
   *
   * @param tick When.
   * @param server Its id, from 0 on.
   * @param seq The draw's number, higher than that of its last draw.
   * @param likes How many, 0 or more.
   */
  drawn(tick: number, server: number, seq: number, likes: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#lastDrawTick = this.#now;
    if (likes === 0) return;
    this.#generated += likes;
    if (this.#own !== null) this.#own.hold(server);
    if (this.#queue.frontServer < 0) this.#takeStaleness();
    this.#queue.push(this.#now, server, seq);
  }

  /**
   * The primary counted likes.
   *
   * @param tick When.
   * @param server Whose.
   * @param seq Every draw of that server up to this one is counted now; one as
   *   low as before, or 0, where a repeat was counted once more.
   * @param newly How many likes were added to the primary's total; 0 for a
   * repeat that it recognised.
   */
  counted(tick: number, server: number, seq: number, newly: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#counted += newly;
    this.#settle(server, seq);
  }

  /**
   * A likes server gave draws up: nothing will bring them to the primary,
   * unless a message is still on its way. They are no longer waited for.
   *
   * @param tick When.
   * @param server Its id.
   * @param seq Up to which draw; those before are settled already, as one
   * report is in flight at a time.
   */
  givenUp(tick: number, server: number, seq: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#settle(server, seq);
  }

  /**
   * The primary told its total, which need not be what was seen counted: a run
   * without proxy knows of likes counted twice, or not at all, only by asking.
   *
   * @param tick When.
   * @param likes The likes of this run at the primary.
   */
  observed(tick: number, likes: number): void {
    if (tick > this.#now) this.#elapse(tick);
    this.#counted = likes;
  }

  /**
   * The primary lost what it had counted, or a part: restarted empty, or with
   * fewer lines than it had acknowledged.
   *
   * @param tick When.
   * @param likes The likes of this run that it still holds.
   * @param settledUpTo For each server, up to which seq its draws are still
   *   counted, or given up. Not called where watermarks were given to the
   *   meter: those have fallen already.
   * @throws {TypeError} If the meter was not made with `mayForget`.
   *
   * @default settledUpTo {() => 0}
   */
  forgotten(
    tick: number,
    likes: number,
    settledUpTo: (server: number) => number = nothing,
  ): void {
    if (!this.#mayForget) {
      throw new TypeError(
        "Cannot forget what was counted: the meter was made without mayForget",
      );
    }
    if (tick > this.#now) this.#elapse(tick);
    this.#counted = likes;
    this.#takeStaleness();
    this.#own?.lower(settledUpTo);
    this.#queue.rewind();
  }

  /**
   * The run is over, or was cut: time is taken up to here. More events may
   * follow, as after a phase.
   *
   * @param tick When.
   */
  end(tick: number): void {
    if (tick > this.#now) this.#elapse(tick);
  }

  /**
   * Time until the two agreed for good.
   *
   * @param liftedTick When all faults were lifted.
   * @returns Seconds from the later of the last draw and the lifting to the
   *   first tick at whose end, and ever after, likes generated and likes at the
   *   primary were equal; 0 if they were already; null if they are not equal
   *   now.
   *
   * @default liftedTick {0}
   */
  convergenceSeconds(liftedTick = 0): number | null {
    if (this.#generated !== this.#counted) return null;
    const since = this.#agreeingSince < 0 ? this.#now : this.#agreeingSince;
    const from = Math.max(this.#lastDrawTick, liftedTick);
    return Math.max(0, since - from) / TICKS_PER_SECOND;
  }

  /**
   * The measures of the run, from tick 0 to the last event or end.
   *
   * @param liftedTick When all faults were lifted.
   * @returns The numbers for a verdict.
   *
   * @default liftedTick {0}
   */
  measures(liftedTick = 0): Measures {
    this.#takeStaleness();
    return {
      generated: this.#generated,
      counted: this.#counted,
      divergence: this.#divergence.summary(),
      stalenessSeconds: this.#staleness.summary(TICKS_PER_SECOND),
      convergenceSeconds: this.convergenceSeconds(liftedTick),
    };
  }

  /** Takes the divergence since the last event. */
  #elapse(tick: number): void {
    const now = this.#now;
    const divergence = this.#generated - this.#counted;
    this.#divergence.add(divergence, tick - now);
    if (divergence !== 0) this.#agreeingSince = -1;
    else if (this.#agreeingSince < 0) this.#agreeingSince = now;
    this.#now = tick;
  }

  /**
   * Takes the age of the oldest draw for as long as it was the oldest: before
   * another one is, and at the end.
   */
  #takeStaleness(): void {
    const now = this.#now;
    const since = this.#oldestSince;
    if (now === since) return;
    const { frontServer, frontTick } = this.#queue;
    if (frontServer < 0) this.#staleness.add(0, now - since);
    else this.#staleness.addRamp(since - frontTick, now - frontTick);
    this.#oldestSince = now;
  }

  #settle(server: number, seq: number): void {
    if (this.#own !== null) this.#own.raise(server, seq);
    // Only the front's own server can settle it, so all others cost one
    // comparison.
    const queue = this.#queue;
    if (server === queue.frontServer && seq >= queue.frontSeq) {
      this.#takeStaleness();
      queue.findFront();
    }
  }
}

/** The highest settled seq of each server. */
class OwnWatermarks implements Watermarks {
  ints: Int32Array;
  readonly rowBits = 0;
  readonly column = 0;

  constructor(servers: number) {
    this.ints = new Int32Array(servers);
  }

  /** Makes place for a server. */
  hold(server: number): void {
    if (server < this.ints.length) return;
    const ints = new Int32Array(Math.max(server + 1, 2 * this.ints.length));
    ints.set(this.ints);
    this.ints = ints;
  }

  raise(server: number, seq: number): void {
    this.hold(server);
    if (seq > this.ints[server]!) this.ints[server] = seq;
  }

  lower(settledUpTo: (server: number) => number): void {
    for (let server = 0; server < this.ints.length; server++) {
      this.ints[server] = settledUpTo(server);
    }
  }
}

function nothing(): number {
  return 0;
}
