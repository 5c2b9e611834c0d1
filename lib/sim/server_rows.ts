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
 * Likes servers that have one row each. A cursor: `at(i)`, then read it like an
 * object.
 */
export class ServerRows {
  /** The rows of each likes server. */
  readonly size: number = 1;
  /** Whether each likes server reports to all replicas. */
  readonly areToAll: boolean = false;
  /** The cursor over the rows. */
  protected readonly likesServers: LikesServer;

  /**
   * Likes servers of which nothing is acknowledged.
   *
   * @param likesServers The cursor over the rows, which this one moves.
   */
  constructor(likesServers: LikesServer) {
    this.likesServers = likesServers;
  }

  /** The likes server that a row is of. */
  serverOf(row: number): number {
    return row;
  }

  /** The replica that a row is about, where there is one for each. */
  replicaOf(_row: number): number {
    return 0;
  }

  /** The first row of a likes server; the others follow it. */
  firstOf(server: number): number {
    return server;
  }

  /** Moves the cursor. */
  at(server: number): this {
    this.likesServers.at(server);
    return this;
  }

  /** Draws made. */
  get seq(): number {
    return this.likesServers.seq;
  }

  /** Likes generated. */
  get total(): number {
    return this.likesServers.total;
  }

  /** Up to which draw all are acknowledged. */
  get acknowledgedSeq(): number {
    return this.likesServers.acknowledgedSeq;
  }

  /** Likes acknowledged. */
  get acknowledged(): number {
    return this.likesServers.acknowledged;
  }

  /** Up to which draw all are acknowledged or given up. */
  get settledSeq(): number {
    return this.likesServers.settledSeq;
  }

  /** Likes neither acknowledged nor given up. */
  get pending(): number {
    return this.likesServers.pending;
  }

  /** Reports sent again. */
  get retries(): number {
    return this.likesServers.retries;
  }

  /** Reports refused for good. */
  get rejected(): number {
    return this.likesServers.rejected;
  }

  /** Whether no draw will come and nothing will be sent any more. */
  get isIdle(): boolean {
    return this.likesServers.isIdle;
  }

  /**
   * A replica has acknowledged a likes server that reports to all.
   *
   * @param _server The likes server.
   * @param _replica The replica.
   * @param _seq Up to which draw.
   * @returns Whether more is acknowledged by a quorum than before.
   */
  acknowledgedBy(_server: number, _replica: number, _seq: number): boolean {
    return false;
  }

  /** A likes server is started again. */
  restart(_server: number): void {}
}

/**
 * Likes servers that report to all replicas: each has a row for each of them,
 * in which it makes the same draws and delivers them as to a single primary.
 */
export class ReplicaRows extends ServerRows {
  override readonly size: number;
  override readonly areToAll: boolean = true;
  readonly #draws: Draws;
  /** Likes servers a row. */
  readonly #perRow: number;
  readonly #quorum: WriteQuorum;
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
    super(likesServers);
    const { servers, replicas, writeQuorum: quorum } = options;
    this.size = rowsOfServer(options);
    this.#perRow = 1 / this.size;
    this.#draws = draws;
    this.#quorum = makeQuorum({ servers, replicas, quorum });
    this.#acknowledged = new Float64Array(servers);
  }

  override serverOf(row: number): number {
    // Cheaper than to divide: half a row keeps the product off whole numbers.
    return Math.floor((row + 0.5) * this.#perRow);
  }

  override replicaOf(row: number): number {
    return row % this.size;
  }

  override firstOf(server: number): number {
    return server * this.size;
  }

  override at(server: number): this {
    this.#server = server;
    this.likesServers.at(this.firstOf(server));
    return this;
  }

  override get acknowledgedSeq(): number {
    return this.#quorum.seqOf(this.#server);
  }

  override get acknowledged(): number {
    return this.#acknowledged[this.#server] as number;
  }

  override get settledSeq(): number {
    return this.acknowledgedSeq;
  }

  override get pending(): number {
    return this.total - this.acknowledged;
  }

  override get retries(): number {
    return this.#sum((row) => row.retries);
  }

  override get rejected(): number {
    return this.#sum((row) => row.rejected);
  }

  override get isIdle(): boolean {
    return this.#sum((row) => row.isIdle ? 0 : 1) === 0;
  }

  #sum(count: (row: LikesServer) => number): number {
    const first = this.firstOf(this.#server);
    let sum = 0;
    for (let row = first; row < first + this.size; row++) {
      sum += count(this.likesServers.at(row));
    }
    this.likesServers.at(first);
    return sum;
  }

  override acknowledgedBy(
    server: number,
    replica: number,
    seq: number,
  ): boolean {
    const before = this.#quorum.seqOf(server);
    if (!this.#quorum.acknowledged(server, replica, seq)) return false;
    for (let s = before + 1; s <= this.#quorum.seqOf(server); s++) {
      this.#acknowledged[server]! += this.#draws.likes(server, s);
    }
    return true;
  }

  override restart(server: number): void {
    this.#quorum.restart(server);
  }
}
