/**
 * Shards: parts of the seeds of many runs, each done by one process somewhere.
 *
 * @module
 */

import { unreadable, unusable } from "../faults/notation.ts";

/** The most shards. */
const SHARDS_MAX = 1_000_000;

/** One of the parts of many runs. */
export interface Shard {
  /** The number of the part, from 0 on. */
  readonly index: number;
  /** The number of parts. */
  readonly count: number;
}

/** All runs in one part. */
export const WHOLE: Shard = { index: 0, count: 1 };

/** Runs that stand one after the other among all. */
export interface Part {
  /** The number of the first one, from 0 on. */
  readonly first: number;
  /** The number of runs. */
  readonly runs: number;
}

/**
 * Reads `K/N`.
 *
 * @param text What was given.
 * @param flag The flag with its dashes, for the error.
 * @returns The shard.
 * @throws {SyntaxError} If it is not two numbers.
 * @throws {RangeError} If there is no such part.
 */
export function readShard(text: string, flag: string): Shard {
  const [, index, count] = /^(0|[1-9]\d{0,8})\/([1-9]\d{0,8})$/.exec(text) ??
    [];
  if (index === undefined || count === undefined) {
    const form = "it must be K/N, part K (from 0 on) of N, such as 0/8";
    throw unreadable(flag, text, form);
  }
  const shard = { index: Number(index), count: Number(count) };
  if (shard.count > SHARDS_MAX || shard.index >= shard.count) {
    const allowed = `K must be below N, and N at most ${SHARDS_MAX}`;
    throw unusable(flag, text, allowed);
  }
  return shard;
}

/**
 * Writes a shard as it is read.
 *
 * @param shard The shard.
 * @returns `K/N`.
 */
export function formatShard({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/**
 * The part of all runs that a shard is. Parts are disjoint, are together all,
 * and differ by at most one run.
 *
 * @param shard The shard.
 * @param runs The number of all runs.
 * @returns Its part, which is empty where there are more shards than runs.
 *
 * @example Usage
 * ```ts
 * import { partOf } from "./shard.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(partOf({ index: 0, count: 3 }, 10), { first: 0, runs: 4 });
 * assertEquals(partOf({ index: 1, count: 3 }, 10), { first: 4, runs: 3 });
 * assertEquals(partOf({ index: 2, count: 3 }, 10), { first: 7, runs: 3 });
 * ```
 */
export function partOf({ index, count }: Shard, runs: number): Part {
  const size = Math.floor(runs / count);
  const larger = runs % count;
  return {
    first: index * size + Math.min(index, larger),
    runs: size + (index < larger ? 1 : 0),
  };
}

/**
 * The shard that a run is in.
 *
 * @param run The number of the run among all.
 * @param count The number of shards.
 * @param runs The number of all runs.
 * @returns The shard.
 */
export function shardOf(run: number, count: number, runs: number): Shard {
  const size = Math.floor(runs / count);
  const inLarger = (runs % count) * (size + 1);
  const index = run < inLarger
    ? Math.floor(run / (size + 1))
    : runs % count + Math.floor((run - inLarger) / size);
  return { index, count };
}
