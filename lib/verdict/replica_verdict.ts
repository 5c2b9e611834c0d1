/**
 * Parts of a verdict on replicas and readers.
 *
 * @module
 */

import type { Distribution } from "./histogram.ts";
import type { MarkedReadMeasures, ReadMeasures } from "./read_meter.ts";
import type { ReplicaMeasures } from "./replica_meter.ts";

/** A replica at the end of a run. */
export interface ReplicaVerdict {
  /** Name of the replica, `primary1`. */
  readonly name: string;
  /** Likes that it holds; of one that is dead, held when it was killed. */
  readonly counted: number;
  /** True of one that was killed and not started again. */
  readonly dead?: boolean;
}

/** Cost of exchanges. */
export interface GossipCost {
  /** Requests and replies sent, the network's copies included. */
  readonly messages: number;
  /** Bytes of these. */
  readonly bytes: number;
  /** Entries that they carried. */
  readonly entries: number;
}

/**
 * Reads and how stale they were: what a meter measured, without what only some
 * reads can tell where they cannot, and how far behind stale ones were where
 * none was stale.
 */
export interface ReadsVerdict
  extends
    Omit<ReadMeasures, "marked">,
    Partial<Omit<MarkedReadMeasures, "judged" | "fresh" | "freshWithin">> {
  /** The share that was fresh, of those that can be judged. */
  readonly fresh?: number;
  /** Readers of a live run that were killed and not started again. */
  readonly gone?: readonly string[];
}

/**
 * Facts on the replicas and readers of a run. Left out where there is a single
 * primary, or nobody reads.
 */
export interface ReplicaFacts {
  /**
   * From the last draw, or the lifting of the faults if that is later, until
   * all replicas that are up were equal for good; null if they are not.
   */
  readonly agreementSeconds?: number | null;
  /** Time that the replicas were apart in all, in seconds. */
  readonly apartSeconds?: number;
  /**
   * From the acknowledgement of a draw until every replica that is up has it,
   * over the draws of which that is so; left out where there is none.
   */
  readonly propagationSeconds?: Distribution;
  /**
   * From a draw until it is acknowledged, over draws that are, in seconds.
   */
  readonly acknowledgementSeconds?: Distribution;
  /** The share of draws that had to wait longer than `--ack-timeout` for it. */
  readonly writesUnserved?: number;
  /** Largest minus smallest total of replicas that are up, over time. */
  readonly spread?: Distribution;
  /**
   * In a live run: the time from one question to a replica to the next, in
   * seconds. What is told of agreement, spread and propagation is as exact.
   */
  readonly sampledEverySeconds?: number;
  /** The cost of exchanges, beside that of reports. */
  readonly gossip?: GossipCost;
  /** Each replica. */
  readonly replicas?: readonly ReplicaVerdict[];
  /**
   * Whether replicas that live at the end count different likes of some likes
   * server; no part of the JSON.
   */
  readonly areReplicasDifferent?: boolean;
  /** Reads and how stale they were. */
  readonly reads?: ReadsVerdict;
}

/**
 * The part of a verdict that a meter of replicas knows.
 *
 * @param measures What it has measured.
 * @returns Facts on the run.
 */
export function replicaFactsOf(measures: ReplicaMeasures): ReplicaFacts {
  const { agreementSeconds, apartSeconds, propagationSeconds, spread } =
    measures;
  return {
    ...{ agreementSeconds, apartSeconds, spread },
    ...measures.propagated > 0 && { propagationSeconds },
  };
}

/**
 * The part of a verdict that a meter of reads knows.
 *
 * @param measures What it has measured.
 * @param gone Readers that were killed and not started again.
 * @returns The numbers on reads; where reports carry no mark only how many
 *   there were and how long they took.
 */
export function readsVerdictOf(
  measures: ReadMeasures,
  gone: readonly string[] = [],
): ReadsVerdict {
  const { marked, ...all } = measures;
  const absent = gone.length > 0 ? { gone } : {};
  if (marked === undefined) return { ...all, ...absent };
  const { judged: _judged, freshWithin: _freshWithin, ...told } = marked;
  const { fresh, behindVersions, behindSeconds, ...others } = told;
  const { seconds, ...counts } = all;
  return {
    ...{ ...counts, ...absent },
    ...fresh !== null && { fresh },
    ...fresh !== null && fresh < 1 && { behindVersions, behindSeconds },
    ...seconds !== undefined && { seconds },
    ...others,
  };
}
