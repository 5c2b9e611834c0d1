/**
 * The verdict on other people's programs in words and rows, for terminals and
 * pages alike.
 *
 * @module
 */

import type { OperationVerdict } from "../verdict/operations/verdict.ts";
import type { Quantiles } from "../verdict/operations/quantiles.ts";
import {
  formatCount,
  formatMs,
  formatNumber,
  formatSeconds,
  formatShare,
  quantity,
  UNKNOWN,
} from "./numbers.ts";

/** Names of the quantiles, in their order. */
const QUANTILES = ["0", "0.5", "0.95", "0.99", "1"] as const;

/** Nodes that a sentence lists. */
const NODES_MAX = 5;

/** Headings of the table of operations. */
export const OPERATION_HEADINGS = [
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
] as const;

/**
 * The rows of the table of operations.
 *
 * @param verdict The verdict.
 * @returns A row for each kind of operation, as wide as the headings.
 */
export function operationRows({ operations }: OperationVerdict): string[][] {
  return Object.entries(operations.byKind).map(([f, counts]) => [
    f,
    ...[counts.invoked, counts.ok, counts.fail, counts.info].map(formatCount),
    formatShare(counts.ok, counts.invoked),
    ...quantileCells(counts.latencySeconds),
  ]);
}

function quantileCells(quantiles: Quantiles | undefined): string[] {
  return QUANTILES.map((share) =>
    quantiles === undefined ? UNKNOWN : formatMs(quantiles[share])
  );
}

/**
 * The facts of a run, each with its name.
 *
 * @param verdict The verdict.
 * @returns Rows; those that do not apply are left out.
 */
export function operationFactRows(
  verdict: OperationVerdict,
): [name: string, text: string][] {
  const { workload, nodes, seed, faults, messages, command } = verdict;
  const { skipped } = verdict.operations;
  const rows: [string, string][] = [[
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

function elementRows({ measures }: OperationVerdict): [string, string][] {
  const elements = measures["elements"] as ElementMeasures | undefined;
  if (elements === undefined) return [];
  const { attempted, acknowledged, lost, neverRead, stale, repeated } =
    elements;
  const { visibleSeconds } = elements;
  const rows: [string, string][] = [[
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

/**
 * The verdict in sentences.
 *
 * @param verdict The verdict.
 * @returns Each with its full stop: what is right, or what is wrong, with
 * complaints about nodes.
 */
export function operationSentences(verdict: OperationVerdict): string[] {
  const { passed, findings, complaints, praise } = verdict;
  const found = [
    ...complaintTexts(complaints),
    ...findings.map(({ text }) => text),
  ];
  return (passed ? [praise, ...found] : found).map((text) => `${text}.`);
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
