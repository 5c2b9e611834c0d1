/**
 * The verdict on other people's programs as a person reads it on a terminal.
 *
 * @module
 */

import type { OperationVerdict } from "../../verdict/operations/verdict.ts";
import type { Quantiles } from "../../verdict/operations/quantiles.ts";
import {
  formatCount,
  formatMs,
  formatNumber,
  formatSeconds,
  formatShare,
  quantity,
  UNKNOWN,
} from "../numbers.ts";
import { toned } from "./colour.ts";
import { alignColumns } from "./columns.ts";

/** Names of the quantiles, in their order. */
const QUANTILES = ["0", "0.5", "0.95", "0.99", "1"] as const;

/** Lines of standard error are told of so many nodes. */
const NODES_MAX = 5;

/**
 * Shows a verdict: the operations, how soon what was written was to be seen,
 * the messages, what reproduces it and, last, whether it passed and what is
 * wrong.
 *
 * @param verdict The verdict.
 * @param isColoured Whether to use colours.
 * @returns Several lines, each with its line feed.
 */
export function operationsTable(
  verdict: OperationVerdict,
  isColoured = false,
): string {
  return [
    ...operationLines(verdict),
    "",
    ...alignColumns(factRows(verdict), 2).map((line) =>
      line.startsWith("faults ") ? toned(line, "fault", isColoured) : line
    ),
    "",
    ...complaintLines(verdict),
    ...conclusion(verdict, isColoured),
  ].map((line) => `${line}\n`).join("");
}

function operationLines({ operations }: OperationVerdict): string[] {
  const rows = Object.entries(operations.byKind).map(([f, counts]) => [
    f,
    ...[counts.invoked, counts.ok, counts.fail, counts.info].map(formatCount),
    formatShare(counts.ok, counts.invoked),
    ...quantileCells(counts.latencySeconds),
  ]);
  if (rows.length === 0) return [];
  return alignColumns([[
    "operation",
    "invoked",
    "ok",
    "fail",
    "info",
    "succeeded",
    "fastest",
    "p50",
    "p95",
    "p99",
    "slowest",
  ], ...rows]);
}

function quantileCells(quantiles: Quantiles | undefined): string[] {
  return QUANTILES.map((share) =>
    quantiles === undefined ? UNKNOWN : formatMs(quantiles[share])
  );
}

function factRows(verdict: OperationVerdict): string[][] {
  const { workload, nodes, seed, faults, messages, command } = verdict;
  const { skipped } = verdict.operations;
  const rows = [[
    "workload",
    `${workload}, ${quantity(nodes, "node")}, seed ${seed}`,
  ]];
  if (faults.length > 0) rows.push(["faults", faults.join(" ")]);
  rows.push(["messages", messageText(messages)]);
  if (skipped > 0) {
    rows.push([
      "left out",
      `${
        quantity(skipped, "operation")
      }, as all clients of their node still waited (--clients)`,
    ]);
  }
  rows.push(...elementRows(verdict));
  const { convergenceSeconds } = verdict;
  if (convergenceSeconds !== undefined) {
    rows.push([
      "convergence",
      convergenceSeconds === null
        ? "never"
        : `${
          formatSeconds(convergenceSeconds)
        } after the last write and the last fault`,
    ]);
  }
  rows.push(["duration", formatSeconds(verdict.wallSeconds)]);
  if (verdict.stoppedAfterSeconds !== undefined) {
    rows.push([
      "stopped",
      `after ${formatSeconds(verdict.stoppedAfterSeconds)}`,
    ]);
  }
  rows.push(["reproduce", command]);
  return rows;
}

function messageText(messages: OperationVerdict["messages"]): string {
  const { betweenNodes, perOperation, withServices } = messages;
  const { lost, copied, cut } = messages;
  const parts = [
    `${quantity(betweenNodes, "message")} between nodes${
      perOperation === null
        ? ""
        : ` (${formatNumber(perOperation)} an operation)`
    }`,
  ];
  if (withServices > 0) {
    parts.push(`${formatCount(withServices)} with services`);
  }
  if (lost > 0) parts.push(`${formatCount(lost)} lost`);
  if (copied > 0) parts.push(`${formatCount(copied)} repeated`);
  if (cut > 0) parts.push(`${formatCount(cut)} cut off`);
  return parts.join(", ");
}

/** The part of the measures of a set that has rows of its own. */
interface ElementMeasures {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly neverRead: number;
  readonly stale: number;
  readonly repeated: number;
  readonly visibleSeconds?: Quantiles;
}

function elementRows({ measures }: OperationVerdict): string[][] {
  const elements = measures["elements"] as ElementMeasures | undefined;
  if (elements === undefined) return [];
  const { attempted, acknowledged, lost, neverRead, stale, repeated } =
    elements;
  const { visibleSeconds } = elements;
  const rows = [[
    "elements",
    `${formatCount(attempted)}: ${formatCount(acknowledged)} acknowledged, ${
      formatCount(lost)
    } lost, ${formatCount(neverRead)} never read, ${
      formatCount(stale)
    } stale, ${formatCount(repeated)} repeated`,
  ]];
  if (visibleSeconds !== undefined) {
    const [, median, ...others] = quantileCells(visibleSeconds);
    rows.push([
      "visible",
      `at every read within ${median} (half of them), ${others[0]} (95 %), ${
        others[1]
      } (99 %), ${others[2]} (all)`,
    ]);
  }
  return rows;
}

/** The last words of nodes about which somebody complains. */
function complaintLines({ complaints }: OperationVerdict): string[] {
  const spoken = new Map(
    complaints.map(({ node, lastLines }) => [node, lastLines]),
  );
  const lines = [...spoken].filter(([, last]) => last.length > 0)
    .slice(0, NODES_MAX)
    .flatMap(([node, last]) => [
      `${node} last printed on standard error:`,
      ...last.map((line) => `  ${line}`),
    ]);
  return lines.length === 0 ? [] : [...lines, ""];
}

function conclusion(verdict: OperationVerdict, isColoured: boolean): string[] {
  const { passed, findings, complaints, praise } = verdict;
  const word = operationVerdictWord(verdict);
  const found = [
    ...complaintTexts(complaints),
    ...findings.map(({ text }) => text),
  ];
  const [first = "", ...others] = (passed ? [praise, ...found] : found)
    .map((text) => text.charAt(0).toUpperCase() + text.slice(1));
  return [
    `${toned(word, passed ? "good" : "bad", isColoured)}: ${first}.`,
    ...others.map((text) => `${" ".repeat(word.length + 2)}${text}.`),
  ];
}

/** A sentence for each kind of complaint: the first, and who else is like it. */
function complaintTexts(
  complaints: OperationVerdict["complaints"],
): string[] {
  return [...Map.groupBy(complaints, ({ kind }) => kind).values()]
    .map(([first, ...others]) => {
      const { text = "", count = 1 } = first ?? {};
      const repeated = count === 1
        ? []
        : [`${quantity(count - 1, "time")} more`];
      const names = others.slice(0, NODES_MAX - 1).map(({ node }) => node);
      const more = others.length > names.length ? ", …" : "";
      const likewise = names.length === 0
        ? []
        : [`likewise ${names.join(", ")}${more}`];
      const also = [...repeated, ...likewise];
      return also.length === 0 ? text : `${text} (${also.join("; ")})`;
    });
}

/**
 * The verdict in a word or two.
 *
 * @param verdict The verdict.
 * @returns Such as `CONVERGED`.
 */
export function operationVerdictWord(
  { passed, converged }: OperationVerdict,
): string {
  if (converged === undefined) return passed ? "PASSED" : "FAILED";
  return passed ? "CONVERGED" : "NOT CONVERGED";
}
