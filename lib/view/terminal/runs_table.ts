/**
 * Many runs in a few lines.
 *
 * @module
 */

import { grouped } from "../../verdict/explain.ts";
import type { Distribution } from "../../verdict/histogram.ts";
import type { RunsReport } from "../../verdict/runs/runs_summary.ts";
import { freshAfterText, readsText } from "../replica_words.ts";
import { toned } from "./colour.ts";
import { alignColumns } from "./columns.ts";
import {
  formatNumber,
  formatPercent,
  formatSeconds,
  formatShare,
  quantity,
} from "../numbers.ts";

/** Note on quantiles that are not exact. */
export const QUANTILES_NOTE =
  "medians and percentiles are at most 0.1 % too high: there are too many different values to keep each";

/**
 * Shows the results of many runs: the spread of their numbers, how many
 * converged, and the first that did not, with the command that reproduces each.
 *
 * @param report The results.
 * @param isColoured Whether to use colours: on a terminal, and not where
 * `NO_COLOR` is set.
 * @param planned The number of runs that there were to be; left out: all are
 * done.
 * @returns Several lines, each with its line feed.
 */
export function runsTable(
  report: RunsReport,
  isColoured = false,
  planned: number = report.runs,
): string {
  const { runs, converged, failures } = report;
  const [summary, word] = runsNotes(report, planned);
  const lines = [
    ...alignColumns(runsCells(report)),
    "",
    ...summary,
    "",
    toned(word, converged === runs ? "good" : "bad", isColoured),
  ];
  if (failures.length > 0) lines.push("", FAILURES);
  for (const { seed, reason, command } of failures) {
    lines.push(`  seed ${seed}: ${reason}`, `    ${command}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** Title of the list of failures. */
export const FAILURES = "The first that failed:";

/**
 * The cells of {@linkcode runsTable}.
 *
 * @param report The results.
 * @returns The headings, then a row for each measure.
 */
export function runsCells(report: RunsReport): string[][] {
  const { reads } = report;
  const measures: readonly [
    title: string,
    values: Distribution | undefined,
    format: (value: number) => string,
  ][] = [
    ["converges in", report.convergenceSeconds, formatSeconds],
    ["staleness, 99 % of the time", report.stalenessSecondsP99, formatSeconds],
    ["likes lost", report.lost, formatNumber],
    ["likes counted twice", report.countedTwice, formatNumber],
    ["likes undelivered", report.undelivered, formatNumber],
    ["replicas agree in", report.agreementSeconds, formatSeconds],
    ["replicas apart in all", report.apartSeconds, formatSeconds],
    [
      "propagation, 99 % of the draws",
      report.propagationSecondsP99,
      formatSeconds,
    ],
    ["spread, 99 % of the time", report.spreadP99, formatNumber],
    [
      "acknowledgement, 99 % of the draws",
      report.acknowledgementSecondsP99,
      formatSeconds,
    ],
    ["writes unserved", report.writesUnserved, formatShare],
    ["reads fresh", reads?.fresh, formatShare],
    [
      "versions behind, 99 % of stale reads",
      reads?.behindVersionsP99,
      formatNumber,
    ],
    [
      "seconds behind, 99 % of stale reads",
      reads?.behindSecondsP99,
      formatSeconds,
    ],
    ["read latency, 99 % of the reads", reads?.secondsP99, formatSeconds],
  ];
  return [
    ["over the runs", "mean", "median", "95 %", "99 %", "maximum"],
    ...measures.flatMap(([title, values, format]) => {
      if (values === undefined) return [];
      const { mean, p50, p95, p99, max } = values;
      const cells = [mean, p50, p95, p99, max].map((value) => format(value));
      return [[title, ...cells]];
    }),
  ];
}

/**
 * Says what stands under the table of many runs.
 *
 * @param report The results.
 * @param planned The number of runs that there were to be.
 * @returns Lines on the runs, and how many converged.
 */
export function runsNotes(
  report: RunsReport,
  planned: number,
): [summary: string[], word: string] {
  const { runs, converged, delivery } = report;
  const word = converged === runs ? "CONVERGED" : "NOT CONVERGED";
  return [
    [
      `${seedsOf(report, planned)}, delivery ${delivery}, ${
        quantity(report.generated, "like")
      } generated, digest ${report.digest}`,
      ...sumLines(report),
      ...report.quantileError === undefined ? [] : [QUANTILES_NOTE],
    ],
    `${word}: ${grouped(converged)} of ${quantity(runs, "run")} (${
      formatPercent(runs === 0 ? 0 : converged / runs)
    })`,
  ];
}

/** The seeds that were run; of those planned, how many. */
function seedsOf({ seed, runs }: RunsReport, planned: number): string {
  const seeds = planned === 1
    ? `seed ${seed}`
    : `seeds ${seed} to ${seed + planned - 1}`;
  return runs < planned ? `${grouped(runs)} of the ${seeds}` : seeds;
}

/** Lines on replicas and reads, in sums. */
function sumLines({ runs, agreed = runs, reads }: RunsReport): string[] {
  const byAge = freshAfterText(reads?.freshAfter ?? []);
  return [
    ...agreed === runs
      ? []
      : [`replicas agreed in ${grouped(agreed)} of ${quantity(runs, "run")}`],
    ...reads === undefined ? [] : [`reads: ${readsText(reads)}`],
    ...byAge === "" ? [] : [`fresh after: ${byAge}`],
  ];
}
