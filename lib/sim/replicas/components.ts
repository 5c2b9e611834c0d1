/**
 * The components of replicas, in modes without a mark: which row is whose, and
 * which draws each report that it counted carried.
 *
 * @module
 */

import type { Draws } from "../../rules/report_sender.ts";

const NO_ROW = -1;

/** Counts of a likes server's draws, one by one. */
export interface CountedOfServer {
  /** Times that each draw was counted, by seq. */
  readonly times: readonly number[];
  /** Likes counted beyond their first time. */
  readonly twice: number;
  /** The replicas that counted any of the draws of these, in order. */
  readonly twiceAt: readonly number[];
}

/**
 * Gives a row to each component, (replica, incarnation, likes server), when it
 * is first used. A run knows which draws each report carries: so what a
 * component of n reports counted is known like by like, whoever holds it.
 */
export class Components {
  readonly #servers: number;
  /**
   * The row of (replica, likes server) in the replica's present incarnation.
   */
  readonly #present = new Map<number, number>();
  /** By row: its likes server, and its replica. */
  readonly #serverOf: number[] = [];
  readonly #replicaOf: number[] = [];
  /** By row: of each report the draw before its first, and its last. */
  readonly #carried: number[][] = [];
  /** By likes server: its rows. */
  readonly #rowsOf = new Map<number, number[]>();

  /**
   * No component has been used.
   *
   * @param servers Number of likes servers.
   */
  constructor(servers: number) {
    this.#servers = servers;
  }

  /** Rows given out so far. */
  get rows(): number {
    return this.#serverOf.length;
  }

  /**
   * The row in which a replica counts reports of a likes server now.
   *
   * @param replica The replica.
   * @param server The likes server.
   * @returns -1 if it has counted none in its present incarnation.
   */
  find(replica: number, server: number): number {
    return this.#present.get(replica * this.#servers + server) ?? NO_ROW;
  }

  /**
   * Gives a row out.
   *
   * @param replica The replica.
   * @param server The likes server.
   * @returns The row.
   */
  add(replica: number, server: number): number {
    const row = this.#serverOf.length;
    this.#present.set(replica * this.#servers + server, row);
    this.#serverOf.push(server);
    this.#replicaOf.push(replica);
    this.#carried.push([]);
    const rows = this.#rowsOf.get(server);
    if (rows === undefined) this.#rowsOf.set(server, [row]);
    else rows.push(row);
    return row;
  }

  /**
   * A replica begins a new incarnation: it counts in other rows from now on.
   *
   * @param replica The replica.
   */
  reincarnate(replica: number): void {
    for (const [key, row] of this.#present) {
      if (this.#replicaOf[row] === replica) this.#present.delete(key);
    }
  }

  /** Whether a row is one that a replica counts in now. */
  isOwn(replica: number, row: number): boolean {
    return this.#replicaOf[row] === replica &&
      this.find(replica, this.serverOf(row)) === row;
  }

  /** The likes server of a row. */
  serverOf(row: number): number {
    return this.#serverOf[row] as number;
  }

  /** The rows of a likes server. */
  rowsOf(server: number): readonly number[] {
    return this.#rowsOf.get(server) ?? [];
  }

  /**
   * A row has counted a report.
   *
   * @param row The row.
   * @param fromSeq The report carried the draws after this one …
   * @param seq … up to this one.
   */
  carry(row: number, fromSeq: number, seq: number): void {
    this.#carried[row]!.push(fromSeq, seq);
  }

  /**
   * The draws that some reports of a row carried.
   *
   * @param row The row.
   * @param from How many of its first reports to leave out.
   * @param to Up to how many of its reports.
   * @param tell Is told of each report: the draw before its first, and its
   * last.
   */
  carriedBy(
    row: number,
    from: number,
    to: number,
    tell: (fromSeq: number, seq: number) => void,
  ): void {
    const carried = this.#carried[row] as number[];
    const end = Math.min(2 * to, carried.length);
    for (let i = 2 * from; i < end; i += 2) {
      tell(carried[i] as number, carried[i + 1] as number);
    }
  }

  /**
   * Counts of a likes server's draws, one by one.
   *
   * @param server The likes server.
   * @param reportsOf How many reports of a row are counted.
   * @param draws The likes of past draws.
   * @returns How often each draw was counted, and what that is too much.
   */
  countOf(
    server: number,
    reportsOf: (row: number) => number,
    draws: Draws,
  ): CountedOfServer {
    const times: number[] = [];
    const firstAt: number[] = []; // by draw, the replica that counted it first
    const twiceAt = new Set<number>();
    let twice = 0;
    for (const row of this.rowsOf(server)) {
      const replica = this.#replicaOf[row] as number;
      this.carriedBy(row, 0, reportsOf(row), (fromSeq, seq) => {
        for (let s = fromSeq + 1; s <= seq; s++) {
          const before = times[s] ?? 0;
          times[s] = before + 1;
          firstAt[s] ??= replica;
          if (before === 0) continue;
          twice += draws.likes(server, s);
          twiceAt.add(firstAt[s] as number).add(replica);
        }
      });
    }
    return { times, twice, twiceAt: [...twiceAt].sort((a, b) => a - b) };
  }
}
