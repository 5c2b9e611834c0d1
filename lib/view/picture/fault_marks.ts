/**
 * The faults of a run as marks on a time axis, and their names.
 *
 * @module
 */
import type { FaultSchedule } from "../../faults/plan.ts";
import { scopeOf, together } from "../../faults/format.ts";
import type { Naming } from "../../faults/naming.ts";
import { NEVER, secondsFromTicks } from "../../domain/ticks.ts";
import { formatNumber } from "../numbers.ts";
import type { FaultMark } from "./picture.ts";

/**
 * The faults of a run that have a time.
 *
 * @param schedule The schedule.
 * @param naming The names of its nodes, if they are others than ours.
 * @returns In the order of their beginnings. Partitions stand as they were
 * given, overlapping or not; what would begin after the end of the run is left
 * out, what would last longer ends with it.
 *
 * @example
 * ```ts
 * import { faultMarks } from "./fault_marks.ts";
 * import { parseFaultPlan } from "../../faults/parse.ts";
 * import { scheduleFaults } from "../../faults/schedule.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 0, lifetimeTicks: 600_000, seed: 7 };
 * const faults = parseFaultPlan({ crash: ["LikesServer3@50s+5s"] }, run);
 * const schedule = scheduleFaults({ ...run, faults });
 * assertEquals(faultMarks(schedule), [
 *   { kind: "crash", fromSeconds: 50, untilSeconds: 55, who: "LikesServer3" },
 * ]);
 * ```
 */
export function faultMarks(
  schedule: FaultSchedule,
  naming?: Naming,
): FaultMark[] {
  const { endTick, replicas } = schedule;
  const end = (tick: number) => secondsFromTicks(Math.min(tick, endTick));
  const marks: FaultMark[] = [
    ...schedule.partitions.map((partition) => ({
      kind: "partition" as const,
      fromSeconds: secondsFromTicks(partition.fromTick),
      untilSeconds: end(partition.untilTick),
      ...scopeOf(partition, replicas, naming),
    })),
    ...together(schedule.crashes, replicas, naming).map((
      [who, { atTick, downTicks }],
    ) => ({
      kind: "crash" as const,
      fromSeconds: secondsFromTicks(atTick),
      untilSeconds: downTicks === NEVER ? null : end(atTick + downTicks),
      who,
    })),
    ...together(schedule.pauses, replicas, naming).map((
      [who, { atTick, pausedTicks }],
    ) => ({
      kind: "pause" as const,
      fromSeconds: secondsFromTicks(atTick),
      untilSeconds: end(atTick + pausedTicks),
      who,
    })),
  ];
  return marks
    .filter(({ fromSeconds }) => fromSeconds <= secondsFromTicks(endTick))
    .sort((one, other) => one.fromSeconds - other.fromSeconds);
}

/**
 * The label beside a mark.
 *
 * @param mark The fault.
 * @returns Such as `partition`, `partition LikesServer0-4, replies only`,
 * `partition primary0--primary1-2`, `primary killed`.
 */
export function faultLabel(mark: FaultMark): string {
  const { who } = mark;
  switch (mark.kind) {
    case "partition": {
      const whom = who === "all" ? "" : ` ${who}`;
      const direction = mark.cut === "reports"
        ? ", reports only"
        : mark.cut === "replies"
        ? ", replies only"
        : "";
      return `partition${whom}${direction}`;
    }
    case "crash":
      return `${who} killed`;
    case "pause":
      return `${who} paused`;
  }
}

/**
 * Describes a fault and its times.
 *
 * @param mark The fault.
 * @returns Such as `60 to 120 s: partition`,
 * `at 50 s: LikesServer3 killed, never restarted`.
 */
export function describeFault(mark: FaultMark): string {
  const { fromSeconds, untilSeconds, kind } = mark;
  const from = formatNumber(fromSeconds);
  if (untilSeconds !== null) {
    return `${from} to ${formatNumber(untilSeconds)} s: ${faultLabel(mark)}`;
  }
  const end = kind === "crash" && !mark.unplanned ? ", never restarted" : "";
  return `from ${from} s: ${faultLabel(mark)}${end}`;
}

/**
 * Whether a fault is in force.
 *
 * @param mark The fault.
 * @param seconds The moment.
 * @returns `true` from its beginning up to, but not including, its end.
 */
export function isInForce(mark: FaultMark, seconds: number): boolean {
  return seconds >= mark.fromSeconds &&
    (mark.untilSeconds === null || seconds < mark.untilSeconds);
}

/**
 * The extent of a fault: the part of a run that it stops, which a page shades.
 *
 * @param mark The fault.
 * @returns `all` where no like can reach a primary, `some` where those of
 * others can, or of all another replica, `moment` for a killed likes server.
 */
export function extentOf({ kind, who }: FaultMark): "all" | "some" | "moment" {
  if (who === "all" || who === "primary") return "all";
  return kind === "crash" && who.startsWith("LikesServer") ? "moment" : "some";
}
