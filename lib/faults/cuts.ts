/**
 * The union of all partitions, prepared for many questions.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import type { Cut, FaultSchedule, Partition, ServerRange } from "./plan.ts";

/** The links that are cut between two ticks at which something changes. */
export interface CutStretch {
  /** The first tick. */
  readonly fromTick: number;
  /**
   * Likes servers whose reports are cut: first and last id of each range, in
   * order and apart. Flat, to be walked without touching an object per range.
   */
  readonly reports: Int32Array;
  /** Likes servers whose replies are cut, likewise. */
  readonly replies: Int32Array;
}

/**
 * Merges the partitions of a plan into stretches of time within which nothing
 * changes. Partitions are cut off at the end of the run.
 *
 * @param schedule The faults of a run.
 * @returns The stretches in order of time, each until the next; the first from
 * tick 0, the last without end and without cuts.
 *
 * @example Usage
 * ```ts
 * import { cutStretches } from "./cuts.ts";
 * import { parseFaultPlan } from "./parse.ts";
 * import { scheduleFaults } from "./schedule.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 0, lifetimeTicks: 600_000, seed: 7 };
 * const faults = parseFaultPlan({ partition: ["20s..40s", "30s..50s"] }, run);
 * const schedule = scheduleFaults({ ...run, faults });
 * assertEquals(
 *   cutStretches(schedule).map((stretch) => stretch.fromTick),
 *   [0, 200_000, 500_000],
 * );
 * ```
 */
export function cutStretches(schedule: FaultSchedule): CutStretch[] {
  const { partitions, servers, endTick } = schedule;
  const bounds = new Set([0]);
  for (const { fromTick, untilTick } of partitions) {
    bounds.add(Math.min(fromTick, endTick));
    bounds.add(Math.min(untilTick, endTick));
  }
  const stretches: CutStretch[] = [];
  for (const fromTick of [...bounds].sort((a, b) => a - b)) {
    const inForce = fromTick < endTick
      ? partitions.filter((partition) =>
        partition.fromTick <= fromTick && fromTick < partition.untilTick
      )
      : [];
    const reports = unionOf(inForce, "reports", servers);
    const replies = unionOf(inForce, "replies", servers);
    const last = stretches.at(-1);
    const same = last !== undefined && equal(last.reports, reports) &&
      equal(last.replies, replies);
    if (!same) stretches.push({ fromTick, reports, replies });
  }
  return stretches;
}

function unionOf(
  partitions: readonly Partition[],
  cut: Exclude<Cut, "both">,
  servers: number,
): Int32Array {
  const ranges = partitions
    .filter((partition) => partition.cut === "both" || partition.cut === cut)
    .flatMap((partition): readonly ServerRange[] =>
      partition.servers === "all"
        ? [{ first: 0, last: servers - 1 }]
        : partition.servers
    )
    .sort((a, b) => a.first - b.first);
  const flat: number[] = [];
  for (const { first, last } of ranges) {
    const previous = flat.at(-1);
    if (previous !== undefined && first <= previous + 1) {
      flat[flat.length - 1] = Math.max(previous, last);
    } else {
      flat.push(first, last);
    }
  }
  return Int32Array.from(flat);
}

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/**
 * The ids that are in one list of ranges and not in another.
 *
 * @param ranges Flat ranges, as in {@linkcode CutStretch}.
 * @param without Flat ranges to take away.
 * @returns The ids in `ranges` that are not in `without`, as flat ranges.
 *
 * @example Usage
 * ```ts
 * import { rangesWithout } from "./cuts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   rangesWithout(Int32Array.of(0, 9), Int32Array.of(2, 3)),
 *   Int32Array.of(0, 1, 4, 9),
 * );
 * ```
 */
export function rangesWithout(
  ranges: Int32Array,
  without: Int32Array,
): Int32Array {
  const flat: number[] = [];
  for (let i = 0; i < ranges.length; i += 2) {
    let first = ranges[i] as number;
    const last = ranges[i + 1] as number;
    for (let j = 0; j < without.length; j += 2) {
      const from = without[j] as number;
      const to = without[j + 1] as number;
      if (to < first || from > last) continue;
      if (from > first) flat.push(first, from - 1);
      first = to + 1;
    }
    if (first <= last) flat.push(first, last);
  }
  return Int32Array.from(flat);
}

// Bits of what is cut off of a likes server:
const REPORTS = 1;
const REPLIES = 2;

/**
 * Answers whether a message is cut off. It knows the stretch it answered for
 * last by heart, a byte for each likes server, because a run asks in order of
 * time; the answers depend on the question alone.
 */
export class Cuts {
  readonly #stretches: readonly CutStretch[];
  readonly #cuts: Uint8Array;
  /**
   * All ones while anything is cut, else 0: then only one byte is looked at, so
   * that a million need not be in the cache.
   */
  #mask = 0;
  #fromTick = 0;
  #untilTick = 0;

  /**
   * Prepares stretches for many questions.
   *
   * @param stretches From {@linkcode cutStretches}.
   * @param servers Number of likes servers.
   */
  constructor(stretches: readonly CutStretch[], servers: number) {
    this.#stretches = stretches;
    this.#cuts = new Uint8Array(servers);
  }

  /**
   * Whether a message does not get through.
   *
   * @param from The node it comes from.
   * @param to The node it goes to.
   * @param tick When it arrives, 0 or more.
   * @returns Whether a partition is in force for it.
   */
  isCut(from: number, to: number, tick: number): boolean {
    if (tick < this.#fromTick || tick >= this.#untilTick) this.#seek(tick);
    const bit = to < 0 ? REPORTS : REPLIES;
    const server = to < 0 ? from : to;
    return ((this.#cuts[server & this.#mask] as number) & bit) !== 0;
  }

  #seek(tick: number): void {
    let low = 0;
    let high = this.#stretches.length;
    // The last stretch that begins at the tick or before it.
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const stretch = this.#stretches[middle] as CutStretch;
      if (stretch.fromTick <= tick) low = middle;
      else high = middle;
    }
    const stretch = this.#stretches[low] as CutStretch;
    this.#fromTick = stretch.fromTick;
    this.#untilTick = this.#stretches[low + 1]?.fromTick ?? NEVER;
    this.#mask = stretch.reports.length + stretch.replies.length > 0 ? ~0 : 0;
    this.#cuts.fill(0);
    this.#mark(stretch.reports, REPORTS);
    this.#mark(stretch.replies, REPLIES);
  }

  #mark(ranges: Int32Array, bit: number): void {
    for (let i = 0; i < ranges.length; i += 2) {
      const last = ranges[i + 1] as number;
      for (let server = ranges[i] as number; server <= last; server++) {
        this.#cuts[server]! |= bit;
      }
    }
  }
}
