/**
 * The report of a prediction: its curves, its tables.
 *
 * @module
 */
import { grouped } from "../../verdict/explain.ts";
import type { Prediction } from "../../verdict/prediction.ts";
import { CURVES_MAX, svgFreshCurves } from "../chart/svg_fresh_curves.ts";
import {
  freshAfterRows,
  PREDICTION_HEADINGS,
  PREDICTION_NOTES,
  predictionCells,
} from "../terminal/prediction_table.ts";
import { pageHtml } from "./report.ts";
import { definitions, section, tableSection, wideAndNarrow } from "./tables.ts";

/**
 * Writes the report.
 *
 * @param prediction What is predicted.
 * @returns One HTML document that needs nothing else.
 */
export async function predictionHtml(prediction: Prediction): Promise<string> {
  const { quorums } = prediction;
  const stale = quorums.filter(({ freshAtOnce }) => freshAtOnce < 1);
  const drawn = stale.slice(0, CURVES_MAX);
  const curves = drawn.length === 0
    ? "<p>Every read is fresh.</p>"
    : `<figure>${
      wideAndNarrow((width) => svgFreshCurves(drawn, width))
    }<figcaption>${
      stale.length > drawn.length
        ? `The first ${drawn.length} of ${stale.length} pairs of quorums that are not always fresh. `
        : drawn.length < quorums.length
        ? "Pairs of quorums that are not drawn are always fresh. "
        : ""
    }</figcaption></figure>`;
  const rows = freshAfterRows(prediction);
  const sections = [
    curves,
    tableSection("Each pair of quorums", [
      PREDICTION_HEADINGS,
      ...quorums.map(predictionCells),
    ], PREDICTION_NOTES),
    rows.length === 0 ? "" : tableSection("Fresh by time", rows),
    settingSection(prediction),
  ];
  return await pageHtml(
    "Prediction of quorums",
    sections.join("\n"),
    "The command above predicts the same again.",
  );
}

function settingSection(
  { replicas, latencies, trials, seed, command }: Prediction,
): string {
  const rows = definitions([
    ["replicas", `${replicas}`],
    ["latencies", latencies.join(" "), true],
    ["trials", grouped(trials)],
    ["seed", `${seed}`],
    ["command", command, true],
  ]);
  return section("The prediction", rows);
}
