/**
 * The verdict as a person reads it on a terminal.
 *
 * @module
 */
import { explain } from "../../verdict/explain.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { type Fact, knownFacts } from "../facts.ts";
import { formatSeconds } from "../numbers.ts";
import {
  convergenceText,
  describeCost,
  describeStop,
  MEASURE_HEADINGS,
  measureRows,
  verdictRows,
  verdictWord,
} from "../verdict_words.ts";
import { replicaFactRows } from "../replica_words.ts";
import { toned } from "./colour.ts";
import { alignColumns, conclusionLines, factLines } from "./columns.ts";

/**
 * Shows a verdict: a row for each likes server, their totals, the measures, the
 * cost, what reproduces it and, last, whether it converged and what went wrong.
 *
 * @param verdict The verdict on a run.
 * @param isColoured Whether to use colours: on a terminal, and not where
 * `NO_COLOR` is set.
 * @param rowsMax The most likes servers listed; of more, only those whose likes
 * are not all at the primary are.
 * @returns Several lines, each with its line feed.
 */
export function verdictTable(
  verdict: Verdict,
  isColoured = false,
  rowsMax = 50,
): string {
  const lines = [
    ...serverLines(verdict, rowsMax, isColoured),
    "",
    ...measureLines(verdict),
    "",
    ...factLines(facts(verdict), isColoured),
    "",
    ...conclusion(verdict, isColoured),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function serverLines(
  verdict: Verdict,
  rowsMax: number,
  isColoured: boolean,
): string[] {
  const { headings, servers, unlisted, totals } = verdictRows(verdict, rowsMax);
  const [head = "", ...lines] = alignColumns([
    ["server", ...headings],
    ...servers.map(({ name, cells }) => [name, ...cells]),
    ["total", ...totals],
  ]);
  const coloured = lines.map((line, index) =>
    servers[index]?.isWrong ? toned(line, "bad", isColoured) : line
  );
  if (unlisted !== "") {
    coloured.splice(-1, 0, toned(`… ${unlisted}`, "quiet", isColoured));
  }
  return [head, ...coloured];
}

function measureLines(verdict: Verdict): string[] {
  const rows = measureRows(verdict);
  return rows.length === 0
    ? []
    : alignColumns([["over time", ...MEASURE_HEADINGS], ...rows]);
}

function facts(verdict: Verdict): Fact[] {
  const { delivery, seed, faults, digest, stopped, command } = verdict;
  const { convergenceSeconds, wallSeconds, virtualSeconds } = verdict;
  const end = convergenceSeconds === null
    ? ""
    : " after the last draw and the last fault";
  const virtual = virtualSeconds === undefined
    ? ""
    : ` for ${formatSeconds(virtualSeconds)} of virtual time`;
  return knownFacts([
    ["delivery", `${delivery}, seed ${seed}`],
    ["faults", faults?.join(" ")],
    ["cost", describeCost(verdict)],
    [
      "convergence",
      convergenceSeconds !== undefined && convergenceText(verdict) + end,
    ],
    ...replicaFactRows(verdict),
    [
      "duration",
      wallSeconds !== undefined && formatSeconds(wallSeconds) + virtual,
    ],
    ["digest", digest],
    ["stopped", stopped && describeStop(stopped)],
    ["reproduce", command],
  ]);
}

function conclusion(verdict: Verdict, isColoured: boolean): string[] {
  const word = verdictWord(verdict);
  const { converged } = verdict;
  const tone = converged === undefined ? "fault" : converged ? "good" : "bad";
  return conclusionLines(word, tone, explain(verdict), isColoured);
}
