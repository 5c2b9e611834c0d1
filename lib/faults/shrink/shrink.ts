/**
 * The smallest fault plan, and the smallest run, with which a run still fails.
 *
 * @module
 */

import { isReplica, PRIMARY, replicaNode } from "../../domain/nodes.ts";
import { NEVER, TICKS_PER_MS, TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { LATENCY_NONE } from "../latency.ts";
import { type Ratio, RATIO_NONE } from "../notation.ts";
import {
  type FaultPlan,
  type NodeRange,
  type Partition,
  runEndTick,
} from "../plan.ts";
import { type FaultyRun, spellOutFaults } from "../schedule.ts";

/** The criterion of a search, and its end. */
export interface ShrinkHooks<R extends FaultyRun> {
  /** Whether a run fails. */
  readonly fails: (options: R) => boolean | Promise<boolean>;
  /** Ends the search early: the smallest plan so far stands. */
  readonly signal?: AbortSignal | undefined;
}

/** A search, with what makes a run smaller besides its faults. */
export interface ShrinkSearch<R extends FaultyRun> extends ShrinkHooks<R> {
  /** Runs that are smaller than a given one, those first that save most. */
  readonly smaller: (options: R) => Iterable<R>;
  /** The shortest time of a fault, in ticks of 0.1 ms. @default {1 ms} */
  readonly shortestTicks?: number;
}

/** The result of shrinking. */
export interface Shrunk<R extends FaultyRun> {
  /** The run with the smallest plan found. */
  readonly options: R;
  /** Runs tried. */
  readonly tries: number;
}

/**
 * Makes the fault plan of a failing run smaller until nothing can be taken away
 * without the run passing.
 *
 * First whole faults are left out, many at once while that works (delta
 * debugging: Andreas Zeller, Ralf Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2),
 * 2002). Then what is left is made simpler one by one: rarer, shorter, later to
 * begin, for fewer nodes; and the run is as small as still fails. Each step is
 * kept only if the run still fails, so the result fails and each of its faults
 * is needed; it need not be the smallest of all.
 *
 * @param options The failing run. Crashes drawn from the seed are spelled out.
 * @param hooks What failing means, and which runs are smaller.
 * @returns The smallest run found.
 * @throws {RangeError} If the run does not fail.
 */
export async function shrinkRun<R extends FaultyRun>(
  options: R,
  hooks: ShrinkSearch<R>,
): Promise<Shrunk<R>> {
  const search = new Search(options, hooks);
  await search.begin();
  await search.leaveOut();
  await search.simplify();
  return { options: search.options, tries: search.tries };
}

/** The faults of a plan that are a share of the messages. */
const RATIOS = ["reportLoss", "ackLoss", "duplicate"] as const;

/** Leaves one fault out of a plan. */
type Fault = (plan: FaultPlan) => FaultPlan;

class Search<R extends FaultyRun> {
  readonly #hooks: ShrinkSearch<R>;
  /** The smallest failing run so far. */
  options: R;
  tries = 0;

  constructor(options: R, hooks: ShrinkSearch<R>) {
    this.#hooks = hooks;
    this.options = { ...options, faults: spellOutFaults(options) };
  }

  /** Runs the whole plan, with which the seed must fail. */
  async begin(): Promise<void> {
    if (await this.#keepIfFailing(this.options.faults)) return;
    if (this.#hooks.signal?.aborted) return; // it is not known: the plan stands as it was given
    throw new RangeError(
      `Cannot shrink the faults of a run that does not fail: with seed ${this.options.seed} it passes`,
    );
  }

  /** Delta debugging over whole faults. */
  async leaveOut(): Promise<void> {
    let faults = faultsOf(this.options.faults);
    let parts = 2;
    // Most often nearly everything can go: try nothing at all first.
    if (await this.#keepIfFailing(without(this.options.faults, faults))) return;
    while (faults.length > 0) {
      const size = Math.ceil(faults.length / parts);
      const before = this.options.faults;
      for (
        let i = 0;
        i < faults.length && this.options.faults === before;
        i += size
      ) {
        await this.#keepIfFailing(without(before, faults.slice(i, i + size)));
      }
      if (this.options.faults !== before) {
        faults = faultsOf(this.options.faults);
        parts = Math.max(2, parts - 1);
      } else if (parts >= faults.length) return;
      else parts = Math.min(faults.length, 2 * parts);
    }
  }

  /** Makes single faults simpler, until none can be. */
  async simplify(): Promise<void> {
    while (await this.#simplifyOne());
  }

  async #simplifyOne(): Promise<boolean> {
    for (const options of this.#hooks.smaller(this.options)) {
      if (await this.#keepIfFails(options)) return true;
    }
    const { shortestTicks = TICKS_PER_MS } = this.#hooks;
    for (const plan of simplerPlans(this.options, shortestTicks)) {
      if (await this.#keepIfFailing(plan)) return true;
    }
    return false;
  }

  #keepIfFailing(plan: FaultPlan): Promise<boolean> {
    return this.#keepIfFails({ ...this.options, faults: plan });
  }

  async #keepIfFails(options: R): Promise<boolean> {
    if (this.#hooks.signal?.aborted) return false;
    this.tries++;
    if (!await this.#hooks.fails(options)) return false;
    this.options = options;
    return true;
  }
}

function without(plan: FaultPlan, faults: readonly Fault[]): FaultPlan {
  return faults.reduce((less, leaveOut) => leaveOut(less), plan);
}

/** All faults of a plan, each to be left out by itself. */
function faultsOf(plan: FaultPlan): Fault[] {
  const faults: Fault[] = [];
  const { latency } = plan;
  for (const key of RATIOS) {
    if (plan[key].value === 0) continue;
    faults.push((plan) => ({ ...plan, [key]: RATIO_NONE }));
  }
  if (latency.kind !== "constant" || latency.delayMs > 0) {
    faults.push((plan) => ({ ...plan, latency: LATENCY_NONE }));
  }
  for (const key of ["ackLatency", "peerLatency", "readLatency"] as const) {
    if (plan[key] !== null) faults.push((plan) => ({ ...plan, [key]: null }));
  }
  for (const key of ["partitions", "crashes", "pauses"] as const) {
    for (const fault of plan[key]) {
      faults.push((plan) => {
        const ofKind: readonly unknown[] = plan[key];
        return { ...plan, [key]: ofKind.filter((one) => one !== fault) };
      });
    }
  }
  return faults;
}

/** Plans in which one fault is simpler, those first that save most. */
function* simplerPlans(
  options: FaultyRun,
  shortestTicks: number,
): Generator<FaultPlan> {
  const shorter = (ticks: number) =>
    shorterThan(ticks).filter((one) => one >= shortestTicks);
  const { faults: plan } = options;
  const { partitions, crashes, pauses } = plan;
  const endTick = runEndTick(options);
  for (const [at, partition] of partitions.entries()) {
    for (const simpler of simplerPartitions(partition, options, shorter)) {
      // A window may reach beyond the run's end; none may begin there.
      if (simpler.fromTick >= endTick) continue;
      yield { ...plan, partitions: partitions.with(at, simpler) };
    }
  }
  for (const [at, crash] of crashes.entries()) {
    if (crash.downTicks === NEVER) continue;
    for (const downTicks of shorter(crash.downTicks)) {
      yield { ...plan, crashes: crashes.with(at, { ...crash, downTicks }) };
    }
  }
  for (const [at, pause] of pauses.entries()) {
    for (const pausedTicks of shorter(pause.pausedTicks)) {
      yield { ...plan, pauses: pauses.with(at, { ...pause, pausedTicks }) };
    }
  }
  for (const key of RATIOS) {
    for (const ratio of rarer(plan[key])) yield { ...plan, [key]: ratio };
  }
}

function* simplerPartitions(
  partition: Partition,
  run: FaultyRun,
  shorter: (ticks: number) => number[],
): Generator<Partition> {
  const { fromTick, untilTick, left, direction, right } = partition;
  const replicas = [{
    first: replicaNode((run.replicas ?? 1) - 1),
    last: PRIMARY,
  }];
  const ofClients = left === "others" ||
    left.every(({ first }) => !isReplica(first));
  const clients = [{ first: 0, last: run.servers - 1 }];
  for (const fewer of narrower(left === "others" ? clients : left)) {
    yield { ...partition, left: fewer };
  }
  const isOfAll = left === "others" && right === "others";
  for (const fewer of narrower(isOfAll ? replicas : [])) {
    yield { ...partition, left: fewer };
  }
  for (const fewer of narrower(right === "others" ? [] : right)) {
    yield { ...partition, right: fewer };
  }
  if (direction === "--") {
    const to = right === "others" && ofClients ? replicas : right;
    yield { ...partition, direction: "->", right: to };
    yield { ...partition, direction: "<-", right: to };
  }
  for (const ticks of shorter(untilTick - fromTick)) {
    yield { ...partition, untilTick: fromTick + ticks };
    yield { ...partition, fromTick: untilTick - ticks };
  }
}

/** Narrower choices: one of several ranges, or half of the only one. */
function* narrower(ranges: readonly NodeRange[]): Generator<NodeRange[]> {
  for (const { first, last } of ranges) {
    if (ranges.length > 1) yield [{ first, last }];
    else if (first < last) {
      const middle = (first + last) >> 1;
      yield [{ first, last: middle }];
      yield [{ first: middle + 1, last }];
    }
  }
}

/** Half as often, or a thousandth less. */
function rarer({ value }: Ratio): Ratio[] {
  const PARTS = 1000;
  const parts = Math.round(value * PARTS);
  return [parts >> 1, parts - 1]
    .filter((one) => one > 0 && one < parts)
    .map((one) => ({ value: one / PARTS, text: `${one}/${PARTS}` }));
}

/**
 * Half and three quarters of a duration, in whole seconds, tenths of a second
 * or milliseconds, so that it reads well.
 */
function shorterThan(ticks: number): number[] {
  for (const unit of [TICKS_PER_SECOND, TICKS_PER_SECOND / 10, TICKS_PER_MS]) {
    const shorter = [0.5, 0.75]
      .map((share) => Math.floor(ticks * share / unit) * unit)
      .filter((one) => one > 0);
    if (shorter.length > 0) return shorter;
  }
  return [];
}
