/**
 * The verdict on a run of other people's programs.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import type { CheckResult, OperationFinding } from "./operation.ts";
import type { OperationCounts } from "./tally.ts";

/** A complaint about a node itself. */
export interface NodeComplaint {
  /** The name of the node. */
  readonly node: string;
  /** The kind of the complaint, in a word or two. */
  readonly kind: string;
  /** The complaint, as a sentence without its full stop. */
  readonly text: string;
  /** The number of times. */
  readonly count: number;
  /** Whether the run cannot pass with it. */
  readonly isFatal: boolean;
  /** The last lines that the node printed on standard error. */
  readonly lastLines: readonly string[];
}

/** Messages of a run. */
export interface MessageCounts {
  /** Messages sent from node to node. */
  readonly betweenNodes: number;
  /** Messages between nodes for each operation; null without operations. */
  readonly perOperation: number | null;
  /** Messages between nodes and services, both ways. */
  readonly withServices: number;
  /** Messages between clients and nodes, both ways. */
  readonly withClients: number;
  /** Messages that chance has lost. */
  readonly lost: number;
  /** Messages that arrived twice. */
  readonly copied: number;
  /** Messages that a partition has cut off. */
  readonly cut: number;
}

/** The account of a run that is over. */
export interface OperationRun {
  /** The name of the workload. */
  readonly workload: string;
  /** Number of nodes. */
  readonly nodes: number;
  /** The root of all that was drawn. */
  readonly seed: number;
  /** The fault flags. */
  readonly faults: readonly string[];
  /** The command that does the same again. */
  readonly command: string;
  /** The checker's account. */
  readonly check: CheckResult;
  /** Counts of the operations under load, by what was asked for. */
  readonly operations: Readonly<Record<string, OperationCounts>>;
  /** Operations that were left out, as all clients of their node waited. */
  readonly skipped: number;
  /** The messages. */
  readonly messages: Omit<MessageCounts, "perOperation">;
  /** Complaints about nodes. */
  readonly complaints: readonly NodeComplaint[];
  /**
   * The tick from which on nodes could have agreed: after the last write and
   * the last fault.
   */
  readonly quietTick: number;
  /** Whether nodes were read at the end. */
  readonly hasReads: boolean;
  /** Whether nodes were read while they had time to agree. */
  readonly isConvergenceSeen: boolean;
  /** Seconds that the run took, with start and end of its nodes. */
  readonly wallSeconds: number;
  /** Seconds after which somebody stopped it; undefined: nobody did. */
  readonly stoppedAfterSeconds?: number;
}

/** The fields of an account that are told as they are. */
type ToldOfRun =
  | ("workload" | "nodes" | "complaints")
  | ("seed" | "faults" | "command" | "wallSeconds" | "stoppedAfterSeconds");

/** The verdict. */
export interface OperationVerdict
  extends Pick<OperationRun, ToldOfRun>, Omit<CheckResult, "settledTick"> {
  /** Whether all that was checked is right. */
  readonly passed: boolean;
  /** Whether all nodes held the right thing in the end. */
  readonly converged?: boolean;
  /**
   * Seconds from the later of the last write and the last fault to the first
   * moment after which every read was right; null: never. Left out where nodes
   * were not read meanwhile.
   */
  readonly convergenceSeconds?: number | null;
  /** Counts of operations under load. */
  readonly operations: {
    readonly invoked: number;
    readonly ok: number;
    readonly fail: number;
    readonly info: number;
    /** The share that succeeded; null without operations. */
    readonly succeeded: number | null;
    readonly skipped: number;
    readonly byKind: Readonly<Record<string, OperationCounts>>;
  };
  /** The messages. */
  readonly messages: MessageCounts;
}

/**
 * Judges a run.
 *
 * @param run What is known of it.
 * @returns The verdict: it passes if nothing was found wrong and at least one
 * operation of each kind succeeded.
 */
export function judgeOperations(run: OperationRun): OperationVerdict {
  const { check, operations, messages, skipped, quietTick } = run;
  const { hasReads, isConvergenceSeen, workload, nodes, complaints } = run;
  const { seed, faults, command, wallSeconds, stoppedAfterSeconds } = run;
  const counts = Object.values(operations);
  const sum = (key: "invoked" | "ok" | "fail" | "info") =>
    counts.reduce((total, one) => total + one[key], 0);
  const invoked = sum("invoked");
  const ok = sum("ok");
  const findings = [...check.findings, ...failures(operations)];
  const isBroken = complaints.some(({ isFatal }) => isFatal);
  const converged = findings.length === 0 && !isBroken;
  const { settledTick = -Infinity, ...checked } = check;
  return {
    ...{ passed: converged, workload, nodes },
    ...hasReads && { converged },
    ...hasReads && isConvergenceSeen && {
      convergenceSeconds: converged
        ? secondsFromTicks(Math.max(0, settledTick - quietTick))
        : null,
    },
    operations: {
      ...{ invoked, ok, fail: sum("fail"), info: sum("info") },
      succeeded: invoked === 0 ? null : ok / invoked,
      ...{ skipped, byKind: operations },
    },
    messages: {
      ...messages,
      perOperation: invoked === 0 ? null : messages.betweenNodes / invoked,
    },
    ...{ ...checked, findings, complaints, seed, faults, command, wallSeconds },
    ...stoppedAfterSeconds !== undefined && { stoppedAfterSeconds },
  };
}

/** A run in which nothing succeeds shows nothing. */
function failures(
  operations: OperationRun["operations"],
): OperationFinding[] {
  const kinds = Object.entries(operations);
  if (kinds.length === 0) {
    return [{ kind: "nothing done", text: "No operation was invoked" }];
  }
  return kinds.filter(([, { ok }]) => ok === 0).map(([f, { invoked }]) => ({
    kind: "nothing done",
    text: `None of ${invoked} operations ${JSON.stringify(f)} succeeded`,
  }));
}

/**
 * The verdict as a record for `JSON.stringify`, the numbers of the workload
 * among the others.
 *
 * @param verdict The verdict.
 * @returns The record.
 */
export function operationVerdictRecord(
  verdict: OperationVerdict,
): Record<string, unknown> {
  const { measures, findings, complaints, ...others } = verdict;
  const { praise: _praise, lostElement: _lostElement, ...rest } = others;
  const { seed, faults, command, wallSeconds, stoppedAfterSeconds, ...first } =
    rest;
  return {
    ...first,
    ...measures,
    findings,
    complaints: complaints.map(({ isFatal: _isFatal, ...told }) => told),
    seed,
    faults,
    command,
    wallSeconds,
    ...stoppedAfterSeconds !== undefined && { stoppedAfterSeconds },
  };
}
