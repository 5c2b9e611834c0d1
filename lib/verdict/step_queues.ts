/**
 * First-in, first-out queues of steps, many of them in one memory.
 *
 * @module
 */

const NONE = -1;
const FIRST_STEPS = 64;

/**
 * A queue for each row, of steps that are a seq and a tick. Linked in typed
 * arrays, places used again: 12 bytes a step that waits, 8 a row.
 */
export class StepQueues {
  #heads = new Int32Array(0);
  #tails = new Int32Array(0);
  #next = new Int32Array(FIRST_STEPS);
  #seqs = new Int32Array(FIRST_STEPS);
  #ticks = new Int32Array(FIRST_STEPS);
  #used = 0;
  #free = NONE;

  /**
   * Whether nothing waits.
   *
   * @param row The row of the queue.
   * @returns True also for a row that was never used.
   */
  isEmpty(row: number): boolean {
    return row >= this.#heads.length || this.#heads[row] === NONE;
  }

  /**
   * The seq of the step that waits longest.
   *
   * @param row The row of a queue that is not empty.
   * @returns Its seq.
   */
  seqOf(row: number): number {
    return this.#seqs[this.#heads[row]!]!;
  }

  /**
   * The tick of the step that waits longest.
   *
   * @param row The row of a queue that is not empty.
   * @returns Its tick.
   */
  tickOf(row: number): number {
    return this.#ticks[this.#heads[row]!]!;
  }

  /**
   * Puts a step at the end.
   *
   * @param row The row of the queue.
   * @param seq The seq.
   * @param tick The tick.
   */
  push(row: number, seq: number, tick: number): void {
    if (row >= this.#heads.length) {
      const length = Math.max(row + 1, 2 * this.#heads.length);
      this.#heads = longer(this.#heads, length);
      this.#tails = longer(this.#tails, length);
    }
    let step = this.#free;
    if (step !== NONE) this.#free = this.#next[step]!;
    else {
      step = this.#used++;
      if (step === this.#next.length) {
        const length = 2 * step;
        this.#next = longer(this.#next, length);
        this.#seqs = longer(this.#seqs, length);
        this.#ticks = longer(this.#ticks, length);
      }
    }
    this.#seqs[step] = seq;
    this.#ticks[step] = tick;
    this.#next[step] = NONE;
    if (this.#heads[row] === NONE) this.#heads[row] = step;
    else this.#next[this.#tails[row]!] = step;
    this.#tails[row] = step;
  }

  /**
   * Takes the step out that waits longest.
   *
   * @param row The row of a queue that is not empty.
   */
  shift(row: number): void {
    const step = this.#heads[row]!;
    this.#heads[row] = this.#next[step]!;
    this.#next[step] = this.#free;
    this.#free = step;
  }
}

function longer(numbers: Int32Array<ArrayBuffer>, length: number) {
  const copy = new Int32Array(length).fill(NONE, numbers.length);
  copy.set(numbers);
  return copy;
}
