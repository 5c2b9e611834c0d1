/**
 * A prediction of quorums in one table.
 *
 * @module
 */

import { grouped } from "../../verdict/explain.ts";
import type { Prediction, QuorumPrediction } from "../../verdict/prediction.ts";
import { formatMs, formatPercent } from "../numbers.ts";
import { alignColumns } from "./columns.ts";

/** The headings of {@linkcode predictionCells}. */
export const PREDICTION_HEADINGS: readonly string[] = [
  "R",
  "W",
  "fresh at once",
  "99 % fresh",
  "99.9 % fresh",
  "read p50",
  "p99",
  "p99.9",
  "write p50",
  "p99",
  "p99.9",
];

/**
 * Cells of the prediction for a pair of quorums.
 *
 * @param quorum The pair.
 * @returns A cell for each of the headings.
 */
export function predictionCells(quorum: QuorumPrediction): string[] {
  const { read, write, freshAtOnce, freshSeconds } = quorum;
  const { readSeconds, writeSeconds } = quorum;
  const time = (seconds: number) =>
    seconds === 0 ? "at once" : `after ${formatMs(seconds)}`;
  return [
    `${read}`,
    `${write}`,
    formatPercent(freshAtOnce),
    time(freshSeconds.p99),
    time(freshSeconds["p99.9"]),
    ...[readSeconds.p50, readSeconds.p99, readSeconds["p99.9"]].map(formatMs),
    ...[writeSeconds.p50, writeSeconds.p99, writeSeconds["p99.9"]]
      .map(formatMs),
  ];
}

/**
 * The shares of fresh reads by time since the acknowledgement, a column for
 * each pair of quorums that is not always fresh.
 *
 * @param prediction The prediction.
 * @returns Rows of cells, the first of headings; none if all are always fresh.
 * Rows end where all are fresh.
 */
export function freshAfterRows({ quorums }: Prediction): string[][] {
  const stale = quorums.filter(({ freshAtOnce }) => freshAtOnce < 1);
  const [first] = stale;
  if (first === undefined) return [];
  const rows = first.freshAfter.map(({ seconds }, i) => ({
    seconds,
    shares: stale.map(({ freshAfter }) => freshAfter[i]?.fresh ?? 1),
  }));
  const isOver = ({ shares }: { shares: number[] }) =>
    shares.every((share) => share === 1);
  const end = rows.findIndex(isOver);
  const shown = end < 0 ? rows : rows.slice(0, end + 1);
  return [
    ["fresh after", ...stale.map(({ read, write }) => `R=${read} W=${write}`)],
    ...shown.map(({ seconds, shares }) => [
      formatMs(seconds),
      ...shares.map(formatPercent),
    ]),
  ];
}

/** Notes on a prediction, a sentence each. */
export const PREDICTION_NOTES: readonly string[] = [
  "fresh: a read that begins so long after the write's acknowledgement returns the write or a later one",
  "not modelled: losses, crashes, partitions, gossip, read repair, load, concurrent writes; sim and start run those",
];

/**
 * Shows a prediction.
 *
 * @param prediction The prediction.
 * @returns Several lines, each with its line feed.
 */
export function predictionTable(prediction: Prediction): string {
  const { replicas, trials, seed, latencies, command, quorums } = prediction;
  const curves = freshAfterRows(prediction);
  return [
    ...alignColumns([PREDICTION_HEADINGS, ...quorums.map(predictionCells)]),
    "",
    ...curves.length === 0 ? [] : [...alignColumns(curves), ""],
    ...PREDICTION_NOTES,
    "",
    `N = ${replicas}, ${latencies.join(" ")}, ${
      grouped(trials)
    } trials, seed ${seed}`,
    `reproduce  ${command}`,
  ].map((line) => `${line}\n`).join("");
}
