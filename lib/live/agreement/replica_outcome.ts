/**
 * The part of a live run's verdict that is about replicas.
 *
 * @module
 */

import { nodeName, replicaNames, replicaNode } from "../../domain/nodes.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import {
  type ReplicaFacts,
  replicaFactsOf,
  type ReplicaVerdict,
} from "../../verdict/replica_verdict.ts";
import type { ServerAccount } from "../../verdict/verdict.ts";
import { type Counted, heldOf, heldOfAll } from "../run/counted_between.ts";
import { PRIMARY_SILENT } from "../run/primary_baseline.ts";
import type { LiveNetwork } from "../run/live_network.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { ReplicaSampler } from "./replica_sampler.ts";
import type { ServerRecord } from "../run/server_record.ts";

/** The replicas at the end of a run. */
export interface ReplicaOutcome {
  /** Samples of their answers while the run went on. */
  readonly sampler: ReplicaSampler;
  /**
   * Counts of each, by number; a text of one that does not live any more.
   */
  readonly counted: readonly (Counted | string)[];
}

/** The end of a run, as far as it is about replicas. */
export interface ReplicaEnd {
  /** The replicas; left out where there is one primary. */
  readonly replicas?: ReplicaOutcome;
  /** The run. */
  readonly options: { readonly run: RunOptions };
  /** Accounts of the likes servers. */
  readonly records: readonly ServerRecord[];
  /** The network with faults; null where there is none. */
  readonly network: Pick<LiveNetwork, "gossip" | "twiceAt"> | null;
  /** Tick since the start of the run at which all faults were lifted. */
  readonly liftedTick: number;
  /** Tick since the start of the run at which it was over. */
  readonly endTicks: number;
}

/**
 * The part of a verdict that is about replicas.
 *
 * @param outcome What is known.
 * @returns Facts; none where there is one primary.
 */
export function replicaFacts(outcome: ReplicaEnd): ReplicaFacts {
  const { replicas, network, endTicks, liftedTick } = outcome;
  if (replicas === undefined) return {};
  const { sampler, counted } = replicas;
  sampler.meter.end(endTicks);
  const gossip = network?.gossip ?? null;
  const { records, options } = outcome;
  const areMarked = isMarked(options.run.delivery);
  const living = counted.filter((one) => typeof one !== "string");
  return {
    ...replicaFactsOf(sampler.meter.measures(liftedTick)),
    sampledEverySeconds: sampler.sampleSeconds,
    ...gossip !== null && { gossip },
    replicas: counted.map((one, replica): ReplicaVerdict => {
      const name = nameOf(replica, outcome);
      if (typeof one !== "string") {
        return { name, counted: heldOfAll(one, records, areMarked) };
      }
      return {
        name,
        counted: sampler.totals[replica] ?? 0,
        ...one !== PRIMARY_SILENT && { dead: true },
      };
    }),
    // One that stands still lives, and nobody knows what it holds.
    areReplicasDifferent: counted.includes(PRIMARY_SILENT) ||
      records.some((record) => {
        const totals = living.map((one) =>
          heldOf(one, record, areMarked).total
        );
        return new Set(totals).size > 1;
      }),
  };
}

/**
 * The replicas that alone have likes of a likes server, being dead, and those
 * that counted some twice.
 *
 * @param record Its account.
 * @param likes Its likes at the replicas that live.
 * @param outcome What is known.
 * @returns Names of replicas; none where that does not apply.
 */
export function placesOf(
  record: ServerRecord,
  likes: number,
  outcome: ReplicaEnd,
): Pick<ServerAccount, "onlyAt" | "twiceAt"> {
  const { replicas, network } = outcome;
  if (replicas === undefined) return {};
  const { sampler, counted } = replicas;
  const held = sampler.likesOf(record.id);
  const dead = counted.flatMap((one, replica) => {
    const hadMore = (held[replica] ?? 0) > likes ||
      record.acknowledgedBy.has(replica);
    return typeof one === "string" && hadMore ? [replica] : [];
  });
  const twice = network?.twiceAt(record.id) ?? [];
  const isLost = record.acknowledged > likes && dead.length > 0;
  return {
    ...isLost && { onlyAt: replicaNames(dead) },
    ...twice.length > 0 && { twiceAt: replicaNames(twice) },
  };
}

function nameOf(replica: number, { options }: ReplicaEnd): string {
  return nodeName(replicaNode(replica), options.run.replicas);
}
