/**
 * The invariants of a run: true after every event, whatever the faults.
 *
 * @module
 */

import {
  DELIVERY_TRAITS,
  type DeliveryTraits,
} from "../rules/delivery_traits.ts";
import { secondsFromTicks } from "../domain/ticks.ts";
import type { Faults } from "../faults/force.ts";
import { endsHealed } from "../faults/plan.ts";
import { formatEvent, type HistoryEvent } from "../verdict/history.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import type { RunOptions } from "../options/run_options.ts";
import type { Recorder } from "./recorder.ts";
import { ReplicaInvariants } from "./replicas/invariants.ts";
import type { ServerRows } from "./server_rows.ts";
import type { ReplicaWorld } from "./replicas/world.ts";
import type { ViolationSubject } from "./violation_subject.ts";
import type { CountedLikes } from "./virtual_primary.ts";

/**
 * An event that the rules exclude: a defect of this program, not of the run.
 */
export class InvariantViolation extends Error {
  /** The seed of the run. */
  readonly seed: number;
  /** The tick of the event after which the invariant did not hold. */
  readonly tick: number;
  /** The invariant that does not hold. */
  readonly invariant: string;
  /** The part of the run that it is about. */
  readonly subject: ViolationSubject;

  /**
   * Says what happened, in one line.
   *
   * @param invariant What does not hold.
   * @param seed The seed of the run.
   * @param tick When.
   * @param event The last event of the history, if there was one.
   * @param subject The part of the run that it is about.
   */
  constructor(
    invariant: string,
    seed: number,
    tick: number,
    event: HistoryEvent | null,
    subject: ViolationSubject = {},
  ) {
    const after = event === null ? "" : `, after ${formatEvent(event)}`;
    super(
      `Invariant violated with seed ${seed} at ${
        secondsFromTicks(tick)
      } s${after}: ${invariant}`,
    );
    this.name = "InvariantViolation";
    this.seed = seed;
    this.tick = tick;
    this.invariant = invariant;
    this.subject = subject;
  }
}

/** The parts of a run that the invariants are about. */
export interface CheckedRun {
  /** The run. */
  readonly options: RunOptions;
  /** The tick of the last event. */
  readonly now: number;
  /** Likes servers, as the one cursor that the run uses. */
  readonly likesServers: LikesServer;
  /** Likes servers as a whole: they move the same cursor. */
  readonly serverRows: ServerRows;
  /** The counted likes. */
  readonly primary: CountedLikes;
  /** The history. */
  readonly recorder: Recorder;
  /** Replicas and readers; null where a single primary is all there is. */
  readonly replicas: ReplicaWorld | null;
  /** The faults. */
  readonly faults: Faults;
  /** The likes of a draw that a likes server has made. */
  likesOf(server: number, seq: number): number;
}

/**
 * Checks a run event by event:
 * 1. `dedup`, `crdt`: the primary never counts more than was generated;
 * 2. what the primary holds never gets less, unless it was killed with
 *    durability `none`;
 * 3. what a likes server knows to be acknowledged is in the ledger, with the
 *    same exception;
 * 4. a likes server has never settled or acknowledged more than it generated;
 * 5. at the end: the sum of the likes servers' totals is the primary's; in
 *    `dedup` and `crdt` every likes server that ended with everything
 *    acknowledged has everything counted, once; `at-least-once` has lost
 *    nothing that it settled.
 */
export class Invariants {
  readonly #run: CheckedRun;
  readonly #traits: DeliveryTraits;
  /** Whether nothing that is counted can be forgotten. */
  readonly #isDurable: boolean;
  readonly #replicas: ReplicaInvariants | null;
  readonly #totals: Float64Array;
  #total = 0;

  /**
   * Checks a run from its beginning on.
   *
   * @param run The run.
   */
  constructor(run: CheckedRun) {
    const { servers, delivery, durability } = run.options;
    this.#run = run;
    this.#traits = DELIVERY_TRAITS[delivery];
    this.#isDurable = durability !== "none" && !mayLoseReplica(run);
    this.#replicas = checkedReplicas(run);
    this.#totals = new Float64Array(servers);
  }

  /**
   * Checks after an event.
   *
   * @param server The likes server that it happened to, -1 if none.
   * @throws {InvariantViolation} If an invariant does not hold.
   */
  check(server: number): void {
    const { primary } = this.#run;
    if (this.#isDurable && primary.total < this.#total) {
      this.#violated(
        `the primary's total fell from ${this.#total} to ${primary.total}`,
      );
    }
    this.#total = primary.total;
    this.#checkReplicas();
    if (server >= 0) this.#checkServer(server);
  }

  /**
   * Checks when the run is over.
   *
   * @throws {InvariantViolation} If an invariant does not hold.
   */
  checkEnd(): void {
    const { options, primary } = this.#run;
    this.#replicas?.checkEnd();
    this.#checkReplicas();
    let sum = 0;
    for (let server = 0; server < options.servers; server++) {
      this.#checkServer(server);
      sum += primary.totalOf(server);
      if (this.#isDurable) this.#checkHealed(server);
    }
    if (sum !== primary.total) {
      this.#violated(
        `the totals of all likes servers sum up to ${sum}, the primary's total is ${primary.total}`,
      );
    }
  }

  #checkReplicas(): void {
    const violation = this.#replicas?.violation ?? null;
    if (violation === null) return;
    this.#violated(violation, this.#replicas?.subject);
  }

  /** Checks what holds of each likes server alone. */
  #checkServer(server: number): void {
    const { primary, serverRows } = this.#run;
    const name = `LikesServer${server}`;
    const likesServer = serverRows.at(server);
    const counted = primary.totalOf(server);
    const { total, acknowledged, pending } = likesServer;
    if (!this.#traits.mayCountTwice && counted > total) {
      this.#violated(
        `the primary counted ${counted} likes of ${name}, which generated ${total}`,
        { server },
      );
    }
    if (pending < 0 || acknowledged > total) {
      this.#violated(
        `${name} generated ${total} likes, ${acknowledged} are acknowledged and ${pending} pending`,
        { server },
      );
    }
    if (!this.#isDurable) return;
    if (counted < (this.#totals[server] as number)) {
      this.#violated(
        `the primary's total of ${name} fell from ${
          this.#totals[server]
        } to ${counted}`,
        { server },
      );
    }
    this.#totals[server] = counted;
    const seq = likesServer.acknowledgedSeq;
    if (acknowledged > counted || (seq > 0 && !primary.has(server, seq))) {
      this.#violated(
        `${name} has ${acknowledged} likes acknowledged, up to draw ${seq}; the primary counted ${counted}`,
        { server },
      );
    }
  }

  #checkHealed(server: number): void {
    const { primary, serverRows } = this.#run;
    const likesServer = serverRows.at(server);
    const { total, pending } = likesServer;
    const counted = primary.totalOf(server) - primary.countedTwiceOf(server);
    if (!this.#traits.mayLose && counted < total - pending) {
      this.#violated(
        `LikesServer${server} generated ${total} likes and has ${pending} pending; the primary counted ${counted} of them`,
        { server },
      );
    }
  }

  #violated(invariant: string, subject?: ViolationSubject): never {
    const { options, now, recorder } = this.#run;
    throw new InvariantViolation(
      invariant,
      options.seed,
      now,
      recorder.lastEvent,
      subject,
    );
  }
}

/** Whether a replica dies for good, with what only it holds. */
function mayLoseReplica({ replicas, faults }: CheckedRun): boolean {
  return replicas !== null && !endsHealed(faults.schedule);
}

function checkedReplicas(run: CheckedRun): ReplicaInvariants | null {
  const { replicas, options, serverRows } = run;
  if (replicas === null) return null;
  const { readQuorum, writeQuorum, readRepair, readFrom } = options;
  const areAllTold = serverRows.areToAll;
  const { readers } = replicas;
  return new ReplicaInvariants({
    set: replicas.set,
    isDurable: options.durability !== "none",
    areGossiping: replicas.gossip !== null,
    drawsOf: (server) => seqOf(run, server),
    draws: { likes: (server, seq) => run.likesOf(server, seq) },
    ...{ writeQuorum, areAllTold },
    settledSeqOf: (server, replica) =>
      run.likesServers.at(serverRows.firstOf(server) + replica).settledSeq,
    reads: readers && {
      readers,
      areOverlapping: areAllTold &&
        readQuorum + writeQuorum > options.replicas,
      areRepairedBefore: readRepair === "before",
      areAtHome: readFrom === "home",
    },
  });
}

/** Draws of a likes server; the cursor stays where it was. */
function seqOf({ likesServers, serverRows }: CheckedRun, server: number) {
  const before = likesServers.number;
  const { seq } = serverRows.at(server);
  likesServers.at(before);
  return seq;
}
