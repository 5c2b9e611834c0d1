/**
 * Random fault plans for property tests. They shrink towards the plan without
 * faults: fewer faults first, then rarer, shorter and simpler ones.
 *
 * @module
 */

import { isReplica, nodeName, replicaNode } from "../../lib/domain/nodes.ts";
import fc from "fast-check";
import { formatDuration } from "../../lib/faults/notation.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import {
  type FaultFlags,
  type FaultPlan,
  type FaultRun,
  runEndTick,
} from "../../lib/faults/plan.ts";
import { TICKS_PER_MS } from "../../lib/domain/ticks.ts";

/** The kinds of plans to draw. */
export interface FaultPlanOptions {
  /**
   * The longest mean latency, in milliseconds.
   *
   * @default {200}
   */
  readonly latencyMsMax?: number;
  /**
   * The greatest loss and duplication, in percent.
   *
   * @default {60}
   */
  readonly percentMax?: number;
  /**
   * The most partitions, crashes and pauses, of each.
   *
   * @default {4}
   */
  readonly eventsMax?: number;
  /**
   * Whether the primary may crash.
   *
   * @default {true}
   */
  readonly primaryCrashes?: boolean;
  /**
   * Whether crashed likes servers may be left dead.
   *
   * @default {false}
   */
  readonly neverRestarted?: boolean;
}

/**
 * Random fault plans.
 *
 * @param run The run they are for, a second long or more.
 * @param options Which to draw.
 * @returns The arbitrary.
 */
export function faultPlans(
  run: FaultRun,
  options: FaultPlanOptions = {},
): fc.Arbitrary<FaultPlan> {
  return faultFlags(run, options).map((flags) => parseFaultPlan(flags, run));
}

/**
 * The flags of random fault plans, always valid.
 *
 * @param run The run they are for, a second long or more.
 * @param options Which to draw.
 * @returns The arbitrary.
 */
export function faultFlags(
  run: FaultRun,
  options: FaultPlanOptions = {},
): fc.Arbitrary<FaultFlags> {
  const { latencyMsMax = 200, percentMax = 60, eventsMax = 4 } = options;
  const { replicas = 1, readers = 0 } = run;
  const ratio = percents(percentMax);
  const other = (isUsed: boolean) =>
    fc.option(latencies(latencyMsMax), { nil: undefined, freq: 1 })
      .map((text) => isUsed ? text : undefined);
  return fc.record({
    latency: latencies(latencyMsMax),
    ackLatency: other(true),
    peerLatency: other(replicas > 1),
    readLatency: other(readers > 0),
    loss: ratio,
    ackLoss: fc.option(ratio, { nil: undefined }),
    duplicate: ratio,
    partition: fc.array(partitions(run), { maxLength: eventsMax }),
    events: processEvents(run, options),
  }).map(({ events, ...flags }) => ({ ...flags, ...events }));
}

function percents(max: number): fc.Arbitrary<string> {
  return fc.oneof(
    { withCrossShrink: true },
    fc.constant("0"),
    fc.integer({ min: 1, max }).map((percent) => `${percent}/100`),
  );
}

function latencies(msMax: number): fc.Arbitrary<string> {
  const ms = fc.integer({ min: 0, max: msMax });
  const tenths = fc.integer({ min: 11, max: 40 }).map((n) => n / 10);
  return fc.oneof(
    { withCrossShrink: true },
    fc.constant("0ms"),
    ms.map((mean) => `${mean}ms`),
    ms.map((mean) => `exp:${mean}ms`),
    fc.tuple(ms, ms).map(([a, b]) =>
      `uniform:${Math.min(a, b)}ms..${Math.max(a, b)}ms`
    ),
    fc.tuple(ms, tenths).map(([scale, shape]) =>
      `pareto:${Math.ceil(scale / 10)}ms,${shape}`
    ),
    fc.tuple(ms, fc.integer({ min: 1, max: 20 })).map(([median, n]) =>
      `lognormal:${median}ms,${n / 10}`
    ),
  );
}

function msMaxOf(run: FaultRun): number {
  return Math.floor(runEndTick(run) / TICKS_PER_MS) - 1;
}

function partitions(run: FaultRun): fc.Arbitrary<string> {
  const msMax = msMaxOf(run);
  return fc.record({
    fromMs: fc.integer({ min: 0, max: msMax }),
    // Windows can reach beyond the end of the run, where they are cut off.
    lengthMs: fc.integer({ min: 1, max: msMax + 1000 }),
    scope: (run.replicas ?? 1) > 1 ? groups(run) : serversAlone(run),
  }).map(({ fromMs, lengthMs, scope }) =>
    `${formatDuration(fromMs)}..${formatDuration(fromMs + lengthMs)}${scope}`
  );
}

/** Likes servers and the one primary. */
function serversAlone(run: FaultRun): fc.Arbitrary<string> {
  const names = namesOf("LikesServer", run.servers).map((text) => `:${text}`);
  return fc.tuple(
    fc.oneof({ withCrossShrink: true }, fc.constant(""), names),
    fc.constantFrom("", ":->primary", ":<-primary"),
  ).map((parts) => parts.join(""));
}

/** Nodes of any kind: against everybody else, or against replicas. */
function groups(run: FaultRun): fc.Arbitrary<string> {
  const { servers, replicas = 1, readers = 0 } = run;
  const ofReplicas = fc.oneof(
    fc.constant("primary"),
    namesOf("primary", replicas),
  );
  const any = [ofReplicas, namesOf("LikesServer", servers)];
  if (readers > 0) any.push(namesOf("Reader", readers));
  const group = fc.array(fc.oneof(...any), { minLength: 1, maxLength: 3 })
    .map((names) => names.join());
  const way = fc.constantFrom("--", "->", "<-", ":->", ":<-");
  return fc.oneof(
    { withCrossShrink: true },
    fc.constant(""),
    ofReplicas.map((names) => `:${names}`),
    group.map((names) => `:${names}`),
    fc.tuple(fc.constantFrom("->", "<-"), ofReplicas)
      .map((parts) => `:${parts.join("")}`),
    fc.tuple(group, way, ofReplicas).map((parts) => `:${parts.join("")}`),
  ).filter((scope) => cutsAnything(scope, run));
}

/** Neither everybody against nobody, nor a replica against itself. */
function cutsAnything(scope: string, run: FaultRun): boolean {
  try {
    parseFaultPlan({ partition: [`0s..1s${scope}`] }, run);
    return true;
  } catch (error) {
    if (`${error}`.includes("it cuts nothing")) return false;
    throw error;
  }
}

/** One of some, or some with neighbouring numbers. */
function namesOf(kind: string, count: number): fc.Arbitrary<string> {
  const number = fc.integer({ min: 0, max: count - 1 });
  return fc.tuple(number, number).map(([a, b]) =>
    a === b ? `${kind}${a}` : `${kind}${Math.min(a, b)}-${Math.max(a, b)}`
  );
}

interface ProcessEvent {
  readonly kind: "crash" | "pause";
  readonly process: number;
  readonly atMs: number;
  readonly lengthMs: number;
  readonly ever: boolean;
}

/**
 * Crashes and pauses; those that an earlier one is in the way of are left out,
 * so that shrinking is never stuck.
 */
function processEvents(
  run: FaultRun,
  options: FaultPlanOptions,
): fc.Arbitrary<{ crash: string[]; pause: string[] }> {
  const { eventsMax = 4, primaryCrashes = true, neverRestarted = false } =
    options;
  const { replicas = 1 } = run;
  const event: fc.Arbitrary<ProcessEvent> = fc.record({
    kind: fc.constantFrom("pause", "crash"),
    process: fc.integer({
      min: replicaNode(replicas - 1),
      max: run.servers - 1,
    }),
    atMs: fc.integer({ min: 0, max: msMaxOf(run) }),
    lengthMs: fc.integer({ min: 1, max: 10_000 }),
    ever: neverRestarted
      ? fc.integer({ min: 0, max: 3 }).map((n) => n < 3)
      : fc.constant(true),
  });
  return fc.array(event, { maxLength: 2 * eventsMax }).map((events) => {
    const crash: string[] = [];
    const pause: string[] = [];
    const kept: ProcessEvent[] = [];
    for (const event of events) {
      const { kind, process, atMs, lengthMs, ever } = event;
      if (atMs * TICKS_PER_MS < process * run.spawnIntervalTicks) continue;
      if (isReplica(process) && kind === "crash" && !primaryCrashes) continue;
      if (kept.some((other) => overlap(event, other))) continue;
      kept.push(event);
      const length = kind === "crash" && !ever && !isReplica(process)
        ? ""
        : `+${formatDuration(lengthMs)}`;
      const text = `${nodeName(process, replicas)}@${
        formatDuration(atMs)
      }${length}`;
      (kind === "crash" ? crash : pause).push(text);
    }
    return { crash, pause };
  });
}

function overlap(a: ProcessEvent, b: ProcessEvent): boolean {
  return a.process === b.process && a.atMs < endMs(b) && b.atMs < endMs(a);
}

function endMs({ kind, process, atMs, lengthMs, ever }: ProcessEvent): number {
  const isForEver = kind === "crash" && !ever && !isReplica(process);
  return isForEver ? Infinity : atMs + lengthMs;
}
