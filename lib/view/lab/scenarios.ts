/**
 * Scenarios: runs to begin with, each of which shows one thing.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { parseFaultPlan } from "../../faults/parse.ts";
import type { FaultFlags } from "../../faults/plan.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { DEFAULT_SETTING, isSameSetting } from "./setting.ts";

/** A run that shows one thing. */
export interface Scenario {
  /** The name of the scenario in tests, in kebab case. */
  readonly id: string;
  /** The title of the scenario. */
  readonly title: string;
  /** Two sentences about the thing that it shows. */
  readonly lookFor: readonly [string, string];
  /**
   * The moment at which the film begins, in seconds: shortly before the thing
   * that the scenario shows.
   */
  readonly watchFromSeconds: number;
  /** The run. */
  readonly options: RunOptions;
}

/** The setting that the page begins with, with other values and with faults. */
function settingWith(
  flags: FaultFlags,
  changes: Partial<RunOptions> = {},
): RunOptions {
  const run = { ...DEFAULT_SETTING, ...changes };
  return { ...run, faults: parseFaultPlan(flags, run) };
}

/** All scenarios, in the order in which they teach. */
export const SCENARIOS: readonly Scenario[] = [
  {
    id: "calm",
    title: "Calm",
    lookFor: [
      "Nothing goes wrong, and still the primary is never quite up to date: the likes on their way are the thin gap between the two lines.",
      "When the last likes server has drawn for the last time, the two lines meet within a moment and stay together.",
    ],
    watchFromSeconds: 30,
    options: settingWith({ latency: "exp:100ms" }),
  },
  {
    id: "lost-ack",
    title: "A lost ACK, original protocol",
    lookFor: [
      "Between 30 and 33 s the primary counts one report of LikesServer0 and one of LikesServer1, but neither ACK arrives, so both keep their likes and send them once more within their next report: LikesServer0's 18 likes are counted twice.",
      "The sum of LikesServer1 passes 42, which no report may carry: it is stuck for ever, and its gap grows to the end.",
    ],
    watchFromSeconds: 30.7,
    options: settingWith({
      latency: "uniform:50ms..150ms",
      partition: ["30s..33s:LikesServer0-1:<-primary"],
    }, {
      servers: 3,
      lifetimeTicks: 120 * TICKS_PER_SECOND,
      delivery: "original",
      seed: 0,
    }),
  },
  {
    id: "partition",
    title: "A partition that heals",
    lookFor: [
      "From 100 to 160 s nothing passes: likes are drawn on, the primary stands still, and the two lines part.",
      "After the partition each likes server needs a single report to catch up, because its total says everything that was missed: the lines meet again at once.",
    ],
    watchFromSeconds: 158,
    options: settingWith({ latency: "exp:100ms", partition: ["100s..160s"] }),
  },
  {
    id: "primary-crash",
    title: "A primary that crashes",
    lookFor: [
      "The primary is killed at 120 s and comes back at 150 s with all that it had acknowledged, because it had written each report to its log before its ACK.",
      "Meanwhile the likes servers draw on and try again, less and less often, so the last of them is heard some seconds after the restart, and only then do the lines meet.",
    ],
    watchFromSeconds: 148,
    options: settingWith({ latency: "exp:100ms", crash: ["primary@120s+30s"] }),
  },
  {
    id: "death",
    title: "A server that dies with likes unsent",
    lookFor: [
      "LikesServer3 is cut off at 60 s, goes on drawing, and is killed for good at 110 s: what it had not delivered dies with it.",
      "No delivery mode can bring these likes back, and so the gap stays open to the end: the verdict calls them undelivered, not lost.",
    ],
    watchFromSeconds: 108,
    options: settingWith({
      latency: "exp:100ms",
      partition: ["60s..120s:LikesServer3"],
      crash: ["LikesServer3@110s"],
    }, {
      servers: 4,
      lifetimeTicks: 180 * TICKS_PER_SECOND,
    }),
  },
  {
    id: "duplicates",
    title: "A flood of duplicates",
    lookFor: [
      "The network delivers three messages in ten twice, and the primary of this mode cannot tell a copy from a new report: its line rises above what was generated, and the gap goes below zero.",
      "Compare all five modes: only dedup and crdt, whose reports carry a mark, count each like once.",
    ],
    watchFromSeconds: 20,
    options: settingWith({ latency: "exp:300ms", duplicate: "3/10" }, {
      delivery: "at-least-once",
    }),
  },
];

/**
 * Finds the scenario that a setting is.
 *
 * @param options The run.
 * @returns The scenario, or `undefined` if it is none of them.
 */
export function scenarioOf(options: RunOptions): Scenario | undefined {
  return SCENARIOS.find((scenario) => isSameSetting(scenario.options, options));
}
