/**
 * The sections of a report of one run.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import type { Distribution } from "../../verdict/histogram.ts";
import type { ServerVerdict, Verdict } from "../../verdict/verdict.ts";
import { headline } from "./headline.ts";
import { escapeMarkup } from "../chart/markup.ts";
import { formatNumber, formatSeconds, quantity, UNKNOWN } from "../numbers.ts";
import type { RunPicture } from "../picture/picture.ts";
import type { ReportRun } from "./report.ts";
import { settingRows } from "./setting_rows.ts";
import { exceedance, svgDistribution } from "../chart/svg_distribution.ts";
import { sparklineSvg } from "../chart/svg_sparkline.ts";
import { svgTimeline } from "../chart/svg_timeline.ts";

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
    }<figcaption>Black (on a dark screen white): likes generated. Blue: likes at the primary. Orange: the gap between them. ${
      picture.series.gapMin.some((gap) => (gap ?? 0) < 0)
        ? "Purple: likes counted twice. "
        : ""
    }${
      picture.faults.length === 0 ? "" : "Shaded: faults in force. "
    }Time counts from the start of the first likes server.</figcaption></figure>`,
    settingSection(picture),
    serversSection(picture, verdict),
    measuresSection(picture, verdict),
    eventsSection(picture),
  ].join("\n");
}

/**
 * A picture for screens and paper and one for phones, on which the other's
 * letters would be too small.
 */
function wideAndNarrow(draw: (width: number) => string): string {
  return `<div class="wide">${draw(900)}</div><div class="narrow">${
    draw(400)
  }</div>`;
}

/**
 * Writes the headline of a run.
 *
 * @param picture What is shown of it.
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
    ["generated", "generated", grouped(generated), "likes"],
    ["counted", "at the primary", formatNumber(counted), "likes"],
    [
      "gap",
      "converged in",
      convergenceSeconds === null ? "never" : formatSeconds(convergenceSeconds),
      convergenceSeconds === null ? "" : "after the last draw and fault",
    ],
    [
      "stale",
      "staleness p99",
      formatSeconds(stalenessSeconds?.p99),
      `max ${formatSeconds(stalenessSeconds?.max)}`,
    ],
  ];
  return `<dl class="numbers">${
    cells.map(([name, label, value, unit]) =>
      `<div class="${name}"><dt>${label}</dt><dd><b>${value}</b> <small>${unit}</small></dd></div>`
    ).join("")
  }</dl>`;
}

/**
 * Writes what a run was told.
 *
 * @param picture What is shown of it.
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
  const { servers = [] } = verdict;
  const wrong = servers.filter((server) => !isWell(server));
  const listed = (servers.length <= ROWS_MAX ? servers : wrong)
    .slice(0, ROWS_MAX);
  const hasExit = listed.some(({ exit }) => exit !== undefined);
  const gaps = new Map(
    picture.servers.map((row) => [`LikesServer${row.id}`, row.gaps]),
  );
  const scale = [...gaps.values()].flatMap((line) => line ?? [])
    .reduce((max, gap) => Math.max(max, Math.abs(gap)), 1);
  const rows = listed.map((server) => {
    const line = gaps.get(server.name);
    return `<tr${isWell(server) ? "" : ' class="wrong"'}><th scope="row">${
      escapeMarkup(server.name)
    }</th><td>${line === undefined ? "" : sparklineSvg(line, scale)}</td>${
      accountCells(server)
    }${hasExit ? `<td>${formatNumber(server.exit)}</td>` : ""}</tr>`;
  }).join("");
  const hidden = servers.length - listed.length;
  const head = [
    "likes server",
    "gap over time",
    "generated",
    "acknowledged",
    "at the primary",
    "undelivered",
    "lost",
    "counted twice",
    ...hasExit ? ["exit code"] : [],
  ].map((text) => `<th scope="col">${text}</th>`).join("");
  return `<section><h2>Verdict</h2><div class="scroll"><table class="verdict"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row">total</th><td></td>${
    accountCells(verdict)
  }${hasExit ? "<td></td>" : ""}</tr></tfoot></table></div>${
    hidden > 0
      ? `<p class="note">${quantity(hidden, "more is", "more are")} not listed${
        wrong.length <= ROWS_MAX
          ? `: nothing is wrong with ${hidden === 1 ? "it" : "them"}`
          : ""
      }.</p>`
      : ""
  }</section>`;
}

function accountCells(account: Omit<ServerVerdict, "name" | "exit">): string {
  return [
    account.generated,
    account.acknowledged,
    account.counted,
    account.undelivered,
    account.lost,
    account.countedTwice,
  ].map((likes) => `<td>${likes === undefined ? UNKNOWN : grouped(likes)}</td>`)
    .join("");
}

function isWell({ undelivered, lost = 0, countedTwice = 0 }: ServerVerdict) {
  return undelivered === 0 && lost === 0 && countedTwice === 0;
}

function measuresSection(picture: RunPicture, verdict: Verdict): string {
  const { stalenessSeconds, divergence } = verdict;
  if (stalenessSeconds === undefined || divergence === undefined) return "";
  const { series, nowSeconds } = picture;
  const rows: [string, Distribution][] = [
    ["divergence, likes", divergence],
    ["staleness, seconds", stalenessSeconds],
  ];
  return `<section><h2>Over time</h2><div class="scroll"><table><thead><tr><th scope="col">each moment weighing the same</th>${
    ["mean", "p50", "p95", "p99", "max"].map((name) =>
      `<th scope="col">${name}</th>`
    ).join("")
  }</tr></thead><tbody>${
    rows.map(([name, { mean, p50, p95, p99, max }]) =>
      `<tr><th scope="row">${name}</th>${
        [mean, p50, p95, p99, max].map((value) =>
          `<td>${formatNumber(value)}</td>`
        ).join("")
      }</tr>`
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
