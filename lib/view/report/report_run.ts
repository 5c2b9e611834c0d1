/**
 * The sections of a report of one run.
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
  quantity,
} from "../numbers.ts";
import {
  convergenceText,
  MEASURE_HEADINGS,
  timeMeasureRows,
  verdictRows,
} from "../verdict_words.ts";
import type { RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { replicaFactRows } from "../replica_words.ts";
import { readsSection } from "./report_reads.ts";
import { type SettingPicture, settingRows } from "./setting_rows.ts";
import {
  dataCells,
  definitions,
  eventItems,
  type LargeNumber,
  largeNumbers,
  remarks,
  rowHead,
  scrolling,
  section,
  tableHead,
  tableOf,
  wideAndNarrow,
} from "./tables.ts";
import { exceedance, svgDistribution } from "../chart/svg_distribution.ts";
import { sparklineSvg } from "../chart/svg_sparkline.ts";
import { replicaKeySvg } from "../chart/svg_replicas.ts";
import { svgTimeline } from "../chart/svg_timeline.ts";

/** A run as a report shows it, filled by either world. */
export interface ReportRun {
  /** The picture of the run. */
  readonly picture: RunPicture;
  /** The verdict on it, with its list of likes servers. */
  readonly verdict: Verdict;
}

/**
 * Likes servers that are listed; of more, only those whose likes are not all at
 * the primary.
 */
const ROWS_MAX = 200;

/** Events that are listed. */
const EVENTS_MAX = 20;

/**
 * Writes the sections.
 *
 * @param run The run.
 * @returns Markup.
 */
export function runSections({ picture, verdict }: ReportRun): string {
  return [
    banner(picture),
    numbers(verdict),
    `<figure>${
      wideAndNarrow((width) => svgTimeline(picture, { width }))
    }<figcaption>${linesKey(picture)}${
      picture.series.gapMin.some((gap) => (gap ?? 0) < 0)
        ? "Purple: likes counted twice. "
        : ""
    }${
      picture.faults.length === 0 ? "" : "Shaded: faults in force. "
    }Time counts from the start of the first likes server.</figcaption></figure>`,
    settingSection(picture),
    serversSection(picture, verdict),
    replicasSection(verdict),
    measuresSection(picture, verdict),
    readsSection(verdict, picture.setting.readTheory),
    eventsSection(picture),
  ].join("\n");
}

/** Key of the lines and areas. */
function linesKey(picture: RunPicture): string {
  const { series } = picture;
  const generated = "Black (on a dark screen white): likes generated.";
  const { replicas, highest } = series;
  if (highest === undefined) {
    return `${generated} Blue: likes at the primary. Orange: the gap between them. `;
  }
  const each = replicas === undefined
    ? "Light blue: from the fewest likes that a replica holds to the most. "
    : replicaKeys(picture);
  return `${generated} Blue: likes that the replicas hold together. Orange: the gap between them. ${each}`;
}

/**
 * Writes the key of the lines of replicas, or of nodes.
 *
 * @param picture The picture of the run.
 * @returns Markup; empty where they have no lines of their own.
 */
export function replicaKeys({ series, setting }: RunPicture): string {
  const { nameOf } = wordsOf(setting);
  return (series.replicas ?? []).map((_, replica) =>
    `<span class="key replica">${replicaKeySvg(replica)}${
      escapeMarkup(nameOf(replica))
    }</span> `
  ).join("");
}

/**
 * Writes the headline of a run.
 *
 * @param picture The picture of the run.
 * @returns Markup.
 */
export function banner(picture: RunPicture): string {
  const { tone, title, text } = headline(picture);
  return `<p class="banner ${tone}"><strong>${escapeMarkup(title)}</strong> ${
    escapeMarkup(text)
  }</p>`;
}

function numbers(verdict: Verdict): string {
  const { generated, counted, convergenceSeconds, stalenessSeconds } = verdict;
  const cells: LargeNumber[] = [
    ["generated", "generated", formatCount(generated), "likes"],
    [
      "counted",
      verdict.replicas === undefined ? "at the primary" : "at the replicas",
      formatCount(counted),
      "likes",
    ],
    [
      "gap",
      "converged in",
      convergenceText(verdict),
      convergenceSeconds === null ? "" : "after the last draw and fault",
    ],
    [
      "stale",
      "staleness p99",
      formatSeconds(stalenessSeconds?.p99),
      `max ${formatSeconds(stalenessSeconds?.max)}`,
    ],
  ];
  return largeNumbers([...cells, ...replicaNumbers(verdict)]);
}

/** The numbers of replicas and of reads, where there are any. */
function replicaNumbers(
  { agreementSeconds, apartSeconds, spread, reads, writesUnserved }: Verdict,
): LargeNumber[] {
  const cells: LargeNumber[] = [];
  if (spread !== undefined) {
    cells.push([
      "spread",
      "agreed in",
      agreementSeconds === null ? "never" : formatSeconds(agreementSeconds),
      `${formatSeconds(apartSeconds)} apart in all`,
    ], [
      "spread",
      "largest spread",
      formatCount(spread.max),
      `likes, mean ${formatNumber(spread.mean)}`,
    ]);
  }
  if (reads?.fresh !== undefined) {
    cells.push([
      "fresh",
      "fresh reads",
      `${formatNumber(100 * reads.fresh)} %`,
      `of ${quantity(reads.count, "answered read")}`,
    ], [
      "fresh",
      "went back",
      formatCount(reads.monotonicViolations),
      `of ${quantity(reads.monotonicPairs ?? 0, "pair")} of reads`,
    ]);
  }
  if (reads?.ownReads) {
    cells.push([
      "fresh",
      "own missed",
      formatCount(reads.ownMissed),
      `of ${quantity(reads.ownReads, "own read")}`,
    ]);
  }
  if (writesUnserved !== undefined) {
    cells.push([
      "fresh",
      "writes unserved",
      formatShare(writesUnserved),
      "not acknowledged in time",
    ]);
  }
  return cells;
}

/**
 * Writes the setting of a run.
 *
 * @param picture The picture of the run.
 * @returns Markup.
 */
export function settingSection(picture: SettingPicture): string {
  return section("The run", definitions(settingRows(picture)));
}

function serversSection(picture: RunPicture, verdict: Verdict): string {
  const { headings, servers, unlisted, totals } = verdictRows(
    verdict,
    ROWS_MAX,
  );
  const gaps = new Map(
    picture.servers.map((row) => [`LikesServer${row.id}`, row.gaps]),
  );
  const heights = [...gaps.values()].flat().map(Math.abs);
  const scale = Math.max(1, highestOf(heights));
  const overTime = "gap over time";
  const rows = servers.map(({ name, cells, isWrong }) => {
    const line = gaps.get(name);
    return `<tr${isWrong ? ' class="wrong"' : ""}>${
      rowHead(name)
    }<td data-head="${overTime}">${
      line === undefined ? "" : sparklineSvg(line, scale)
    }</td>${dataCells(headings, cells)}</tr>`;
  }).join("");
  const head = ["likes server", overTime, ...headings];
  const table = `<table class="verdict">${
    tableHead(head)
  }<tbody>${rows}</tbody><tfoot><tr>${rowHead("total")}<td></td>${
    dataCells(headings, totals)
  }</tr></tfoot></table>`;
  const notes = unlisted === "" ? [] : [`Not listed: ${unlisted}.`];
  return section("Verdict", scrolling("Verdict", table) + remarks(notes));
}

function replicasSection(verdict: Verdict): string {
  const rows = replicaFactRows(verdict);
  return rows.length === 0
    ? ""
    : section("Replicas and reads", definitions(rows));
}

function measuresSection(picture: RunPicture, verdict: Verdict): string {
  const { stalenessSeconds } = verdict;
  const rows = timeMeasureRows(verdict);
  if (stalenessSeconds === undefined || rows.length === 0) return "";
  const { series, nowSeconds } = picture;
  const exceeded = exceedance(series.seconds, series.staleness, nowSeconds);
  const draw = (width: number) =>
    svgDistribution(exceeded, {
      ...{ name: "staleness, in seconds", unit: "s" },
      ...{ quantiles: stalenessSeconds, width },
    });
  const head = ["each moment weighing the same", ...MEASURE_HEADINGS];
  return section(
    "Over time",
    `${tableOf("Over time", head, rows)}<figure>${
      wideAndNarrow(draw)
    }</figure>`,
  );
}

/**
 * Writes the last events of a run.
 *
 * @param picture The picture of the run.
 * @returns Markup; empty where there were none.
 */
export function eventsSection({ events }: RunPicture): string {
  if (events.length === 0) return "";
  return `<section><h2 id="last-events">Last events</h2><ol class="events" tabindex="0" aria-labelledby="last-events">${
    eventItems(events.slice(0, EVENTS_MAX))
  }</ol></section>`;
}
