/**
 * Scenarios: runs to begin with, each of which shows one thing.
 *
 * @module
 */

import type { RunOptions } from "../../options/run_options.ts";
import { REPLICA_SCENARIOS } from "./replica_scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { isSameSetting, settingFromHash } from "./setting.ts";

/** Scenarios of one primary, without readers. */
const PRIMARY_SCENARIOS: readonly Scenario[] = [
  {
    id: "calm",
    group: "One primary",
    title: "Calm",
    lookFor: [
      "Nothing goes wrong, and still the primary is never quite up to date: the likes on their way are the thin gap between the two lines.",
      "When the last likes server has drawn for the last time, the two lines meet within a moment and stay together.",
    ],
    question:
      "Set the latency to exp:1s: how much wider does the gap become, and do the two lines still meet?",
    watchFromSeconds: 30,
    options: settingFromHash("latency=exp:100ms"),
  },
  {
    id: "lost-ack",
    group: "One primary",
    title: "A lost ACK, original protocol",
    lookFor: [
      "Between 30 and 33 s the primary counts one report of LikesServer0 and one of LikesServer1, but neither ACK arrives, so both keep their likes and send them once more within their next report: LikesServer0's 18 likes are counted twice.",
      "The sum of LikesServer1 passes 42, which no report may carry: it is stuck for ever, and its gap grows to the end.",
    ],
    question:
      "Compare the modes below: which of them counts each like once although the same two ACKs are lost?",
    watchFromSeconds: 30.7,
    options: settingFromHash(
      "servers=3&lifetime=120s&delivery=original&latency=uniform:50ms..150ms" +
        "&partition=30s..33s:LikesServer0-1:<-primary&seed=0",
    ),
  },
  {
    id: "partition",
    group: "One primary",
    title: "A partition that heals",
    lookFor: [
      "From 100 to 160 s nothing passes: likes are drawn on, the primary stands still, and the two lines part.",
      "After the partition each likes server needs a single report to catch up, because its total says everything that was missed: the lines meet again at once.",
    ],
    question:
      "Choose at-most-once: what becomes of the likes of that minute, and why do the lines run parallel afterwards?",
    watchFromSeconds: 158,
    options: settingFromHash("latency=exp:100ms&partition=100s..160s"),
  },
  {
    id: "primary-crash",
    group: "One primary",
    title: "A primary that crashes",
    lookFor: [
      "The primary is killed at 120 s and comes back at 150 s with all that it had acknowledged, because it had written each report to its log before its ACK.",
      "Meanwhile the likes servers draw on and try again, less and less often, so the last of them is heard some seconds after the restart, and only then do the lines meet.",
    ],
    question:
      "Set “Primary writes” to none and compare the modes below: which of them bring back what the primary forgets?",
    watchFromSeconds: 148,
    options: settingFromHash("latency=exp:100ms&crash=primary@120s%2B30s"),
  },
  {
    id: "death",
    group: "One primary",
    title: "A server that dies with likes unsent",
    lookFor: [
      "LikesServer3 is cut off at 60 s, goes on drawing, and is killed for good at 110 s: what it had not delivered dies with it.",
      "No delivery mode can bring these likes back, and so the gap stays open to the end: the verdict calls them undelivered, not lost.",
    ],
    question:
      "Drag the crash to the right: from which moment on is nothing left undelivered?",
    watchFromSeconds: 108,
    options: settingFromHash(
      "servers=4&lifetime=180s&latency=exp:100ms" +
        "&partition=60s..120s:LikesServer3&crash=LikesServer3@110s",
    ),
  },
  {
    id: "duplicates",
    group: "One primary",
    title: "A flood of duplicates",
    lookFor: [
      "The network delivers three messages in ten twice, and the primary of this mode cannot tell a copy from a new report: its line rises above what was generated, and the gap goes below zero.",
      "Compare all five modes: only dedup and crdt, whose reports carry a mark, count each like once.",
    ],
    question:
      "Choose at-most-once, which repeats nothing itself: is it safe from a network that does?",
    watchFromSeconds: 20,
    options: settingFromHash(
      "delivery=at-least-once&latency=exp:300ms&duplicate=3/10",
    ),
  },
];

/** All scenarios, in the order in which they teach. */
export const SCENARIOS: readonly Scenario[] = [
  ...PRIMARY_SCENARIOS,
  ...REPLICA_SCENARIOS,
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
