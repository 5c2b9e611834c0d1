/**
 * The flags of an exploration: how much may happen in it.
 *
 * @module
 */

import {
  EXPLORATION_DEFAULT,
  EXPLORATION_MAX,
  type ExplorationSizes,
  STATES_MAX_DEFAULT,
  usualSizes,
} from "../domain/exploration.ts";
import {
  type Flag,
  integer,
  optional,
  optionalText,
  toggle,
  value,
} from "./flag.ts";

/** A size, from a least number on; its default is put in by who reads it. */
function size(
  key: keyof ExplorationSizes,
  min: number,
  help: string,
  otherDefault?: string,
): Flag<number | undefined> {
  return optional(
    "N",
    help,
    integer(min, EXPLORATION_MAX[key]),
    `${EXPLORATION_DEFAULT[key]}`,
    otherDefault,
  );
}

/** The default of a fault that hides what a mode does by itself. */
const LOSS_ENOUGH = "0 with --exact in a mode without a mark";

/** Flags that only an exploration takes. */
export const EXPLORATION_FLAGS = {
  draws: size(
    "draws",
    1,
    "Draws that each likes server can make",
    "1 with several replicas",
  ),
  losses: size("losses", 0, "Messages that the network may lose"),
  copies: size(
    "copies",
    0,
    "Messages that the network may repeat",
    `${LOSS_ENOUGH}, or with several replicas`,
  ),
  crashes: size(
    "crashes",
    0,
    "Processes that may be killed, and started again",
    LOSS_ENOUGH,
  ),
  emptyRestarts: toggle(
    "Let primaries that were killed start again empty, as without their journal",
  ),
  late: size(
    "late",
    0,
    "Waits for an answer that may end though the report, or its answer, is still on its way",
    `${LOSS_ENOUGH}, or with several replicas`,
  ),
  exchanges: optional(
    "N",
    "Exchanges that replicas may begin before the lifetimes end",
    integer(0, EXPLORATION_MAX.exchanges),
    `${usualSizes(2, "home").exchanges}`,
    "0 with --write-to all",
  ),
  reads: size(
    "reads",
    0,
    "Reads that a reader may begin, one after another",
    "0 in a mode without a mark",
  ),
  exact: toggle(
    "Hold the mode to exactness, whatever it promises: each draw counted once",
  ),
  statesMax: optional(
    "N",
    "Stop after that many states, at most some 200 bytes each: nothing is proved then",
    integer(1, 1_000_000_000),
    `${STATES_MAX_DEFAULT}`,
  ),
  replay: optionalText(
    "EVENTS",
    "Tell what each process knows at each step of a story, such as draw0,deliver0,lose0",
    "draw0,deliver0,lose0",
  ),
} satisfies Record<string, Flag<unknown>>;

/** Flags of other commands that have other bounds in an exploration. */
export const EXPLORE_FLAGS = {
  servers: size(
    "servers",
    1,
    "How many likes servers",
    "1 with --write-to all or more than two replicas",
  ),
  replicas: value(
    "N",
    "How many replicas",
    `${EXPLORATION_DEFAULT.replicas}`,
    integer(1, EXPLORATION_MAX.replicas),
  ),
};
