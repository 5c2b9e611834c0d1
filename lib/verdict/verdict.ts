/**
 * The verdict on a run: did the primary end with exactly the likes that were
 * generated, and if not, what happened to the others.
 *
 * @module
 */
import { Exit } from "../domain/exit_codes.ts";
import { type Finding, Findings } from "./findings.ts";
import type { Distribution } from "./histogram.ts";
import type { ReplicaFacts } from "./replica_verdict.ts";

/** Above this many likes servers a verdict tells the totals only. */
export const SERVERS_LISTED_MAX = 10_000;

/** The account of one likes server when a run has ended. */
export interface ServerAccount {
  /** The likes server's name, `LikesServer3`. */
  readonly name: string;
  /** Draws that it made and logged, those of 0 likes included. */
  readonly draws: number;
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
   * Likes that it stopped delivering before they were acknowledged. Left out:
   * those neither acknowledged nor pending.
   */
  readonly givenUp?: number;
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
  /** True where it was killed and not started again. */
  readonly crashed?: boolean;
  /**
   * The outcome of its last attempt where that was no acknowledgement, such as
   * `NAK full` or `no answer (none within 2 s)`; left out where it is not
   * known.
   */
  readonly lastAnswer?: string;
  /**
   * The reason for which the primary last refused a report of it for good: the
   * text after `NAK `.
   */
  readonly refusal?: string;
  /**
   * Names of dead replicas that hold likes of it which no other one has, such
   * as `primary1`; left out where there is none.
   */
  readonly onlyAt?: string;
  /**
   * Names of the replicas that counted its likes twice, together or one of
   * them, such as `primary0 and primary1`; left out where there is none.
   */
  readonly twiceAt?: string;
  /**
   * Draws that it discarded because they could not be logged; left out where
   * there are no logs, in a virtual run.
   */
  readonly discarded?: number;
  /** The system's error on the last draw that was discarded. */
  readonly discardReason?: string;
  /**
   * The reason for which it, or a process that was to take over from a dead
   * one, could not be run; left out where it could.
   */
  readonly notRun?: string;
  /** The exit code of its last process; left out in a virtual run. */
  readonly exit?: number;
}

/**
 * A run that somebody stopped before the lifetimes of its likes servers were
 * over.
 */
export interface StoppedRun {
  /** Time of the stop, in seconds since the run's start. */
  readonly afterSeconds: number;
  /** Planned end of the last lifetime, in seconds since the run's start. */
  readonly plannedSeconds: number;
}

/**
 * Facts on a run beside the accounts of its servers. Fields that do not apply
 * to a world are left out.
 */
export interface RunFacts extends ReplicaFacts {
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
   * agreement with what was generated; null if never. Of several replicas: of
   * what they hold together; the verdict has the later of that and of their
   * agreement.
   */
  readonly convergenceSeconds?: number | null;
  /** Digest of the history. */
  readonly digest?: string;
  /** The faults, as flags. */
  readonly faults?: readonly string[];
  /**
   * The stop of a run that was cut short; left out: it was not. The verdict is
   * then on what happened until there.
   */
  readonly stopped?: StoppedRun;
  /**
   * The command that reproduces the run; of one that was cut short: the whole
   * run, which begins the same.
   */
  readonly command?: string;
  /**
   * The reason for which the likes counted are not known, for instance
   * `the primary answers no STATS`.
   */
  readonly countedUnknown?: string;
  /**
   * True where the likes counted are not known because the primary is of the
   * original kind, which never tells: then acknowledgements are all there is to
   * judge by.
   */
  readonly isOriginalPrimary?: boolean;
}

/** The verdict on one likes server. */
export interface ServerVerdict {
  /** The likes server's name. */
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
  /** Draws discarded because they could not be logged. */
  readonly discarded?: number;
  /** The reason for which it could not be run; left out where it could. */
  readonly notRun?: string;
  /** The exit code of its last process; left out in a virtual run. */
  readonly exit?: number;
}

/**
 * The verdict on a run.
 * `generated = counted - countedTwice + lost + undelivered`, for each server.
 */
export interface Verdict extends RunFacts {
  /**
   * Whether the primary ended with exactly the likes generated, for every
   * server; left out if unknown. False also where that says nothing of the run
   * that was asked for: no draw was made, draws were discarded, or a likes
   * server could not be run.
   */
  readonly converged?: boolean;
  /** Draws made and logged, those of 0 likes included. */
  readonly draws: number;
  /**
   * Draws discarded because they could not be logged; left out where there are
   * no logs.
   */
  readonly discarded?: number;
  /** The system's error on one of the draws discarded. */
  readonly discardReason?: string;
  /** Likes servers that could not be run; left out where all could. */
  readonly serversNotRun?: number;
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
   * The causes of what went wrong, for {@linkcode explain}; no part of the
   * JSON. Empty where nothing did.
   */
  readonly findings: readonly Finding[];
}

/**
 * Judges a run by what is known of each of its likes servers at its end.
 *
 * Per server, likes counted beyond what was generated are *counted twice*; of
 * those generated and not counted, as many as were pending when the server
 * ended for good are *undelivered*, all others *lost*. Where the primary did
 * not tell what it counted, for any one server, none of this can be said, and
 * `undelivered` is what was pending.
 *
 * @param facts Facts on the run beside its servers; taken over into the
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
 *   { name: "LikesServer0", draws: 5, generated: 100, acknowledged: 100, counted: 114, pending: 0 },
 *   { name: "LikesServer1", draws: 4, generated: 90, acknowledged: 80, counted: 80, pending: 10 },
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
  let draws = 0;
  let generated = 0;
  let acknowledged = 0;
  let counted = 0;
  let undelivered = 0;
  let pending = 0;
  let lost = 0;
  let countedTwice = 0;
  let discarded: number | undefined;
  let discardReason: string | undefined;
  let serversNotRun = 0;
  let known = true;
  let equal = true;
  for (const account of accounts) {
    const one = judgeServer(account);
    draws += account.draws;
    generated += one.generated;
    acknowledged += one.acknowledged;
    pending += account.pending;
    undelivered += one.undelivered;
    counted += one.counted ?? 0;
    lost += one.lost ?? 0;
    countedTwice += one.countedTwice ?? 0;
    if (account.discarded !== undefined) {
      discarded = (discarded ?? 0) + account.discarded;
      discardReason ??= account.discardReason;
    }
    if (account.notRun !== undefined) serversNotRun++;
    if (one.counted === undefined) known = false;
    else if (one.counted !== one.generated) equal = false;
    noteFindings(findings, account, one);
    if (servers !== null) servers.push(one);
    if (servers !== null && servers.length > SERVERS_LISTED_MAX) servers = null;
  }
  const { convergenceSeconds, countedUnknown, ...others } = facts;
  const whole = {
    draws,
    ...discarded !== undefined && { discarded },
    ...discardReason !== undefined && { discardReason },
    ...serversNotRun > 0 && { serversNotRun },
  };
  const converged = equal && isComplete(whole) &&
    facts.areReplicasDifferent !== true;
  return {
    ...others,
    ...whole,
    generated,
    acknowledged,
    ...(known ? { converged, counted, undelivered, lost, countedTwice } : {
      undelivered: pending,
      countedUnknown: countedUnknown ?? "the primary did not tell",
    }),
    ...known && convergenceSeconds !== undefined && {
      convergenceSeconds: converged
        ? laterOf(convergenceSeconds, facts.agreementSeconds)
        : null,
    },
    ...servers !== null && { servers },
    findings: known ? findings.list() : [],
  };
}

/**
 * Each replica has what was generated when they have it together and agree.
 */
function laterOf(
  convergence: number | null,
  agreement: number | null | undefined,
): number | null {
  if (agreement === undefined) return convergence;
  if (convergence === null || agreement === null) return null;
  return Math.max(convergence, agreement);
}

/**
 * Whether what was asked for took place: only then can a run converge.
 *
 * @param verdict What is known of its draws and its likes servers.
 * @returns False if no draw was made, a draw was discarded, or a likes server
 *   could not be run.
 */
export function isComplete(
  { draws, discarded = 0, serversNotRun = 0 }: Pick<
    Verdict,
    "draws" | "discarded" | "serversNotRun"
  >,
): boolean {
  return draws > 0 && discarded === 0 && serversNotRun === 0;
}

/**
 * The exit code of a run: whether every like that was generated is at the
 * primary once and no other.
 *
 * @param verdict The verdict on a run.
 * @returns 0 if it converged, 1 if not, or if the primary does not tell; with a
 *   primary of the original kind, which never does, 0 if the run is complete
 *   and every like was acknowledged.
 *
 * @example
 * ```ts
 * import { exitCodeOf, judge } from "./verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const server = { name: "LikesServer0", draws: 1, generated: 9, acknowledged: 9, pending: 0 };
 * const facts = { delivery: "crdt", seed: 1 };
 * assertEquals(exitCodeOf(judge(facts, [{ ...server, counted: 9 }])), 0);
 * assertEquals(exitCodeOf(judge(facts, [{ ...server, counted: 8 }])), 1);
 * assertEquals(exitCodeOf(judge(facts, [server])), 1);
 * assertEquals(exitCodeOf(judge({ ...facts, isOriginalPrimary: true }, [server])), 0);
 * ```
 */
export function exitCodeOf(verdict: Verdict): 0 | 1 {
  const { converged, isOriginalPrimary, acknowledged, generated } = verdict;
  const good = converged ??
    (isOriginalPrimary === true && acknowledged === generated &&
      isComplete(verdict));
  return good ? Exit.DONE : Exit.FAILED;
}

/**
 * Whether nothing is wrong with a likes server: it ran, logged every draw, and
 * each of its likes is at the primary once.
 *
 * @param server The verdict on it.
 * @returns True as well where it is not known what was counted.
 */
export function isServerWell(server: ServerVerdict): boolean {
  const { undelivered, lost = 0, countedTwice = 0, discarded = 0 } = server;
  return undelivered === 0 && lost === 0 && countedTwice === 0 &&
    discarded === 0 && server.notRun === undefined;
}

function judgeServer(account: ServerAccount): ServerVerdict {
  const verdict = judgeLikes(account);
  const { discarded, notRun, exit } = account;
  // A million servers of a virtual run have none of these.
  if (discarded === undefined && notRun === undefined && exit === undefined) {
    return verdict;
  }
  return {
    ...verdict,
    ...discarded !== undefined && { discarded },
    ...notRun !== undefined && { notRun },
    ...exit !== undefined && { exit },
  };
}

/** Shares out the likes of a server. */
function judgeLikes(account: ServerAccount): ServerVerdict {
  const { name, generated, acknowledged, counted, pending } = account;
  if (counted === undefined) {
    return { name, generated, acknowledged, undelivered: pending };
  }
  const excess = Math.max(0, counted - generated);
  const countedTwice = Math.max(excess, account.countedTwice ?? 0);
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

function noteFindings(
  findings: Findings,
  account: ServerAccount,
  { name, undelivered, lost = 0, countedTwice = 0 }: ServerVerdict,
): void {
  const { generated, acknowledged, pending } = account;
  const givenUp = account.givenUp ??
    Math.max(0, generated - acknowledged - pending);
  findings.add("countedTwice", name, countedTwice, account.twiceAt);
  const forgotten = Math.max(0, lost - givenUp);
  findings.add("forgotten", name, forgotten, account.onlyAt);
  findings.add("lost", name, Math.min(lost, givenUp), account.refusal);
  if (account.stuck) findings.add("stuck", name, undelivered);
  else if (account.crashed) findings.add("crashed", name, undelivered);
  else findings.add("undelivered", name, undelivered, whyPending(account));
}

function whyPending({ notRun, lastAnswer }: ServerAccount) {
  if (notRun !== undefined) return "it could not be run to its end";
  return lastAnswer && `the last attempt ended with ${lastAnswer}`;
}
