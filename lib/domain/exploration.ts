/**
 * The sizes of explorations: largest and usual ones.
 *
 * @module
 */

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

/** The sizes unless others are given. */
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
