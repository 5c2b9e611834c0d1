/**
 * The story of a violation: the events that lead to it, from the first state
 * on.
 *
 * @module
 */

import { componentsOf } from "./components.ts";
import { IMPOSSIBLE, type Model, StateBuffer } from "./model.ts";
import type { Found, Search } from "./search.ts";
import type { Round } from "./settling_graph.ts";

/** The events of a violation. */
export interface Witness {
  /** The number of the property that is violated. */
  readonly property: number;
  /** The events, from the first state on, in states that are not reduced. */
  readonly events: readonly number[];
  /**
   * The events that then happen again and again, where the run goes round
   * instead of
   * coming to an end.
   */
  readonly round: readonly number[];
}

/**
 * Tells the story of what a search found. As it has kept no events, and of
 * states that are alike one only, it goes the way once more: in each state an
 * event is looked for that leads to a state alike to the next.
 *
 * @param model What was explored.
 * @param search The search.
 * @param found What it found.
 * @returns The events.
 */
export function witnessOf(
  model: Model,
  search: Search,
  found: Found,
): Witness {
  const walk = new Walk(model, search);
  const events = walk.along(search.pathTo(found.state));
  if (found.kind === "step") {
    events.push(walk.stepThat((code) => code === found.property));
  }
  return { property: found.property, events, round: [] };
}

/**
 * Finds a round that a run can follow for ever though everything that stays
 * possible happens in the end (weak fairness): each event that is possible in
 * all states of the round happens in it. As names change where states that are
 * alike are taken for one, this is decided among states that are not reduced.
 *
 * @param model What was explored.
 * @param search The search.
 * @param rounds Rounds in which something is violated.
 * @returns The story of the first, null if there is none.
 */
export function fairRoundOf(
  model: Model,
  search: Search,
  rounds: readonly Round[],
): Witness | null {
  for (const { states, property } of rounds) {
    const [entry = 0] = states.toSorted((a, b) => a - b);
    const walk = new Walk(model, search);
    const events = walk.along(search.pathTo(entry));
    const round = walk.fairRound(new Set(states));
    if (round !== null) {
      return { property, events: [...events, ...round.to], round: round.steps };
    }
  }
  return null;
}

/** A state of a round that is not reduced. */
interface RoundNode {
  readonly state: StateBuffer;
  /** All events that are possible, by label. */
  readonly labels: Set<string>;
  /** Steps that stay among the states of the round. */
  readonly steps: { event: number; label: string; to: number }[];
}

/**
 * States that were taken for one differ in more than a symmetry: a model that
 * is wrong about its symmetries, or rules that treat names differently.
 */
export class AsymmetryError extends Error {}

/** A way through states that are not reduced. */
class Walk {
  readonly #model: Model;
  readonly #search: Search;
  readonly #events: Int32Array;
  #state: StateBuffer;
  #next: StateBuffer;
  readonly #alike: StateBuffer;

  constructor(model: Model, search: Search) {
    this.#model = model;
    this.#search = search;
    this.#events = new Int32Array(model.eventsMax);
    this.#state = new StateBuffer(model.words);
    this.#next = new StateBuffer(model.words);
    this.#alike = new StateBuffer(model.words);
    model.start(this.#state);
  }

  /** Goes along a path; its first state is the present one. */
  along(path: readonly number[]): number[] {
    return path.slice(1).map((number) =>
      this.stepThat((code) =>
        code !== IMPOSSIBLE && this.#numberOf(this.#next) === number
      )
    );
  }

  /** Takes the first step that fits. */
  stepThat(fits: (code: number) => boolean): number {
    const model = this.#model;
    const count = model.events(this.#state, this.#events);
    for (let i = 0; i < count; i++) {
      const event = this.#events[i] as number;
      if (!fits(model.next(this.#state, event, this.#next))) continue;
      [this.#state, this.#next] = [this.#next, this.#state];
      return event;
    }
    throw new AsymmetryError(
      "A state is not reached again by the way it was found",
    );
  }

  #numberOf(state: StateBuffer): number {
    this.#alike.copy(state);
    if (this.#search.isReduced) this.#model.represent(this.#alike);
    return this.#search.seen.find(this.#alike.words);
  }

  /** A fair round from the present state on, and the way to it. */
  fairRound(
    states: ReadonlySet<number>,
  ): { to: number[]; steps: number[] } | null {
    const nodes = this.#unfold(states);
    const numbers = nodes.keys();
    for (
      const component of componentsOf(
        numbers,
        (node) => nodes[node]!.steps.map(({ to }) => to),
      )
    ) {
      const members = new Set(component);
      if (!isFair(nodes, members)) continue;
      const first = component.at(-1) as number;
      return {
        to: wayBetween(nodes, 0, first, null),
        steps: wayBetween(nodes, first, first, members),
      };
    }
    return null;
  }

  /** All states that follow among those of a round, not reduced. */
  #unfold(states: ReadonlySet<number>): RoundNode[] {
    const model = this.#model;
    const nodes: RoundNode[] = [];
    const known = new Map<string, number>();
    const placeOf = (state: StateBuffer): number => {
      const key = state.words.join();
      const place = known.get(key);
      if (place !== undefined) return place;
      known.set(key, nodes.length);
      const copy = new StateBuffer(model.words);
      copy.copy(state);
      nodes.push({ state: copy, labels: new Set(), steps: [] });
      return nodes.length - 1;
    };
    placeOf(this.#state);
    for (let at = 0; at < nodes.length; at++) {
      const { state, labels, steps } = nodes[at] as RoundNode;
      const count = model.events(state, this.#events);
      for (const event of this.#events.slice(0, count)) {
        if (model.next(state, event, this.#next) === IMPOSSIBLE) continue;
        const label = model.label(state, event);
        labels.add(label);
        if (!states.has(this.#numberOf(this.#next))) continue;
        steps.push({ event, label, to: placeOf(this.#next) });
      }
    }
    return nodes;
  }
}

/** Whether every event that is possible in all members is one of their steps. */
function isFair(
  nodes: readonly RoundNode[],
  members: ReadonlySet<number>,
): boolean {
  const [first = 0] = members;
  let always = nodes[first]!.labels;
  const taken = new Set<string>();
  for (const member of members) {
    const { labels, steps } = nodes[member] as RoundNode;
    always = always.intersection(labels);
    for (const { label, to } of steps) if (members.has(to)) taken.add(label);
  }
  return always.isSubsetOf(taken);
}

/** The events of a shortest way, of at least one step where it is a round. */
function wayBetween(
  nodes: readonly RoundNode[],
  from: number,
  to: number,
  members: ReadonlySet<number> | null,
): number[] {
  if (from === to && members === null) return [];
  const ways = new Map<number, number[]>([[from, []]]);
  for (const [node, way] of ways) {
    for (const step of nodes[node]!.steps) {
      if (members !== null && !members.has(step.to)) continue;
      const longer = [...way, step.event];
      if (step.to === to) return longer;
      if (!ways.has(step.to)) ways.set(step.to, longer);
    }
  }
  throw new Error("A state of a round is not reached again");
}
