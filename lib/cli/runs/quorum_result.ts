/**
 * The results of many runs with each pair of quorums.
 *
 * @module
 */

import { type QuorumRun, quorumRunsOf } from "../../options/compared_runs.ts";
import { runCommand } from "../../options/format_run.ts";
import { quorumTheoryOf } from "../../sim/predict/read_theory.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import { QuorumRuns } from "../../verdict/runs/quorum_runs.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { RunsSummary } from "../../verdict/runs/runs_summary.ts";
import {
  type QuorumComparison,
  quorumsTable,
} from "../../view/terminal/quorums_table.ts";
import type { WholeFile } from "../whole_file.ts";
import { partialFields, type SweepFacts, type SweepResult } from "./result.ts";
import { type Sweep, SweepRuns } from "./sweep.ts";

/** A pair of quorums, and the sums of its runs. */
interface Pair extends QuorumRun {
  readonly summary: RunsSummary;
  readonly runs: QuorumRuns;
  /** The verdict on its run, where it has one. */
  verdict?: Verdict;
}

/** Sums up runs with each pair of quorums. */
export class QuorumResult implements SweepResult {
  readonly #sweep: Sweep;
  readonly #runs: SweepRuns;
  readonly #program: string;
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
    this.#program = program;
    this.#pairs = quorumRunsOf(sweep.run).map(({ read, write, run }) => ({
      ...{ read, write, run },
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
   * @param verdict The verdict on it; its command is that of `sim`, unless it
   * says another.
   */
  add(run: RunFigures, verdict?: Verdict): void {
    const pair = this.#pairs[this.#runs.variantOf(run)]!;
    this.#count++;
    if (this.#sweep.runs === 1 && verdict !== undefined) {
      const command = runCommand(this.#program, "sim", pair.run);
      pair.verdict = { command, ...verdict };
    }
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
   * The sums of each pair, or the verdict on its only run.
   *
   * @returns A list for `--json`.
   */
  json(): unknown {
    const { run } = this.#sweep;
    const planned = this.#runs.part.runs;
    const { predictions } = quorumTheoryOf(run);
    return this.#pairs.flatMap(({ read, write, summary, verdict }, i) => {
      if (summary.runs === 0) return [];
      const theory = predictions[i];
      const measured = verdict === undefined
        ? {
          ...summary.report(),
          ...partialFields(this.#sweep, summary.runs, planned),
        }
        : verdictRecord(verdict);
      return { read, write, ...measured, ...theory && { theory } };
    });
  }

  /**
   * Writes the report that compares all pairs.
   *
   * @param file Its file.
   * @param facts Facts that differ from one time to another.
   * @returns Whether it is written.
   */
  async report(file: WholeFile, facts: SweepFacts): Promise<boolean> {
    // The page is large: runs without a report do not load it.
    const [{ quorumsHtml }, { runSettingOf }] = await Promise.all([
      import("../../view/report/report_quorums.ts"),
      import("../../view/picture/run_setting.ts"),
    ]);
    const { setting, marks } = runSettingOf(
      facts.areLive ? "live" : "virtual",
      this.#sweep.run,
      facts.command,
    );
    const comparison = this.#comparison(facts);
    return file.write(await quorumsHtml(comparison, setting, marks));
  }

  /** The runs beside theory, which is of each pair without faults. */
  #comparison({ command, areLive }: SweepFacts): QuorumComparison {
    const { predictions, isInstant, ...theory } = quorumTheoryOf(
      this.#sweep.run,
    );
    return {
      rows: this.#pairs.flatMap(({ read, write, summary, runs }, i) => {
        if (summary.runs === 0) return [];
        const theory = predictions[i];
        const { freshAfter = [] } = summary.report().reads ?? {};
        return [{
          ...{ read, write, verdicts: [], runs, freshAfter },
          ...theory && { theory },
        }];
      }),
      ...{ runs: this.#runs.part.runs, ...theory, command },
      isInstant: isInstant && !areLive,
    };
  }
}
