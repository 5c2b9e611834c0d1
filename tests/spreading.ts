/**
 * How fast a change spreads among replicas, held to theory.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { GossipStyle } from "../lib/domain/replicas.ts";
import { spreadingTime } from "../lib/verdict/mod.ts";

/** Mean gossip intervals until one change is at all replicas, in one run. */
export type Spread = (
  seed: number,
  replicas: number,
  style: GossipStyle,
  loss: number,
) => number;

/**
 * Cases of each gossip style, with and without losses.
 *
 * @param some Replicas of most cases.
 * @param many Replicas of the largest.
 * @returns Numbers of replicas, styles, and shares of messages that are lost.
 */
export function spreadingCases(
  some: number,
  many: number,
): [replicas: number, style: GossipStyle, loss: number][] {
  return [
    [2, "push", 0],
    [3, "pull", 0],
    [some, "push", 0],
    [some, "pull", 0],
    [some, "push-pull", 0],
    [many, "push-pull", 0],
    [some, "push", 0.3],
    [some, "pull", 0.3],
    [some, "push-pull", 0.3],
  ];
}

/**
 * Asserts that the mean of many runs is what theory says.
 *
 * @param spread A run.
 * @param runs How many runs, with seeds from 0 on.
 * @param zMax By how many standard errors the mean may be off.
 * @param of Number of replicas, style, and share of messages that are lost.
 */
export function assertSpreadsAsTheorySays(
  spread: Spread,
  runs: number,
  zMax: number,
  of: [replicas: number, style: GossipStyle, loss: number],
): void {
  let sum = 0;
  for (let seed = 0; seed < runs; seed++) sum += spread(seed, ...of);
  const { mean, variance } = spreadingTime(...of);
  const z = (sum / runs - mean) / Math.sqrt(variance / runs);
  assert(Math.abs(z) < zMax, `${sum / runs} instead of ${mean}, z = ${z}`);
}
