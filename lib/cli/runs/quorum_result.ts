/**
 * The results of many runs with each pair of quorums.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import { runCommand } from "../../options/format_run.ts";
import {
  predictionsOf,
  unmodelledFaults,
  unmodelledStore,
} from "../../sim/predict/read_theory.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import { QuorumRuns } from "../../verdict/runs/quorum_runs.ts";
import { RunsSummary } from "../../verdict/runs/runs_summary.ts";
import {
  type QuorumComparison,
  quorumsTable,
} from "../../view/terminal/quorums_table.ts";
import type { ReportFile } from "../report_file.ts";
import { shardPart, type SweepFacts, type SweepResult } from "./result.ts";
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

  /** Progress beside the number of runs: nothing. */
  get soFar(): string {
    return "";
  }

  /** Exit code: done, whatever is read. */
  get exitCode(): number {
    return Exit.DONE;
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
   * @param facts Facts that differ from one time to another.
   * @returns A list for `--json`.
   */
  json(facts: SweepFacts): unknown {
    const planned = this.#runs.part.runs;
    const { rows } = this.#comparison(facts);
    return rows.map(({ read, write, theory }) => {
      const pair = this.#pairs.find((one) =>
        one.read === read && one.write === write
      )!;
      const report = pair.summary.report();
      return {
        ...{ read, write, ...report },
        ...report.runs < planned && {
          stopped: { afterRuns: report.runs, plannedRuns: planned },
        },
        ...shardPart(this.#sweep),
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
  async report(file: ReportFile, facts: SweepFacts): Promise<boolean> {
    // The page is large: runs without a report do not load it.
    const [{ quorumsHtml }, { runSettingOf }] = await Promise.all([
      import("../../view/report/report_quorums.ts"),
      import("../../view/picture/run_setting.ts"),
    ]);
    const { setting, marks } = runSettingOf(
      "virtual",
      this.#sweep.run,
      facts.command,
    );
    return file.writeHtml(
      await quorumsHtml(this.#comparison(facts), setting, marks),
    );
  }

  /** The runs beside theory, which is of each pair without faults. */
  #comparison({ command }: SweepFacts): QuorumComparison {
    const { run } = this.#sweep;
    const unmodelled = unmodelledStore(run);
    const predictions = unmodelled.length > 0 ? [] : predictionsOf(run, {
      readQuorum: null,
      writeQuorum: null,
    });
    return {
      rows: this.#pairs.flatMap(({ read, write, summary, runs }, i) => {
        if (summary.runs === 0) return [];
        const theory = predictions[i];
        const { freshAfter = [] } = summary.report().reads ?? {};
        return [{
          ...{ read, write, verdicts: [], runs, freshAfter },
          ...theory !== undefined && { theory },
        }];
      }),
      runs: this.#runs.part.runs,
      ...{ unmodelled, command },
      faults: unmodelledFaults(run.faults),
    };
  }
}
