/**
 * The result of many runs: the same whether one process did them or several,
 * whose files are merged.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import { Exit } from "../../domain/exit_codes.ts";
import { endsHealed } from "../../faults/plan.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { readTheoryOf } from "../../sim/predict/read_theory.ts";
import { grouped } from "../../verdict/explain.ts";
import { ComparedRuns } from "../../verdict/runs/compared_runs.ts";
import { verdictRecord } from "../../verdict/json.ts";
import type { RunFigures } from "../../verdict/runs/figures.ts";
import {
  type ReadsOfRuns,
  RunsSummary,
} from "../../verdict/runs/runs_summary.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { quantity } from "../../view/numbers.ts";
import type { ComparedReads } from "../../view/report/report_reads.ts";
import {
  type Comparison,
  comparisonTable,
} from "../../view/terminal/comparison.ts";
import {
  FAILURES,
  runsCells,
  runsNotes,
  runsTable,
} from "../../view/terminal/runs_table.ts";
import { comparisonSection } from "../../view/report/report_comparison.ts";
import { tableSection } from "../../view/report/tables.ts";
import { modesOf } from "../../options/compared_runs.ts";
import { reportRunOf } from "../virtual_report.ts";
import type { WholeFile } from "../whole_file.ts";
import { writeReport } from "../report_file.ts";
import { QuorumResult } from "./quorum_result.ts";
import { partialFields, type SweepFacts, type SweepResult } from "./result.ts";
import { type Sweep, SweepRuns } from "./sweep.ts";

/**
 * An empty result.
 *
 * @param sweep The runs.
 * @param program What is typed before a command: `deno task` or `likes`.
 * @returns The result.
 */
export function resultOf(sweep: Sweep, program: string): SweepResult {
  return sweep.command === "sim"
    ? new SimResult(sweep, program)
    : sweep.quorums
    ? new QuorumResult(sweep, program)
    : new CompareResult(sweep, program);
}

class SimResult implements SweepResult {
  readonly #sweep: Sweep;
  readonly #planned: number;
  readonly #summary: RunsSummary;

  constructor(sweep: Sweep, program: string) {
    const { run } = sweep;
    const { firstSeed, count } = new SweepRuns(sweep);
    this.#sweep = sweep;
    this.#planned = count;
    this.#summary = new RunsSummary(
      run.delivery,
      firstSeed,
      (seed) => runCommand(program, "sim", { ...run, seed }),
    );
  }

  get runs(): number {
    return this.#summary.runs;
  }

  get soFar(): string {
    return `${grouped(this.#summary.converged)} converged`;
  }

  get exitCode(): number {
    const { converged, runs } = this.#summary;
    return converged === runs ? Exit.DONE : Exit.FAILED;
  }

  add(run: RunFigures): void {
    this.#summary.add(run);
  }

  table(_facts: SweepFacts, isColoured: boolean): string {
    return runsTable(this.#summary.report(), isColoured, this.#planned);
  }

  json({ wallSeconds, command }: SweepFacts): unknown {
    return {
      ...this.#summary.report(),
      wallSeconds,
      ...partialFields(this.#sweep, this.runs, this.#planned),
      command,
    };
  }

  /** Shows the first run that failed; if none did, the first one. */
  report(file: WholeFile, facts: SweepFacts): Promise<boolean> {
    const { seed, failures, reads, runs } = this.#summary.report();
    const run = { ...this.#sweep.run, seed: failures[0]?.seed ?? seed };
    return writeReport(
      file,
      [reportRunOf(run, facts.command)],
      this.#tableSection(),
      curvesOf(run, quantity(runs, "run"), reads),
    );
  }

  #tableSection(): string {
    const report = this.#summary.report();
    const [summary, word] = runsNotes(report, this.#planned);
    return tableSection("All runs", runsCells(report), [
      ...summary,
      word,
      ...report.failures.length > 0 ? [FAILURES] : [],
      ...report.failures.map(({ seed, reason, command }) =>
        `seed ${seed}: ${reason}: ${command}`
      ),
    ]);
  }
}

/** A delivery mode, and its runs. */
interface Mode {
  readonly delivery: Delivery;
  /** The command that does the run of a seed again. */
  readonly commandOf: (seed: number) => string;
  readonly summary: RunsSummary;
  readonly compared: ComparedRuns;
  /** The verdict on its run, where it has one. */
  verdict?: Verdict;
}

class CompareResult implements SweepResult {
  readonly #sweep: Sweep;
  readonly #firstSeed: number;
  readonly #planned: number;
  readonly #modes: ReadonlyMap<string, Mode>;
  #runs = 0;

  constructor(sweep: Sweep, program: string) {
    const { run } = sweep;
    const { variants, firstSeed, part } = new SweepRuns(sweep);
    this.#sweep = sweep;
    this.#firstSeed = firstSeed;
    this.#planned = part.runs;
    this.#modes = new Map(variants.map(({ delivery }): [string, Mode] => {
      const commandOf = (seed: number) =>
        runCommand(program, "sim", { ...run, delivery, seed });
      return [delivery, {
        ...{ delivery, commandOf },
        summary: new RunsSummary(delivery, firstSeed, commandOf),
        compared: new ComparedRuns(delivery, endsHealed(run.faults)),
      }];
    }));
  }

  get runs(): number {
    return this.#runs;
  }

  add(run: RunFigures, verdict?: Verdict): void {
    const mode = this.#modes.get(run.delivery)!;
    this.#runs++;
    if (this.#sweep.runs === 1 && verdict !== undefined) {
      mode.verdict = { command: mode.commandOf(run.seed), ...verdict };
    }
    mode.summary.add(run);
    mode.compared.add(run);
  }

  table(facts: SweepFacts, isColoured: boolean): string {
    return comparisonTable(this.#comparison(facts), isColoured);
  }

  #comparison({ command }: SweepFacts): Comparison {
    const { run } = this.#sweep;
    return {
      rows: [...this.#modes.values()].map(({ compared }) => compared),
      faults: run.faults,
      refused: modesOf(run).refused,
      command,
    };
  }

  json(): unknown {
    const modes = [...this.#modes.values()];
    const { refused } = modesOf(this.#sweep.run);
    if (this.#sweep.runs === 1) {
      return [
        ...modes.flatMap(({ verdict }) =>
          verdict ? verdictRecord(verdict) : []
        ),
        ...refused,
      ];
    }
    return [
      ...modes.map(({ summary }) => ({
        ...summary.report(),
        ...partialFields(this.#sweep, summary.runs, this.#planned),
      })),
      ...refused,
    ];
  }

  /** Shows what the first seed looks like; the table tells of all. */
  report(file: WholeFile, facts: SweepFacts): Promise<boolean> {
    const run = { ...this.#sweep.run, seed: this.#firstSeed };
    const modes = [...this.#modes.values()];
    return writeReport(
      file,
      modes.map(({ delivery }) =>
        reportRunOf({ ...run, delivery }, facts.command)
      ),
      comparisonSection(this.#comparison(facts)),
      this.#sweep.runs === 1
        ? []
        : modes.flatMap(({ delivery, summary }) =>
          curvesOf(run, delivery, summary.report().reads)
        ),
    );
  }
}

/** The reads of many runs as a curve; none where nothing can be judged. */
function curvesOf(
  run: RunOptions,
  name: string,
  reads: ReadsOfRuns | undefined,
): ComparedReads[] {
  const { freshAfter } = reads ?? {};
  return freshAfter === undefined
    ? []
    : [{ name, freshAfter, theory: readTheoryOf(run).predicted }];
}
