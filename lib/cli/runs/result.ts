/**
 * The interface to the results of many runs.
 *
 * @module
 */

import { formatShard } from "../../options/shard.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import type { ReportFile } from "../report_file.ts";
import type { Sweep } from "./sweep.ts";

/** Facts on how many runs were done, which differ from one time to another. */
export interface SweepFacts {
  /** The command that does them again. */
  readonly command: string;
  /** Seconds that it took. */
  readonly wallSeconds: number;
}

/** Sums up the runs of a sweep's part, in any order. */
export interface SweepResult {
  /** Runs so far. */
  readonly runs: number;
  /** Progress in words, beside the number of runs; may be empty. */
  readonly soFar: string;
  /** The exit code of all. */
  readonly exitCode: number;
  /**
   * Takes a run.
   *
   * @param run Its figures.
   */
  add(run: RunFigures): void;
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
  report(file: ReportFile, facts: SweepFacts): Promise<boolean>;
}

/**
 * The shard of a result, where it is not of all runs.
 *
 * @param sweep The runs.
 * @returns A field of its JSON.
 */
export function shardPart({ shard }: Sweep): { shard?: string } {
  return shard.count === 1 ? {} : { shard: formatShard(shard) };
}
