/**
 * A whole exploration: model, search, and what is found.
 *
 * @module
 */

import type { Found } from "./checker/search.ts";
import { Search } from "./checker/search.ts";
import {
  AsymmetryError,
  fairRoundOf,
  type Witness,
  witnessOf,
} from "./checker/witness.ts";
import type { Bounds } from "./model/bounds.ts";
import { formatEvents } from "./model/events.ts";
import { LikesModel } from "./model/likes_model.ts";
import { RULES, type Rules } from "./model/rules.ts";
import { tellStory } from "./story/tell.ts";
import type { ToldStory } from "./story/told.ts";

/** The outcome of an exploration. */
export interface ExplorationResult {
  /**
   * Whether everything holds in all states; null while that is not decided:
   * nothing is wrong in those that were seen, but there are more.
   */
  readonly holds: boolean | null;
  /** Whether all states were seen, or a violation was found. */
  readonly isWhole: boolean;
  /** States seen. */
  readonly states: number;
  /** Steps taken between them. */
  readonly transitions: number;
  /** Events that lead to those furthest away, a violation included. */
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

/**
 * Tells a story that is known by its events.
 *
 * @param bounds The bounds of its run.
 * @param events The events, from `parseEvents()`.
 * @returns What happens step by step, and what is violated by it, if anything.
 * @throws {RangeError} If the bounds cannot be, or an event is not possible
 * where it is to happen.
 */
export function replayed(
  bounds: Bounds,
  events: readonly number[],
): ToldStory {
  return tellStory(new LikesModel(bounds), events);
}

/** Explores all orders of events within some bounds. */
export class Exploration {
  readonly #model: LikesModel;
  readonly #statesMax: number;
  #search: Search;

  /**
   * Begins.
   *
   * @param bounds The bounds.
   * @param statesMax The most states to see.
   * @param rules The rules, which a test can replace.
   * @throws {RangeError} If the bounds cannot be.
   */
  constructor(bounds: Bounds, statesMax = Infinity, rules: Rules = RULES) {
    this.#model = new LikesModel(bounds, rules);
    this.#statesMax = statesMax;
    this.#search = new Search(this.#model, { statesMax });
  }

  /** States seen so far. */
  get states(): number {
    return this.#search.states;
  }

  /** States seen that are still to be looked at. */
  get waiting(): number {
    return this.#search.waiting;
  }

  /** Events that lead to the states that are looked at. */
  get depth(): number {
    return this.#search.depth;
  }

  /**
   * Goes on.
   *
   * @param states How many states to look at.
   * @returns Whether it is over.
   */
  advance(states: number): boolean {
    return this.#search.advance(states);
  }

  /**
   * Tells what was found so far. What must hold in the end is decided where all
   * states were seen, or where something was found.
   *
   * @returns The result.
   */
  result(): ExplorationResult {
    const witness = this.#witnessOrAgain();
    const search = this.#search;
    const isWhole = witness !== null || search.waiting === 0;
    const story = witness === null ? null : tellStory(
      this.#model,
      [...witness.events, ...witness.round],
      witness.property,
      witness.round.length > 0 ? witness.events.length : undefined,
    );
    return {
      holds: witness !== null ? false : isWhole ? true : null,
      isWhole,
      states: search.states,
      transitions: search.transitions,
      depth: Math.max(search.depth, search.violation?.depth ?? 0),
      collisionChance: search.seen.collisionChance,
      bytes: search.bytes,
      ...witness !== null && story !== null && {
        story,
        events: formatEvents([...witness.events, ...witness.round]),
      },
    };
  }

  /**
   * Searches once more without taking states for one where that was wrong:
   * where rules, broken ones, treat some name differently.
   */
  #witnessOrAgain(): Witness | null {
    try {
      return this.#witness();
    } catch (error) {
      if (!(error instanceof AsymmetryError)) throw error;
    }
    this.#search = new Search(this.#model, {
      statesMax: this.#statesMax,
      isReduced: false,
    });
    this.#search.advance(Infinity);
    return this.#witness();
  }

  #witness(): Witness | null {
    const search = this.#search;
    const model = this.#model;
    const found: Found | null = search.violation ?? search.endViolation;
    if (found !== null) return witnessOf(model, search, found);
    if (search.waiting > 0) return null;
    return fairRoundOf(model, search, search.settling.rounds());
  }
}
