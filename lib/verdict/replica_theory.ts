/**
 * Theory of replicas: how stale a read is, and how long a change takes to reach
 * all.
 *
 * @module
 */

import type { GossipStyle } from "../domain/replicas.ts";

/**
 * The chance that a read is less than k versions behind, where each version was
 * written to one replica drawn from all, a read asks R drawn ones, and replicas
 * do not gossip: 1 - (C(N-1, R) / C(N, R))^k, where the quotient is (N - R) /
 * N.
 *
 * Source: Bailis, Venkataraman, Franklin, Hellerstein, Stoica,
 * "Probabilistically Bounded Staleness for Practical Partial Quorums", PVLDB
 * 5(8), 2012, section 3.1, equation 2, with W = 1.
 *
 * @param replicas N, from 1 on.
 * @param readQuorum R, 1 to N.
 * @param versions k, from 1 on; 1: that the read is fresh.
 * @returns A probability.
 * @throws {RangeError} If R is not from 1 to N, or k below 1.
 *
 * @example
 * ```ts
 * import { freshWithinVersions } from "./replica_theory.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(freshWithinVersions(3, 1, 2), 5 / 9);
 * assertAlmostEquals(freshWithinVersions(3, 2, 1), 2 / 3);
 * ```
 */
export function freshWithinVersions(
  replicas: number,
  readQuorum: number,
  versions: number,
): number {
  if (!(readQuorum >= 1 && readQuorum <= replicas) || !(versions >= 1)) {
    throw new RangeError(
      `Cannot tell of reads of ${readQuorum} of ${replicas} replicas within ${versions} versions: allowed are read quorums from 1 to the number of replicas, and versions from 1 on`,
    );
  }
  return 1 - ((replicas - readQuorum) / replicas) ** versions;
}

/** Mean and variance of a time, in mean gossip intervals and their squares. */
export interface SpreadingTime {
  /** Mean of the distribution. */
  readonly mean: number;
  /** Variance of the distribution. */
  readonly variance: number;
}

/**
 * Time from one change at one of n replicas until all have it, where each
 * begins exchanges after exponential intervals of mean 1 with a partner drawn
 * from the others, and messages take no time.
 *
 * A pure birth process: while k have it, one more does at the rate c k (n - k)
 * / (n - 1), as either the one that has it begins (push) or the one that has it
 * not (pull); the mean is the sum of the reciprocals, 2 (n - 1) / (n c) H(n -
 * 1), and the variance that of their squares. Where a share p of messages is
 * lost, c is 1 - p for push, which needs the request, (1 - p)^2 for pull, which
 * needs the reply as well, and their sum for push-pull. Sources: Sheldon M.
 * Ross, "Introduction to Probability Models", section 6.3, for birth processes;
 * Norman T. J. Bailey, "The Mathematical Theory of Infectious Diseases",
 * chapter 5, for the simple epidemic, which this is; Demers et al., "Epidemic
 * Algorithms for Replicated Database Maintenance", PODC 1987, for the styles.
 *
 * @param replicas n, from 1 on.
 * @param style Who tells whom.
 * @param loss p, from 0 on and below 1.
 * @returns In units of the mean gossip interval.
 * @throws {RangeError} If `replicas` is below 1, or `loss` not such a share.
 *
 * @default loss {0}
 *
 * @example
 * ```ts
 * import { spreadingTime } from "./replica_theory.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(spreadingTime(3, "push").mean, 2); // 2 * 2 / 3 * (1 + 1 / 2)
 * assertAlmostEquals(spreadingTime(3, "push-pull").mean, 1);
 * ```
 */
export function spreadingTime(
  replicas: number,
  style: GossipStyle,
  loss = 0,
): SpreadingTime {
  if (!(replicas >= 1) || !(loss >= 0 && loss < 1)) {
    throw new RangeError(
      `Cannot tell how a change spreads among ${replicas} replicas with loss ${loss}: allowed are 1 replica or more, and a loss from 0 to below 1`,
    );
  }
  const passed = 1 - loss;
  const factor = (style === "pull" ? 0 : passed) +
    (style === "push" ? 0 : passed ** 2);
  let mean = 0;
  let variance = 0;
  for (let k = 1; k < replicas; k++) {
    const time = (replicas - 1) / (factor * k * (replicas - k));
    mean += time;
    variance += time ** 2;
  }
  return { mean, variance };
}
