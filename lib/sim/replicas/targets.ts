/**
 * To which replica each report goes.
 *
 * @module
 */

import type { Streams } from "../../domain/random.ts";
import type { ReplicaChoice } from "../../domain/replicas.ts";
import { anyReplica, HomeChoice, WRITE_PATIENCE } from "../../rules/choice.ts";

/** Options of the choice of a replica. */
export interface TargetOptions {
  /** Number of likes servers. */
  readonly servers: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Whether each has a home, asks any replica, or tells all. */
  readonly writeTo: ReplicaChoice;
  /** Whether one leaves a home that does not answer. */
  readonly failover: boolean;
}

/** The choices of all likes servers. */
export class Targets {
  readonly #streams: Streams;
  readonly #replicas: number;
  readonly #homes: HomeChoice | null;
  readonly #isToAll: boolean;

  /**
   * No attempt has been made.
   *
   * @param streams The random numbers of the run.
   * @param options How to choose.
   */
  constructor(streams: Streams, options: TargetOptions) {
    const { servers, replicas, writeTo, failover } = options;
    this.#streams = streams;
    this.#replicas = replicas;
    this.#isToAll = writeTo === "all";
    this.#homes = writeTo !== "home" ? null : new HomeChoice({
      clients: servers,
      replicas,
      patience: failover ? WRITE_PATIENCE : Infinity,
    });
  }

  /**
   * Replica that each likes server's next attempt goes to; null if it is drawn.
   */
  get homes(): Readonly<Int16Array> | null {
    return this.#homes?.replicas ?? null;
  }

  /**
   * Replica that an attempt goes to.
   *
   * @param server The likes server; where it tells all, its row for one of
   * them.
   * @param attempt The attempt's number.
   * @returns The replica's number.
   */
  of(server: number, attempt: number): number {
    if (this.#isToAll) return server % this.#replicas;
    return this.#homes === null
      ? anyReplica(this.#streams, server, attempt, this.#replicas)
      : this.#homes.replicaOf(server);
  }

  /** An attempt was answered, whatever was said. */
  answered(server: number): void {
    this.#homes?.answered(server);
  }

  /** An attempt got no answer in time. */
  unanswered(server: number): void {
    this.#homes?.unanswered(server);
  }

  /** A likes server is started again. */
  restart(server: number): void {
    this.#homes?.restart(server);
  }
}
