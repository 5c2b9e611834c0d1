/**
 * The setting with which quorums are compared.
 *
 * @module
 */

import { defaultGossip, writeToAllRefusal } from "../../options/read_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { EVENTS_MAX, plannedEvents } from "./setting.ts";

/** The most replicas of which a page runs all pairs of quorums. */
const QUORUM_REPLICAS_MAX = 5;

/** A setting of which quorums can be compared, or why they cannot. */
export type QuorumSetting =
  | { readonly run: RunOptions }
  | { readonly refusal: string };

/**
 * A setting as `compare --quorums` takes it: all replicas are told and asked,
 * and likes servers read their own item at once where there are no readers.
 *
 * @param options The run.
 * @returns The run, its quorums aside; or the reason why there is none.
 *
 * @example Usage
 * ```ts
 * import { quorumSettingOf } from "./quorum_setting.ts";
 * import { settingFromHash } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   quorumSettingOf(settingFromHash("replicas=3&readers=2")),
 *   { run: settingFromHash("replicas=3&readers=2&write-to=all&read-from=all") },
 * );
 * ```
 */
export function quorumSettingOf(options: RunOptions): QuorumSetting {
  const { replicas, delivery, readers, readAfterTicks, writeTo } = options;
  const { readFrom, gossip } = options;
  if (replicas < 2 || replicas > QUORUM_REPLICAS_MAX) {
    return {
      refusal:
        `Quorums are compared of 2 to ${QUORUM_REPLICAS_MAX} replicas in a page`,
    };
  }
  const refusal = writeToAllRefusal(delivery);
  if (refusal !== "") {
    return {
      refusal: `Quorums cannot be compared in mode ${delivery}: ${refusal}`,
    };
  }
  const isUsualGossip =
    JSON.stringify(gossip) === JSON.stringify(defaultGossip(writeTo));
  const run: RunOptions = {
    ...options,
    writeTo: "all",
    readFrom: readFrom === "any" ? "any" : "all",
    gossip: isUsualGossip ? defaultGossip("all") : gossip,
    failover: true,
    readAfterTicks: readers === 0 ? readAfterTicks ?? 0 : readAfterTicks,
    ...{ readQuorum: 1, writeQuorum: 1 },
  };
  const events = plannedEvents(run) * replicas ** 2;
  if (events > EVENTS_MAX) {
    return {
      refusal:
        `Quorums of about ${events} draws, exchanges and reads are too many for a page: use compare --quorums`,
    };
  }
  return { run };
}
