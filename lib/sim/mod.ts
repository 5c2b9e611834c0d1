/**
 * The virtual run: the rules of `lib/rules/` in simulated time. Pure: no clock,
 * no randomness of its own, no I/O; runs in any JavaScript engine.
 *
 * @example Which delivery modes survive a bad network?
 * ```ts
 * import { DEFAULT_RUN, simulate } from "./mod.ts";
 * import { parseFaultPlan } from "../faults/mod.ts";
 * import { DELIVERIES } from "../domain/delivery.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const flags = { latency: "exp:20ms", loss: "1/10", partition: ["60s..120s"] };
 * const faults = parseFaultPlan(flags, DEFAULT_RUN);
 * const converged = DELIVERIES.filter((delivery) =>
 *   simulate({ ...DEFAULT_RUN, delivery, faults, seed: 7 }).converged
 * );
 * assertEquals(converged, ["dedup", "crdt"]);
 * ```
 *
 * @module
 */

export { InvariantViolation } from "./invariants.ts";
export type { ViolationSubject } from "./violation_subject.ts";
export {
  type ManyRuns,
  type ManyRunsHooks,
  simulateMany,
} from "./runs/many.ts";
export { DEFAULT_RUN, type RunOptions } from "../options/run_options.ts";
export { simulate, verdictOf } from "./run.ts";
export {
  type AcknowledgementsOfRuns,
  type FailedRun,
  type ReadsOfRuns,
  type ReplicasOfRuns,
  type RunsReport,
  RunsSummary,
} from "../verdict/runs/runs_summary.ts";
export {
  figuresOf,
  type Outcome,
  type RunFigures,
} from "../verdict/runs/figures.ts";
export { shrink } from "./runs/shrink.ts";
export type { ShrinkHooks, Shrunk } from "../faults/shrink/shrink.ts";
export { type SimHooks, Simulation } from "./simulation.ts";
export { ServerRows } from "./server_rows.ts";
export { READ_REPAIRS, type ReadRepair } from "../domain/replicas.ts";
export {
  type AcknowledgementMeasures,
  AcknowledgementMeter,
} from "../verdict/acknowledgement_meter.ts";
export { EventDirection, Recorder } from "./recorder.ts";
export { RULES, type Rules } from "./rules.ts";
export {
  type ReportReceiver,
  VirtualPrimary,
  type VirtualPrimaryOptions,
} from "./virtual_primary.ts";
export {
  GOSSIP_STYLES,
  type GossipStyle,
  REPLICA_CHOICES,
  type ReplicaChoice,
} from "../domain/replicas.ts";
export type { CountedLikes } from "./virtual_primary.ts";
export { Gossip } from "./replicas/gossip.ts";
export { type ReadChecks, Readers } from "./replicas/readers.ts";
export type { OpenRead } from "./replicas/read_messages.ts";
export { ReplicaSet, type ReplicaSetOptions } from "./replicas/replica_set.ts";
export { Targets } from "./replicas/targets.ts";
export { ReplicaWorld } from "./replicas/world.ts";
