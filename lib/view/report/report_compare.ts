/**
 * The sections of a report that compares runs of the same faults and seed.
 *
 * @module
 */
import { headline } from "./headline.ts";
import { escapeMarkup } from "../chart/markup.ts";
import { mark, modesTable, onSameAxes } from "./modes_table.ts";
import type { RunPicture } from "../picture/picture.ts";
import { type ReportRun, settingSection } from "./report_run.ts";
import { freshCurvesSection } from "./report_reads.ts";
import { tableSection } from "./tables.ts";
import {
  MEASURE_HEADINGS,
  readMeasureRows,
  verdictWord,
} from "../verdict_words.ts";

/**
 * Writes the sections.
 *
 * @param runs The runs, one for each delivery mode.
 * @returns Markup.
 */
export function compareSections(runs: readonly ReportRun[]): string {
  const draw = onSameAxes(runs, 560);
  const pictures = runs.map(({ picture, verdict }) => {
    const { text } = headline(picture);
    return `<section><h3>${escapeMarkup(verdict.delivery)} · ${mark(verdict)} ${
      verdictWord(verdict)
    }</h3><p>${escapeMarkup(text)}</p>${draw(picture)}</section>`;
  }).join("");
  const [first] = runs;
  return [
    `<section>${modesTable(runs)}</section>`,
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
