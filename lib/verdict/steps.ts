/**
 * Steps that wait: first-in, first-out chains of them in one memory.
 *
 * @module
 */

/** No step. */
export const NO_STEP = 0;

// A step, 4 whole numbers:
const NEXT = 0;
const SEQ = 1;
const TICK = 2;
const STEP_BITS = 2;

const FIRST_STEPS = 64;

/**
 * Steps, each a seq and a tick, linked to chains whose ends the caller keeps.
 * 16 bytes a step that waits; places are used again.
 */
export class Steps {
  #ints = new Int32Array(FIRST_STEPS << STEP_BITS);
  #used = NO_STEP + 1;
  #free = NO_STEP;

  /**
   * Makes a step that is the last of its chain.
   *
   * @param seq Its seq.
   * @param tick Its tick.
   * @returns Its number.
   */
  make(seq: number, tick: number): number {
    let step = this.#free;
    if (step !== NO_STEP) this.#free = this.next(step);
    else {
      step = this.#used++;
      if (step << STEP_BITS === this.#ints.length) {
        const ints = new Int32Array(2 * this.#ints.length);
        ints.set(this.#ints);
        this.#ints = ints;
      }
    }
    const at = step << STEP_BITS;
    this.#ints[at | NEXT] = NO_STEP;
    this.#ints[at | SEQ] = seq;
    this.#ints[at | TICK] = tick;
    return step;
  }

  /**
   * Puts a step behind another one.
   *
   * @param step The last of a chain.
   * @param next The step that is the last from now on.
   */
  link(step: number, next: number): void {
    this.#ints[step << STEP_BITS | NEXT] = next;
  }

  /**
   * The step behind another one.
   *
   * @param step A step.
   * @returns Its number, or {@linkcode NO_STEP}.
   */
  next(step: number): number {
    return this.#ints[step << STEP_BITS | NEXT] as number;
  }

  /** The seq of a step. */
  seqOf(step: number): number {
    return this.#ints[step << STEP_BITS | SEQ] as number;
  }

  /** The tick of a step. */
  tickOf(step: number): number {
    return this.#ints[step << STEP_BITS | TICK] as number;
  }

  /**
   * Gives a step up, the first of its chain.
   *
   * @param step The step.
   * @returns The first of the chain from now on, or {@linkcode NO_STEP}.
   */
  release(step: number): number {
    const next = this.next(step);
    this.link(step, this.#free);
    this.#free = step;
    return next;
  }
}
