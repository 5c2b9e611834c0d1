/**
 * The load: when which operation is invoked, and at which node.
 *
 * @module
 */

import {
  Family,
  nextBits,
  type Streams,
  withinRange,
} from "../../domain/random.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";

/** An operation that is due. */
export interface DueOperation {
  /** The moment at which it is due, in ticks of 0.1 ms since the load began. */
  readonly tick: number;
  /** Whether it is a read. */
  readonly isRead: boolean;
  /** The number of an operation that is no read among its like, from 0 on. */
  readonly write: number;
  /** The place of the node that it is for, from 0 on. */
  readonly node: number;
}

/** The settings of a load. */
export interface LoadOptions {
  /** The random numbers of the run. */
  readonly streams: Streams;
  /** Operations a second, over all nodes; above 0. */
  readonly rate: number;
  /** For how long, in ticks of 0.1 ms. */
  readonly lifetimeTicks: number;
  /** Whether half of the operations are reads. */
  readonly hasReads: boolean;
  /** The number of nodes that clients ask. */
  readonly nodes: number;
}

/**
 * The number of operations of a load.
 *
 * @param options The load.
 * @returns The rate times the time.
 */
export function operationsOf({ rate, lifetimeTicks }: LoadOptions): number {
  return Math.round(rate * lifetimeTicks / TICKS_PER_SECOND);
}

/**
 * Operation k: a function of the seed and k alone.
 *
 * Each has a stretch of time of its own and comes at a moment drawn from it, so
 * that there are as many as the rate says. Of each two that follow each other
 * one, drawn, is a read: so half of them are.
 *
 * @param options The load.
 * @param k From 0 on.
 * @returns The operation.
 */
export function dueOperation(
  { streams, rate, hasReads, nodes }: LoadOptions,
  k: number,
): DueOperation {
  const bits = streams.bits(Family.OPERATION, 0, k);
  const share = (bits >>> 0) / 2 ** 32;
  const pair = k >> 1;
  const isFirstRead =
    withinRange(streams.bits(Family.OPERATION, 1, pair), 0, 1) === 0;
  return {
    tick: Math.floor((k + share) * TICKS_PER_SECOND / rate),
    isRead: hasReads && (k % 2 === 0) === isFirstRead,
    write: hasReads ? pair : k,
    node: withinRange(nextBits(bits), 0, nodes - 1),
  };
}
