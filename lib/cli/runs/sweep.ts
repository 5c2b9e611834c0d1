/**
 * A sweep: many runs that differ in their seeds, and for `compare` in their
 * delivery modes.
 *
 * @module
 */

import type { RunOptions } from "../../options/run_options.ts";
import { type Part, partOf, type Shard } from "../../options/shard.ts";
import { modesOf, quorumRunsOf } from "../../options/compared_runs.ts";
import {
  figuresOf,
  type Outcome,
  type RunFigures,
} from "../../verdict/runs/figures.ts";

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
  /** Whether pairs of quorums are compared, not delivery modes. */
  readonly quorums: boolean;
  /** The number of seeds in all, from that of `run` on. */
  readonly runs: number;
  /** The part of the seeds that is done. */
  readonly shard: Shard;
}

/**
 * The runs of each seed: one, or those that are compared.
 *
 * @param sweep The sweep.
 * @returns Each with the first seed.
 */
function variantsOf(
  { command, quorums, run }: Sweep,
): readonly RunOptions[] {
  if (command === "sim") return [run];
  return quorums
    ? quorumRunsOf(run).map(({ run }) => run)
    : modesOf(run).allowed.map((delivery) => ({ ...run, delivery }));
}

/** The runs of a sweep's part, by number: one seed after the other. */
export class SweepRuns {
  /** The runs of each seed. */
  readonly variants: readonly RunOptions[];
  /** The part of the seeds. */
  readonly part: Part;
  /** The first seed of the part. */
  readonly firstSeed: number;
  /** The number of runs in it. */
  readonly count: number;
  readonly #areQuorums: boolean;

  /**
   * The runs of a part.
   *
   * @param sweep All runs, and the part.
   */
  constructor(sweep: Sweep) {
    this.variants = variantsOf(sweep);
    this.part = partOf(sweep.shard, sweep.runs);
    this.firstSeed = sweep.run.seed + this.part.first;
    this.count = this.part.runs * this.variants.length;
    this.#areQuorums = sweep.quorums;
  }

  /**
   * A run.
   *
   * @param i Its number in the part.
   * @returns The run.
   */
  at(i: number): RunOptions {
    const { length } = this.variants;
    return {
      ...this.variants[i % length]!,
      seed: this.firstSeed + Math.floor(i / length),
    };
  }

  /**
   * The figures of a run.
   *
   * @param i Its number in the part.
   * @param outcome What came of it.
   * @returns The figures, by which it can be told from all others.
   */
  figuresAt(i: number, outcome: Outcome): RunFigures {
    const { seed, delivery, readQuorum, writeQuorum } = this.at(i);
    const figures = figuresOf(seed, delivery, outcome);
    return this.#areQuorums ? { ...figures, readQuorum, writeQuorum } : figures;
  }

  /**
   * The run of a seed that figures are of.
   *
   * @param run The figures.
   * @returns Its number among the runs of each seed; -1 if it is none of them.
   */
  variantOf(run: RunFigures): number {
    return this.variants.findIndex(({ delivery, readQuorum, writeQuorum }) =>
      delivery === run.delivery &&
      (!this.#areQuorums ||
        readQuorum === run.readQuorum && writeQuorum === run.writeQuorum)
    );
  }

  /**
   * The number of a run in the part.
   *
   * @param run Its figures.
   * @returns The number; -1 if the run is not in the part.
   */
  indexOf(run: RunFigures): number {
    const variant = this.variantOf(run);
    const seed = run.seed - this.firstSeed;
    if (variant < 0 || seed < 0 || seed >= this.part.runs) return -1;
    return seed * this.variants.length + variant;
  }
}
