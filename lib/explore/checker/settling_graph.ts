/**
 * The steps between states that are settling, and the rounds that a run can go
 * in them.
 *
 * @module
 */

import { HOLDS } from "./model.ts";
import { NumberList } from "./number_list.ts";
import { componentsOf } from "./components.ts";

/**
 * The graph of settling states. States are added in the order in which they are
 * looked at, each with the states that follow it.
 */
export class SettlingGraph {
  /** The number of each state, rising. */
  readonly #states = new NumberList();
  /** The property that each violates if a run stays in it. */
  readonly #ends = new NumberList();
  /** The place in the next list at which the steps of each begin. */
  readonly #firsts = new NumberList();
  /** The numbers of the states that follow. */
  readonly #steps = new NumberList();

  /** Settling states. */
  get size(): number {
    return this.#states.length;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.#states.bytes + this.#ends.bytes + this.#firsts.bytes +
      this.#steps.bytes;
  }

  /**
   * Adds a state.
   *
   * @param state Its number, higher than those before.
   * @param end The number of the property that it violates if a run stays in
   * it, or {@linkcode HOLDS}.
   */
  add(state: number, end: number): void {
    this.#states.push(state);
    this.#ends.push(end);
    this.#firsts.push(this.#steps.length);
  }

  /**
   * Adds a step of the state that was added last.
   *
   * @param to The number of the state that follows.
   */
  addStep(to: number): void {
    this.#steps.push(to);
  }

  /**
   * The rounds in which something is violated: strongly connected components
   * with at least one step in them. States from which every run comes to an end
   * are dropped first, which most often are all.
   *
   * @returns The numbers of the states of each round.
   */
  rounds(): number[][] {
    const { size } = this;
    const places = this.#places();
    const isOver = new Uint8Array(size);
    let left = size;
    for (let before = -1; before !== left;) {
      before = left;
      // Most steps lead to states that were seen later.
      for (let place = size - 1; place >= 0; place--) {
        if (isOver[place] === 1) continue;
        if (!this.#everyStep(place, (to) => isOver[places.get(to)] === 1)) {
          continue;
        }
        isOver[place] = 1;
        left--;
      }
    }
    if (left === 0) return [];
    const rest: number[] = [];
    for (let place = 0; place < size; place++) {
      if (isOver[place] === 0) rest.push(place);
    }
    const components = componentsOf(rest, (place) => {
      const next: number[] = [];
      this.#everyStep(place, (to) => {
        const at = places.get(to);
        if (isOver[at] === 0) next.push(at);
        return true;
      });
      return next;
    });
    const isBad = (place: number) => this.#ends.at(place) !== HOLDS;
    return components.filter((component) => component.some(isBad)).map(
      (component) => component.map((place) => this.#states.at(place)),
    );
  }

  #everyStep(place: number, holds: (to: number) => boolean): boolean {
    const isLast = place + 1 === this.#firsts.length;
    const end = isLast ? this.#steps.length : this.#firsts.at(place + 1);
    for (let i = this.#firsts.at(place); i < end; i++) {
      if (!holds(this.#steps.at(i))) return false;
    }
    return true;
  }

  /** The place of each state, by its number. */
  #places(): { get: (state: number) => number } {
    const { size } = this;
    const last = size === 0 ? -1 : this.#states.at(size - 1);
    const places = new Int32Array(last + 1).fill(-1);
    for (let place = 0; place < size; place++) {
      places[this.#states.at(place)] = place;
    }
    return { get: (state) => places[state] ?? -1 };
  }
}
