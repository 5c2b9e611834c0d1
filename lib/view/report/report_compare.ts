/**
 * The sections of a report that compares runs of the same faults and seed.
 *
 * @module
 */
import type { Verdict } from "../../verdict/verdict.ts";
import { headline } from "./headline.ts";
import { escapeMarkup } from "../chart/markup.ts";
import {
  formatCount,
  formatNumber,
  formatSeconds,
  formatShare,
  highestOf,
  UNKNOWN,
} from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import { type ReportRun, settingSection } from "./report_run.ts";
import { freshCurvesSection } from "./report_reads.ts";
import {
  dataCells,
  rowHead,
  scrolling,
  tableHead,
  tableSection,
} from "./tables.ts";
import { svgTimeline } from "../chart/svg_timeline.ts";
import {
  convergenceText,
  MEASURE_HEADINGS,
  readMeasureRows,
  verdictWord,
} from "../verdict_words.ts";

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
 * Writes the sections.
 *
 * @param runs The runs, one for each delivery mode.
 * @returns Markup.
 */
export function compareSections(runs: readonly ReportRun[]): string {
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
  const pictures = runs.map(({ picture, verdict }) => {
    const { text } = headline(picture);
    return `<section><h3>${escapeMarkup(verdict.delivery)} · ${mark(verdict)} ${
      verdictWord(verdict)
    }</h3><p>${escapeMarkup(text)}</p>${
      svgTimeline(picture, {
        width: 560,
        isWhole: false,
        likesMax,
        secondsMax,
      })
    }</section>`;
  }).join("");
  const [first] = runs;
  return [
    modesSection(runs),
    `<div class="modes">${pictures}</div>`,
    `<p class="note">Black (on a dark screen white): likes generated. Blue: likes at the ${
      runs.some(({ verdict }) => verdict.replicas)
        ? "replicas together; light blue or other colours: at each of them"
        : "primary"
    }. Orange: the gap between them. Purple: likes counted twice. Shaded: faults in force. All pictures have the same axes.</p>`,
    comparedReads(runs),
    first === undefined ? "" : commonSetting(first.picture),
  ].join("\n");
}

/** Quantiles of reads and acknowledgements of each mode, and their curves. */
function comparedReads(runs: readonly ReportRun[]): string {
  const measured = runs.map(({ verdict }) => ({
    verdict,
    rows: readMeasureRows(verdict),
  })).filter(({ rows }) => rows.length > 0);
  if (measured.length === 0) return "";
  const cells = measured.flatMap(({ verdict, rows }) =>
    rows.map(([name, ...numbers]) => [verdict.delivery, name, ...numbers])
  );
  const table = tableSection("Reads and acknowledgements", [
    ["delivery", "each weighing the same", ...MEASURE_HEADINGS],
    ...cells,
  ]);
  return table + freshCurvesSection(runs.map(({ picture, verdict }) => ({
    name: verdict.delivery,
    freshAfter: verdict.reads?.freshAfter ?? [],
    theory: picture.setting.readTheory?.predicted,
  })));
}

/**
 * The setting that all runs share: without mode, cost and digest, which each
 * has of its own.
 */
function commonSetting({ verdict: _own, ...picture }: RunPicture): string {
  const { delivery: _mode, ...setting } = picture.setting;
  return settingSection({ ...picture, setting });
}

function modesSection(runs: readonly ReportRun[]): string {
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
  return `<section>${
    scrolling(
      "Delivery modes",
      `<table>${tableHead(head)}<tbody>${rows}</tbody></table>`,
    )
  }</section>`;
}

function mark({ converged }: Verdict): string {
  return converged === undefined ? "?" : converged ? "✓" : "✗";
}
