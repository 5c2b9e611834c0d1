/**
 * The sections of a report that are about reads and acknowledgements.
 *
 * @module
 */
import type { QuorumPrediction, ReadTheory } from "../../verdict/prediction.ts";
import type { FreshAfter } from "../../verdict/read_meter.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { escapeMarkup } from "../chart/markup.ts";
import { svgFreshAfter } from "../chart/svg_fresh.ts";
import { theoryText } from "../replica_words.ts";
import { MEASURE_HEADINGS, readMeasureRows } from "../verdict_words.ts";
import { tableSection, wideAndNarrow } from "./tables.ts";

/** The caption of a curve of fresh reads, without its theory. */
const FRESH_CAPTION =
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
  const head = ["each weighing the same", ...MEASURE_HEADINGS];
  return tableSection(title, [head, ...rows]);
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

/** Reads that are compared with others. */
export interface ComparedReads {
  /** The name of the run or runs. */
  readonly name: string;
  /** The share fresh by the age of the item. */
  readonly freshAfter: readonly FreshAfter[];
  /** Theory, where there is one. */
  readonly theory?: QuorumPrediction | undefined;
}

/**
 * Writes curves of fresh reads side by side.
 *
 * @param compared Reads; those that were all fresh are not drawn.
 * @param heading The title of the section.
 * @returns Markup; empty where no read can be judged.
 */
export function freshCurvesSection(
  compared: readonly ComparedReads[],
  heading = "How stale readers were",
): string {
  const judged = compared.filter(({ freshAfter }) =>
    freshAfter.some(({ fresh }) => fresh !== undefined)
  );
  if (judged.length === 0) return "";
  const stale = judged.filter(({ freshAfter }) =>
    freshAfter.some(({ fresh }) => fresh !== undefined && fresh < 1)
  );
  const title = `<h2>${escapeMarkup(heading)}</h2>`;
  if (stale.length === 0) {
    return `<section>${title}<p>Every read had all that was acknowledged before it began.</p></section>`;
  }
  const pictures = stale.map(({ name, freshAfter, theory }) => {
    const shares = theory?.freshAfter ?? [];
    return `<section><h3>${escapeMarkup(name)}</h3>${
      svgFreshAfter(freshAfter, { width: 480, theory: shares })
    }</section>`;
  }).join("");
  const hasTheory = stale.some(({ theory }) => theory !== undefined);
  return `<section>${title}<div class="modes">${pictures}</div><p class="note">${FRESH_CAPTION}${
    hasTheory
      ? " Dashed: the WARS model, one write at a time, none sent again."
      : ""
  }${
    stale.length < judged.length
      ? " Where all reads were fresh, nothing is drawn."
      : ""
  }</p></section>`;
}
