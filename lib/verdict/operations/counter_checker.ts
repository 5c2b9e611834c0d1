/**
 * Counters: the last value at each node, and what it may be.
 *
 * @module
 */

import { grouped, listed } from "../explain.ts";
import {
  byNode,
  type CheckResult,
  findingOf,
  NOBODY_READ,
  type Operation,
  type OperationChecker,
} from "./operation.ts";

/** Whole numbers from one to another, both included. */
export type Interval = readonly [first: number, last: number];

/**
 * Beyond so many intervals the gaps between some are given up, which lets too
 * much pass and refuses nothing that is right.
 */
const INTERVALS_MAX = 10_000;

/**
 * All sums of some of the numbers, as intervals.
 *
 * @param base What is added to each sum.
 * @param numbers Whole numbers of which each is part of a sum or is not.
 * @returns Intervals in order and apart.
 *
 * @example Usage
 * ```ts
 * import { possibleSums } from "./counter_checker.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(possibleSums(10, [1, 5]), [[10, 11], [15, 16]]);
 * ```
 */
export function possibleSums(
  base: number,
  numbers: readonly number[],
): Interval[] {
  let intervals: Interval[] = [[base, base]];
  for (const number of numbers) {
    if (number === 0) continue;
    const moved = intervals.map(([first, last]): Interval => [
      first + number,
      last + number,
    ]);
    intervals = united([...intervals, ...moved]);
  }
  return intervals;
}

function united(intervals: Interval[]): Interval[] {
  intervals.sort(([a], [b]) => a - b);
  // Where there are too many, neighbours become one.
  const gapMax = intervals.length > INTERVALS_MAX ? Infinity : 1;
  const result: [number, number][] = [];
  for (const [first, last] of intervals) {
    const previous = result.at(-1);
    if (previous !== undefined && first <= previous[1] + gapMax) {
      previous[1] = Math.max(previous[1], last);
    } else result.push([first, last]);
  }
  return result;
}

const NO_CHOICE =
  "no choice of the operations without an answer adds up to that";

/** A read that showed a value. */
interface CounterRead {
  readonly invokedTick: number;
  readonly value: number;
}

/** Checks counters of whole numbers. */
export class CounterChecker implements OperationChecker {
  readonly #isGrowOnly: boolean;
  #acknowledged = 0;
  readonly #possible: number[] = [];
  readonly #counts = { ok: 0, fail: 0, info: 0 };
  /** By node. */
  readonly #lastReads = new Map<string, number>();
  readonly #reads: CounterRead[] = [];

  /** @param isGrowOnly Whether nothing is ever taken away. */
  constructor(isGrowOnly: boolean) {
    this.#isGrowOnly = isGrowOnly;
  }

  /** @inheritdoc */
  add(operation: Operation): void {
    const { isRead, outcome, value, result, invokedTick, phase, node } =
      operation;
    if (!isRead) {
      this.#counts[outcome]++;
      if (outcome === "ok") this.#acknowledged += value as number;
      if (outcome === "info") this.#possible.push(value as number);
      return;
    }
    if (outcome !== "ok") return;
    this.#reads.push({ invokedTick, value: result as number });
    if (phase === "last") this.#lastReads.set(node, result as number);
  }

  /** @inheritdoc */
  check(): CheckResult {
    const allowed = possibleSums(this.#acknowledged, this.#possible);
    const isAllowed = (value: number) =>
      allowed.some(([first, last]) => first <= value && value <= last);
    const least = allowed[0]![0];
    const most = allowed.at(-1)![1];
    const values = [...this.#lastReads].sort(([one], [other]) =>
      byNode(one, other)
    );
    const wrong = values.filter(([, value]) => !isAllowed(value));
    const low = wrong.filter(([, value]) => value < least);
    const high = wrong.filter(([, value]) => value > most);
    const between = wrong.filter(([, value]) =>
      value >= least && value <= most
    );
    const { ok, fail, info } = this.#counts;
    const different = new Set(values.map(([, value]) => value));
    const isApart = wrong.length === 0 && different.size > 1;
    const findings = [
      ...ok + fail + info > 0 && values.length === 0 ? [NOBODY_READ] : [],
      ...findingOf(low, "lost", this.#text(low, least, "lost", "below")),
      ...findingOf(
        high,
        "counted twice",
        this.#text(high, most, "counted twice", "above"),
      ),
      ...findingOf(between, "not possible", `${told(between)}: ${NO_CHOICE}`),
      ...findingOf(
        isApart ? values : [],
        "apart",
        `The nodes do not agree in the end: ${told(values)}`,
      ),
    ];
    const [final] = different;
    const lost = Math.max(0, ...low.map(([, value]) => least - value));
    const countedTwice = Math.max(0, ...high.map(([, value]) => value - most));
    return {
      findings,
      praise: `Every node holds ${grouped(final ?? 0)}${
        this.#possible.length === 0
          ? ", the sum of all that was added"
          : ", which the operations allow"
      }: nothing lost, nothing counted twice`,
      settledTick: this.#reads.reduce(
        (latest, { invokedTick, value }) =>
          value === final ? latest : Math.max(latest, invokedTick),
        -Infinity,
      ),
      measures: {
        counter: {
          acknowledged: this.#acknowledged,
          adds: { ...this.#counts },
          allowed: allowed.slice(0, 100),
          lost,
          countedTwice,
          finalReads: Object.fromEntries(values),
        },
      },
    };
  }

  #text(
    wrong: readonly [string, number][],
    bound: number,
    what: string,
    where: string,
  ): string {
    const far = Math.max(...wrong.map(([, value]) => Math.abs(value - bound)));
    const cause = this.#isGrowOnly
      ? `Up to ${grouped(far)} ${what}`
      : `Up to ${
        grouped(far)
      } ${where} what is possible, lost or counted twice (with numbers below zero among them one cannot tell which)`;
    return `${cause}: ${told(wrong)}, where ${grouped(bound)} is the ${
      where === "below" ? "least" : "most"
    } that the operations allow`;
  }
}

function told(values: readonly (readonly [string, number])[]): string {
  return listed(
    values.map(([node, value]) => `${node} holds ${grouped(value)}`),
  );
}
