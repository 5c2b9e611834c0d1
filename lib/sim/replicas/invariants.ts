/**
 * What must hold of every entry of every replica, whatever the faults.
 *
 * @module
 */

import type { Draws } from "../../rules/report_sender.ts";
import type { ReplicaSet } from "./replica_set.ts";

/** What the invariants of replicas look at. */
export interface CheckedReplicas {
  /** The replicas. */
  readonly set: ReplicaSet;
  /** Whether a replica that was killed resumes with all that it held. */
  readonly isDurable: boolean;
  /** Whether replicas gossip. */
  readonly areGossiping: boolean;
  /** Draws that a likes server has made so far. */
  readonly drawsOf: (server: number) => number;
  /** The likes of past draws. */
  readonly draws: Draws;
}

/**
 * Checks replicas change by change:
 * 1. an entry holds exactly the likes of the draws that it says it holds, and
 *    these were generated;
 * 2. no entry ever goes back, but by a restart of a replica that can forget;
 * 3. what is acknowledged is at the replica that acknowledged it, unless that
 *    can forget;
 * 4. at the end the replicas that live agree, where they gossip, and hold no
 *    more than is told of them together.
 */
export class ReplicaInvariants {
  /** What did not hold first, null if all did. */
  violation: string | null = null;
  readonly #run: CheckedReplicas;
  /** By row: likes of the first n draws, or reports, of it. */
  readonly #likes: number[][] = [];
  /** By replica and row: seq and total when last looked at. */
  readonly #held: Map<number, { seq: number; total: number }>[];

  /**
   * Checks replicas from now on.
   *
   * @param run What to look at.
   */
  constructor(run: CheckedReplicas) {
    this.#run = run;
    this.#held = Array.from({ length: run.set.size }, () => new Map());
    run.set.onEntry = (replica, row) => this.#checkEntry(replica, row);
    run.set.onRestart = (replica) => this.#checkRestart(replica);
    run.set.onAcknowledged = (replica, server, seq) =>
      this.#checkAcknowledged(replica, server, seq);
  }

  /** Checks when the run is over. */
  checkEnd(): void {
    const { set, areGossiping } = this.#run;
    if (areGossiping && set.meter.isApart) {
      this.#violated("the replicas that live do not agree at the end");
    }
    for (let replica = 0; replica < set.size; replica++) {
      if (set.isGone(replica)) continue;
      for (let server = 0; server < set.servers; server++) {
        if (!set.holdsMore(replica, server)) continue;
        this.#violated(
          `primary${replica} holds likes of LikesServer${server} that the replicas together do not`,
        );
      }
    }
  }

  #checkEntry(replica: number, row: number): void {
    const { set } = this.#run;
    const ledger = set.ledgerOf(replica);
    const seq = ledger.lastSeqOf(row);
    const total = ledger.totalOf(row);
    const name = this.#nameOf(replica, row);
    const before = this.#held[replica]!.get(row);
    if (before !== undefined && (seq < before.seq || total < before.total)) {
      this.#violated(
        `${name} fell from ${before.total} likes of ${before.seq} to ${total} of ${seq}`,
      );
    }
    this.#held[replica]!.set(row, { seq, total });
    const known = this.#knownLikes(row, seq);
    if (known !== total) {
      this.#violated(
        known === undefined
          ? `${name} holds ${seq} draws or reports, more than there were`
          : `${name} holds ${total} likes of ${seq} draws or reports, which have ${known}`,
      );
    }
  }

  /** Likes of the first draws of a session, or reports of a component. */
  #knownLikes(row: number, count: number): number | undefined {
    const { set, draws, drawsOf } = this.#run;
    const likes = this.#likes[row] ??= [0];
    const server = set.serverOf(row);
    if (set.isMarked) {
      const made = drawsOf(server);
      for (let seq = likes.length; seq <= made; seq++) {
        likes[seq] = likes[seq - 1]! + draws.likes(server, seq);
      }
    } else {
      set.reportsOf(row, likes.length - 1, (fromSeq, seq) => {
        let sum = likes.at(-1) as number;
        for (let s = fromSeq + 1; s <= seq; s++) sum += draws.likes(server, s);
        likes.push(sum);
      });
    }
    return likes[count];
  }

  #checkRestart(replica: number): void {
    const { set, isDurable } = this.#run;
    const held = this.#held[replica]!;
    if (!isDurable) held.clear();
    for (const [row, before] of held) {
      if (set.seqOf(replica, row) >= before.seq) continue;
      this.#violated(
        `${
          this.#nameOf(replica, row)
        } had ${before.seq} draws or reports, and ${
          set.seqOf(replica, row)
        } after a restart`,
      );
    }
  }

  #checkAcknowledged(replica: number, server: number, seq: number): void {
    const { set, isDurable } = this.#run;
    if (!isDurable || set.holds(replica, server, seq)) return;
    this.#violated(
      `primary${replica} has acknowledged draw ${seq} of LikesServer${server} and does not have it`,
    );
  }

  #nameOf(replica: number, row: number): string {
    const server = this.#run.set.serverOf(row);
    return `primary${replica}'s entry of LikesServer${server}`;
  }

  #violated(invariant: string): void {
    this.violation ??= invariant;
  }
}
