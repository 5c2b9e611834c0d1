/**
 * Acknowledgement of draws that are reported to all replicas.
 *
 * @module
 */

/** Options of the write quorum. */
export interface WriteQuorumOptions {
  /** Number of likes servers, from 1 on. */
  readonly servers: number;
  /** Number of replicas, from 1 on. */
  readonly replicas: number;
  /**
   * Write quorum W: replicas that must have acknowledged a draw, 1 to
   * `replicas`.
   */
  readonly quorum: number;
}

/**
 * Likes servers that report to all replicas: to each as to a single primary,
 * in a row of its own for each pair of likes server and replica. A draw is
 * acknowledged when a quorum W of them have acknowledged it; the delivery to
 * the others goes on. Source: the write quorum of David K. Gifford, "Weighted
 * Voting for Replicated Data", SOSP 1979, one vote a replica.
 *
 * @example Two of three
 * ```ts
 * import { WriteQuorum } from "./write_quorum.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const acks = new WriteQuorum({ servers: 1, replicas: 3, quorum: 2 });
 * assertEquals(acks.acknowledged(0, 2, 5), false);
 * assertEquals(acks.acknowledged(0, 0, 4), true);
 * assertEquals(acks.seqOf(0), 4);
 * ```
 */
export class WriteQuorum {
  readonly #replicas: number;
  readonly #quorum: number;
  /** By pair of likes server and replica: up to which draw it acknowledged. */
  readonly #seqs: Int32Array;
  /** By likes server: up to which draw a quorum did. */
  readonly #quorumSeqs: Int32Array;
  /** By likes server: the replicas that acknowledged more than that. */
  readonly #above: Int32Array;

  /**
   * Nothing is acknowledged.
   *
   * @param options How many acknowledgements it takes.
   * @throws {RangeError} If the quorum is not 1 to the number of replicas.
   */
  constructor({ servers, replicas, quorum }: WriteQuorumOptions) {
    if (!(quorum >= 1 && quorum <= replicas)) {
      throw new RangeError(
        `Cannot wait for ${quorum} acknowledgements: allowed are 1 to ${replicas}, the number of replicas`,
      );
    }
    this.#replicas = replicas;
    this.#quorum = quorum;
    this.#seqs = new Int32Array(servers * replicas);
    this.#quorumSeqs = new Int32Array(servers);
    this.#above = new Int32Array(servers);
  }

  /**
   * Up to which draw a quorum has acknowledged all.
   *
   * @param server The likes server.
   * @returns The seq, 0 if none is acknowledged.
   */
  seqOf(server: number): number {
    return this.#quorumSeqs[server] as number;
  }

  /**
   * A replica has acknowledged every draw of a likes server up to this one.
   *
   * @param server The likes server.
   * @param replica The replica.
   * @param seq The draw.
   * @returns Whether {@linkcode seqOf} has grown.
   */
  acknowledged(server: number, replica: number, seq: number): boolean {
    const pair = server * this.#replicas + replica;
    const before = this.#seqs[pair] as number;
    if (seq <= before) return false;
    this.#seqs[pair] = seq;
    const reached = this.#quorumSeqs[server] as number;
    if (seq <= reached || before > reached) return false;
    if (++this.#above[server]! < this.#quorum) return false;
    this.#raise(server);
    return true;
  }

  /** Raises the seq that a quorum has acknowledged. */
  #raise(server: number): void {
    const reached = this.#quorumSeqs[server] as number;
    const from = server * this.#replicas;
    const to = from + this.#replicas;
    let least = Infinity;
    let atLeast = 0;
    for (let pair = from; pair < to; pair++) {
      const seq = this.#seqs[pair] as number;
      if (seq <= reached || seq > least) continue;
      atLeast = seq === least ? atLeast + 1 : 1;
      least = seq;
    }
    this.#quorumSeqs[server] = least;
    this.#above[server]! -= atLeast;
  }

  /**
   * Sets what a restarted likes server knows to be acknowledged by a quorum.
   *
   * @param server The likes server.
   * @param seq Up to which draw.
   */
  restore(server: number, seq: number): void {
    this.#quorumSeqs[server] = seq;
    this.restart(server);
  }

  /**
   * A likes server is started again: it takes no replica to have acknowledged
   * anything. What a quorum acknowledged stays acknowledged.
   *
   * @param server The likes server.
   */
  restart(server: number): void {
    const from = server * this.#replicas;
    this.#seqs.fill(0, from, from + this.#replicas);
    this.#above[server] = 0;
  }
}
