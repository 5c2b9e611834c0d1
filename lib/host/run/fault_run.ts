/**
 * A run as far as its faults are concerned.
 *
 * @module
 */

import type { FaultRun } from "../../faults/mod.ts";
import { hostNaming, SERVICES } from "../network/naming.ts";
import type { HostRun } from "./options.ts";

/**
 * A run as far as its faults are concerned: nodes are replicas, clients stand
 * where likes servers do, services where readers do.
 *
 * @param run The run, without its faults.
 * @returns What a fault plan is read for.
 */
export function faultRunOf(
  run: Pick<HostRun, "nodes" | "clients" | "firstNode" | "lifetimeTicks">,
): FaultRun & Pick<Required<FaultRun>, "replicas" | "readers"> {
  return {
    servers: run.clients,
    replicas: run.nodes,
    readers: SERVICES.length,
    spawnIntervalTicks: 0,
    lifetimeTicks: run.lifetimeTicks,
    naming: hostNaming(run.firstNode),
  };
}
