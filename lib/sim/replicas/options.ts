/**
 * What a virtual run is told of replicas and readers.
 *
 * @module
 */

import type { GossipInterval } from "../../rules/choice.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";

/** Replicas, their gossip, and readers. */
export interface ReplicaOptions {
  readonly replicas: number;
  readonly gossip: GossipInterval | null;
  readonly gossipStyle: "push" | "pull" | "push-pull";
  readonly writeTo: "home" | "any";
  readonly failover: boolean;
  readonly readers: number;
  readonly readIntervalMinTicks: number;
  readonly readIntervalMaxTicks: number;
  readonly readFrom: "home" | "any";
}

/** One replica, no readers. */
export const DEFAULT_REPLICAS: ReplicaOptions = {
  replicas: 1,
  gossip: { kind: "constant", ticks: TICKS_PER_SECOND },
  gossipStyle: "push-pull",
  writeTo: "home",
  failover: true,
  readers: 0,
  readIntervalMinTicks: TICKS_PER_SECOND / 10,
  readIntervalMaxTicks: TICKS_PER_SECOND / 2,
  readFrom: "home",
};
