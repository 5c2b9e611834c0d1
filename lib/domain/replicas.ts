/**
 * Words of replication: gossip styles, choices of a replica, read repair.
 *
 * @module
 */

/**
 * Gossip styles: an exchange carries entries with the request (`push`), with
 * the reply (`pull`), or both. In the order of their numbers in the rules.
 */
export const GOSSIP_STYLES = ["push", "pull", "push-pull"] as const;

/** One of the {@linkcode GOSSIP_STYLES}. */
export type GossipStyle = (typeof GOSSIP_STYLES)[number];

/**
 * Choices of replicas by a client: its `home`, until that fails; `any`, drawn
 * each time; or `all` of them.
 */
export const REPLICA_CHOICES = ["home", "any", "all"] as const;

/** One of the {@linkcode REPLICA_CHOICES}. */
export type ReplicaChoice = (typeof REPLICA_CHOICES)[number];

/**
 * Read repair. A reader that saw replicas differ sends what it has seen to
 * those that lack it: never, after it has answered, or before it answers, until
 * as many replicas have it as must acknowledge a report.
 */
export const READ_REPAIRS = ["off", "after", "before"] as const;

/** One of the {@linkcode READ_REPAIRS}. */
export type ReadRepair = (typeof READ_REPAIRS)[number];

/** The most replicas of a live run. */
export const LIVE_REPLICAS_MAX = 32;

/** The most replicas of a virtual run. */
export const REPLICAS_MAX = 10_000;

/** The most readers of a live run: each is a process. */
export const LIVE_READERS_MAX = 1000;

/** The most readers of a virtual run. */
export const READERS_MAX = 1_000_000;

/** The most sessions of all replicas together: 2^27. */
export const REPLICA_SESSIONS_MAX: number = 2 ** 27;

/** The most replicas of a prediction. */
export const PREDICT_REPLICAS_MAX = 32;

/** The most trials of a prediction. */
export const PREDICT_TRIALS_MAX = 100_000_000;

/**
 * The most trials of all pairs of quorums together: of each, the longest times
 * are kept, 0.16 bytes a trial.
 */
export const PREDICT_PAIR_TRIALS_MAX = 10_000_000_000;
