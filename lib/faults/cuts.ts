/**
 * The union of all partitions, prepared for many questions.
 *
 * @module
 */

import { READER_FIRST } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import {
  type DirectedLinks,
  linksOf,
  type Population,
  unitedLinks,
} from "./groups.ts";
import { Classes } from "./node_classes.ts";
import type { FaultSchedule } from "./plan.ts";

/** The links that are cut between two ticks at which something changes. */
export interface CutStretch {
  /** The first tick. */
  readonly fromTick: number;
  /** The links, of which some may have others in common. */
  readonly links: readonly DirectedLinks[];
}

/**
 * Divides a run into stretches of time within which the same partitions are in
 * force. Partitions are cut off at the end of the run.
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
 *   [0, 200_000, 300_000, 400_000, 500_000],
 * );
 * ```
 */
export function cutStretches(schedule: FaultSchedule): CutStretch[] {
  const { endTick } = schedule;
  const partitions = schedule.partitions.map((partition) => ({
    ...partition,
    untilTick: Math.min(partition.untilTick, endTick),
    links: linksOf(partition, schedule),
  }));
  const bounds = new Set([0]);
  for (const { fromTick, untilTick } of partitions) {
    bounds.add(fromTick).add(untilTick);
  }
  return [...bounds].sort((a, b) => a - b).map((tick) => ({
    fromTick: tick,
    links: unitedLinks(
      partitions
        .filter(({ fromTick, untilTick }) =>
          fromTick <= tick && tick < untilTick
        )
        .flatMap(({ links }) => links),
    ),
  }));
}

/**
 * Answers whether a message is cut off. It knows the stretch it answered for
 * last by heart, because a run asks in order of time; the answers depend on the
 * question alone.
 *
 * In a stretch, nodes that the partitions in force treat alike are one class,
 * so an answer is two looks into a table of nodes and one into a small table of
 * classes, whatever the number of nodes and partitions.
 */
export class Cuts {
  readonly #stretches: readonly CutStretch[];
  readonly #population: Population;
  /** Index of the class of node 0 among the classes: behind the replicas. */
  readonly #servers: number;
  /** Index of the class of reader 0, less the number of reader 0. */
  readonly #readers: number;
  /** The class of each node: replicas (the last first), servers, readers. */
  readonly #classOf: Uint16Array;
  /** By the class of the sender and the class of the receiver. */
  #isCut: Uint8Array = new Uint8Array(0);
  /** The number of classes; 0 if nothing is cut. */
  #classes = 0;
  #fromTick = 0;
  #untilTick = 0;

  /**
   * Prepares stretches for many questions.
   *
   * @param stretches From {@linkcode cutStretches}.
   * @param population How many nodes there are.
   */
  constructor(stretches: readonly CutStretch[], population: Population) {
    const { servers, replicas, readers } = population;
    this.#stretches = stretches;
    this.#population = population;
    this.#servers = replicas;
    this.#readers = replicas + servers - READER_FIRST;
    const isAnyCut = stretches.some(({ links }) => links.length > 0);
    this.#classOf = new Uint16Array(
      isAnyCut ? replicas + servers + readers : 0,
    );
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
    const classes = this.#classes;
    if (classes === 0) return false;
    const classOf = this.#classOf;
    const servers = this.#servers;
    const row = classOf[
      from < READER_FIRST ? from + servers : from + this.#readers
    ] as number;
    const column = classOf[
      to < READER_FIRST ? to + servers : to + this.#readers
    ] as number;
    return this.#isCut[row * classes + column] === 1;
  }

  #seek(tick: number): void {
    const at = this.#stretches.findLastIndex(({ fromTick }) =>
      fromTick <= tick
    );
    const { fromTick, links } = this.#stretches[at] as CutStretch;
    this.#fromTick = fromTick;
    this.#untilTick = this.#stretches[at + 1]?.fromTick ?? NEVER;
    this.#classes = 0;
    if (links.length === 0) return;
    const classes = new Classes(links, this.#population);
    this.#isCut = classes.tableOf(links);
    this.#classes = classes.size;
    for (const { first, last, index } of classes.ranges) {
      const offset = first < READER_FIRST ? this.#servers : this.#readers;
      this.#classOf.fill(index, first + offset, last + offset + 1);
    }
  }
}
