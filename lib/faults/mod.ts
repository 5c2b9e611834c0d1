/**
 * The fault plan: its notation, and what is in force for a message at a time.
 * No I/O, no clock: the live run and the virtual run use the same.
 *
 * @module
 */

export { Faults, LIFTED_LATENCY_TICKS_MAX } from "./force.ts";
export { MessageChance, type MessageChanceOptions } from "./message_chance.ts";
export {
  type Cut,
  faultFlagsOf,
  formatFaultPlan,
  namesOf,
  type Scope,
  scopeOf,
} from "./format.ts";
export {
  formatLatency,
  type Latency,
  LATENCY_NONE,
  type MixPart,
  parseLatency,
  type SamplesReader,
} from "./latency.ts";
export { LatencySampler } from "./latency_sampler.ts";
export { type LatencySetting, latencySettingOf } from "./latency_settings.ts";
export {
  indexOf,
  type KindNaming,
  nameIn,
  type Naming,
  nodeAt,
  type NodeKind,
} from "./naming.ts";
export {
  DURATION_MS_MAX,
  formatDuration,
  parseDurationMs,
  parseInteger,
  parseRange,
  parseRatio,
  partOf,
  quote,
  type Ratio,
  RATIO_NONE,
} from "./notation.ts";
export { parseFaultPlan } from "./parse.ts";
export {
  type Crash,
  type CutDirection,
  type FaultFlags,
  type FaultPlan,
  type FaultRun,
  type FaultSchedule,
  NO_FAULTS,
  type NodeRange,
  type Partition,
  type Pause,
  RUN_TICKS_MAX,
  runEndTick,
  type Side,
} from "./plan.ts";
export { parseSamples } from "./samples.ts";
export { type FaultyRun, scheduleFaults, spellOutFaults } from "./schedule.ts";
export {
  type LinkTransition,
  type ProcessTransition,
  type Transition,
  transitionsOf,
} from "./transitions.ts";
export { MessageKind } from "../domain/messages.ts";
