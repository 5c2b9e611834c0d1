/**
 * Choice of the replica that is asked: by a likes server, by a reader, by
 * another replica.
 *
 * @module
 */

import { Family, type Streams, withinRange } from "../domain/random.ts";

/**
 * Attempts without an answer after which a likes server moves to the next
 * replica.
 */
export const WRITE_PATIENCE = 2;

/** Reads without an answer after which a reader moves to the next replica. */
export const READ_PATIENCE = 1;

/** Options of the choice of clients with a home. */
export interface HomeChoiceOptions {
  /** Number of clients, from 1 on. */
  readonly clients: number;
  /** Number of replicas, from 1 on. */
  readonly replicas: number;
  /**
   * Attempts running without an answer after which a client goes to the next
   * replica; `Infinity`, and it never does: `--no-failover`.
   */
  readonly patience: number;
}

/**
 * Clients that have a home and leave it only when it fails: client i asks
 * replica i mod N. When a connection is refused or reset, or too many attempts
 * running got no answer, its next attempt goes to the next replica, and it
 * stays there until that happens again.
 *
 * @example Usage
 * ```ts
 * import { HomeChoice, WRITE_PATIENCE } from "./choice.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const choice = new HomeChoice({ clients: 10, replicas: 3, patience: WRITE_PATIENCE });
 * assertEquals(choice.replicaOf(5), 2);
 * choice.unanswered(5);
 * assertEquals(choice.replicaOf(5), 2);
 * choice.unanswered(5);
 * assertEquals(choice.replicaOf(5), 0);
 * ```
 */
export class HomeChoice {
  readonly #replicas: number;
  readonly #patience: number;
  readonly #current: Int16Array;
  readonly #silences: Uint8Array;

  /**
   * All clients at home.
   *
   * @param options How many there are, and how patient they are.
   */
  constructor(options: HomeChoiceOptions) {
    this.#replicas = options.replicas;
    this.#patience = options.patience;
    this.#current = new Int16Array(options.clients);
    this.#silences = new Uint8Array(options.clients);
    for (let client = 0; client < options.clients; client++) {
      this.#current[client] = client % options.replicas;
    }
  }

  /** The replica that each client asks, by the client's number. */
  get replicas(): Readonly<Int16Array> {
    return this.#current;
  }

  /**
   * The replica that a client asks.
   *
   * @param client Its number.
   * @returns The replica's number.
   */
  replicaOf(client: number): number {
    return this.#current[client] as number;
  }

  /**
   * Attempts running that a client has made without an answer.
   *
   * @param client Its number.
   * @returns A number from 0 to below the patience.
   */
  silencesOf(client: number): number {
    return this.#silences[client] as number;
  }

  /**
   * A replica answered, whatever it said: also a refusal, or a gap.
   *
   * @param client Whom.
   */
  answered(client: number): void {
    this.#silences[client] = 0;
  }

  /**
   * An attempt got no answer in time.
   *
   * @param client Whose.
   */
  unanswered(client: number): void {
    if (this.#patience === Infinity) return;
    if (++this.#silences[client]! >= this.#patience) this.refused(client);
  }

  /**
   * A connection was refused or reset.
   *
   * @param client Whose.
   */
  refused(client: number): void {
    if (this.#patience === Infinity) return;
    this.#silences[client] = 0;
    this.#current[client] = (this.#current[client]! + 1) % this.#replicas;
  }

  /**
   * A client begins a new life: it is at home.
   *
   * @param client Its number.
   */
  restart(client: number): void {
    this.#silences[client] = 0;
    this.#current[client] = client % this.#replicas;
  }
}

/**
 * The replica that an attempt goes to behind a load balancer: each as likely as
 * the others.
 *
 * @param streams The random numbers of the run.
 * @param server The likes server's id.
 * @param attempt The attempt's number.
 * @param replicas Number of replicas.
 * @returns A replica's number.
 */
export function anyReplica(
  streams: Streams,
  server: number,
  attempt: number,
  replicas: number,
): number {
  const bits = streams.bits(Family.CHOICE, server, attempt);
  return withinRange(bits, 0, replicas - 1);
}

/**
 * The replicas that a read asks, each set of that size as likely as the others.
 * Source: Robert Floyd's sample without replacement, in Jon Bentley,
 * "Programming Pearls: A Sample of Brilliance", Communications of the ACM
 * 30(9), 1987.
 *
 * @param streams The random numbers of the run.
 * @param reader The reader's number.
 * @param read The read's number, below 2^32 divided by the size of `into`.
 * @param replicas Number of replicas, at least the size of `into`.
 * @param into Where to put the replicas' numbers: as many as are asked.
 */
export function anyReplicas(
  streams: Streams,
  reader: number,
  read: number,
  replicas: number,
  into: Int32Array,
): void {
  const size = into.length;
  for (let i = 0; i < size; i++) {
    const last = replicas - size + i;
    const bits = streams.bits(Family.READ_CHOICE, reader, read * size + i);
    const drawn = withinRange(bits, 0, last);
    into[i] = into.subarray(0, i).includes(drawn) ? last : drawn;
  }
}

/**
 * With whom a replica begins an exchange: each other one as likely.
 *
 * @param streams The random numbers of the run.
 * @param replica The replica's number.
 * @param exchange The exchange's number.
 * @param replicas Number of replicas, at least 2.
 * @returns Another replica's number.
 */
export function gossipPartner(
  streams: Streams,
  replica: number,
  exchange: number,
  replicas: number,
): number {
  const bits = streams.bits(Family.GOSSIP_PARTNER, replica, exchange);
  const other = withinRange(bits, 0, replicas - 2);
  return other < replica ? other : other + 1;
}

/** Wait of replicas from the start of an exchange to the next. */
export interface GossipInterval {
  /** The distribution of the waits. */
  readonly kind: "constant" | "exponential" | "uniform";
  /** The constant, the mean, or the shortest wait, in ticks; at least 1. */
  readonly ticks: number;
  /** The longest wait, where the kind is uniform. */
  readonly maxTicks?: number;
}

/**
 * The waits of replicas between exchanges.
 *
 * The first wait is as if exchanges had gone on for ever: what is left, at a
 * moment that knows nothing of it, of the interval that the moment is in. Such
 * an interval is longer than others, in proportion to its length, and the
 * moment is anywhere in it. Source: the inspection paradox and the equilibrium
 * distribution of a renewal process, Sheldon M. Ross, "Introduction to
 * Probability Models", sections 7.4 and 7.7. So what is left is uniform up to a
 * constant interval, of the same distribution as the interval where that is
 * exponential, and for a uniform interval from a to b it is a fraction of
 * sqrt(a^2 + U (b^2 - a^2)).
 */
export class GossipWaits {
  readonly #streams: Streams;
  readonly #interval: GossipInterval;
  readonly #exponential: (bits: number) => number;

  /**
   * Prepares the waits of a run.
   *
   * @param streams Its random numbers.
   * @param interval How long replicas wait.
   * @param exponential Makes an exponential variable of mean 1 from 32 random
   * bits.
   * @throws {RangeError} If the shortest wait, or the mean, is below a tick.
   */
  constructor(
    streams: Streams,
    interval: GossipInterval,
    exponential: (bits: number) => number,
  ) {
    if (!(interval.ticks >= 1)) {
      throw new RangeError(
        `Cannot gossip every ${interval.ticks} ticks: allowed is 1 tick of 0.1 ms or more`,
      );
    }
    this.#streams = streams;
    this.#interval = interval;
    this.#exponential = exponential;
  }

  /** The mean wait in ticks. */
  get meanTicks(): number {
    const { ticks, maxTicks = ticks } = this.#interval;
    return (ticks + maxTicks) / 2;
  }

  /**
   * The wait before a replica's first exchange.
   *
   * @param replica The replica's number.
   * @param life How often it was started before, so that each start draws anew.
   * @returns Ticks, 0 or more.
   */
  first(replica: number, life: number): number {
    const { kind, ticks, maxTicks = ticks } = this.#interval;
    // Numbers below 0: those from 1 on are the waits between exchanges.
    const n = -1 - 2 * life;
    const share = this.#streams.unit(Family.GOSSIP_WAIT, replica, n);
    if (kind === "exponential") {
      const bits = this.#streams.bits(Family.GOSSIP_WAIT, replica, n);
      return Math.round(ticks * this.#exponential(bits));
    }
    const other = this.#streams.unit(Family.GOSSIP_WAIT, replica, n - 1);
    const square = ticks ** 2 + other * (maxTicks ** 2 - ticks ** 2);
    return Math.floor(share * Math.sqrt(square));
  }

  /**
   * The wait from the start of an exchange to the start of the next.
   *
   * @param replica The replica's number.
   * @param exchange The number of the exchange that has begun, from 1 on.
   * @returns Whole ticks, at least 1.
   */
  after(replica: number, exchange: number): number {
    const { kind, ticks, maxTicks = ticks } = this.#interval;
    const bits = this.#streams.bits(Family.GOSSIP_WAIT, replica, exchange);
    if (kind === "exponential") {
      return Math.max(1, Math.round(ticks * this.#exponential(bits)));
    }
    return withinRange(bits, ticks, maxTicks);
  }
}
