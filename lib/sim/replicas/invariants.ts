/**
 * Invariants of every entry of every replica, whatever the faults.
 *
 * @module
 */

import type { Draws } from "../../rules/report_sender.ts";
import type { ViolationSubject } from "../violation_subject.ts";
import type { OpenRead } from "./read_messages.ts";
import type { Readers } from "./readers.ts";
import type { ReplicaSet } from "./replica_set.ts";

/** State that the invariants of replicas look at. */
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
  /**
   * Write quorum W: replicas that must hold a draw for it to be acknowledged.
   */
  readonly writeQuorum: number;
  /** Whether every replica is told of every draw. */
  readonly areAllTold: boolean;
  /** Up to which draw a likes server has settled what a replica is told. */
  readonly settledSeqOf: (server: number, replica: number) => number;
  /** Reads; null where there are none. */
  readonly reads: CheckedReads | null;
}

/** State that the invariants of reads look at. */
export interface CheckedReads {
  /** The readers. */
  readonly readers: Readers;
  /** Whether any R replicas have one in common with any W. */
  readonly areOverlapping: boolean;
  /** Whether W replicas have what a read is answered with. */
  readonly areRepairedBefore: boolean;
  /** Whether each reader asks a replica of its own. */
  readonly areAtHome: boolean;
}

/**
 * Checks replicas change by change:
 * 1. an entry holds exactly the likes of the draws that it says it holds, and
 *    these were generated;
 * 2. no entry ever goes back, but by a restart of a replica that can forget;
 * 3. what is acknowledged is at the replica that acknowledged it, unless that
 *    can forget;
 * 4. at the end the replicas that live agree, where they gossip, and hold no
 *    more than is told of them together;
 * 5. where all are told: when a draw is acknowledged, as many replicas as must
 *    have acknowledged it hold it; and each gets what is not told to it any
 *    more;
 * 6. where W and R replicas overlap, every read is fresh;
 * 7. where they overlap and readers repair before they answer, no read that
 *    starts after another one of the same item was answered is answered with
 *    less;
 * 8. no reader sees less of an item from one replica, in one life of it, than
 *    it saw there before.
 *
 * 5 to 8 hold unless a replica can forget.
 */
export class ReplicaInvariants {
  /** First invariant that did not hold, in words; null if all did. */
  violation: string | null = null;
  /** The replica, the likes server and the read that it is about. */
  subject: ViolationSubject = {};
  readonly #run: CheckedReplicas;
  /** By row: likes of the first n draws, or reports, of it. */
  readonly #likes: number[][] = [];
  /** By replica and row: seq and total when last looked at. */
  readonly #held: Map<number, { seq: number; total: number }>[];
  /** By item: the highest seq that any read was answered with. */
  readonly #answered: number[] = [];
  /** By reader, replica and item: the highest seq seen there. */
  readonly #seen = new Map<string, number>();

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
    run.set.onQuorum = (server, seq) => this.#checkQuorum(server, seq);
    const { reads } = run;
    if (reads === null || !run.set.isMarked) return;
    reads.readers.checks = {
      started: (item) => this.#answered[item] ?? 0,
      answered: (read, seq, dueSeq) => this.#checkRead(read, seq, dueSeq),
    };
  }

  /** Checks when the run is over. */
  checkEnd(): void {
    const { set, areGossiping } = this.#run;
    if (areGossiping && set.meter.isApart) {
      this.#violated(
        "the replicas that live do not agree at the end",
        this.#disagreement(),
      );
    }
    for (let replica = 0; replica < set.size; replica++) {
      if (set.isGone(replica)) continue;
      for (let server = 0; server < set.servers; server++) {
        this.#checkTold(replica, server);
        if (!set.holdsMore(replica, server)) continue;
        this.#violated(
          `primary${replica} holds likes of LikesServer${server} that the replicas together do not`,
          { server, replica },
        );
      }
    }
  }

  #checkQuorum(server: number, seq: number): void {
    const { set, isDurable, areAllTold, writeQuorum } = this.#run;
    if (!isDurable || !areAllTold) return;
    let holders = 0;
    for (let replica = 0; replica < set.size; replica++) {
      if (set.seqOf(replica, server) >= seq) holders++;
    }
    if (holders >= writeQuorum) return;
    this.#violated(
      `draw ${seq} of LikesServer${server} is acknowledged, and ${holders} replicas have it instead of ${writeQuorum}`,
      { server },
    );
  }

  /**
   * Checks that a replica has what a likes server does not tell it any more.
   */
  #checkTold(replica: number, server: number): void {
    const { set, isDurable, areAllTold, settledSeqOf } = this.#run;
    if (!isDurable || !areAllTold) return;
    const seq = settledSeqOf(server, replica);
    if (set.seqOf(replica, server) >= seq) return;
    this.#violated(
      `LikesServer${server} tells primary${replica} no more of its draws up to ${seq}, which has ${
        set.seqOf(replica, server)
      }`,
      { server, replica },
    );
  }

  #checkRead(read: OpenRead, seq: number, dueSeq: number): void {
    const { item, owner, reader, number } = read;
    const { isDurable, reads } = this.#run;
    if (!isDurable) return;
    const subject = {
      ...{ server: item, read: number },
      ...owner < 0 && { reader },
    };
    const name = `${
      owner < 0 ? `Reader${reader}` : `LikesServer${owner}`
    }'s read ${number} of LikesServer${item}`;
    const { areOverlapping, areRepairedBefore, areAtHome } = reads!;
    if (areOverlapping && seq < dueSeq) {
      this.#violated(
        `${name} is answered with draw ${seq}; ${dueSeq} was acknowledged before`,
        subject,
      );
    }
    if (areOverlapping && areRepairedBefore && seq < read.floor) {
      this.#violated(
        `${name} is answered with draw ${seq}, an earlier one with ${read.floor}`,
        subject,
      );
    }
    this.#answered[item] = Math.max(this.#answered[item] ?? 0, seq);
    if (!areAtHome || owner >= 0) return;
    const key = `${reader} ${read.home} ${item}`;
    const seen = this.#seen.get(key) ?? 0;
    if (seq < seen) {
      this.#violated(
        `${name} at primary${read.home} is answered with draw ${seq}, ${seen} was seen there before`,
        subject,
      );
    }
    this.#seen.set(key, Math.max(seen, seq));
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
        { server: set.serverOf(row), replica },
      );
    }
    this.#held[replica]!.set(row, { seq, total });
    const known = this.#knownLikes(row, seq);
    if (known !== total) {
      this.#violated(
        known === undefined
          ? `${name} holds ${seq} draws or reports, more than there were`
          : `${name} holds ${total} likes of ${seq} draws or reports, which have ${known}`,
        { server: set.serverOf(row), replica },
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
        { server: set.serverOf(row), replica },
      );
    }
  }

  #checkAcknowledged(replica: number, server: number, seq: number): void {
    const { set, isDurable } = this.#run;
    if (!isDurable || set.holds(replica, server, seq)) return;
    this.#violated(
      `primary${replica} has acknowledged draw ${seq} of LikesServer${server} and does not have it`,
      { server, replica },
    );
  }

  #nameOf(replica: number, row: number): string {
    const server = this.#run.set.serverOf(row);
    return `primary${replica}'s entry of LikesServer${server}`;
  }

  /** The likes server of which a replica holds less than another. */
  #disagreement(): ViolationSubject {
    const { set } = this.#run;
    for (let server = 0; server < set.servers; server++) {
      const held = Array.from(
        { length: set.size },
        (_, replica) =>
          set.isGone(replica) ? Infinity : set.valueOf(replica, server),
      );
      const least = Math.min(...held);
      if (held.every((likes) => likes === least || likes === Infinity)) {
        continue;
      }
      return { server, replica: held.indexOf(least) };
    }
    return {};
  }

  #violated(invariant: string, subject: ViolationSubject): void {
    if (this.violation !== null) return;
    this.violation = invariant;
    this.subject = subject;
  }
}
