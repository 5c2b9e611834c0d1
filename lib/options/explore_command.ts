/**
 * The description of the command `explore`.
 *
 * @module
 */

import type { Command } from "./command.ts";
import { EXPLORE_FLAGS } from "./flags_of_exploration.ts";

const NO_SHARE =
  "it tries every order of events, --losses and the like say how many";
const NO_TIME = "no time passes in it, only the order of events counts";

/** Flags of runs that mean nothing in an exploration. */
const NOT_EXPLORED = {
  seed: "nothing is drawn, it tries everything",
  loss: NO_SHARE,
  ackLoss: NO_SHARE,
  duplicate: NO_SHARE,
  crash: NO_SHARE,
  partition: NO_SHARE,
  latency: NO_TIME,
  lifetime: NO_TIME,
  interval: NO_TIME,
  readers: "one reader reads, --reads says how often",
} as const satisfies Command["refused"];

/** Every order of events of a small run. */
export const EXPLORE_COMMAND = {
  summary:
    "Every order of events of a small run: it holds in all, or the shortest story that goes wrong",
  operands: [],
  sections: [{
    title: "What is explored",
    flags: ["delivery", "servers", "draws", "exact"],
  }, {
    title: "What may happen, at most so often",
    flags: ["losses", "copies", "crashes", "emptyRestarts", "late"],
  }, {
    title: "Replicas of the primary",
    flags: [
      "replicas",
      "exchanges",
      "writeTo",
      "writeQuorum",
      "noFailover",
    ],
  }, {
    title: "Reads",
    flags: ["reads", "readFrom", "readQuorum", "readRepair"],
  }, {
    title: "What is told",
    flags: ["statesMax", "diagram", "replay", "json"],
  }],
  flags: EXPLORE_FLAGS,
  refused: NOT_EXPLORED,
} as const satisfies Command;

/** The keys of its flags. */
export type ExploreFlagKey =
  (typeof EXPLORE_COMMAND)["sections"][number]["flags"][number];
