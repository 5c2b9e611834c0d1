/**
 * The questions of a checker to a model: first state, possible events, next
 * states, properties. The checker knows nothing else of it.
 *
 * Source: the trait `Model` of stateright (Jonathan Nadal,
 * https://docs.rs/stateright), whose `init_states`, `actions`, `next_state` and
 * `properties` these are, over states of bytes instead of values.
 *
 * @module
 */

/** A state: a block of bytes, seen as whole words as well. */
export class StateBuffer {
  /** The state, as words of 32 bits: for whoever copies or hashes it. */
  readonly words: Int32Array;
  /** The state, byte by byte: for whoever knows what the bytes mean. */
  readonly bytes: Uint8Array;

  /**
   * A state of zeros.
   *
   * @param words Its length in words of 32 bits, from 1 on.
   */
  constructor(words: number) {
    this.words = new Int32Array(words);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /**
   * Becomes a copy of another state.
   *
   * @param from The other, of the same length.
   */
  copy(from: StateBuffer): void {
    const { words } = this;
    const others = from.words;
    for (let i = 0; i < words.length; i++) words[i] = others[i] as number;
  }
}

/** The answer of {@linkcode Model.next} when the event is not possible. */
export const IMPOSSIBLE: number = -1;

/**
 * The answer of {@linkcode Model} about a state with nothing to complain of.
 */
export const HOLDS = 0;

/** A system that is explored. */
export interface Model {
  /** The length of a state, in words of 32 bits. */
  readonly words: number;

  /** The most events that are possible in one state. */
  readonly eventsMax: number;

  /**
   * Writes the first state.
   *
   * @param into Where to.
   */
  start(into: StateBuffer): void;

  /**
   * Lists the events that may be possible in a state.
   *
   * @param state The state.
   * @param into Where to put the events, as numbers from 0 on.
   * @returns How many there are.
   */
  events(state: StateBuffer, into: Int32Array): number;

  /**
   * Lets an event happen.
   *
   * @param state The state before it, which is left as it is.
   * @param event One of its {@linkcode Model.events}.
   * @param into The state after it, not reduced.
   * @returns {@linkcode HOLDS}; {@linkcode IMPOSSIBLE} if the event is none
   * after all; otherwise the number of the property that the step violates.
   */
  next(state: StateBuffer, event: number, into: StateBuffer): number;

  /**
   * Replaces a state by the one that stands for all that differ from it by a
   * symmetry only.
   *
   * @param state The state.
   */
  represent(state: StateBuffer): void;

  /**
   * Checks what must hold in every state.
   *
   * @param state The state.
   * @returns {@linkcode HOLDS}, or the number of the property that it violates.
   */
  check(state: StateBuffer): number;

  /**
   * Whether only what happens in the end by itself is possible from here on: no
   * more faults. What must hold in the end is checked from such states.
   *
   * @param state The state.
   * @returns Whether it is. A state after such a state is one, too.
   */
  isSettling(state: StateBuffer): boolean;

  /**
   * Checks what must hold in the end, of a state in which a run can stay.
   *
   * @param state A state that is settling.
   * @returns {@linkcode HOLDS}, or the number of the property that it violates.
   */
  checkEnd(state: StateBuffer): number;

  /**
   * Names what happens by an event so that it is recognised when it is possible
   * in another state again: for weak fairness.
   *
   * @param state A state that was not reduced.
   * @param event One of its events.
   * @returns The name.
   */
  label(state: StateBuffer, event: number): string;
}
