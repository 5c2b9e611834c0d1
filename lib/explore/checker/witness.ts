/**
 * The story of a violation: the events that lead to it, from the first state
 * on.
 *
 * @module
 */

import { componentsOf } from "./components.ts";
import { HOLDS, IMPOSSIBLE, type Model, StateBuffer } from "./model.ts";
import type { Found, Search } from "./search.ts";

/** The events of a violation. */
export interface Witness {
  /** The number of the property that is violated. */
  readonly property: number;
  /** The events, from the first state on, in states that are not reduced. */
  readonly events: readonly number[];
  /**
   * The events that then happen again and again, where the run goes round
   * instead of coming to an end: a fair round, in a state that violates the
   * property.
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
 * @param rounds Rounds in which something is violated: the numbers of their
 * states.
 * @returns The shortest story of those whose rounds are entered soonest, null
 * if there is none.
 */
export function fairRoundOf(
  model: Model,
  search: Search,
  rounds: readonly (readonly number[])[],
): Witness | null {
  // States have numbers in the order of their distance.
  const entries = rounds.map((states) => ({
    states: new Set(states),
    entry: states.reduce((nearest, state) => Math.min(nearest, state)),
  })).toSorted((a, b) => a.entry - b.entry);
  let shortest: Witness | null = null;
  let length = Infinity;
  for (const { states, entry } of entries) {
    const path = search.pathTo(entry);
    if (path.length >= length) break;
    const walk = new Walk(model, search);
    const to = walk.along(path);
    const found = walk.fairRound(states);
    if (found === null) continue;
    const events = [...to, ...found.events];
    if (events.length + found.round.length >= length) continue;
    length = events.length + found.round.length;
    shortest = { ...found, events };
  }
  return shortest;
}

/** A step that stays among the states of a round. */
interface RoundStep {
  readonly event: number;
  readonly label: string;
  readonly to: number;
}

/** A state of a round that is not reduced. */
interface RoundNode {
  readonly state: StateBuffer;
  /** All events that are possible, by label. */
  readonly labels: Set<string>;
  /** Steps that stay among the states of the round. */
  readonly steps: RoundStep[];
  /** The property that is violated if a run stays, or {@linkcode HOLDS}. */
  readonly end: number;
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

  /**
   * A fair round in the nearest state that violates a property, and the way
   * from the present state to it.
   */
  fairRound(states: ReadonlySet<number>): Witness | null {
    const nodes = this.#unfold(states);
    const components = componentsOf(
      nodes.keys(),
      (node) => nodes[node]!.steps.map(({ to }) => to),
    ).map((component) => new Set(component));
    const fair = components.filter((members) => isFair(nodes, members));
    for (const [first, { end }] of nodes.entries()) {
      const members = fair.find((members) => members.has(first));
      if (members === undefined || end === HOLDS) continue;
      return {
        property: end,
        events: first === 0 ? [] : eventsOf(wayTo(nodes, 0, first, null)),
        round: eventsOf(fairWay(nodes, first, members)),
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
      nodes.push({
        state: copy,
        labels: new Set(),
        steps: [],
        end: model.checkEnd(copy),
      });
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

/**
 * Whether every event that is possible in all members is one of their steps.
 */
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

/**
 * A way round in which each event happens that is possible all the way: a
 * shortest one, and then, for each event that is missing, a shortest one more.
 */
function fairWay(
  nodes: readonly RoundNode[],
  first: number,
  members: ReadonlySet<number>,
): RoundStep[] {
  const way = wayTo(nodes, first, first, members);
  for (;;) {
    const taken = new Set(way.map(({ label }) => label));
    const always = way.map(({ to }) => nodes[to]!.labels)
      .reduce((labels, others) => labels.intersection(others));
    const [missing] = always.difference(taken);
    if (missing === undefined) return way;
    const isTold = ({ label, to }: RoundStep) =>
      label === missing || !nodes[to]!.labels.has(missing);
    const more = shortestWay(nodes, first, members, isTold);
    const last = more.at(-1)!.to;
    way.push(
      ...more,
      ...last === first ? [] : wayTo(nodes, last, first, members),
    );
  }
}

/** A shortest way of at least one step from a node to another, or round. */
function wayTo(
  nodes: readonly RoundNode[],
  from: number,
  to: number,
  members: ReadonlySet<number> | null,
): RoundStep[] {
  return shortestWay(nodes, from, members, (step) => step.to === to);
}

/** A shortest way from a node on whose last step is one that is looked for. */
function shortestWay(
  nodes: readonly RoundNode[],
  from: number,
  members: ReadonlySet<number> | null,
  isLast: (step: RoundStep) => boolean,
): RoundStep[] {
  const ways = new Map<number, RoundStep[]>([[from, []]]);
  for (const [node, way] of ways) {
    for (const step of nodes[node]!.steps) {
      if (members !== null && !members.has(step.to)) continue;
      const longer = [...way, step];
      if (isLast(step)) return longer;
      if (!ways.has(step.to)) ways.set(step.to, longer);
    }
  }
  throw new Error("A state of a round is not reached again");
}

function eventsOf(way: readonly RoundStep[]): number[] {
  return way.map(({ event }) => event);
}
