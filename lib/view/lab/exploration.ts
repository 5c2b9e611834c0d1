/**
 * Explorations in the laboratory: every order of events of a small run, or the
 * story that a command line names.
 *
 * @module
 */

import { exploreOptions } from "../../explore/explore_options.ts";
import {
  Exploration,
  formatEvents,
  replayed,
  type ToldStory,
} from "../../explore/mod.ts";
import { EXPLORE_COMMAND } from "../../options/explore_command.ts";
import { parseCommand } from "../../options/parse.ts";

/** States looked at between two reports of progress. */
const SLICE_STATES = 4096;

/** The most states seen in a page: some hundreds of megabytes. */
const STATES_MAX = 3_000_000;

/** The outcome of an exploration, or a story that was told again. */
export interface Explored {
  /** The story; null if everything holds. */
  readonly story: ToldStory | null;
  /** States that were seen; left out of a story that is told again. */
  readonly states?: number;
  /** Whether these are all. */
  readonly isWhole: boolean;
  /** The flags that tell the same story, or explore the same again. */
  readonly flags: string;
}

/**
 * Explores, or tells a story again.
 *
 * @param words The words of a command line behind `explore`.
 * @param onProgress Called with the share of the known states that was looked
 * at, 0 to 1.
 * @returns The outcome.
 * @throws {UsageError} If the words cannot be followed.
 * @throws {RangeError} If an event is not possible where it is to happen.
 */
export function explore(
  words: readonly string[],
  onProgress: (share: number) => void,
): Explored {
  const { values } = parseCommand("explore", EXPLORE_COMMAND, words);
  const options = exploreOptions(values, "");
  const { bounds, replay } = options;
  const flags = options.command.trim().replace(/^explore ?/, "");
  const replaying = (events: string) => `${flags} --replay ${events}`.trim();
  if (replay !== undefined) {
    return {
      story: replayed(bounds, replay),
      isWhole: true,
      flags: replaying(formatEvents(replay)),
    };
  }
  const exploration = new Exploration(
    bounds,
    Math.min(options.statesMax, STATES_MAX),
  );
  while (!exploration.advance(SLICE_STATES)) {
    onProgress(1 - exploration.waiting / exploration.states);
  }
  const { story, events, states, isWhole } = exploration.result();
  return {
    story: story ?? null,
    states,
    isWhole,
    flags: events === undefined ? flags : replaying(events),
  };
}
