/**
 * Every order of events of a small run. Pure: no clock, no randomness, no I/O;
 * runs in any JavaScript engine.
 *
 * @example How does at-least-once count twice?
 * ```ts
 * import { DEFAULT_BOUNDS, Exploration } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const exploration = new Exploration({
 *   ...DEFAULT_BOUNDS,
 *   ...{ delivery: "at-least-once", isExact: true, reads: 0 },
 *   ...{ losses: 1, copies: 0, crashes: 0, late: 0 },
 * });
 * while (!exploration.advance(10_000));
 * const { events, story } = exploration.result();
 * assertEquals(events, "draw0,deliver0,lose0,timeout0,retry0,deliver0");
 * assertEquals(story?.steps[2]?.words, "The answer from primary to LikesServer0 (ACK) is lost");
 * ```
 *
 * @example A story step by step, for a page that plays it
 * ```ts
 * import { DEFAULT_BOUNDS, parseEvents, replayed } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bounds = { ...DEFAULT_BOUNDS, reads: 0 };
 * const { steps } = replayed(bounds, parseEvents("draw0,deliver0"));
 * assertEquals(steps[1]?.processes.at(-1), {
 *   name: "primary",
 *   words: "holds LikesServer0 14 up to seq 1, LikesServer1 0",
 * });
 * ```
 *
 * @module
 */

export type { Delivery } from "../domain/delivery.ts";
export type { ExplorationSizes } from "../domain/exploration.ts";
export {
  READ_REPAIRS,
  type ReadRepair,
  REPLICA_CHOICES,
  type ReplicaChoice,
} from "../domain/replicas.ts";
export {
  Exploration,
  type ExplorationResult,
  replayed,
} from "./exploration.ts";
export { type Bounds, DEFAULT_BOUNDS } from "./model/bounds.ts";
export { formatEvents, parseEvents } from "./model/events.ts";
export type {
  ToldArrival,
  ToldMessage,
  ToldOutcome,
  ToldProcess,
  ToldStep,
  ToldStory,
} from "./story/told.ts";
