/**
 * The verdict on a run: did the primary end with exactly the likes that were
 * generated, and if not, what happened to the others.
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
   * Likes of it that the primary counted in this run: those of its sessions in
   * marked modes, the difference of two STATS in unmarked ones. Left out where
   * the primary does not tell.
   */
  readonly counted?: number;
  /**
   * Likes that it had not been acknowledged, and had not given up, when it
   * ended for good.
   */
  readonly pending: number;
  /**
   * Likes counted beyond their first time, where each draw is known. Left out:
   * what `counted` exceeds `generated` by, which hides a like counted twice
   * behind one that was lost.
   */
  readonly countedTwice?: number;
  /**
   * True where its report is refused for ever because its sum has passed 42
   * (mode `original`).
   */
  readonly stuck?: boolean;
  /** True where it crashed and was never restarted. */
  readonly crashed?: boolean;
  /** Its exit code; left out in a virtual run. */
  readonly exit?: number;
}

/**
 * A run that somebody stopped before the lifetimes of its likes servers were
 * over.
 */
export interface StoppedRun {
  /** How far it was, in seconds since its start. */
  readonly afterSeconds: number;
  /** When the last lifetime was to end, in seconds since its start. */
  readonly plannedSeconds: number;
}

/**
 * What is known of the run beside its servers. Fields that do not apply to a
 * world are left out.
 */
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
  /**
   * From the last draw, or the lifting of the faults if that is later, to
   * agreement; null if never.
   */
  readonly convergenceSeconds?: number | null;
  /** Digest of the history. */
  readonly digest?: string;
  /** The faults, as flags. */
  readonly faults?: readonly string[];
  /**
   * Where it was cut short; left out: it was not. The verdict is then on what
   * happened until there.
   */
  readonly stopped?: StoppedRun;
  /**
   * The command that reproduces the run; of one that was cut short: the whole
   * run, which begins the same.
   */
  readonly command?: string;
  /**
   * Why the likes counted are not known, for instance
   * `the primary answers no STATS`.
   */
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

/**
 * What can go wrong with likes; `crashed`, `stuck` and `undelivered` share out
 * those undelivered.
 */
export const FINDING_KINDS = [
  "countedTwice",
  "lost",
  "crashed",
  "stuck",
  "undelivered",
] as const;

/** One of {@linkcode FINDING_KINDS}. */
export type FindingKind = typeof FINDING_KINDS[number];

/** One way in which likes went wrong, over all servers. */
export interface Finding {
  /** What went wrong. */
  readonly kind: FindingKind;
  /** How many likes servers it touched. */
  readonly servers: number;
  /** How many likes in all. */
  readonly likes: number;
  /** The first few of those servers, and how many likes of each. */
  readonly examples: readonly (readonly [name: string, likes: number])[];
}

/**
 * The verdict on a run.
 * `generated = counted - countedTwice + lost + undelivered`, for each server.
 */
export interface Verdict extends RunFacts {
  /**
   * Whether the primary ended with exactly the likes generated, for every
   * server; left out if unknown.
   */
  readonly converged?: boolean;
  /** Likes generated. */
  readonly generated: number;
  /** Likes acknowledged. */
  readonly acknowledged: number;
  /**
   * Likes at the primary; left out if unknown, as are `lost` and
   * `countedTwice`.
   */
  readonly counted?: number;
  /** Likes not counted and still pending when their server ended for good. */
  readonly undelivered: number;
  /** Every other like not counted. */
  readonly lost?: number;
  /** Likes counted beyond what was generated. */
  readonly countedTwice?: number;
  /** Each likes server; left out above {@linkcode SERVERS_LISTED_MAX}. */
  readonly servers?: readonly ServerVerdict[];
  /**
   * What went wrong, for {@linkcode explain}; no part of the JSON. Empty where
   * nothing did.
   */
  readonly findings: readonly Finding[];
}

/** Servers that a finding names. */
const EXAMPLES_MAX = 3;

/**
 * Judges a run by what is known of each of its likes servers at its end.
 *
 * Per server, likes counted beyond what was generated are *counted twice*; of
 * those generated and not counted, as many as were pending when the server
 * ended for good are *undelivered*, all others *lost*. Where the primary did
 * not tell what it counted, for any one server, none of this can be said, and
 * `undelivered` is what was pending.
 *
 * @param facts What is known of the run beside its servers; taken over into the
 * verdict.
 * @param accounts Each likes server, in order. Each is read at once and not
 *   kept, so the same object can be filled again for the next one: a million
 *   servers need no million objects.
 * @returns The verdict.
 *
 * @example
 * ```ts
 * import { judge } from "./verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const verdict = judge({ delivery: "at-least-once", seed: 7 }, [
 *   { name: "LikesServer0", generated: 100, acknowledged: 100, counted: 114, pending: 0 },
 *   { name: "LikesServer1", generated: 90, acknowledged: 80, counted: 80, pending: 10 },
 * ]);
 * assertEquals(verdict.converged, false);
 * assertEquals(verdict.countedTwice, 14);
 * assertEquals(verdict.undelivered, 10);
 * assertEquals(verdict.lost, 0);
 * ```
 */
export function judge(
  facts: RunFacts,
  accounts: Iterable<ServerAccount>,
): Verdict {
  const findings = new Findings();
  let servers: ServerVerdict[] | null = [];
  let generated = 0;
  let acknowledged = 0;
  let counted = 0;
  let undelivered = 0;
  let pending = 0;
  let lost = 0;
  let countedTwice = 0;
  let known = true;
  let converged = true;
  for (const account of accounts) {
    const one = judgeServer(account);
    generated += one.generated;
    acknowledged += one.acknowledged;
    pending += account.pending;
    undelivered += one.undelivered;
    counted += one.counted ?? 0;
    lost += one.lost ?? 0;
    countedTwice += one.countedTwice ?? 0;
    if (one.counted === undefined) known = false;
    else if (one.counted !== one.generated) converged = false;
    findings.add(account, one);
    if (servers !== null) servers.push(one);
    if (servers !== null && servers.length > SERVERS_LISTED_MAX) servers = null;
  }
  const { convergenceSeconds, countedUnknown, ...others } = facts;
  return {
    ...others,
    generated,
    acknowledged,
    ...(known ? { converged, counted, undelivered, lost, countedTwice } : {
      undelivered: pending,
      countedUnknown: countedUnknown ?? "the primary did not tell",
    }),
    ...(known && convergenceSeconds !== undefined
      ? { convergenceSeconds: converged ? convergenceSeconds : null }
      : {}),
    ...(servers === null ? {} : { servers }),
    findings: known ? findings.list() : [],
  };
}

/**
 * Whether every like that was generated is at the primary once and no other, as
 * a process tells it.
 *
 * @param verdict The verdict on a run.
 * @returns 0 if it converged, 1 if not; where it is not known what the primary
 *   counted, 0 if every like was acknowledged.
 *
 * @example
 * ```ts
 * import { exitCodeOf, judge } from "./verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const server = { name: "LikesServer0", generated: 9, acknowledged: 9, pending: 0 };
 * const facts = { delivery: "crdt", seed: 1 };
 * assertEquals(exitCodeOf(judge(facts, [{ ...server, counted: 9 }])), 0);
 * assertEquals(exitCodeOf(judge(facts, [{ ...server, counted: 8 }])), 1);
 * assertEquals(exitCodeOf(judge(facts, [server])), 0);
 * ```
 */
export function exitCodeOf(verdict: Verdict): 0 | 1 {
  const good = verdict.converged ?? verdict.acknowledged === verdict.generated;
  return good ? 0 : 1;
}

function judgeServer(account: ServerAccount): ServerVerdict {
  const verdict = judgeLikes(account);
  const { exit } = account;
  return exit === undefined ? verdict : { ...verdict, exit };
}

/** The same without how it ended. */
function judgeLikes(account: ServerAccount): ServerVerdict {
  const { name, generated, acknowledged, counted, pending } = account;
  if (counted === undefined) {
    return { name, generated, acknowledged, undelivered: pending };
  }
  const countedTwice = Math.max(
    0,
    counted - generated,
    account.countedTwice ?? 0,
  );
  const missing = generated - (counted - countedTwice);
  // A like can be pending and counted: its acknowledgement got lost.
  const undelivered = Math.min(missing, pending);
  return {
    name,
    generated,
    acknowledged,
    counted,
    undelivered,
    lost: missing - undelivered,
    countedTwice,
  };
}

/** Sums up what went wrong, so that a million servers need no list. */
class Findings {
  readonly #found = new Map<
    FindingKind,
    { servers: number; likes: number; examples: [string, number][] }
  >();

  add(account: ServerAccount, verdict: ServerVerdict): void {
    this.#note("countedTwice", verdict.name, verdict.countedTwice ?? 0);
    this.#note("lost", verdict.name, verdict.lost ?? 0);
    const kind = account.stuck
      ? "stuck"
      : account.crashed
      ? "crashed"
      : "undelivered";
    this.#note(kind, verdict.name, verdict.undelivered);
  }

  list(): Finding[] {
    return FINDING_KINDS.flatMap((kind) => {
      const found = this.#found.get(kind);
      return found === undefined ? [] : [{ kind, ...found }];
    });
  }

  #note(kind: FindingKind, name: string, likes: number): void {
    if (likes === 0) return;
    let found = this.#found.get(kind);
    if (found === undefined) {
      found = { servers: 0, likes: 0, examples: [] };
      this.#found.set(kind, found);
    }
    found.servers++;
    found.likes += likes;
    if (found.examples.length < EXAMPLES_MAX) {
      found.examples.push([name, likes]);
    }
  }
}
