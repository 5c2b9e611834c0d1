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
  quantity,
} from "../numbers.ts";
import {
  convergenceText,
  MEASURE_HEADINGS,
  measureRows,
  verdictRows,
} from "../verdict_words.ts";
import type { RunPicture } from "../picture/picture.ts";
import { replicaFactRows } from "../replica_words.ts";
import { settingRows } from "./setting_rows.ts";
import { exceedance, svgDistribution } from "../chart/svg_distribution.ts";
import { svgFreshAfter } from "../chart/svg_fresh.ts";
import { sparklineSvg } from "../chart/svg_sparkline.ts";
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
    readsSection(verdict),
    eventsSection(picture),
  ].join("\n");
}

/** Key of the lines and areas. */
function linesKey({ series }: RunPicture): string {
  const generated = "Black (on a dark screen white): likes generated.";
  const { replicas, highest } = series;
  if (highest === undefined) {
    return `${generated} Blue: likes at the primary. Orange: the gap between them. `;
  }
  const each = replicas === undefined
    ? "Light blue: from the fewest likes that a replica holds to the most. "
    : replicas.map((_, replica) =>
      `<span class="key replica"><i class="r${replica}"></i>primary${replica}</span> `
    ).join("");
  return `${generated} Blue: likes that the replicas hold together. Orange: the gap between them. ${each}`;
}

/**
 * A picture for screens and paper and one for phones, on which the other's
 * letters would be too small.
 */
export function wideAndNarrow(draw: (width: number) => string): string {
  return `<div class="wide">${draw(900)}</div><div class="narrow">${
    draw(400)
  }</div>`;
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
  const cells: [string, string, string, string][] = [
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
  cells.push(...replicaNumbers(verdict));
  return `<dl class="numbers">${
    cells.map(([name, label, value, unit]) =>
      `<div class="${name}"><dt>${label}</dt><dd><b>${value}</b> <small>${unit}</small></dd></div>`
    ).join("")
  }</dl>`;
}

/** The numbers of replicas and of reads, where there are any. */
function replicaNumbers(
  { agreementSeconds, apartSeconds, spread, reads }: Verdict,
): [name: string, label: string, value: string, unit: string][] {
  const cells: [string, string, string, string][] = [];
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
  return cells;
}

/**
 * Writes the setting of a run.
 *
 * @param picture The picture of the run.
 * @returns Markup.
 */
export function settingSection(picture: RunPicture): string {
  return `<section><h2>The run</h2><dl class="setting">${
    settingRows(picture).map(([name, value, isCode]) => {
      const text = escapeMarkup(value);
      return `<dt>${escapeMarkup(name)}</dt><dd>${
        isCode ? `<code>${text}</code>` : text
      }</dd>`;
    }).join("")
  }</dl></section>`;
}

function serversSection(picture: RunPicture, verdict: Verdict): string {
  const { headings, servers, unlisted, totals } = verdictRows(
    verdict,
    ROWS_MAX,
  );
  const gaps = new Map(
    picture.servers.map((row) => [`LikesServer${row.id}`, row.gaps]),
  );
  const scale = [...gaps.values()].flat()
    .reduce((max, gap) => Math.max(max, Math.abs(gap)), 1);
  const rows = servers.map(({ name, cells, isWrong }) => {
    const line = gaps.get(name);
    return `<tr${isWrong ? ' class="wrong"' : ""}>${rowHead(name)}<td>${
      line === undefined ? "" : sparklineSvg(line, scale)
    }</td>${dataCells(cells)}</tr>`;
  }).join("");
  const head = ["likes server", "gap over time", ...headings];
  return `<section><h2>Verdict</h2><div class="scroll"><table class="verdict">${
    tableHead(head)
  }<tbody>${rows}</tbody><tfoot><tr>${rowHead("total")}<td></td>${
    dataCells(totals)
  }</tr></tfoot></table></div>${
    unlisted === "" ? "" : `<p class="note">Not listed: ${unlisted}.</p>`
  }</section>`;
}

/** The head of a table, from its headings. */
export function tableHead(headings: readonly string[]): string {
  return `<thead><tr>${
    headings.map((text) => `<th scope="col">${escapeMarkup(text)}</th>`)
      .join("")
  }</tr></thead>`;
}

/** The first cell of a row, which names it. */
export function rowHead(text: string): string {
  return `<th scope="row">${escapeMarkup(text)}</th>`;
}

/** The other cells of a row. */
export function dataCells(cells: readonly string[]): string {
  return cells.map((text) => `<td>${escapeMarkup(text)}</td>`).join("");
}

function replicasSection(verdict: Verdict): string {
  const rows = replicaFactRows(verdict);
  if (rows.length === 0) return "";
  return `<section><h2>Replicas and reads</h2><dl class="setting">${
    rows.map(([name, text]) =>
      `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(text)}</dd>`
    ).join("")
  }</dl></section>`;
}

function readsSection({ reads }: Verdict): string {
  const { freshAfter } = reads ?? {};
  if (freshAfter === undefined) return "";
  const drawn = svgFreshAfter(freshAfter);
  if (drawn === "") return "";
  return `<section><h2>How stale readers were</h2><figure>${
    wideAndNarrow((width) => svgFreshAfter(freshAfter, { width }))
  }<figcaption>A read is fresh if it has all that was acknowledged before it began. The larger a point, the more reads it stands for.</figcaption></figure></section>`;
}

function measuresSection(picture: RunPicture, verdict: Verdict): string {
  const { stalenessSeconds } = verdict;
  const rows = measureRows(verdict);
  if (stalenessSeconds === undefined || rows.length === 0) return "";
  const { series, nowSeconds } = picture;
  return `<section><h2>Over time</h2><div class="scroll"><table>${
    tableHead(["each moment weighing the same", ...MEASURE_HEADINGS])
  }<tbody>${
    rows.map(([name, ...cells]) =>
      `<tr>${rowHead(name)}${dataCells(cells)}</tr>`
    ).join("")
  }</tbody></table></div><figure>${
    wideAndNarrow((width) =>
      svgDistribution(
        exceedance(series.seconds, series.staleness, nowSeconds),
        {
          name: "staleness, in seconds",
          unit: "s",
          quantiles: stalenessSeconds,
          width,
        },
      )
    )
  }</figure></section>`;
}

function eventsSection({ events }: RunPicture): string {
  if (events.length === 0) return "";
  return `<section><h2>Last events</h2><ol class="events">${
    events.slice(0, EVENTS_MAX).map(({ seconds, who, text, tone }) =>
      `<li class="${tone}"><time>${seconds.toFixed(2)} s</time> <b>${
        escapeMarkup(who)
      }</b> ${escapeMarkup(text)}</li>`
    ).join("")
  }</ol></section>`;
}
