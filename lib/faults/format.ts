/**
 * Writes a fault plan as the flags it can be read from.
 *
 * @module
 */

import { nodeName } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import { formatLatency } from "./latency.ts";
import { formatTicks, shellWord } from "./notation.ts";
import type {
  Crash,
  FaultFlags,
  FaultPlan,
  Partition,
  Pause,
  ServerRange,
} from "./plan.ts";

/**
 * The flags that give a plan: reading them again for the same run gives an
 * equal plan.
 *
 * @param plan The plan.
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
 * assertEquals(faultFlagsOf(plan), {
 *   loss: "3/100",
 *   crash: ["primary@60s+10s"],
 * });
 * ```
 */
export function faultFlagsOf(plan: FaultPlan): FaultFlags {
  const { reportLoss, ackLoss, duplicate, partitions, pauses } = plan;
  const { ackLatency, peerLatency, readLatency } = plan;
  const latency = formatLatency(plan.latency);
  const crash = plan.crashes.map(formatCrash);
  if (plan.randomCrashes > 0) crash.push(`random:${plan.randomCrashes}`);
  return {
    ...(latency !== "0ms" && { latency }),
    ...(ackLatency && { ackLatency: formatLatency(ackLatency) }),
    ...(peerLatency && { peerLatency: formatLatency(peerLatency) }),
    ...(readLatency && { readLatency: formatLatency(readLatency) }),
    ...(reportLoss.value > 0 && { loss: reportLoss.text }),
    ...(ackLoss.text !== reportLoss.text && { ackLoss: ackLoss.text }),
    ...(duplicate.value > 0 && { duplicate: duplicate.text }),
    ...(partitions.length > 0 &&
      { partition: partitions.map(formatPartition) }),
    ...(crash.length > 0 && { crash }),
    ...(pauses.length > 0 && { pause: pauses.map(formatPause) }),
  };
}

/**
 * Writes a plan as flags for people: one text each, to be pasted into a shell.
 *
 * @param plan The plan.
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
 * assertEquals(formatFaultPlan(plan), ["--partition '60s..120s:->primary'"]);
 * ```
 */
export function formatFaultPlan(plan: FaultPlan): string[] {
  const flags = faultFlagsOf(plan);
  const pairs: [string, string | undefined][] = [
    ["--latency", flags.latency],
    ["--ack-latency", flags.ackLatency],
    ["--peer-latency", flags.peerLatency],
    ["--read-latency", flags.readLatency],
    ["--loss", flags.loss],
    ["--ack-loss", flags.ackLoss],
    ["--duplicate", flags.duplicate],
  ];
  for (const text of flags.partition ?? []) pairs.push(["--partition", text]);
  for (const text of flags.crash ?? []) pairs.push(["--crash", text]);
  for (const text of flags.pause ?? []) pairs.push(["--pause", text]);
  return pairs.flatMap(([flag, text]) =>
    text === undefined ? [] : [`${flag} ${shellWord(text)}`]
  );
}

function formatNames({ first, last }: ServerRange): string {
  return first === last ? `LikesServer${first}` : `LikesServer${first}-${last}`;
}

function formatPartition(partition: Partition): string {
  const { fromTick, untilTick, servers, cut } = partition;
  const parts = [`${formatTicks(fromTick)}..${formatTicks(untilTick)}`];
  if (servers !== "all") parts.push(servers.map(formatNames).join(","));
  if (cut !== "both") parts.push(cut === "reports" ? "->primary" : "<-primary");
  return parts.join(":");
}

function formatCrash({ process, atTick, downTicks }: Crash): string {
  const down = downTicks === NEVER ? "" : `+${formatTicks(downTicks)}`;
  return `${nodeName(process, 1)}@${formatTicks(atTick)}${down}`;
}

function formatPause({ process, atTick, pausedTicks }: Pause): string {
  return `${nodeName(process, 1)}@${formatTicks(atTick)}+${
    formatTicks(pausedTicks)
  }`;
}
