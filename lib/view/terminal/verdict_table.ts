/**
 * The verdict as a person reads it on a terminal.
 *
 * @module
 */
import { explain } from "../../verdict/explain.ts";
import type { Verdict } from "../../verdict/verdict.ts";
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
import { alignColumns } from "./columns.ts";

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
    ...alignColumns(factRows(verdict), 2).map((line) =>
      line.startsWith("faults ") ? toned(line, "fault", isColoured) : line
    ),
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

function factRows(verdict: Verdict): string[][] {
  const { delivery, seed, faults, digest, stopped, command } = verdict;
  const rows = [["delivery", `${delivery}, seed ${seed}`]];
  if (faults !== undefined && faults.length > 0) {
    rows.push(["faults", faults.join(" ")]);
  }
  const cost = describeCost(verdict);
  if (cost !== "") rows.push(["cost", cost]);
  const { convergenceSeconds, wallSeconds, virtualSeconds } = verdict;
  if (convergenceSeconds !== undefined) {
    rows.push([
      "convergence",
      convergenceText(verdict) +
      (convergenceSeconds === null
        ? ""
        : " after the last draw and the last fault"),
    ]);
  }
  rows.push(...replicaFactRows(verdict));
  if (wallSeconds !== undefined) {
    rows.push([
      "duration",
      formatSeconds(wallSeconds) +
      (virtualSeconds === undefined
        ? ""
        : ` for ${formatSeconds(virtualSeconds)} of virtual time`),
    ]);
  }
  if (digest !== undefined) rows.push(["digest", digest]);
  if (stopped !== undefined) rows.push(["stopped", describeStop(stopped)]);
  if (command !== undefined) rows.push(["reproduce", command]);
  return rows;
}

function conclusion(verdict: Verdict, isColoured: boolean): string[] {
  const word = verdictWord(verdict);
  const { converged } = verdict;
  const tone = converged === undefined ? "fault" : converged ? "good" : "bad";
  const [first = "", ...others] = explain(verdict);
  return [
    `${toned(word, tone, isColoured)}: ${first}`,
    ...others.map((sentence) => " ".repeat(word.length + 2) + sentence),
  ];
}
