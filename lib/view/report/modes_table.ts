/**
 * Runs of the same faults and seed side by side, in numbers and in pictures,
 * for reports and for the laboratory.
 *
 * @module
 */
import type { Verdict } from "../../verdict/verdict.ts";
import { svgTimeline } from "../chart/svg_timeline.ts";
import {
  formatCount,
  formatNumber,
  formatSeconds,
  formatShare,
  highestOf,
  UNKNOWN,
} from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { convergenceText } from "../verdict_words.ts";
import type { ReportRun } from "./report_run.ts";
import { dataCells, rowHead, scrolling, tableHead } from "./tables.ts";

/** A column of the table: its heading and what stands in it. */
type Column = readonly [
  heading: string,
  cell: (verdict: Verdict) => string,
];

const COLUMNS: readonly Column[] = [
  ["generated", ({ generated }) => formatCount(generated)],
  ["at the primary", ({ counted }) => formatCount(counted)],
  ["undelivered", ({ undelivered }) => formatCount(undelivered)],
  ["lost", ({ lost }) => formatCount(lost)],
  ["counted twice", ({ countedTwice }) => formatCount(countedTwice)],
  ["converged in", convergenceText],
  [
    "staleness p99",
    ({ stalenessSeconds }) => formatSeconds(stalenessSeconds?.p99),
  ],
  ["largest gap", ({ divergence }) => formatNumber(divergence?.max)],
  ["messages", ({ messages }) => formatCount(messages)],
  [
    "messages a like",
    ({ messages, generated }) =>
      messages === undefined || generated === 0
        ? UNKNOWN
        : formatNumber(messages / generated),
  ],
];

const REPLICA_COLUMNS: readonly Column[] = [
  [
    "replicas agreed in",
    ({ agreementSeconds }) =>
      agreementSeconds === null ? "never" : formatSeconds(agreementSeconds),
  ],
  ["apart in all", ({ apartSeconds }) => formatSeconds(apartSeconds)],
];

const READ_COLUMNS: readonly Column[] = [
  ["fresh reads", ({ reads }) => formatShare(reads?.fresh)],
];

/** The columns that runs like these have. */
function columnsOf(runs: readonly ReportRun[]): readonly Column[] {
  const areMany = runs.some(({ verdict }) => verdict.replicas);
  return [
    ...COLUMNS.map(([heading, cell]): Column => [
      areMany ? heading.replace("the primary", "the replicas") : heading,
      cell,
    ]),
    ...areMany ? REPLICA_COLUMNS : [],
    ...runs.some(({ verdict }) => verdict.reads) ? READ_COLUMNS : [],
  ];
}

/**
 * Writes the table of runs side by side.
 *
 * @param runs The runs, one for each delivery mode.
 * @returns Markup.
 */
export function modesTable(runs: readonly ReportRun[]): string {
  const columns = columnsOf(runs);
  const rows = runs.map(({ verdict }) => {
    const isGood = verdict.converged === true;
    return `<tr>${rowHead(verdict.delivery)}<td data-head="converged" class="${
      isGood ? "yes" : "no"
    }">${mark(verdict)} ${isGood ? "yes" : "no"}</td>${
      dataCells(
        columns.map(([heading]) => heading),
        columns.map(([, cell]) => cell(verdict)),
      )
    }</tr>`;
  }).join("");
  const head = ["delivery", "converged", ...columns.map(([name]) => name)];
  return scrolling(
    "Delivery modes",
    `<table>${tableHead(head)}<tbody>${rows}</tbody></table>`,
  );
}

/** The sign of a verdict: whether the run converged. */
export function mark({ converged }: Verdict): string {
  return converged === undefined ? "?" : converged ? "✓" : "✗";
}

/**
 * Draws the likes of runs such that they can be compared.
 *
 * @param runs The runs.
 * @param width Width of each drawing's own coordinates; a page may scale it.
 * @returns Draws one of them.
 */
export function onSameAxes(
  runs: readonly ReportRun[],
  width: number,
): (picture: RunPicture) => string {
  const likesMax = Math.max(
    ...runs.map(({ picture: { series } }) =>
      Math.max(highestOf(series.generated), highestOf(series.counted))
    ),
  );
  const secondsMax = Math.max(
    ...runs.map(({ picture }) =>
      Math.max(picture.nowSeconds, picture.setting.plannedSeconds ?? 0)
    ),
  );
  return (picture) =>
    svgTimeline(picture, { width, isWhole: false, likesMax, secondsMax });
}
