/**
 * The sizes of explorations: largest and usual ones.
 *
 * @module
 */

import type { ReplicaChoice } from "./replicas.ts";

/** A size of an exploration: how many there are, or how often it may happen. */
export interface ExplorationSizes {
  /** Likes servers. */
  readonly servers: number;
  /** Draws of each likes server. */
  readonly draws: number;
  /** Messages that the network may lose. */
  readonly losses: number;
  /** Messages that the network may repeat. */
  readonly copies: number;
  /** Processes that may be killed. */
  readonly crashes: number;
  /** Waits that may end while the report or its reply is on its way. */
  readonly late: number;
  /** Replicas. */
  readonly replicas: number;
  /** Exchanges between replicas before the run ends. */
  readonly exchanges: number;
  /** Reads. */
  readonly reads: number;
}

/** The sizes unless others are given, with one replica. */
export const EXPLORATION_DEFAULT: ExplorationSizes = {
  servers: 2,
  draws: 2,
  losses: 1,
  copies: 1,
  crashes: 1,
  late: 1,
  replicas: 1,
  exchanges: 2,
  reads: 1,
};

/**
 * The sizes that are smaller with several replicas unless others are given:
 * what would be too many states at once.
 */
const OF_REPLICAS: Partial<ExplorationSizes> = {
  draws: 1,
  copies: 0,
  late: 0,
  exchanges: 1,
};

/**
 * The sizes unless others are given, small enough for an answer in seconds.
 *
 * @param replicas How many replicas, from 1 on.
 * @param writeTo The replicas that a likes server reports to.
 * @returns The sizes: with three replicas or more, or reports to all, of one
 * likes server.
 */
export function usualSizes(
  replicas: number,
  writeTo: ReplicaChoice,
): ExplorationSizes {
  if (replicas === 1) return EXPLORATION_DEFAULT;
  const usual = { ...EXPLORATION_DEFAULT, ...OF_REPLICAS, replicas };
  return replicas > 2 || writeTo === "all" ? { ...usual, servers: 1 } : usual;
}

/**
 * The most states that are seen unless another number is given: at most some
 * 2 GiB of them.
 */
export const STATES_MAX_DEFAULT = 10_000_000;

/** The largest sizes: what the few bits hold that a state has for each. */
export const EXPLORATION_MAX: ExplorationSizes = {
  servers: 6,
  draws: 6,
  losses: 9,
  copies: 9,
  crashes: 9,
  late: 9,
  replicas: 4,
  exchanges: 9,
  reads: 3,
};
