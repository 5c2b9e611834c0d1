/**
 * Random settings for property tests of the laboratory.
 *
 * @module
 */

import fc from "fast-check";
import { DELIVERIES, type Delivery } from "../../../lib/domain/delivery.ts";
import { type FlagKey, flagName } from "../../../lib/options/flags.ts";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { isMarked } from "../../../lib/rules/delivery_traits.ts";
import { readSetting } from "../../../lib/view/lab/setting.ts";
import { faultFlags } from "../../faults/arbitrary.ts";

/** The settings to draw. */
export interface SettingsOptions {
  /** The most replicas, at least 1. @default {5} */
  readonly replicasMax?: number;
}

/**
 * Random settings, always valid, as the form gives them: runs of up to a
 * minute.
 *
 * @param options The settings to draw.
 * @returns The arbitrary.
 */
export function settings(
  { replicasMax = 5 }: SettingsOptions = {},
): fc.Arbitrary<RunOptions> {
  const tenths = (min: number, max: number) => fc.integer({ min, max });
  return fc.record({
    servers: fc.integer({ min: 1, max: 12 }),
    lifetimeTicks: tenths(20_000, 600_000),
    spawnIntervalTicks: tenths(0, 20_000),
    interval: fc.tuple(tenths(1000, 20_000), tenths(0, 50_000)),
    likes: fc.tuple(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 22 }),
    ),
    delivery: fc.constantFrom(...DELIVERIES),
    ackTimeoutTicks: tenths(10, 50_000),
    drainTicks: tenths(0, 200_000),
    durability: fc.constantFrom("none", "write", "fsync"),
    seed: fc.maxSafeNat(),
    replicas: fc.integer({ min: 1, max: replicasMax }),
    readers: fc.integer({ min: 0, max: 3 }),
    more: replicaFields(),
  }).chain((run) =>
    faultFlags(
      { ...run, readAfterTicks: run.more.readAfter === undefined ? null : 0 },
      { neverRestarted: true },
    ).map((faults) => {
      const ms = (ticks: number) => `${ticks / 10}ms`;
      const [low, more] = run.interval;
      const [few, extra] = run.likes;
      const fields = new URLSearchParams({
        servers: `${run.servers}`,
        lifetime: ms(run.lifetimeTicks),
        "spawn-interval": ms(run.spawnIntervalTicks),
        interval: `${ms(low)}..${ms(low + more)}`,
        likes: `${few}..${few + extra}`,
        delivery: run.delivery,
        "ack-timeout": ms(run.ackTimeoutTicks),
        drain: ms(run.drainTicks),
        durability: run.durability,
        seed: `${run.seed}`,
        replicas: `${run.replicas}`,
        readers: `${run.readers}`,
      });
      for (const [name, text] of Object.entries(effective(run))) {
        fields.append(name, text);
      }
      for (const [key, given] of Object.entries(faults)) {
        for (const text of [given ?? []].flat()) {
          fields.append(flagName(key as FlagKey), text);
        }
      }
      if (!isGossiping(run)) fields.delete("peer-latency");
      return readSetting(fields);
    })
  );
}

/** Fields of replicas and reads, of which not all go together. */
interface ReplicaFields {
  readonly gossip: string | undefined;
  readonly gossipStyle: string | undefined;
  readonly writeTo: "home" | "any" | "all";
  readonly noFailover: boolean;
  readonly readInterval: string | undefined;
  readonly readFrom: "home" | "any" | "all";
  readonly quorums: readonly [read: number, write: number];
  readonly readRepair: string | undefined;
  readonly readAfter: string | undefined;
}

function replicaFields(): fc.Arbitrary<ReplicaFields> {
  const maybe = (...texts: string[]) =>
    fc.option(fc.constantFrom(...texts), { nil: undefined });
  const choice = fc.constantFrom("home", "any", "all");
  return fc.record({
    gossip: maybe("off", "300ms", "exp:1s", "uniform:0.2s..3s"),
    gossipStyle: maybe("push", "pull", "push-pull"),
    writeTo: choice,
    noFailover: fc.boolean(),
    readInterval: maybe("200ms..2s"),
    readFrom: choice,
    quorums: fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
    ),
    readRepair: maybe("after", "before"),
    readAfter: maybe("0s", "50ms"),
  }) as fc.Arbitrary<ReplicaFields>; // Words of a choice are no wider texts.
}

interface DrawnRun {
  readonly delivery: Delivery;
  readonly replicas: number;
  readonly readers: number;
  readonly more: ReplicaFields;
}

function writeToOf({ delivery, more }: DrawnRun): ReplicaFields["writeTo"] {
  return more.writeTo === "all" && !isMarked(delivery) ? "any" : more.writeTo;
}

function isGossiping(run: DrawnRun): boolean {
  const { gossip } = run.more;
  if (run.replicas === 1) return false;
  return gossip === undefined ? writeToOf(run) !== "all" : gossip !== "off";
}

/** The fields that have an effect in a run: all others are refused. */
function effective(run: DrawnRun): Record<string, string> {
  const { replicas, readers, more } = run;
  const { readFrom, readAfter } = more;
  const areMany = replicas > 1;
  const hasReads = readers > 0 || readAfter !== undefined;
  const writeTo = writeToOf(run);
  const [read, write] = more.quorums.map((quorum) =>
    Math.min(quorum, replicas)
  ) as [number, number];
  const fields: Record<string, string | undefined> = {
    "gossip": areMany ? more.gossip : undefined,
    "gossip-style": isGossiping(run) ? more.gossipStyle : undefined,
    "write-to": areMany ? writeTo : undefined,
    "write-quorum": areMany && writeTo === "all" ? `${write}` : undefined,
    "no-failover": areMany && writeTo === "home" && more.noFailover
      ? "on"
      : undefined,
    "read-interval": readers > 0 ? more.readInterval : undefined,
    "read-after": readAfter,
    "read-from": areMany && hasReads ? readFrom : undefined,
    "read-quorum": areMany && hasReads && readFrom !== "home"
      ? `${read}`
      : undefined,
    "read-repair": areMany && hasReads && writeTo === "all" &&
        (readFrom === "all" || readFrom === "any" && read > 1)
      ? more.readRepair
      : undefined,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text]]
    ),
  );
}
