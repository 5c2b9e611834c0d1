/**
 * The interface to the results of many runs.
 *
 * @module
 */

import { formatShard } from "../../options/shard.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { WholeFile } from "../whole_file.ts";
import type { Sweep } from "./sweep.ts";

/** Facts on how many runs were done, which differ from one time to another. */
export interface SweepFacts {
  /** The command that does them again. */
  readonly command: string;
  /** Seconds that it took. */
  readonly wallSeconds: number;
  /** Whether the runs were live. @default {false} */
  readonly areLive?: boolean;
}

/** Sums up the runs of a sweep's part, in any order. */
export interface SweepResult {
  /** Runs so far. */
  readonly runs: number;
  /** Progress in words, beside the number of runs. */
  readonly soFar?: string;
  /** The exit code of all; left out: done, whatever the runs did. */
  readonly exitCode?: number;
  /**
   * Takes a run.
   *
   * @param run Its figures.
   * @param verdict The verdict on it, where it was run in this process: what is
   * told of one run that is compared with others.
   */
  add(run: RunFigures, verdict?: Verdict): void;
  /** The results as a table. */
  table(facts: SweepFacts, isColoured: boolean): string;
  /** The results for `--json`. */
  json(facts: SweepFacts): unknown;
  /**
   * Writes a report.
   *
   * @param file Its file.
   * @param facts Facts that differ from one time to another.
   * @returns Whether it is written.
   */
  report(file: WholeFile, facts: SweepFacts): Promise<boolean>;
}

/**
 * Fields of a result's JSON where it is not of all runs: they were stopped, or
 * others are in other shards.
 *
 * @param sweep The runs.
 * @param runs Runs that were done.
 * @param planned Runs of this shard.
 * @returns `stopped` and `shard`, each only where it applies.
 */
export function partialFields(
  { shard }: Sweep,
  runs: number,
  planned: number,
): object {
  return {
    ...runs < planned && { stopped: { afterRuns: runs, plannedRuns: planned } },
    ...shard.count > 1 && { shard: formatShard(shard) },
  };
}
