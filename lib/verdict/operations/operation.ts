/**
 * Operations as clients saw them: invoked, then answered, refused or without
 * an answer.
 *
 * @module
 */

/**
 * The knowledge of an operation: it happened (`ok`), it did not and never will
 * (`fail`), or it may have happened or happen yet (`info`).
 */
export type Outcome = "ok" | "fail" | "info";

/**
 * The phase in which an operation was invoked: under load, in the drain after
 * it, or last of all.
 */
export type Phase = "load" | "drain" | "last";

/** An operation that is over. */
export interface Operation {
  /** The number of the operation, from 0 on, in the order of invocation. */
  readonly index: number;
  /** The type of the request, such as `add` or `read`. */
  readonly f: string;
  /** Whether it changes nothing. */
  readonly isRead: boolean;
  /** The value that was written. */
  readonly value?: unknown;
  /** The name of the node that was asked. */
  readonly node: string;
  /** The phase in which it was invoked. */
  readonly phase: Phase;
  /** The moment of its invocation, in ticks of 0.1 ms. */
  readonly invokedTick: number;
  /** The moment at which it was over, in ticks of 0.1 ms. */
  readonly completedTick: number;
  /** The outcome. */
  readonly outcome: Outcome;
  /** The answer, of `ok` only. */
  readonly result?: unknown;
  /** The answer that was none, in words; absent without any answer. */
  readonly refusal?: string;
}

/** Something that is wrong in what clients saw. */
export interface OperationFinding {
  /** The kind of the finding, in a word or two. */
  readonly kind: string;
  /** The finding, as a sentence without its full stop. */
  readonly text: string;
}

/** A checker's account of the operations of a run. */
export interface CheckResult {
  /** Findings of something wrong; without any the run passes. */
  readonly findings: readonly OperationFinding[];
  /** The praise of a run without findings: a sentence without a full stop. */
  readonly praise: string;
  /**
   * The first tick after which every read was right; undefined where there are
   * no reads to be right.
   */
  readonly settledTick?: number;
  /** Numbers, as JSON has them. */
  readonly measures: Readonly<Record<string, unknown>>;
  /** An element that was lost, if any: for the story of its loss. */
  readonly lostElement?: LostElement;
}

/**
 * Orders the names of nodes by their numbers, for `sort()`.
 *
 * @param one A name, such as `n2`.
 * @param other Another.
 * @returns Below 0 if the first has the lower number.
 */
export function byNode(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : one > other ? 1 : 0;
}

/** An element that is missing where it should be. */
export interface LostElement {
  /** The element, as it was written. */
  readonly value: unknown;
  /** The nodes whose last read lacks it, by their numbers. */
  readonly missingAt: readonly string[];
}

/** Takes operations as they end, and judges them. */
export interface OperationChecker {
  /**
   * Takes the next operation.
   *
   * @param operation Operations come in the order in which they were over.
   */
  add(operation: Operation): void;
  /**
   * Judges what was taken.
   *
   * @returns The account.
   */
  check(): CheckResult;
}

/** The finding where nodes had been written to and none could be read. */
export const NOBODY_READ: OperationFinding = {
  kind: "never read",
  text: "No node could be read in the end",
};

/**
 * The finding on something that may be wrong.
 *
 * @param wrong All that is wrong.
 * @param kind The kind of the finding.
 * @param text The finding in a sentence, where there is one.
 * @returns The finding; nothing where nothing is wrong.
 */
export function findingOf(
  wrong: readonly unknown[],
  kind: string,
  text: string,
): OperationFinding[] {
  return wrong.length === 0 ? [] : [{ kind, text }];
}
