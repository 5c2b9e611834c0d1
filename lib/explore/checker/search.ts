/**
 * The search of a checker: every state that can be reached, breadth first.
 *
 * @module
 */

import { Fingerprints } from "./fingerprints.ts";
import { HOLDS, IMPOSSIBLE, type Model, StateBuffer } from "./model.ts";
import { NumberList, StateQueue } from "./number_list.ts";
import { SettlingGraph } from "./settling_graph.ts";

/** The end of the path of a state: it is the first. */
const NO_STATE = -1;

/** A property that does not hold, and where the search found that. */
export interface Found {
  /** The number of the property. */
  readonly property: number;
  /**
   * The moment of the violation: by a step from the state, in the state, or
   * since the run ends in the state.
   */
  readonly kind: "step" | "state" | "end";
  /** The number of the state. */
  readonly state: number;
  /** Events up to it, the step included. */
  readonly depth: number;
}

/** The limits of a search. */
export interface SearchOptions {
  /** The most states to see, from 1 on. @default {Infinity} */
  readonly statesMax?: number;
  /**
   * Whether states that differ by a symmetry only are taken for one.
   * @default {true}
   */
  readonly isReduced?: boolean;
}

/**
 * Searches breadth first: so the first violation that is found has a shortest
 * story. It ends at the first violation of what must hold at once. Of what must
 * hold in the end the first violation is kept, and reported when nothing else
 * is found.
 *
 * Only the states of two depths are kept whole; of the others a fingerprint and
 * the number of the state before them.
 */
export class Search {
  /** Steps taken, those to states seen before included. */
  transitions = 0;
  /** Events that lead to the states seen last. */
  depth = 0;
  /**
   * The first violation of what must hold at once, null while there is none.
   */
  violation: Found | null = null;
  /** The first violation of what must hold in the end. */
  endViolation: Found | null = null;
  /** The steps between states that are settling. */
  readonly settling: SettlingGraph = new SettlingGraph();
  /** Whether nothing is left to look at. */
  isDone = false;
  /** The states that were seen. */
  readonly seen: Fingerprints = new Fingerprints();
  /** By state: the one before it, {@linkcode NO_STATE} of the first. */
  readonly #parents = new NumberList();
  readonly #model: Model;
  readonly #statesMax: number;
  /** Whether states that differ by a symmetry only are taken for one. */
  readonly isReduced: boolean;
  readonly #queue: StateQueue;
  readonly #state: StateBuffer;
  readonly #next: StateBuffer;
  readonly #events: Int32Array;
  /** The number of the next state that is looked at. */
  #first = 0;
  /** The number of the first state that is one event further away. */
  #levelEnd = 1;

  /**
   * Begins with the first state.
   *
   * @param model What is explored.
   * @param options How far.
   */
  constructor(model: Model, options: SearchOptions = {}) {
    const { statesMax = Infinity, isReduced = true } = options;
    this.#model = model;
    this.#statesMax = statesMax;
    this.isReduced = isReduced;
    this.#queue = new StateQueue(model.words);
    this.#state = new StateBuffer(model.words);
    this.#next = new StateBuffer(model.words);
    this.#events = new Int32Array(model.eventsMax);
    model.start(this.#next);
    this.#see(NO_STATE, 0);
  }

  /** States seen. */
  get states(): number {
    return this.seen.size;
  }

  /** States that are to be looked at. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.seen.bytes + this.#parents.bytes + this.#queue.bytes +
      this.settling.bytes;
  }

  /**
   * The states on the way to a state.
   *
   * @param state Its number.
   * @returns Their numbers, from the first, 0, to itself.
   */
  pathTo(state: number): number[] {
    const path: number[] = [];
    for (let at = state; at !== NO_STATE; at = this.#parents.at(at)) {
      path.push(at);
    }
    return path.reverse();
  }

  /**
   * Looks at some states.
   *
   * @param count How many at most.
   * @returns Whether the search is over.
   */
  advance(count: number): boolean {
    const queue = this.#queue;
    for (let i = 0; i < count && !this.isDone; i++) {
      if (queue.length === 0 || this.states >= this.#statesMax) {
        this.isDone = true;
      } else this.#expand();
    }
    return this.isDone;
  }

  #expand(): void {
    const model = this.#model;
    const state = this.#state;
    const next = this.#next;
    const events = this.#events;
    const number = this.#first++;
    if (number === this.#levelEnd) {
      this.#levelEnd = this.states;
      this.depth++;
    }
    this.#queue.shift(state);
    const isSettling = model.isSettling(state);
    const end = isSettling ? model.checkEnd(state) : HOLDS;
    if (isSettling) this.settling.add(number, end);
    const count = model.events(state, events);
    let isLast = true;
    for (let i = 0; i < count; i++) {
      const code = model.next(state, events[i] as number, next);
      if (code === IMPOSSIBLE) continue;
      this.transitions++;
      isLast = false;
      if (code !== HOLDS) {
        this.#violated(code, "step", number);
        return;
      }
      const reached = this.#see(number, this.depth + 1);
      if (this.violation !== null) return;
      if (isSettling) this.settling.addStep(reached);
    }
    if (!isLast || !isSettling || end === HOLDS) return;
    this.endViolation ??= {
      property: end,
      kind: "end",
      state: number,
      depth: this.depth,
    };
  }

  /** Takes note of the next state, if it is new. */
  #see(parent: number, depth: number): number {
    const model = this.#model;
    const next = this.#next;
    if (this.isReduced) model.represent(next);
    const number = this.seen.add(next.words);
    if (!this.seen.isNew) return number;
    this.#parents.push(parent);
    this.#queue.push(next);
    const code = model.check(next);
    if (code !== HOLDS) this.#violated(code, "state", number, depth);
    return number;
  }

  #violated(
    property: number,
    kind: "step" | "state",
    state: number,
    depth = this.depth + 1,
  ): void {
    this.violation = { property, kind, state, depth };
    this.isDone = true;
  }
}
