/**
 * The sections of a report that are about reads and acknowledgements.
 *
 * @module
 */
import type { ReadTheory } from "../../verdict/prediction.ts";
import type { FreshAfter } from "../../verdict/read_meter.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { escapeMarkup } from "../chart/markup.ts";
import { svgFreshAfter } from "../chart/svg_fresh.ts";
import { theoryText } from "../replica_words.ts";
import { MEASURE_HEADINGS, readMeasureRows } from "../verdict_words.ts";
import { dataCells, rowHead, tableHead, wideAndNarrow } from "./tables.ts";

/** The caption of a curve of fresh reads, without its theory. */
export const FRESH_CAPTION =
  "A read is fresh if it has all that was acknowledged before it began. The larger a point, the more reads it stands for.";

/**
 * Writes what was measured of reads and acknowledgements: their quantiles, and
 * the share of fresh reads over time.
 *
 * @param verdict The verdict on a run.
 * @param theory Theory of its reads.
 * @returns Markup; empty where nothing was measured.
 */
export function readsSection(verdict: Verdict, theory?: ReadTheory): string {
  const { reads } = verdict;
  return quantilesSection(verdict) + freshSection(reads?.freshAfter, theory);
}

function quantilesSection(verdict: Verdict): string {
  const rows = readMeasureRows(verdict);
  if (rows.length === 0) return "";
  const title = verdict.reads === undefined
    ? "Acknowledgements"
    : "Reads and acknowledgements";
  return `<section><h2>${title}</h2><div class="scroll"><table>${
    tableHead(["each weighing the same", ...MEASURE_HEADINGS])
  }<tbody>${
    rows.map(([name, ...cells]) =>
      `<tr>${rowHead(name)}${dataCells(cells)}</tr>`
    ).join("")
  }</tbody></table></div></section>`;
}

function freshSection(
  freshAfter: readonly FreshAfter[] = [],
  theory?: ReadTheory,
): string {
  const predicted = theory?.predicted?.freshAfter ?? [];
  const draw = (width: number) =>
    svgFreshAfter(freshAfter, { width, theory: predicted });
  if (draw(900) === "") return "";
  return `<section><h2>How stale readers were</h2><figure>${
    wideAndNarrow(draw)
  }<figcaption>${FRESH_CAPTION} ${
    escapeMarkup(theoryText(theory))
  }</figcaption></figure></section>`;
}
