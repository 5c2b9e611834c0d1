/**
 * The figures of one of many runs: what is summed up, and what a line of a runs
 * file tells.
 *
 * @module
 */

import type { FindingKind } from "../findings.ts";
import type { Verdict } from "../verdict.ts";

/**
 * The outcome of a run: its verdict, or the violation of an invariant that
 * stopped it.
 */
export type Outcome =
  | { readonly verdict: Verdict; readonly violation?: undefined }
  | { readonly verdict?: undefined; readonly violation: string };

/**
 * The figures of a run, flat. Figures that do not apply to it are left out: of
 * one that violated an invariant nearly all, of one primary those of replicas,
 * where nobody reads those of reads. What they mean is told where a
 * {@linkcode Verdict} has them.
 */
export interface RunFigures {
  /** The run's seed. */
  readonly seed: number;
  /** The delivery mode. */
  readonly delivery: string;
  /** The read quorum, where pairs of quorums are compared. */
  readonly readQuorum?: number;
  /** The write quorum, likewise. */
  readonly writeQuorum?: number;
  /** Whether it converged; left out if that is not known. */
  readonly converged?: boolean;
  /** Draws made. */
  readonly draws?: number;
  /** Likes generated. */
  readonly generated?: number;
  /** Likes acknowledged. */
  readonly acknowledged?: number;
  /** Likes counted. */
  readonly counted?: number;
  /** Likes undelivered. */
  readonly undelivered?: number;
  /** Likes lost. */
  readonly lost?: number;
  /** Likes counted twice. */
  readonly countedTwice?: number;
  /** Seconds until it converged; null if it did not. */
  readonly convergenceSeconds?: number | null;
  /** 99th percentile over time of the age of the oldest like not counted. */
  readonly stalenessSecondsP99?: number;
  /** Reports that reached a primary. */
  readonly reports?: number;
  /** Messages sent. */
  readonly messages?: number;
  /** Bytes of them. */
  readonly bytes?: number;
  /** Reports sent again. */
  readonly retries?: number;
  /** Reports that the primary knew. */
  readonly duplicates?: number;
  /** Reports refused for good. */
  readonly rejected?: number;
  /** Simulated duration, in seconds. */
  readonly virtualSeconds?: number;
  /** Seconds until the replicas agreed; null if they do not. */
  readonly agreementSeconds?: number | null;
  /** Seconds in which the replicas were not equal. */
  readonly apartSeconds?: number;
  /** 99th percentile over draws of the time until all replicas have one. */
  readonly propagationSecondsP99?: number;
  /** 99th percentile over time of the likes that replicas differ by. */
  readonly spreadP99?: number;
  /** Median over draws of the time until one was acknowledged. */
  readonly acknowledgementSecondsP50?: number;
  /** 99th percentile over draws of that time. */
  readonly acknowledgementSecondsP99?: number;
  /** The share of draws that waited longer than `--ack-timeout` for it. */
  readonly writesUnserved?: number;
  /** Reads that were answered. */
  readonly reads?: number;
  /** Reads that were not. */
  readonly readsUnanswered?: number;
  /** Median over reads of the time until one was answered. */
  readonly readSecondsP50?: number;
  /** 99th percentile over reads of that time. */
  readonly readSecondsP99?: number;
  /** The share of the answered reads that was fresh. */
  readonly readsFresh?: number;
  /** 99th percentile over stale reads of the versions that they lacked. */
  readonly behindVersionsP99?: number;
  /** 99th percentile over stale reads of the age of what they lacked. */
  readonly behindSecondsP99?: number;
  /** Answers of items that the reader had asked for before. */
  readonly monotonicPairs?: number;
  /** Answers that were older than one before. */
  readonly monotonicViolations?: number;
  /** Reads by likes servers of their own item. */
  readonly ownReads?: number;
  /** Own reads that lacked what had been acknowledged. */
  readonly ownMissed?: number;
  /**
   * Reads, and fresh ones among them, by the time since the item's newest
   * acknowledgement, in seconds.
   */
  readonly freshAfter?: readonly (readonly [
    seconds: number,
    reads: number,
    fresh: number,
  ])[];
  /** Kinds of likes that went wrong; left out where none did. */
  readonly findings?: readonly FindingKind[];
  /** The digest of the run's history. */
  readonly digest?: string;
  /** The reason why the run failed, in a few words; left out if it did not. */
  readonly reason?: string;
}

/**
 * Takes the figures of a run from its outcome.
 *
 * @param seed The run's seed.
 * @param delivery The delivery mode.
 * @param outcome What came of it.
 * @returns Its figures.
 *
 * @example
 * ```ts
 * import { figuresOf } from "./figures.ts";
 * import { judge } from "../verdict.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const verdict = judge({ delivery: "crdt", seed: 7 }, [
 *   { name: "LikesServer0", draws: 5, generated: 100, acknowledged: 100, counted: 86, pending: 0 },
 * ]);
 * const { lost, reason } = figuresOf(7, "crdt", { verdict });
 * assertEquals([lost, reason], [14, "likes: 14 lost"]);
 * ```
 */
export function figuresOf(
  seed: number,
  delivery: string,
  { verdict, violation }: Outcome,
): RunFigures {
  if (verdict === undefined) return { seed, delivery, reason: violation };
  const { reads } = verdict;
  const noneStale = reads?.monotonicPairs === undefined ? undefined : 0;
  const kinds = new Set(verdict.findings.map(({ kind }) => kind));
  return {
    seed,
    delivery,
    ...defined({
      converged: verdict.converged,
      draws: verdict.draws,
      generated: verdict.generated,
      acknowledged: verdict.acknowledged,
      counted: verdict.counted,
      undelivered: verdict.undelivered,
      lost: verdict.lost,
      countedTwice: verdict.countedTwice,
      convergenceSeconds: verdict.convergenceSeconds,
      stalenessSecondsP99: verdict.stalenessSeconds?.p99,
      reports: verdict.reports,
      messages: verdict.messages,
      bytes: verdict.bytes,
      retries: verdict.retries,
      duplicates: verdict.duplicates,
      rejected: verdict.rejected,
      virtualSeconds: verdict.virtualSeconds,
      agreementSeconds: verdict.agreementSeconds,
      apartSeconds: verdict.apartSeconds,
      propagationSecondsP99: verdict.propagationSeconds?.p99,
      spreadP99: verdict.spread?.p99,
      acknowledgementSecondsP50: verdict.acknowledgementSeconds?.p50,
      acknowledgementSecondsP99: verdict.acknowledgementSeconds?.p99,
      writesUnserved: verdict.writesUnserved,
      reads: reads?.count,
      readsUnanswered: reads?.unanswered,
      readSecondsP50: reads?.seconds?.p50,
      readSecondsP99: reads?.seconds?.p99,
      readsFresh: reads?.fresh,
      behindVersionsP99: reads?.behindVersions?.p99 ?? noneStale,
      behindSecondsP99: reads?.behindSeconds?.p99 ?? noneStale,
      monotonicPairs: reads?.monotonicPairs,
      monotonicViolations: reads?.monotonicViolations,
      ownReads: reads?.ownReads,
      ownMissed: reads?.ownMissed,
      freshAfter: reads?.freshAfter?.map(({ seconds, reads, fresh = 0 }) =>
        [seconds, reads, Math.round(fresh * reads)] as const
      ),
      findings: kinds.size > 0 ? [...kinds] : undefined,
      digest: verdict.digest,
      reason: verdict.converged === false ? reasonOf(verdict) : undefined,
    }),
  };
}

/** The reason why a run did not converge. */
function reasonOf(verdict: Verdict): string {
  if (verdict.draws === 0) return "no draw was made";
  const parts = ([
    [verdict.lost, "lost"],
    [verdict.countedTwice, "counted twice"],
    [verdict.undelivered, "undelivered"],
  ] as const).flatMap(([likes = 0, how]) =>
    likes === 0 ? [] : `${likes} ${how}`
  );
  return parts.length > 0
    ? `likes: ${parts.join(", ")}`
    : "the replicas do not agree";
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Fields of which something is known. */
function defined<T extends object>(fields: T): Defined<T> {
  const known: Defined<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) {
      known[key] = value as Exclude<T[typeof key], undefined>;
    }
  }
  return known;
}
