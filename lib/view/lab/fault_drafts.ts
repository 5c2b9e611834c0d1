/**
 * The faults of a setting as they are drawn on a time line: windows that can be
 * added, moved, made longer and removed.
 *
 * @module
 */

import { nodeName } from "../../domain/nodes.ts";
import { formatTicks } from "../../faults/notation.ts";
import {
  NEVER,
  secondsFromTicks,
  TICKS_PER_SECOND,
} from "../../domain/ticks.ts";
import { type Cut, faultFlagsOf, scopeOf } from "../../faults/format.ts";
import { parseFaultPlan } from "../../faults/parse.ts";
import { scheduleFaults } from "../../faults/schedule.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { FaultMark } from "../picture/picture.ts";

/** The kinds of faults that can be drawn. */
export type DraftKind = "partition" | "crash" | "pause";

/** A fault that has a time. */
export interface FaultDraft {
  /** The kind of the fault. */
  readonly kind: DraftKind;
  /**
   * The processes that it hits: `primary`, `LikesServer3`, and for a partition
   * `all` or `LikesServer0-4,LikesServer7`.
   */
  readonly who: string;
  /** The tick of its beginning. */
  readonly fromTick: number;
  /** The tick of its end; `NEVER` for a crash without restart. */
  readonly untilTick: number;
  /** Messages that a partition cuts off. */
  readonly cut: Cut;
}

/** The shortest window that can be drawn, in ticks. */
export const DRAFT_TICKS_MIN = TICKS_PER_SECOND / 2;

/**
 * The faults of a setting that have a time. Crashes that were drawn from the
 * seed are among them, each of its own.
 *
 * @param options The run.
 * @returns In the order of the plan: partitions, crashes, pauses.
 * @throws {Error} If the faults do not fit the run.
 */
export function draftsOf(options: RunOptions): FaultDraft[] {
  const { replicas, partitions, crashes, pauses } = scheduleFaults(options);
  return [
    ...partitions.map((partition) => ({
      kind: "partition" as const,
      ...scopeOf(partition, replicas),
      fromTick: partition.fromTick,
      untilTick: partition.untilTick,
    })),
    ...crashes.map(({ process, atTick, downTicks }) => ({
      kind: "crash" as const,
      who: nodeName(process, replicas),
      fromTick: atTick,
      untilTick: downTicks === NEVER ? NEVER : atTick + downTicks,
      cut: "both" as const,
    })),
    ...pauses.map(({ process, atTick, pausedTicks }) => ({
      kind: "pause" as const,
      who: nodeName(process, replicas),
      fromTick: atTick,
      untilTick: atTick + pausedTicks,
      cut: "both" as const,
    })),
  ];
}

/**
 * Finds a fault among those of a plan, which may name its processes otherwise.
 *
 * @param draft The fault; `undefined`: none.
 * @param drafts The faults of the plan.
 * @returns The index of the fault, -1 if there is none of its kind at its time.
 */
export function indexOfDraft(
  draft: FaultDraft | undefined,
  drafts: readonly FaultDraft[],
): number {
  const alike = drafts.flatMap((one, index) =>
    one.kind === draft?.kind && one.fromTick === draft.fromTick &&
      one.untilTick === draft.untilTick
      ? [index]
      : []
  );
  return alike.find((index) => drafts[index]?.who === draft?.who) ??
    alike[0] ?? -1;
}

/**
 * A setting with other faults on its time line.
 *
 * @param options The run.
 * @param drafts All faults that have a time.
 * @returns The run with these instead.
 * @throws {SyntaxError} If one names nobody.
 * @throws {RangeError} If one does not fit the run or another one.
 *
 * @example Usage
 * ```ts
 * import { withDrafts } from "./fault_drafts.ts";
 * import { DEFAULT_SETTING } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const options = withDrafts(DEFAULT_SETTING, [
 *   { kind: "partition", who: "all", fromTick: 1_000_000, untilTick: 1_600_000, cut: "both" },
 * ]);
 * assertEquals(options.faults.partitions.length, 1);
 * ```
 */
export function withDrafts(
  options: RunOptions,
  drafts: readonly FaultDraft[],
): RunOptions {
  const texts = (kind: DraftKind) =>
    drafts.filter((draft) => draft.kind === kind).map(textOf);
  const flags = {
    ...faultFlagsOf(options.faults, options.replicas),
    partition: texts("partition"),
    crash: texts("crash"),
    pause: texts("pause"),
  };
  return { ...options, faults: parseFaultPlan(flags, options) };
}

/**
 * Moves a fault, or one end of it, as far as the run allows.
 *
 * @param draft The fault.
 * @param part The part that is moved.
 * @param ticks The distance, below 0 for earlier.
 * @param endTick The end of the run.
 * @returns The fault where it is then; a beginning never passes its end.
 *
 * @example Usage
 * ```ts
 * import { moveDraft } from "./fault_drafts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const draft = { kind: "pause", who: "primary", fromTick: 10_000, untilTick: 30_000, cut: "both" } as const;
 * assertEquals(moveDraft(draft, "whole", -20_000, 90_000).untilTick, 20_000);
 * assertEquals(moveDraft(draft, "end", 90_000, 90_000).untilTick, 90_000);
 * ```
 */
export function moveDraft(
  draft: FaultDraft,
  part: "whole" | "beginning" | "end",
  ticks: number,
  endTick: number,
): FaultDraft {
  const { fromTick, untilTick } = draft;
  const isForGood = untilTick === NEVER;
  switch (part) {
    case "whole": {
      const last = isForGood ? endTick - TICKS_PER_SECOND : endTick;
      const end = isForGood ? fromTick : Math.min(untilTick, endTick);
      const by = clamp(ticks, -fromTick, last - end);
      return {
        ...draft,
        fromTick: fromTick + by,
        untilTick: isForGood ? NEVER : end + by,
      };
    }
    case "beginning": {
      const end = Math.min(untilTick, endTick);
      const last = Math.max(0, end - DRAFT_TICKS_MIN);
      return { ...draft, fromTick: clamp(fromTick + ticks, 0, last) };
    }
    case "end": {
      const end = isForGood ? endTick : untilTick;
      const first = fromTick + DRAFT_TICKS_MIN;
      const moved = Math.max(first, end + ticks);
      // A crash that is drawn to the end of the run is for good.
      if (draft.kind === "crash" && moved >= endTick) {
        return { ...draft, untilTick: NEVER };
      }
      return { ...draft, untilTick: Math.min(moved, endTick) };
    }
  }
}

/**
 * The step to which times that are drawn with a pointer are rounded: half a
 * second, or more where the run is long.
 *
 * @param endTick The end of the run.
 * @returns Ticks.
 */
export function snapTicks(endTick: number): number {
  const seconds = endTick / TICKS_PER_SECOND;
  return (seconds <= 60
    ? 0.5
    : seconds <= 1000
    ? 1
    : seconds <= 10_000
    ? 10
    : 60) * TICKS_PER_SECOND;
}

function textOf({ kind, who, fromTick, untilTick, cut }: FaultDraft): string {
  const from = formatTicks(fromTick);
  if (kind === "partition") {
    const names = who === "all" ? "" : `:${who}`;
    const arrow = cut === "both"
      ? ""
      : cut === "reports"
      ? ":->primary"
      : ":<-primary";
    return `${from}..${formatTicks(untilTick)}${names}${arrow}`;
  }
  const length = untilTick === NEVER
    ? ""
    : `+${formatTicks(untilTick - fromTick)}`;
  return `${who}@${from}${length}`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/**
 * A fault that is drawn, as a mark on a time axis.
 *
 * @param draft The fault.
 * @returns The mark, from which its label and its description follow.
 *
 * @example Usage
 * ```ts
 * import { markOfDraft } from "./fault_drafts.ts";
 * import { faultLabel } from "../picture/fault_marks.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const draft = {
 *   kind: "partition", who: "LikesServer0-4", fromTick: 0, untilTick: 10_000, cut: "replies",
 * } as const;
 * assertEquals(faultLabel(markOfDraft(draft)), "partition LikesServer0-4, replies only");
 * ```
 */
export function markOfDraft(
  { kind, who, fromTick, untilTick, cut }: FaultDraft,
): FaultMark {
  return {
    kind,
    fromSeconds: secondsFromTicks(fromTick),
    untilSeconds: untilTick === NEVER ? null : secondsFromTicks(untilTick),
    who,
    ...kind === "partition" && { cut },
  };
}
