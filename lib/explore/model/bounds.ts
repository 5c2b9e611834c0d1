/**
 * The bounds of a run that is explored: who takes part, and how much may
 * happen.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import {
  EXPLORATION_DEFAULT,
  type ExplorationSizes,
} from "../../domain/exploration.ts";
import type { ReadRepair, ReplicaChoice } from "../../domain/replicas.ts";
import { DELIVERY_TRAITS, isMarked } from "../../rules/delivery_traits.ts";
import { likesOfDraws } from "./likes.ts";

/** The bounds of an exploration. */
export interface Bounds extends ExplorationSizes {
  /** The delivery mode. */
  readonly delivery: Delivery;
  /** To which replica a likes server reports. */
  readonly writeTo: ReplicaChoice;
  /** Replicas that must have acknowledged a draw. */
  readonly writeQuorum: number;
  /** Whether a likes server leaves a home that does not answer. */
  readonly failover: boolean;
  /** The replicas that a reader asks. */
  readonly readFrom: ReplicaChoice;
  /** Replicas that must answer a read. */
  readonly readQuorum: number;
  /** The moment at which a reader tells replicas what they lack. */
  readonly readRepair: ReadRepair;
  /** Whether a primary that is killed forgets all that it has counted. */
  readonly forgets: boolean;
  /** Whether the mode is held to exactness, whatever it promises. */
  readonly isExact: boolean;
}

/** The bounds unless others are given. */
export const DEFAULT_BOUNDS: Bounds = {
  ...EXPLORATION_DEFAULT,
  delivery: "crdt",
  writeTo: "home",
  writeQuorum: 1,
  failover: true,
  readFrom: "home",
  readQuorum: 1,
  readRepair: "off",
  forgets: false,
  isExact: false,
};

/**
 * The most times that a draw can be counted: once, and once more for each thing
 * that can go wrong.
 *
 * @param bounds The bounds.
 * @returns A number from 1 on.
 */
export function countsMax(bounds: Bounds): number {
  const { losses, copies, crashes, late } = bounds;
  return 1 + losses + copies + crashes + late;
}

/**
 * The likes of each draw: those that it can bring, most often one number.
 *
 * @param bounds The bounds.
 * @returns By draw, its likes.
 * @throws {RangeError} If there are no likes whose sums can be told apart.
 */
export function drawsOf(bounds: Bounds): readonly (readonly number[])[] {
  const { delivery, draws } = bounds;
  const isSum = DELIVERY_TRAITS[delivery].carries === "sum";
  return likesOfDraws(
    draws,
    isMarked(delivery) ? 1 : countsMax(bounds),
    isSum,
  );
}
