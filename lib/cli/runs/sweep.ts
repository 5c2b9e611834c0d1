/**
 * A sweep: many runs that differ in their seeds, and for `compare` in their
 * delivery modes.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { type Part, partOf, type Shard } from "../../options/shard.ts";
import { modesOf } from "../../options/compared_runs.ts";

/** The commands that do many runs. */
export type SweepCommand = "sim" | "compare";

/** Many runs, or a part of them. */
export interface Sweep {
  /** The command. */
  readonly command: SweepCommand;
  /** The run with the first seed of all. */
  readonly run: RunOptions;
  /** Whether the invariants are checked after every event. */
  readonly check: boolean;
  /** The number of seeds in all, from that of `run` on. */
  readonly runs: number;
  /** The part of the seeds that is done. */
  readonly shard: Shard;
}

/** The runs of a sweep's part, by number: one seed after the other, in all modes. */
export class SweepRuns {
  /** The delivery modes of each seed. */
  readonly modes: readonly Delivery[];
  /** The part of the seeds. */
  readonly part: Part;
  /** The first seed of the part. */
  readonly firstSeed: number;
  /** The number of runs in it. */
  readonly count: number;
  readonly #run: RunOptions;

  /**
   * The runs of a part.
   *
   * @param sweep All runs, and the part.
   */
  constructor(sweep: Sweep) {
    this.#run = sweep.run;
    this.modes = sweep.command === "sim"
      ? [sweep.run.delivery]
      : modesOf(sweep.run).allowed;
    this.part = partOf(sweep.shard, sweep.runs);
    this.firstSeed = sweep.run.seed + this.part.first;
    this.count = this.part.runs * this.modes.length;
  }

  /**
   * A run.
   *
   * @param i Its number in the part.
   * @returns The run.
   */
  at(i: number): RunOptions {
    const modes = this.modes.length;
    return {
      ...this.#run,
      seed: this.firstSeed + Math.floor(i / modes),
      delivery: this.modes[i % modes]!,
    };
  }

  /**
   * The number of a run in the part.
   *
   * @param seed Its seed.
   * @param delivery Its delivery mode.
   * @returns The number; -1 if the run is not in the part.
   */
  indexOf(seed: number, delivery: string): number {
    const mode = this.modes.indexOf(delivery as Delivery);
    const run = seed - this.firstSeed;
    if (mode < 0 || run < 0 || run >= this.part.runs) return -1;
    return run * this.modes.length + mode;
  }
}
