/**
 * The description of a scenario.
 *
 * @module
 */

import type { RunOptions } from "../../options/run_options.ts";

/** The subjects of scenarios, in the order in which they teach. */
export const SCENARIO_GROUPS = [
  "One primary",
  "Replicas",
  "Readers",
  "Quorums",
] as const;

/** One of {@linkcode SCENARIO_GROUPS}. */
export type ScenarioGroup = typeof SCENARIO_GROUPS[number];

/** A run that shows one thing. */
export interface Scenario {
  /** The name of the scenario in tests, in kebab case. */
  readonly id: string;
  /** The subject of the scenario. */
  readonly group: ScenarioGroup;
  /** The title of the scenario. */
  readonly title: string;
  /** Two sentences about the thing that it shows. */
  readonly lookFor: readonly [string, string];
  /** A question that is answered by trying. */
  readonly question: string;
  /**
   * The moment at which the film begins, in seconds: shortly before the thing
   * that the scenario shows.
   */
  readonly watchFromSeconds: number;
  /** The speed of the film, in virtual seconds a second. @default {2} */
  readonly speed?: number;
  /** The run. */
  readonly options: RunOptions;
}
