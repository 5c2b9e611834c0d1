/**
 * The smallest run of other people's programs that still fails.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import type { FaultPlan } from "../../faults/plan.ts";
import { type FaultyRun, spellOutFaults } from "../../faults/schedule.ts";
import { fewer, planOf } from "../../faults/shrink/fewer_nodes.ts";
import { shrinkRun, type Shrunk } from "../../faults/shrink/shrink.ts";
import type { OperationVerdict } from "../../verdict/operations/verdict.ts";
import { faultRunOf } from "./fault_run.ts";
import type { HostRun } from "./options.ts";

/** A run, also as far as its faults are concerned. */
export type ShrinkableRun = HostRun & FaultyRun & {
  readonly replicas: number;
  readonly readers: number;
};

/**
 * The times that a smaller run is tried. Processes that are not ours take turns
 * as they please, so a run that can fail does not fail each time.
 */
export const ATTEMPTS_MAX = 3;

/** The shortest fault that is tried, and the unit of lifetimes. */
const SHORTEST_TICKS = TICKS_PER_SECOND / 10;

/** A run that has failed, and how often it did. */
export interface FailedRun {
  /** The run. */
  readonly run: HostRun;
  /** The times that it failed. */
  readonly failed: number;
  /** The times that it was tried. */
  readonly attempts: number;
}

/** The way of a search, and its result. */
export interface ShrunkHostRun {
  /**
   * The runs that were kept, the first as it was given, the last the smallest.
   */
  readonly kept: readonly FailedRun[];
  /** The verdict on the last failure of the smallest run; null: none failed. */
  readonly verdict: OperationVerdict | null;
  /** The number of different runs that were tried. */
  readonly tries: number;
  /** The number of all attempts. */
  readonly attempts: number;
}

/** Actions and criteria of a search. */
export interface HostShrinkHooks {
  /** Runs it once; null: somebody stopped it. */
  readonly attempt: (run: HostRun) => Promise<OperationVerdict | null>;
  /** Ends the search: the smallest run so far stands. */
  readonly signal: AbortSignal;
  /** Called with each run that is kept. */
  readonly onKept: (failed: FailedRun) => void;
}

/**
 * Looks for fewer faults, nodes and operations with which a run still fails in
 * a way in which it failed as it was given.
 *
 * @param given The run.
 * @param hooks What runs it.
 * @returns The smallest run that failed, and how often each that was kept did.
 */
export async function shrinkHostRun(
  given: HostRun,
  { attempt, signal, onKept }: HostShrinkHooks,
): Promise<ShrunkHostRun> {
  const kept: FailedRun[] = [];
  let verdict: OperationVerdict | null = null;
  let kinds: ReadonlySet<string> | null = null;
  let attempts = 0;
  /** Tries a run until it fails, or so often. */
  const tried = async (run: HostRun, isWhole: boolean): Promise<FailedRun> => {
    let failed = 0;
    let times = 0;
    while (times < ATTEMPTS_MAX && !signal.aborted) {
      const one = await attempt(run);
      if (one === null) break;
      times++;
      attempts++;
      if (!failsIn(one, kinds)) continue;
      failed++;
      kinds ??= kindsOf(one);
      verdict = one;
      if (!isWhole) break;
    }
    return { run, failed, attempts: times };
  };
  const fails = async (run: ShrinkableRun) => {
    const one = await tried(run, false);
    if (one.failed === 0) return false;
    kept.push(one);
    onKept(one);
    return true;
  };
  const first = shrinkable(given);
  let shrunk: Shrunk<ShrinkableRun> | null = null;
  if (await fails(first)) {
    // It has failed just now: that it does is not tried once more.
    let isKnown = true;
    shrunk = await shrinkRun(first, {
      fails: (run) => {
        if (!isKnown) return fails(run);
        isKnown = false;
        return true;
      },
      signal,
      smaller: smallerRuns,
      shortestTicks: SHORTEST_TICKS,
    });
    const last = kept.pop()!;
    const again = last.attempts < ATTEMPTS_MAX && !signal.aborted
      ? await tried(last.run, true)
      : { failed: 0, attempts: 0 };
    kept.push({
      run: last.run,
      failed: last.failed + again.failed,
      attempts: last.attempts + again.attempts,
    });
  }
  return { kept, verdict, tries: shrunk?.tries ?? 1, attempts };
}

/** A run whose drawn crashes are spelled out. */
function shrinkable(run: HostRun): ShrinkableRun {
  const whole = withFaultRun(run);
  return { ...whole, faults: spellOutFaults(whole) };
}

function withFaultRun(run: HostRun): ShrinkableRun {
  return { ...run, ...faultRunOf(run) };
}

/** Ways in which a run failed. */
function kindsOf(verdict: OperationVerdict): ReadonlySet<string> {
  return new Set([
    ...verdict.findings.map(({ kind }) => kind),
    ...verdict.complaints.filter(({ isFatal }) => isFatal)
      .map(({ kind }) => kind),
  ]);
}

function failsIn(
  verdict: OperationVerdict,
  kinds: ReadonlySet<string> | null,
): boolean {
  if (verdict.passed) return false;
  return kinds === null ||
    [...kindsOf(verdict)].some((kind) => kinds.has(kind));
}

/**
 * Runs that are smaller than a given one: shorter, with fewer operations a
 * second or fewer nodes. Shorter ones come first, as all that follow take less
 * time.
 *
 * @param run The run.
 * @returns The smaller runs, those first that save most.
 */
export function* smallerRuns(run: ShrinkableRun): Generator<ShrinkableRun> {
  for (const lifetimeTicks of shorterLifetimes(run.lifetimeTicks)) {
    const faults = planUntil(run.faults, lifetimeTicks);
    yield withFaultRun({ ...run, lifetimeTicks, faults });
  }
  for (const nodes of fewer(run.nodes, 1)) {
    const left = withFaultRun({ ...run, nodes });
    yield { ...left, faults: planOf(run.faults, left) };
  }
  if (run.rate >= 2) {
    yield withFaultRun({ ...run, rate: Math.floor(run.rate / 2) });
  }
}

/**
 * A quarter, half and three quarters, in tenths of a second, at least half of
 * one.
 */
function shorterLifetimes(ticks: number): number[] {
  return [0.25, 0.5, 0.75].map((share) =>
    Math.floor(ticks * share / SHORTEST_TICKS) * SHORTEST_TICKS
  ).filter((shorter) => shorter >= 5 * SHORTEST_TICKS);
}

/** A plan without what begins after the end of a run. */
function planUntil(plan: FaultPlan, endTick: number): FaultPlan {
  return {
    ...plan,
    partitions: plan.partitions.filter(({ fromTick }) => fromTick < endTick),
    crashes: plan.crashes.filter(({ atTick }) => atTick < endTick),
    pauses: plan.pauses.filter(({ atTick }) => atTick < endTick),
  };
}
