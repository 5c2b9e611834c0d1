/**
 * A whole exploration: model, search, and what is found.
 *
 * @module
 */

import type { Found } from "./checker/search.ts";
import { Search } from "./checker/search.ts";
import { fairRoundOf, type Witness, witnessOf } from "./checker/witness.ts";
import type { Bounds } from "./model/bounds.ts";
import { formatEvents } from "./model/events.ts";
import { LikesModel } from "./model/likes_model.ts";
import { RULES, type Rules } from "./model/rules.ts";
import { tellStory } from "./story/tell.ts";
import type { ToldStory } from "./story/told.ts";

/** The outcome of an exploration. */
export interface ExplorationResult {
  /** Whether everything holds in all states that were seen. */
  readonly holds: boolean;
  /** Whether all states were seen, or a violation was found. */
  readonly isWhole: boolean;
  /** States seen. */
  readonly states: number;
  /** Steps taken between them. */
  readonly transitions: number;
  /** Events that lead to those furthest away. */
  readonly depth: number;
  /** The chance that any two states were taken for one. */
  readonly collisionChance: number;
  /** Bytes that the states took. */
  readonly bytes: number;
  /** The shortest story of a violation, left out if there is none. */
  readonly story?: ToldStory;
  /** The events of the story, as `--replay` takes them. */
  readonly events?: string;
}

/** Explores all orders of events within some bounds. */
export class Exploration {
  /** The model that is explored. */
  readonly model: LikesModel;
  /** The search. */
  readonly search: Search;

  /**
   * Begins.
   *
   * @param bounds The bounds.
   * @param statesMax The most states to see.
   * @param rules The rules, which a test can replace.
   * @throws {RangeError} If the bounds cannot be.
   */
  constructor(bounds: Bounds, statesMax = Infinity, rules: Rules = RULES) {
    this.model = new LikesModel(bounds, rules);
    this.search = new Search(this.model, { statesMax });
  }

  /**
   * Goes on.
   *
   * @param states How many states to look at.
   * @returns Whether it is over.
   */
  advance(states: number): boolean {
    return this.search.advance(states);
  }

  /**
   * Tells what was found so far. What must hold in the end is decided where all
   * states were seen, or where something was found.
   *
   * @returns The result.
   */
  result(): ExplorationResult {
    const { search, model } = this;
    const witness = this.#witness();
    const story = witness === null ? null : tellStory(
      model,
      [...witness.events, ...witness.round],
      witness.property,
      witness.round.length > 0 ? witness.events.length : undefined,
    );
    return {
      holds: witness === null,
      isWhole: witness !== null || search.waiting === 0,
      states: search.states,
      transitions: search.transitions,
      depth: search.depth,
      collisionChance: search.seen.collisionChance,
      bytes: search.bytes,
      ...witness !== null && story !== null && {
        story,
        events: formatEvents([...witness.events, ...witness.round]),
      },
    };
  }

  #witness(): Witness | null {
    const { search, model } = this;
    const found: Found | null = search.violation ?? search.endViolation;
    if (found !== null) return witnessOf(model, search, found);
    if (search.waiting > 0) return null;
    return fairRoundOf(model, search, search.settling.rounds());
  }
}
