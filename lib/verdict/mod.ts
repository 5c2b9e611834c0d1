/**
 * History in, verdict out: did the primary end with exactly the likes that were
 * generated, what happened to the others, how stale a read was and how long
 * agreement took.
 *
 * Pure: no I/O, no clock, no randomness; runs in any JavaScript engine.
 *
 * @example
 * ```ts
 * import { explain, judgeHistory } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const verdict = judgeHistory([
 *   { t: 0, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 },
 *   { t: 0.02, kind: "count", server: 0, seq: 1, likes: 14, total: 14 },
 * ], { delivery: "crdt", seed: 7 });
 * assertEquals(verdict.converged, true);
 * assertEquals(verdict.convergenceSeconds, 0.02);
 * assertEquals(explain(verdict), [
 *   "All 14 likes generated are at the primary: nothing lost, nothing counted twice.",
 * ]);
 * ```
 *
 * @module
 */
export { HistoryDigest } from "./digest.ts";
export { explain, grouped } from "./explain.ts";
export { type Finding, FINDING_KINDS, type FindingKind } from "./findings.ts";
export { type Distribution, Histogram } from "./histogram.ts";
export {
  formatEvent,
  HISTORY_KINDS,
  type HistoryEvent,
  type HistoryKind,
  kindCode,
  parseEvent,
  tickOf,
} from "./history.ts";
export { verdictRecord, verdictToJson } from "./json.ts";
export {
  type Measures,
  Meter,
  type MeterOptions,
  type Watermarks,
} from "./meter.ts";
export {
  type AnsweredRead,
  type FreshAfter,
  type MarkedReadMeasures,
  type ReadMeasures,
  ReadMeter,
  type ReadMeterOptions,
  type ReadsSoFar,
} from "./read_meter.ts";
export {
  type ReplicaMeasures,
  ReplicaMeter,
  type ReplicaSeqs,
} from "./replica_meter.ts";
export {
  freshWithinVersions,
  type SpreadingTime,
  spreadingTime,
} from "./replica_theory.ts";
export {
  type GossipCost,
  type ReadsVerdict,
  readsVerdictOf,
  type ReplicaFacts,
  replicaFactsOf,
  type ReplicaVerdict,
} from "./replica_verdict.ts";
export { HistoryMeter, judgeHistory, meterFromHistory } from "./replay.ts";
export {
  isWithin,
  type MessageFaults,
  predict,
  type Prediction,
} from "./theory.ts";
export {
  exitCodeOf,
  isComplete,
  isServerWell,
  judge,
  type RunFacts,
  type ServerAccount,
  SERVERS_LISTED_MAX,
  type ServerVerdict,
  type StoppedRun,
  type Verdict,
} from "./verdict.ts";
export { GOSSIP_STYLES, type GossipStyle } from "../domain/replicas.ts";
