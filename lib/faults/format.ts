/**
 * Writes a fault plan as the flags it can be read from.
 *
 * @module
 */

import { isReplica, PRIMARY } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import { formatLatency } from "./latency.ts";
import {
  indexOf,
  kindOf,
  LIKES_NAMING,
  nameIn,
  type Naming,
} from "./naming.ts";
import { formatTicks, shellWord } from "./notation.ts";
import type {
  Crash,
  FaultFlags,
  FaultPlan,
  NodeRange,
  Partition,
  Pause,
  Side,
} from "./plan.ts";

/**
 * The flags that give a plan: reading them again for the same run gives an
 * equal plan.
 *
 * @param plan The plan.
 * @param replicas The number of replicas: one alone has no number.
 * @param naming The names of the nodes.
 * @returns The flags; those that say nothing are left out.
 *
 * @example Usage
 * ```ts
 * import { faultFlagsOf } from "./format.ts";
 * import { parseFaultPlan } from "./parse.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = parseFaultPlan({ loss: "3/100", crash: ["primary@1m+10s"] }, {
 *   servers: 10,
 *   spawnIntervalTicks: 0,
 *   lifetimeTicks: 3_000_000,
 * });
 * assertEquals(faultFlagsOf(plan, 1), {
 *   loss: "3/100",
 *   crash: ["primary@60s+10s"],
 * });
 * ```
 */
export function faultFlagsOf(
  plan: FaultPlan,
  replicas: number,
  naming: Naming = LIKES_NAMING,
): FaultFlags {
  const { reportLoss, ackLoss, duplicate, partitions, pauses } = plan;
  const { ackLatency, peerLatency, readLatency } = plan;
  const latency = formatLatency(plan.latency);
  const partition = partitions.map((one) =>
    formatPartition(one, replicas, naming)
  );
  const crash = together(plan.crashes, replicas, naming).map(formatCrash);
  const pause = together(pauses, replicas, naming).map(formatPause);
  if (plan.randomCrashes > 0) crash.push(`random:${plan.randomCrashes}`);
  return {
    ...(latency !== "0ms" && { latency }),
    ...(ackLatency && { ackLatency: formatLatency(ackLatency) }),
    ...(peerLatency && { peerLatency: formatLatency(peerLatency) }),
    ...(readLatency && { readLatency: formatLatency(readLatency) }),
    ...(reportLoss.value > 0 && { loss: reportLoss.text }),
    ...(ackLoss.text !== reportLoss.text && { ackLoss: ackLoss.text }),
    ...(duplicate.value > 0 && { duplicate: duplicate.text }),
    ...(partition.length > 0 && { partition }),
    ...(crash.length > 0 && { crash }),
    ...(pause.length > 0 && { pause }),
  };
}

/**
 * Writes a plan as flags for people: one text each, to be pasted into a shell.
 *
 * @param plan The plan.
 * @param replicas The number of replicas: one alone has no number.
 * @param naming The names of the nodes.
 * @returns Such as `--loss 3/100`, quoted where a shell would misunderstand;
 * none for a plan without faults.
 *
 * @example Usage
 * ```ts
 * import { formatFaultPlan } from "./format.ts";
 * import { parseFaultPlan } from "./parse.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = parseFaultPlan({ partition: ["1m..2m:->primary"] }, {
 *   servers: 10,
 *   spawnIntervalTicks: 0,
 *   lifetimeTicks: 3_000_000,
 * });
 * assertEquals(formatFaultPlan(plan, 1), ["--partition '60s..120s:->primary'"]);
 * ```
 */
export function formatFaultPlan(
  plan: FaultPlan,
  replicas: number,
  naming: Naming = LIKES_NAMING,
): string[] {
  const flags: Record<string, string | readonly string[] | undefined> = {
    ...faultFlagsOf(plan, replicas, naming),
  };
  return Object.entries(flags).flatMap(([key, texts = []]) => {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return [texts].flat().map((text) => `--${name} ${shellWord(text)}`);
  });
}

/** The messages between likes servers and the primary that are cut. */
export type Cut = "both" | "reports" | "replies";

/** The links that a partition cuts, in words. */
export interface Scope {
  /**
   * Whom it cuts off from the primary, or from everybody else: `all`,
   * `LikesServer0-4`, `primary1`; or from whom: `primary0--primary1-2`,
   * `primary0->primary1`.
   */
  readonly who: string;
  /**
   * Messages to and from every replica that are cut; `both` unless told
   * otherwise.
   */
  readonly cut: Cut;
}

/**
 * Says which links a partition cuts.
 *
 * @param partition The partition.
 * @param replicas The number of replicas.
 * @param naming The names of the nodes.
 * @returns Whom, and which way.
 *
 * @example Usage
 * ```ts
 * import { scopeOf } from "./format.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const window = { fromTick: 0, untilTick: 10_000 };
 * const left = [{ first: 0, last: 4 }];
 * const right = [{ first: -1, last: -1 }];
 * assertEquals(
 *   scopeOf({ ...window, left, direction: "->", right }, 1),
 *   { who: "LikesServer0-4", cut: "reports" },
 * );
 * assertEquals(
 *   scopeOf({ ...window, left, direction: "->", right }, 3),
 *   { who: "LikesServer0-4->primary0", cut: "both" },
 * );
 * ```
 */
export function scopeOf(
  { left, direction, right }: Partition,
  replicas: number,
  naming: Naming = LIKES_NAMING,
): Scope {
  const nameOf = (side: Side) =>
    side === "others" ? "" : namesOf(side, replicas, naming);
  if (right === "others") {
    return { who: nameOf(left) || "all", cut: "both" };
  }
  if (direction !== "--" && nameOf(right) === "primary") {
    return {
      who: nameOf(left) || "all",
      cut: direction === "->" ? "reports" : "replies",
    };
  }
  return { who: `${nameOf(left)}${direction}${nameOf(right)}`, cut: "both" };
}

/**
 * The names of nodes as fault plans have them.
 *
 * @param ranges The nodes.
 * @param replicas The number of replicas: all of them are `primary`.
 * @param naming The names of the nodes.
 * @returns Such as `LikesServer0-4,primary1`.
 */
export function namesOf(
  ranges: readonly NodeRange[],
  replicas: number,
  naming: Naming = LIKES_NAMING,
): string {
  return ranges.map(({ first, last }) => {
    const kind = kindOf(first);
    const { all, words, first: offset } = naming[kind];
    // The higher number of a replica is the node before.
    const [from, to] = isReplica(first) ? [last, first] : [first, last];
    const count = indexOf(to) - indexOf(from) + 1;
    if (all !== undefined && count === replicas) return all;
    if (words !== undefined) {
      return words.slice(indexOf(from), indexOf(to) + 1).join();
    }
    const name = nameIn(from, replicas, naming);
    return count === 1 ? name : `${name}-${indexOf(to) + offset}`;
  }).join();
}

function formatPartition(
  partition: Partition,
  replicas: number,
  naming: Naming,
): string {
  const { fromTick, untilTick } = partition;
  const { who, cut } = scopeOf(partition, replicas, naming);
  const parts = [`${formatTicks(fromTick)}..${formatTicks(untilTick)}`];
  if (who !== "all") parts.push(who);
  if (cut !== "both") parts.push(cut === "reports" ? "->primary" : "<-primary");
  return parts.join(":");
}

/**
 * Names the processes of crashes or pauses: every replica by one name where all
 * are hit at once.
 *
 * @param faults Crashes, or pauses.
 * @param replicas The number of replicas.
 * @param naming The names of the nodes.
 * @returns Each fault with the name of its process; of all replicas one.
 */
export function together<T extends Crash | Pause>(
  faults: readonly T[],
  replicas: number,
  naming: Naming = LIKES_NAMING,
): [who: string, fault: T][] {
  /** All that faults of several replicas have in common. */
  const keyOf = (fault: T) => JSON.stringify({ ...fault, process: 0 });
  const ofReplicas = Map.groupBy(
    faults.filter(({ process }) => isReplica(process)),
    keyOf,
  );
  const { all } = naming.replicas;
  return faults.flatMap((fault): [string, T][] => {
    const { process } = fault;
    const isOfAll = isReplica(process) &&
      ofReplicas.get(keyOf(fault))?.length === replicas;
    if (all === undefined || !isOfAll) {
      return [[nameIn(process, replicas, naming), fault]];
    }
    return process === PRIMARY ? [[all, fault]] : [];
  });
}

function formatCrash([who, { atTick, downTicks }]: [string, Crash]): string {
  const down = downTicks === NEVER ? "" : `+${formatTicks(downTicks)}`;
  return `${who}@${formatTicks(atTick)}${down}`;
}

function formatPause([who, { atTick, pausedTicks }]: [string, Pause]): string {
  return `${who}@${formatTicks(atTick)}+${formatTicks(pausedTicks)}`;
}
