/**
 * The scheduled faults of a run as one list of moments, for both worlds to
 * walk.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import { type CutStretch, cutStretches, rangesWithout } from "./cuts.ts";
import type { Cut, FaultSchedule, ServerRange } from "./plan.ts";

/** A change of a process that the plan makes. */
export interface ProcessTransition {
  /** The tick at which it happens. */
  readonly tick: number;
  /** The change. */
  readonly kind: "crash" | "restart" | "pause" | "resume";
  /** The id of a likes server, or `PRIMARY`. */
  readonly process: number;
}

/** Some links are cut, or carry messages again. */
export interface LinkTransition {
  /** The tick at which it happens. */
  readonly tick: number;
  /** The change: cut, or whole again. */
  readonly kind: "partition" | "heal";
  /** The likes servers whose links change. */
  readonly servers: readonly ServerRange[] | "all";
  /** The directions that change. */
  readonly cut: Cut;
}

/** A moment at which a fault begins or ends. */
export type Transition = ProcessTransition | LinkTransition;

/**
 * Ends come before beginnings, so that one fault can begin where another ends.
 */
const ORDER: Record<Transition["kind"], number> = {
  heal: 0,
  resume: 1,
  restart: 2,
  partition: 3,
  pause: 4,
  crash: 5,
};

/**
 * Lists all scheduled faults. Links are told as they change for the union of
 * all partitions: what two partitions cut is cut once and heals once, when the
 * later one ends. What would end after the end of the run ends there; a process
 * that crashed and is never restarted has no end.
 *
 * @param plan The schedule.
 * @returns In order of time; at one tick heal, resume, restart, partition,
 * pause, crash, then by process.
 *
 * @example Usage
 * ```ts
 * import { transitionsOf } from "./transitions.ts";
 * import { parseFaultPlan } from "./parse.ts";
 * import { scheduleFaults } from "./schedule.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 0, lifetimeTicks: 600_000, seed: 7 };
 * const faults = parseFaultPlan({ crash: ["LikesServer3@50s+5s"] }, run);
 * const schedule = scheduleFaults({ ...run, faults });
 * assertEquals(transitionsOf(schedule), [
 *   { tick: 500_000, kind: "crash", process: 3 },
 *   { tick: 550_000, kind: "restart", process: 3 },
 * ]);
 * ```
 */
export function transitionsOf(schedule: FaultSchedule): Transition[] {
  const { endTick } = schedule;
  const transitions: Transition[] = linkTransitions(schedule);
  for (const { process, atTick, downTicks } of schedule.crashes) {
    transitions.push({ tick: atTick, kind: "crash", process });
    if (downTicks === NEVER) continue;
    const tick = Math.min(atTick + downTicks, endTick);
    transitions.push({ tick, kind: "restart", process });
  }
  for (const { process, atTick, pausedTicks } of schedule.pauses) {
    const tick = Math.min(atTick + pausedTicks, endTick);
    transitions.push({ tick: atTick, kind: "pause", process });
    transitions.push({ tick, kind: "resume", process });
  }
  return transitions.sort((a, b) =>
    a.tick - b.tick || ORDER[a.kind] - ORDER[b.kind] || firstOf(a) - firstOf(b)
  );
}

function firstOf(transition: Transition): number {
  return "process" in transition ? transition.process : 0;
}

function linkTransitions(schedule: FaultSchedule): LinkTransition[] {
  const none = new Int32Array(0);
  const transitions: LinkTransition[] = [];
  let before: CutStretch = { fromTick: 0, reports: none, replies: none };
  for (const after of cutStretches(schedule)) {
    const tick = after.fromTick;
    transitions.push(...changes(tick, "heal", before, after, schedule.servers));
    transitions.push(
      ...changes(tick, "partition", after, before, schedule.servers),
    );
    before = after;
  }
  return transitions;
}

/** The links that are cut in one stretch and not in another. */
function changes(
  tick: number,
  kind: "partition" | "heal",
  cut: CutStretch,
  uncut: CutStretch,
  serverCount: number,
): LinkTransition[] {
  const reports = rangesWithout(cut.reports, uncut.reports);
  const replies = rangesWithout(cut.replies, uncut.replies);
  // Both ways are told as one, reports or replies alone as what is left.
  const reportsOnly = rangesWithout(reports, replies);
  const both = rangesWithout(reports, reportsOnly);
  const parts: [Int32Array, Cut][] = [
    [both, "both"],
    [reportsOnly, "reports"],
    [rangesWithout(replies, reports), "replies"],
  ];
  return parts
    .filter(([ranges]) => ranges.length > 0)
    .map(([ranges, way]) => ({
      tick,
      kind,
      servers: unflatten(ranges, serverCount),
      cut: way,
    }));
}

function unflatten(
  flat: Int32Array,
  serverCount: number,
): ServerRange[] | "all" {
  if (flat[0] === 0 && flat[1] === serverCount - 1) return "all";
  const ranges: ServerRange[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    ranges.push({ first: flat[i] as number, last: flat[i + 1] as number });
  }
  return ranges;
}
