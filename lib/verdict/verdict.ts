/**
 * The verdict on a run: did the primary end with exactly the likes that were generated, and if not, what
 * happened to the others.
 *
 * @module
 */
import type { Distribution } from "./histogram.ts";

/** Above this many likes servers a verdict tells the totals only. */
export const SERVERS_LISTED_MAX = 10_000;

/** What is known of one likes server when a run has ended. */
export interface ServerAccount {
  /** Its name, `LikesServer3`. */
  readonly name: string;
  /** Likes it generated. */
  readonly generated: number;
  /** Likes of it that were acknowledged to it. */
  readonly acknowledged: number;
  /**
   * Likes of it that the primary counted in this run: those of its sessions in marked modes, the difference
   * of two STATS in unmarked ones. Left out where the primary does not tell.
   */
  readonly counted?: number;
  /** Likes that it had not been acknowledged, and had not given up, when it ended for good. */
  readonly pending: number;
  /**
   * Likes counted beyond their first time, where each draw is known. Left out: what `counted` exceeds
   * `generated` by, which hides a like counted twice behind one that was lost.
   */
  readonly countedTwice?: number;
  /** Likes of the report that is refused for ever because its sum has passed 42 (mode `original`). */
  readonly stuckLikes?: number;
  /** True where it crashed and was never restarted. */
  readonly crashed?: boolean;
  /** Its exit code; left out in a virtual run. */
  readonly exit?: number;
}

/** What is known of the run beside its servers. Fields that do not apply to a world are left out. */
export interface RunFacts {
  /** Delivery mode. */
  readonly delivery: string;
  /** The root of all randomness. */
  readonly seed: number;
  /** Reports that reached the primary, repeats included. */
  readonly reports?: number;
  /** Messages sent, reports and replies, copies by the network included. */
  readonly messages?: number;
  /** Bytes of those messages. */
  readonly bytes?: number;
  /** Reports sent again. */
  readonly retries?: number;
  /** Reports that the primary recognised as counted before. */
  readonly duplicates?: number;
  /** Reports refused for good. */
  readonly rejected?: number;
  /** Real duration of the run, in seconds. */
  readonly wallSeconds?: number;
  /** Simulated duration of the run, in seconds. */
  readonly virtualSeconds?: number;
  /** Likes generated minus likes counted, over time. */
  readonly divergence?: Distribution;
  /** Age of the oldest like not yet counted, in seconds, over time. */
  readonly stalenessSeconds?: Distribution;
  /** From the last draw, or the lifting of the faults if that is later, to agreement; null if never. */
  readonly convergenceSeconds?: number | null;
  /** Digest of the history. */
  readonly digest?: string;
  /** The faults, as flags. */
  readonly faults?: readonly string[];
  /** The command that reproduces the run. */
  readonly command?: string;
  /** Why the likes counted are not known, for instance `the primary answers no STATS`. */
  readonly countedUnknown?: string;
}

/** The verdict on one likes server. */
export interface ServerVerdict {
  /** Its name. */
  readonly name: string;
  /** Likes it generated. */
  readonly generated: number;
  /** Likes acknowledged to it. */
  readonly acknowledged: number;
  /** Likes of it at the primary. */
  readonly counted?: number;
  /** Likes not counted, and still pending when it ended for good. */
  readonly undelivered: number;
  /** Every other like not counted. */
  readonly lost?: number;
  /** Likes counted beyond what was generated. */
  readonly countedTwice?: number;
  /** Its exit code; left out in a virtual run. */
  readonly exit?: number;
}

/** One way in which likes went wrong, over all servers. */
export interface Finding {
  /** What went wrong. `crashed` and `stuck` say why likes are undelivered. */
  readonly kind: "countedTwice" | "lost" | "undelivered" | "crashed" | "stuck";
  /** How many likes servers it touched. */
  readonly servers: number;
  /** How many likes in all. */
  readonly likes: number;
  /** The first few of those servers. */
  readonly examples: readonly {
    readonly name: string;
    readonly likes: number;
  }[];
}

/** The verdict on a run. `generated = counted - countedTwice + lost + undelivered`, for each server. */
export interface Verdict extends RunFacts {
  /** Whether the primary ended with exactly the likes generated, for every server; left out if unknown. */
  readonly converged?: boolean;
  /** Likes generated. */
  readonly generated: number;
  /** Likes acknowledged. */
  readonly acknowledged: number;
  /** Likes at the primary; left out if unknown, as are `lost` and `countedTwice`. */
  readonly counted?: number;
  /** Likes not counted and still pending when their server ended for good. */
  readonly undelivered: number;
  /** Every other like not counted. */
  readonly lost?: number;
  /** Likes counted beyond what was generated. */
  readonly countedTwice?: number;
  /** Each likes server; left out above {@linkcode SERVERS_LISTED_MAX}. */
  readonly servers?: readonly ServerVerdict[];
  /** What went wrong, for {@linkcode explain}; no part of the JSON. Empty where nothing did. */
  readonly findings: readonly Finding[];
}
