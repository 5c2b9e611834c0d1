/**
 * Replicas, gossip and readers of a virtual run: what happens besides the
 * events of likes servers.
 *
 * @module
 */

import { AcknowledgementMeter } from "../../verdict/acknowledgement_meter.ts";
import { Agenda } from "./agenda.ts";
import { Gossip, type GossipParts } from "./gossip.ts";
import { type ReaderParts, Readers } from "./readers.ts";
import type { ReplicaSet } from "./replica_set.ts";
import type { Targets } from "./targets.ts";

// What an event of the agenda is, in its lowest bits:
const EXCHANGE = 0;
const PEER_MESSAGE = 1;
const READ = 2;
const READ_MESSAGE = 3;
const GIVE_UP = 4;
const OWN_READ = 5;
const KIND_BITS = 3;
const KIND_MASK = (1 << KIND_BITS) - 1;

/** The longest wait for agreement at the end of a run, in gossip intervals. */
const AGREEMENT_INTERVALS_MAX = 60;

type Filed<Parts> = Omit<
  Parts,
  "agenda" | "timerEvent" | "messageEvent" | "timeoutEvent" | "ownEvent"
>;

/** Parts of a world of replicas. */
export interface ReplicaWorldParts {
  /** The replicas. */
  readonly set: ReplicaSet;
  /** Replicas that reports go to. */
  readonly targets: Targets;
  /** The exchanges; null where replicas do not gossip. */
  readonly gossip: Filed<GossipParts> | null;
  /** The readers, likes servers among them; null where there are none. */
  readonly readers: Omit<Filed<ReaderParts>, "targets"> | null;
  /**
   * Time that a report waits for its reply, in ticks, where the waits of draws
   * for their acknowledgement are measured; else null.
   */
  readonly patienceTicks: number | null;
  /** End of a likes server's lifetime, in ticks. */
  readonly endTickOf: (server: number) => number;
  /** Least time to wait for agreement, in ticks. */
  readonly drainTicks: number;
}

/** Everything of a run that a single primary without readers does not have. */
export class ReplicaWorld {
  /** Set of the replicas and what each holds. */
  readonly set: ReplicaSet;
  /** Replicas that reports go to. */
  readonly targets: Targets;
  /** Whether there are several replicas, so that events name theirs. */
  readonly areMany: boolean;
  /** The exchanges; null where replicas do not gossip. */
  readonly gossip: Gossip | null;
  /** The readers; null where there are none. */
  readonly readers: Readers | null;
  /** Meter of the waits of draws; null where nobody asks. */
  readonly acknowledgements: AcknowledgementMeter | null;
  readonly #endTickOf: (server: number) => number;
  /** Longest wait for agreement at the end, in ticks. */
  readonly agreementTicksMax: number;
  readonly #agenda = new Agenda();

  /**
   * Nothing has happened yet.
   *
   * @param parts What it is made of.
   */
  constructor(parts: ReplicaWorldParts) {
    const { set, targets } = parts;
    const agenda = this.#agenda;
    const eventOf = (kind: number) => (index: number) =>
      index << KIND_BITS | kind;
    this.set = set;
    this.targets = targets;
    this.areMany = set.size > 1;
    this.#endTickOf = parts.endTickOf;
    const { patienceTicks } = parts;
    this.acknowledgements = patienceTicks === null
      ? null
      : new AcknowledgementMeter(patienceTicks);
    this.gossip = parts.gossip && new Gossip({
      ...parts.gossip,
      agenda,
      timerEvent: eventOf(EXCHANGE),
      messageEvent: eventOf(PEER_MESSAGE),
    });
    this.readers = parts.readers && new Readers({
      ...parts.readers,
      ...{ agenda, targets },
      ownEvent: eventOf(OWN_READ),
      timerEvent: eventOf(READ),
      messageEvent: eventOf(READ_MESSAGE),
      timeoutEvent: eventOf(GIVE_UP),
    });
    const mean = this.gossip?.meanTicks ?? 0;
    this.agreementTicksMax = Math.max(
      parts.drainTicks,
      Math.ceil(AGREEMENT_INTERVALS_MAX * mean),
    );
  }

  /** Fetches what is kept of likes servers that are served next. */
  fetch(servers: Int32Array, count: number): void {
    const { homes } = this.targets;
    if (homes !== null) this.set.fetchServers(servers, count, homes);
  }

  /** The tick of the next event, NEVER if there is none. */
  get nextTick(): number {
    return this.#agenda.nextTick;
  }

  /** Whether readers are still to read, or wait for an answer. */
  get areReading(): boolean {
    return this.readers?.areReading ?? false;
  }

  /**
   * Lets the next event happen; there is one.
   *
   * @returns Its tick.
   */
  next(): number {
    const agenda = this.#agenda;
    const event = agenda.take();
    const { now, serial } = agenda;
    const index = event >> KIND_BITS;
    switch (event & KIND_MASK) {
      case EXCHANGE:
        this.gossip?.begin(index, now, serial);
        break;
      case PEER_MESSAGE:
        this.gossip?.arrive(index, now);
        break;
      case READ:
        this.readers?.begin(index, now);
        break;
      case READ_MESSAGE:
        this.readers?.arrive(index, now);
        break;
      case OWN_READ:
        this.readers?.beginPlanned(index, now);
        break;
      case GIVE_UP:
        this.readers?.giveUp(index, now, serial);
        break;
    }
    return now;
  }

  /**
   * A likes server has made a draw.
   *
   * @param tick When.
   * @param server The likes server.
   */
  drawn(tick: number, server: number): void {
    this.set.meter.drawn(tick);
    this.acknowledgements?.drawn(tick, server);
  }

  /**
   * A likes server was acknowledged.
   *
   * @param tick When.
   * @param server The likes server.
   * @param seq Up to which draw all are acknowledged, by whatever replica.
   * @param replica The replica that said so last.
   */
  acknowledged(
    tick: number,
    server: number,
    seq: number,
    replica: number,
  ): void {
    this.set.acknowledged(tick, server, seq, replica);
    this.acknowledgements?.acknowledged(tick, server, seq);
    if (this.readers === null) return;
    this.readers.meter.acknowledged(tick, server, seq);
    this.readers.acknowledged(server, replica, tick, this.#endTickOf(server));
  }

  /**
   * A replica is killed.
   *
   * @param replica Which.
   * @param tick When.
   * @param isForGood Whether it is never started again.
   * @returns Whether the replicas hold less together than before.
   */
  crash(replica: number, tick: number, isForGood: boolean): boolean {
    this.gossip?.crash(replica);
    return this.set.crash(replica, tick, isForGood);
  }

  /**
   * A replica is started again.
   *
   * @param replica Which.
   * @param tick When.
   */
  restart(replica: number, tick: number): void {
    this.set.restart(replica, tick);
    this.gossip?.restart(replica, tick);
  }
}
