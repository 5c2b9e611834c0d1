/**
 * The verdict as a person reads it on a terminal.
 *
 * @module
 */
import { explain, grouped } from "../../verdict/explain.ts";
import type { Distribution } from "../../verdict/histogram.ts";
import type {
  ServerVerdict,
  StoppedRun,
  Verdict,
} from "../../verdict/verdict.ts";
import { toned } from "./colour.ts";
import { alignColumns } from "./columns.ts";
import { formatNumber, formatSeconds, quantity, UNKNOWN } from "../numbers.ts";

/** Options of {@linkcode verdictTable}. */
export interface VerdictTableOptions {
  /**
   * Whether to use colours: on a terminal, and not where `NO_COLOR` is set.
   *
   * @default {false}
   */
  isColoured?: boolean;
  /**
   * How many likes servers are listed; of more, only those whose likes are not
   * all at the primary are.
   *
   * @default {50}
   */
  rowsMax?: number;
}

const HEADER = [
  "server",
  "generated",
  "acknowledged",
  "counted",
  "undelivered",
  "lost",
  "counted twice",
];

/**
 * Shows a verdict: a row for each likes server, their totals, the measures, the
 * cost, what reproduces it and, last, whether it converged and what went wrong.
 *
 * @param verdict The verdict on a run.
 * @param options Colours and number of rows.
 * @returns Several lines, each with its line feed.
 */
export function verdictTable(
  verdict: Verdict,
  options: VerdictTableOptions = {},
): string {
  const { isColoured = false, rowsMax = 50 } = options;
  const lines = [
    ...serverLines(verdict, rowsMax, isColoured),
    "",
    ...alignColumns(measureRows(verdict)),
    "",
    ...alignColumns(factRows(verdict), 2),
    "",
    ...conclusion(verdict, isColoured),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * The word of a verdict.
 *
 * @param verdict The verdict on a run.
 * @returns `CONVERGED`, `NOT CONVERGED`, or `NOT KNOWN` where the primary did
 * not tell what it counted.
 */
export function verdictWord(verdict: Verdict): string {
  if (verdict.converged === undefined) return "NOT KNOWN";
  return verdict.converged ? "CONVERGED" : "NOT CONVERGED";
}

function serverLines(
  verdict: Verdict,
  rowsMax: number,
  isColoured: boolean,
): string[] {
  const { servers = [] } = verdict;
  const wrong = servers.filter((server) => !isWell(server));
  const listed = (servers.length <= rowsMax ? servers : wrong).slice(
    0,
    rowsMax,
  );
  const hasExit = listed.some(({ exit }) => exit !== undefined);
  const rows = [
    hasExit ? [...HEADER, "exit"] : HEADER,
    ...listed.map((server) => [
      ...cells(server.name, server),
      ...hasExit ? [formatNumber(server.exit)] : [],
    ]),
    cells("total", verdict),
  ];
  const lines = alignColumns(rows);
  listed.forEach((server, index) => {
    const line = lines[index + 1];
    if (line !== undefined && !isWell(server)) {
      lines[index + 1] = toned(line, "bad", isColoured);
    }
  });
  if (listed.length < servers.length) {
    const text = wrong.length > listed.length
      ? `… ${
        grouped(wrong.length - listed.length)
      } more whose likes are not all at the primary`
      : `… ${
        quantity(servers.length - listed.length, "other")
      } with nothing wrong`;
    lines.splice(-1, 0, toned(text, "quiet", isColoured));
  }
  return lines;
}

function cells(
  name: string,
  account: Omit<ServerVerdict, "name" | "exit">,
): string[] {
  return [
    name,
    grouped(account.generated),
    grouped(account.acknowledged),
    whole(account.counted),
    grouped(account.undelivered),
    whole(account.lost),
    whole(account.countedTwice),
  ];
}

function whole(likes: number | undefined): string {
  return likes === undefined ? UNKNOWN : grouped(likes);
}

function isWell({ undelivered, lost = 0, countedTwice = 0 }: ServerVerdict) {
  return undelivered === 0 && lost === 0 && countedTwice === 0;
}

function measureRows(verdict: Verdict): string[][] {
  const { divergence, stalenessSeconds } = verdict;
  const rows: string[][] = [];
  if (divergence !== undefined) {
    rows.push(measureRow("divergence, likes", divergence));
  }
  if (stalenessSeconds !== undefined) {
    rows.push(measureRow("staleness, seconds", stalenessSeconds));
  }
  return rows.length === 0
    ? []
    : [["over time", "mean", "p50", "p95", "p99", "max"], ...rows];
}

function measureRow(name: string, measure: Distribution): string[] {
  const { mean, p50, p95, p99, max } = measure;
  return [name, ...[mean, p50, p95, p99, max].map(formatNumber)];
}

function factRows(verdict: Verdict): string[][] {
  const { delivery, seed, faults, digest, stopped, command } = verdict;
  const rows = [["delivery", `${delivery}, seed ${seed}`]];
  if (faults !== undefined && faults.length > 0) {
    rows.push(["faults", faults.join(" ")]);
  }
  const cost = costOf(verdict);
  if (cost !== "") rows.push(["cost", cost]);
  const { convergenceSeconds, wallSeconds, virtualSeconds } = verdict;
  if (convergenceSeconds !== undefined) {
    rows.push([
      "convergence",
      convergenceSeconds === null
        ? "never"
        : `${
          formatSeconds(convergenceSeconds)
        } after the last draw and the last fault`,
    ]);
  }
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

/**
 * Says that a run was cut short, and that its command does more than it did: no
 * flag can say when somebody stopped it.
 *
 * @param stopped Where it was.
 * @returns What stands above the command.
 */
export function describeStop(
  { afterSeconds, plannedSeconds }: StoppedRun,
): string {
  return `after ${formatSeconds(afterSeconds)} of ${
    formatSeconds(plannedSeconds)
  }: the command below does the whole run, which begins the same`;
}

/**
 * What a run costs: its field in the verdict, and what one and several of it
 * are called.
 */
const COSTS = [
  ["reports", "report", "reports"],
  ["messages", "message", "messages"],
  ["bytes", "byte", "bytes"],
  ["retries", "retry", "retries"],
  ["duplicates", "duplicate", "duplicates"],
  ["rejected", "rejected", "rejected"],
] as const satisfies readonly (readonly [keyof Verdict, string, string])[];

/** The cost that is known, in all and per like. */
function costOf(verdict: Verdict): string {
  const { generated } = verdict;
  return COSTS
    .flatMap(([field, one, many]) => {
      const amount = verdict[field];
      if (amount === undefined) return [];
      const perLike = amount === 0 || generated === 0
        ? ""
        : ` (${formatNumber(amount / generated)} a like)`;
      return [`${quantity(amount, one, many)}${perLike}`];
    }).join(", ");
}

function conclusion(verdict: Verdict, isColoured: boolean): string[] {
  const word = verdictWord(verdict);
  const tone = verdict.converged ? "good" : "bad";
  const [first = "", ...others] = explain(verdict);
  return [
    `${toned(word, tone, isColoured)}: ${first}`,
    ...others.map((sentence) => " ".repeat(word.length + 2) + sentence),
  ];
}
