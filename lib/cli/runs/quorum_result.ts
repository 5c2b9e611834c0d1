/**
 * The results of many runs with each pair of quorums.
 *
 * @module
 */

import { runCommand } from "../../options/format_run.ts";
import { quorumTheoryOf } from "../../sim/predict/read_theory.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import { QuorumRuns } from "../../verdict/runs/quorum_runs.ts";
import { RunsSummary } from "../../verdict/runs/runs_summary.ts";
import {
  type QuorumComparison,
  quorumsTable,
} from "../../view/terminal/quorums_table.ts";
import { quorumComparison, writeQuorumReport } from "../quorum_comparison.ts";
import type { WholeFile } from "../whole_file.ts";
import { partialFields, type SweepFacts, type SweepResult } from "./result.ts";
import { type Sweep, SweepRuns } from "./sweep.ts";

/** A pair of quorums, and the sums of its runs. */
interface Pair {
  readonly read: number;
  readonly write: number;
  readonly summary: RunsSummary;
  readonly runs: QuorumRuns;
}

/** Sums up runs with each pair of quorums. */
export class QuorumResult implements SweepResult {
  readonly #sweep: Sweep;
  readonly #runs: SweepRuns;
  readonly #pairs: readonly Pair[];
  #count = 0;

  /**
   * An empty result.
   *
   * @param sweep The runs.
   * @param program What is typed before a command: `deno task` or `likes`.
   */
  constructor(sweep: Sweep, program: string) {
    const runs = new SweepRuns(sweep);
    this.#sweep = sweep;
    this.#runs = runs;
    this.#pairs = runs.variants.map((run) => ({
      ...{ read: run.readQuorum, write: run.writeQuorum },
      summary: new RunsSummary(
        run.delivery,
        runs.firstSeed,
        (seed) => runCommand(program, "sim", { ...run, seed }),
      ),
      runs: new QuorumRuns(),
    }));
  }

  /** Runs so far. */
  get runs(): number {
    return this.#count;
  }

  /**
   * Takes a run.
   *
   * @param run Its figures.
   */
  add(run: RunFigures): void {
    const pair = this.#pairs[this.#runs.variantOf(run)]!;
    this.#count++;
    pair.summary.add(run);
    pair.runs.add(run);
  }

  /**
   * The table of all pairs.
   *
   * @param facts Facts that differ from one time to another.
   * @returns Several lines.
   */
  table(facts: SweepFacts): string {
    return quorumsTable(this.#comparison(facts));
  }

  /**
   * The sums of each pair.
   *
   * @returns A list for `--json`.
   */
  json(): unknown {
    const { run } = this.#sweep;
    const planned = this.#runs.part.runs;
    const { predictions } = quorumTheoryOf(run);
    return this.#pairs.flatMap(({ read, write, summary }, i) => {
      if (summary.runs === 0) return [];
      const theory = predictions[i];
      return {
        ...{ read, write, ...summary.report() },
        ...partialFields(this.#sweep, summary.runs, planned),
        ...theory && { theory },
      };
    });
  }

  /**
   * Writes the report that compares all pairs.
   *
   * @param file Its file.
   * @param facts Facts that differ from one time to another.
   * @returns Whether it is written.
   */
  report(file: WholeFile, facts: SweepFacts): Promise<boolean> {
    const comparison = this.#comparison(facts);
    return writeQuorumReport(file, "virtual", this.#sweep.run, comparison);
  }

  /** The runs beside theory, which is of each pair without faults. */
  #comparison({ command }: SweepFacts): QuorumComparison {
    const planned = { runs: this.#runs.part.runs, command };
    return quorumComparison(this.#sweep.run, planned, (i) => {
      const { summary, runs } = this.#pairs[i]!;
      if (summary.runs === 0) return null;
      const { freshAfter = [] } = summary.report().reads ?? {};
      return { verdicts: [], runs, freshAfter };
    });
  }
}
