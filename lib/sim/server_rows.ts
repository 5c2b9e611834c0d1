/**
 * Rows of the likes servers' state, and each one's state as a whole where it
 * reports to several replicas at once.
 *
 * @module
 */

import type { ReplicaChoice } from "../domain/replicas.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import type { Draws } from "../rules/report_sender.ts";
import type { WriteQuorum, WriteQuorumOptions } from "../rules/write_quorum.ts";

/** Options of the rows of likes servers. */
export interface ServerRowsOptions {
  /** Number of likes servers. */
  readonly servers: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** To which of them a likes server reports. */
  readonly writeTo: ReplicaChoice;
  /** Write quorum W: replicas that must have acknowledged a draw. */
  readonly writeQuorum: number;
}

/**
 * The rows of a likes server that each report goes to.
 *
 * @param options How likes servers report.
 * @returns 1, or the number of replicas where it reports to all.
 */
export function rowsOfServer(
  { writeTo, replicas }: Pick<ServerRowsOptions, "writeTo" | "replicas">,
): number {
  return writeTo === "all" ? replicas : 1;
}

/**
 * A likes server has one row, or, where it reports to all replicas, one for
 * each of them, in which it makes the same draws and delivers them as to a
 * single primary. A cursor: `at(i)`, then read it like an object.
 */
export class ServerRows {
  /** The rows of each likes server. */
  readonly size: number;
  readonly #likesServers: LikesServer;
  readonly #draws: Draws;
  /** Likes servers a row. */
  readonly #perRow: number;
  readonly #quorum: WriteQuorum | null;
  /** Likes acknowledged by a quorum, by likes server. */
  readonly #acknowledged: Float64Array;
  #server = 0;

  /**
   * Likes servers of which nothing is acknowledged.
   *
   * @param likesServers The cursor over the rows, which this one moves.
   * @param options How likes servers report.
   * @param draws The likes of past draws.
   * @param makeQuorum Makes the rule of when a draw is acknowledged.
   */
  constructor(
    likesServers: LikesServer,
    options: ServerRowsOptions,
    draws: Draws,
    makeQuorum: (options: WriteQuorumOptions) => WriteQuorum,
  ) {
    const { servers, replicas, writeQuorum: quorum } = options;
    this.size = rowsOfServer(options);
    this.#perRow = 1 / this.size;
    this.#likesServers = likesServers;
    this.#draws = draws;
    const isToAll = options.writeTo === "all";
    this.#quorum = isToAll ? makeQuorum({ servers, replicas, quorum }) : null;
    this.#acknowledged = new Float64Array(isToAll ? servers : 0);
  }

  /** Whether each likes server reports to all replicas. */
  get areToAll(): boolean {
    return this.#quorum !== null;
  }

  /** The likes server that a row is of. */
  serverOf(row: number): number {
    // Cheaper than to divide: half a row keeps the product off whole numbers.
    return this.size === 1 ? row : Math.floor((row + 0.5) * this.#perRow);
  }

  /** The replica that a row is about, where there is one for each. */
  replicaOf(row: number): number {
    return row % this.size;
  }

  /** The first row of a likes server; the others follow it. */
  firstOf(server: number): number {
    return server * this.size;
  }

  /** Moves the cursor. */
  at(server: number): this {
    this.#server = server;
    this.#likesServers.at(this.firstOf(server));
    return this;
  }

  /** Draws made. */
  get seq(): number {
    return this.#likesServers.seq;
  }

  /** Likes generated. */
  get total(): number {
    return this.#likesServers.total;
  }

  /** Up to which draw all are acknowledged. */
  get acknowledgedSeq(): number {
    return this.#quorum?.seqOf(this.#server) ??
      this.#likesServers.acknowledgedSeq;
  }

  /** Likes acknowledged. */
  get acknowledged(): number {
    return this.#quorum === null
      ? this.#likesServers.acknowledged
      : this.#acknowledged[this.#server] as number;
  }

  /** Up to which draw all are acknowledged or given up. */
  get settledSeq(): number {
    return this.#quorum?.seqOf(this.#server) ?? this.#likesServers.settledSeq;
  }

  /** Likes neither acknowledged nor given up. */
  get pending(): number {
    return this.#quorum === null
      ? this.#likesServers.pending
      : this.total - this.acknowledged;
  }

  /** Reports sent again. */
  get retries(): number {
    return this.#sum((row) => row.retries);
  }

  /** Reports refused for good. */
  get rejected(): number {
    return this.#sum((row) => row.rejected);
  }

  /** Whether no draw will come and nothing will be sent any more. */
  get isIdle(): boolean {
    return this.#sum((row) => row.isIdle ? 0 : 1) === 0;
  }

  #sum(count: (row: LikesServer) => number): number {
    const likesServers = this.#likesServers;
    if (this.size === 1) return count(likesServers);
    const first = this.firstOf(this.#server);
    let sum = 0;
    for (let row = first; row < first + this.size; row++) {
      sum += count(likesServers.at(row));
    }
    likesServers.at(first);
    return sum;
  }

  /**
   * A replica has acknowledged a likes server that reports to all.
   *
   * @param server The likes server.
   * @param replica The replica.
   * @param seq Up to which draw.
   * @returns Whether more is acknowledged by a quorum than before.
   */
  acknowledgedBy(server: number, replica: number, seq: number): boolean {
    const quorum = this.#quorum as WriteQuorum;
    const before = quorum.seqOf(server);
    if (!quorum.acknowledged(server, replica, seq)) return false;
    for (let s = before + 1; s <= quorum.seqOf(server); s++) {
      this.#acknowledged[server]! += this.#draws.likes(server, s);
    }
    return true;
  }

  /** A likes server is started again. */
  restart(server: number): void {
    this.#quorum?.restart(server);
  }
}
