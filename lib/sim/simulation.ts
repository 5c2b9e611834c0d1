/**
 * The virtual run: the likes servers and the primary of `lib/rules/` over a
 * simulated clock and network.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import type { Faults } from "../faults/force.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import type { Meter } from "../verdict/meter.ts";
import { Invariants } from "./invariants.ts";
import type { RunOptions } from "../options/run_options.ts";
import { makeParts, type RunParts, type SimHooks } from "./parts.ts";
import type { Recorder } from "./recorder.ts";
import { ScheduledFaults } from "./scheduled_faults.ts";
import type { ServerHandler } from "./server_queue.ts";
import type { ServerRows } from "./server_rows.ts";
import { Traffic } from "./traffic.ts";
import type { ReplicaWorld } from "./replicas/world.ts";
import type { CountedLikes } from "./virtual_primary.ts";

export type { SimHooks } from "./parts.ts";

/** Likes servers set up in the time of an event. */
const SET_UPS_PER_EVENT = 5;

/**
 * A run, which goes on as far as it is told.
 *
 * The queue holds each likes server once, at the earlier of its next wake and
 * its next message, whichever process that message is for: so the state of a
 * likes server, of its ledger and of the message between them is one row, and
 * an event touches one row. Events of the same tick come in the order in which
 * their likes servers were filed.
 *
 * @example A minute of ten likes servers
 * ```ts
 * import { Simulation } from "./simulation.ts";
 * import { DEFAULT_RUN } from "../options/run_options.ts";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const simulation = new Simulation({ ...DEFAULT_RUN, lifetimeTicks: 600_000 });
 * while (!simulation.advance(1000)) {
 *   assert(simulation.now <= simulation.deadlineTick);
 * }
 * assertEquals(simulation.primary.total, simulation.meter.likesGenerated);
 * ```
 */
export class Simulation {
  /** The run that is asked for. */
  readonly options: RunOptions;
  /** The faults. */
  readonly faults: Faults;
  /** The last tick at which likes servers deliver. */
  readonly deadlineTick: number;
  /**
   * Likes servers, as the cursor that the run itself uses: to be moved between
   * two calls of `advance` only.
   */
  readonly likesServers: LikesServer;
  /** Likes servers as a whole: they move the same cursor. */
  readonly serverRows: ServerRows;
  /** Counted likes: at the primary, or at the replicas together. */
  readonly primary: CountedLikes;
  /** Replicas and readers; null where a single primary is all there is. */
  readonly replicas: ReplicaWorld | null;
  /** Divergence and staleness. */
  readonly meter: Meter;
  /** The history. */
  readonly recorder: Recorder;

  readonly #parts: RunParts;
  readonly #traffic: Traffic;
  readonly #scheduledFaults: ScheduledFaults;
  readonly #invariants: Invariants | null;
  /** Does what is due for likes servers, and checks if that is wanted. */
  readonly #handler: ServerHandler;
  #serversSetUp = 0;
  #isCut = false;
  /** Time of the last likes server's exit, in ticks, once that is known. */
  #lastExitTick: number | null = null;
  #now = 0;

  /**
   * Sets a run up.
   *
   * @param options What to run.
   * @param hooks What to do besides.
   * @throws {RangeError} If an option is out of range, or a fault does not fit
   * the run.
   */
  constructor(options: RunOptions, hooks: SimHooks = {}) {
    const parts = this.#parts = makeParts(options, hooks);
    this.options = options;
    this.faults = parts.faults;
    this.deadlineTick = parts.deadlineTick;
    this.likesServers = parts.likesServers;
    this.serverRows = parts.serverRows;
    this.primary = parts.counted;
    this.replicas = parts.replicas;
    this.meter = parts.meter;
    this.recorder = parts.recorder;
    this.#traffic = new Traffic(parts);
    this.#scheduledFaults = new ScheduledFaults(parts, this.#traffic);
    this.#invariants = hooks.check === true ? new Invariants(this) : null;
    this.#handler = this.#invariants === null
      ? this.#traffic
      : this.#checking(this.#invariants);
  }

  /** The tick of the last event; at the end of the run, that tick. */
  get now(): number {
    return Math.max(this.#now, this.#parts.queue.now);
  }

  /** Likes servers that are set up; the others have made no draw. */
  get serversSetUp(): number {
    return this.#serversSetUp;
  }

  /** Messages sent, reports and replies, the network's copies included. */
  get messages(): number {
    return this.#traffic.messages;
  }

  /** Bytes of these. */
  get bytes(): number {
    return this.#traffic.bytes;
  }

  /**
   * Whether a likes server is down.
   *
   * @param server Which.
   * @returns True from its crash on, until it is started again.
   */
  isDown(server: number): boolean {
    return this.#parts.outages.isDown(server);
  }

  /**
   * The likes of a draw that a likes server has made.
   *
   * @param server Which.
   * @param seq The number of the draw in its session.
   * @returns Likes.
   */
  likesOf(server: number, seq: number): number {
    return this.#parts.draws.likes(server, seq);
  }

  /**
   * Goes on with the run: first the likes servers are set up, then things
   * happen to them.
   *
   * @param events The most events to handle, so that a caller can do something
   * else in between.
   * @returns Whether the run is over.
   * @throws {InvariantViolation} If invariants are checked and one does not
   * hold.
   */
  advance(events: number): boolean {
    let left = events;
    if (this.#serversSetUp < this.options.servers) left -= this.#setUp(left);
    while (left > 0) {
      left -= this.#serve(left);
      if (left === 0) return false;
      if (this.#isOver()) {
        this.#endRun();
        return true;
      }
      this.#now = this.#nextIsFault
        ? this.#scheduledFaults.next()
        : this.replicas!.next();
      this.#invariants?.check(-1);
      left--;
    }
    return false;
  }

  /**
   * Cuts the run short: here, or, where an ACK was foreseen, when that has
   * come, so that the run knows nothing of its future. A run that is over stays
   * as it is.
   *
   * @throws {InvariantViolation} If invariants are checked and one does not
   * hold.
   */
  stop(): void {
    this.#isCut = true;
    this.#traffic.endForesight();
    while (this.now < this.#traffic.foreseenTick) this.advance(1);
    this.#end();
  }

  /**
   * Sets likes servers up, as many as fit in the time of some events. Returns
   * how many events less can be handled.
   */
  #setUp(events: number): number {
    const from = this.#serversSetUp;
    const { servers } = this.options;
    const to = Math.min(servers, from + events * SET_UPS_PER_EVENT);
    const { queue } = this.#parts;
    const { size } = this.serverRows;
    for (let row = from * size; row < to * size; row++) {
      queue.push(row, this.#traffic.start(row));
    }
    this.#serversSetUp = to;
    return Math.floor((to - from) / SET_UPS_PER_EVENT);
  }

  /**
   * Handles events of likes servers. Returns how many there were before the
   * next scheduled fault, or event of replicas or readers.
   */
  #serve(events: number): number {
    const { queue } = this.#parts;
    // An acknowledgement can make its likes server read, before all else.
    const isMoving = this.options.readAfterTicks !== null;
    let handled = 0;
    while (handled < events) {
      const most = isMoving ? 1 : events - handled;
      const served = queue.serve(this.#nextTick, most, this.#handler);
      handled += served;
      if (served < most) break;
    }
    return handled;
  }

  #checking(invariants: Invariants): ServerHandler {
    return {
      handle: (row, tick) => {
        const next = this.#traffic.handle(row, tick);
        invariants.check(this.serverRows.serverOf(row));
        return next;
      },
    };
  }

  /** Time of the next event that is none of a likes server, in ticks. */
  get #nextTick(): number {
    const { outages, replicas } = this.#parts;
    return replicas === null
      ? outages.nextTick
      : Math.min(outages.nextTick, replicas.nextTick);
  }

  /** Whether that is a scheduled fault: those of a tick come first. */
  get #nextIsFault(): boolean {
    const { outages, replicas } = this.#parts;
    return replicas === null || outages.nextTick <= replicas.nextTick;
  }

  /**
   * Whether nothing happens any more: no fault is left to happen, or the last
   * likes server exits before it would, and none comes back.
   */
  #isOver(): boolean {
    const { queue, outages, replicas } = this.#parts;
    if (replicas !== null) return this.#agrees(replicas);
    if (outages.nextTick === NEVER) return true;
    return queue.isEmpty && !outages.isRestartPending() &&
      this.#exitTick() < outages.nextTick;
  }

  /**
   * Whether the run of replicas is over: all faults have happened, likes
   * servers and readers have ended, and the replicas agree, or have had their
   * time.
   */
  #agrees(replicas: ReplicaWorld): boolean {
    const { queue, outages, faults } = this.#parts;
    const { nextTick } = replicas;
    if (nextTick <= faults.endTick || outages.nextTick !== NEVER) return false;
    if (!queue.isEmpty) return false;
    if (nextTick === NEVER) return true;
    this.#lastExitTick ??= this.#exitTick();
    if (nextTick <= this.#lastExitTick) return false;
    const untilTick = this.#lastExitTick + replicas.agreementTicksMax;
    if (replicas.set.meter.isApart && nextTick <= untilTick) return false;
    // A last read may wait for its answer longer, and changes nothing.
    replicas.gossip?.stop();
    return !replicas.areReading;
  }

  #endRun(): void {
    this.#now = Math.max(
      this.now,
      this.#isCut ? this.#traffic.foreseenTick : this.#exitTick(),
    );
    if (!this.#isCut) this.#scheduledFaults.lift(this.#now);
    this.#end();
    this.#invariants?.checkEnd();
  }

  /**
   * The tick at which the last likes server exits: with its lifetime or last
   * ACK, or with the drain if it has something left. One that is down for good
   * has exited before.
   */
  #exitTick(): number {
    const traffic = this.#traffic;
    if (traffic.mayLeaveSome && this.#isSomeLeft()) return this.deadlineTick;
    let last = this.options.servers - 1;
    while (last >= 0 && this.isDown(last)) last--;
    return last < 0
      ? traffic.foreseenTick
      : Math.max(traffic.foreseenTick, this.#parts.lifetimes.endTickOf(last));
  }

  /** Whether a likes server that is up has something left to deliver. */
  #isSomeLeft(): boolean {
    for (let server = 0; server < this.options.servers; server++) {
      if (!this.serverRows.at(server).isIdle) return true;
    }
    return false;
  }

  #end(): void {
    this.meter.end(this.now);
    this.replicas?.set.meter.end(this.now);
    this.recorder.end();
  }
}
