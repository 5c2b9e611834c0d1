/**
 * The verdict on other people's programs in words and rows, for terminals and
 * pages alike.
 *
 * @module
 */

import { byNode } from "../verdict/operations/operation.ts";
import type { OperationVerdict } from "../verdict/operations/verdict.ts";
import type { Quantiles } from "../verdict/operations/quantiles.ts";
import { type Fact, knownFacts } from "./facts.ts";
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

/** Begins a complaint that is no reason for a verdict. */
export const HARMLESS = "Harmless: ";

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
export function operationFactRows(verdict: OperationVerdict): Fact[] {
  const { workload, nodes, seed, convergenceSeconds } = verdict;
  const { operations: { skipped }, stoppedAfterSeconds } = verdict;
  return knownFacts([
    ["workload", `${workload}, ${quantity(nodes, "node")}, seed ${seed}`],
    ["faults", verdict.faults.join(" ")],
    ["messages", messageText(verdict.messages)],
    [
      "left out",
      skipped > 0 &&
      `${
        quantity(skipped, "operation")
      }, as all clients of their node still waited (--clients)`,
    ],
    ...elementRows(verdict),
    [
      "convergence",
      convergenceSeconds === null
        ? "never"
        : convergenceSeconds !== undefined &&
          `${
            formatSeconds(convergenceSeconds)
          } after the last write and the last fault`,
    ],
    ["duration", formatSeconds(verdict.wallSeconds)],
    [
      "stopped",
      stoppedAfterSeconds !== undefined &&
      `after ${formatSeconds(stoppedAfterSeconds)}`,
    ],
    ["reproduce", verdict.command],
  ]);
}

function messageText(messages: OperationVerdict["messages"]): string {
  const { betweenNodes, perOperation, withServices } = messages;
  const each = perOperation === null
    ? ""
    : ` (${formatNumber(perOperation)} an operation)`;
  const others = [
    [withServices, "with services"],
    [messages.lost, "lost"],
    [messages.copied, "repeated"],
    [messages.cut, "cut off"],
  ] as const;
  return [
    `${quantity(betweenNodes, "message")} between nodes${each}`,
    ...others.filter(([count]) => count > 0)
      .map(([count, what]) => `${formatCount(count)} ${what}`),
  ].join(", ");
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

function elementRows({ measures }: OperationVerdict): Fact[] {
  const elements = measures["elements"] as ElementMeasures | undefined;
  if (elements === undefined) return [];
  const { attempted, acknowledged, lost, neverRead } = elements;
  const { stale, repeated, visibleSeconds } = elements;
  return knownFacts([
    [
      "elements",
      `${formatCount(attempted)}: ${formatCount(acknowledged)} acknowledged, ${
        formatCount(lost)
      } lost, ${formatCount(neverRead)} never read, ${
        formatCount(stale)
      } stale, ${formatCount(repeated)} repeated`,
    ],
    ["visible", visibleSeconds && visibleText(visibleSeconds)],
  ]);
}

function visibleText(seconds: Quantiles): string {
  const [, half, p95, p99, all] = quantileCells(seconds);
  return `at every read within ${half} (half of them), ${p95} (95 %), ${p99} (99 %), ${all} (all)`;
}

/**
 * The verdict in sentences.
 *
 * @param verdict The verdict.
 * @returns Each with its full stop: what is right, or what is wrong, then
 * complaints that have no part in that.
 */
export function operationSentences(verdict: OperationVerdict): string[] {
  const { passed, findings, complaints, praise } = verdict;
  const [fatal, harmless] = [true, false].map((isFatal) =>
    complaintTexts(complaints.filter((one) => one.isFatal === isFatal))
  ) as [string[], string[]];
  return [
    ...passed ? [praise] : [],
    ...fatal,
    ...findings.map(({ text }) => text),
    ...harmless.map((text) => `${HARMLESS}${text}`),
  ].map((text) => `${text}.`);
}

/**
 * A sentence for each kind of complaint: the first, and who else is like it.
 */
function complaintTexts(
  complaints: OperationVerdict["complaints"],
): string[] {
  const inOrder = complaints.toSorted((one, other) =>
    byNode(one.node, other.node)
  );
  return [...Map.groupBy(inOrder, ({ kind }) => kind).values()]
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
