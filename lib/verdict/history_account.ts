/**
 * The account of one likes server, from a history.
 *
 * @module
 */

/** The account of one likes server, draw by draw. */
export class HistoryAccount {
  /** Draws made. */
  draws = 0;
  /** Likes generated. */
  generated = 0;
  /** Likes acknowledged. */
  acknowledged = 0;
  /** Likes given up. */
  givenUp = 0;
  /** Likes counted. */
  counted = 0;
  /** Likes counted beyond their first time. */
  countedTwice = 0;
  /** Whether it crashed and has not come back. */
  isCrashed = false;
  /** Likes of each draw, by seq. */
  readonly #likes: number[] = [];
  /** Number of times that each draw was counted, by seq. */
  readonly #times: number[] = [];
  /** Counts in order: seq and likes, flat pairs. */
  readonly #counts: number[] = [];
  #lastSeq = 0;
  /**
   * The newest draw that is acknowledged or given up, and the sum of draws up
   * to it.
   */
  #settledSeq = 0;
  #settledTotal = 0;

  /** The newest draw that is acknowledged or given up, as all before it are. */
  get settledSeq(): number {
    return this.#settledSeq;
  }

  /** Likes neither acknowledged nor given up nor counted. */
  get pendingUncounted(): number {
    let likes = 0;
    for (let seq = this.#settledSeq + 1; seq <= this.#lastSeq; seq++) {
      if ((this.#times[seq] ?? 0) === 0) likes += this.#likes[seq] ?? 0;
    }
    return likes;
  }

  /** Likes neither acknowledged nor given up. */
  get pending(): number {
    return Math.max(0, this.generated - this.acknowledged - this.givenUp);
  }

  /**
   * A draw.
   *
   * @param seq Its number.
   * @param likes Its likes.
   */
  draw(seq: number, likes: number): void {
    this.draws++;
    this.generated += likes;
    this.#likes[seq] = likes;
    this.#lastSeq = Math.max(this.#lastSeq, seq);
  }

  /**
   * The primary counted likes: those of the newest draws up to a seq that add
   * up to them. In every mode that is what a report brings: one draw, the
   * unanswered ones before it, or all that are new.
   *
   * @param seq The newest draw that was counted.
   * @param likes How many likes.
   */
  count(seq: number, likes: number): void {
    this.counted += likes;
    if (likes > 0) this.#counts.push(seq, likes);
    for (const draw of this.#drawsOf(seq, likes)) {
      const times = this.#times[draw] ?? 0;
      if (times > 0) this.countedTwice += this.#likes[draw] ?? 0;
      this.#times[draw] = times + 1;
    }
  }

  /**
   * The primary holds another number of likes than it was seen to count. If it
   * forgot some, those were counted last: a log loses its end.
   *
   * @param total What it holds.
   */
  holds(total: number): void {
    while (this.counted > total && this.#counts.length > 0) {
      const likes = this.#counts.pop() ?? 0;
      const seq = this.#counts.pop() ?? 0;
      this.counted -= likes;
      for (const draw of this.#drawsOf(seq, likes)) {
        const times = (this.#times[draw] ?? 1) - 1;
        if (times > 0) this.countedTwice -= this.#likes[draw] ?? 0;
        this.#times[draw] = times;
      }
    }
    this.counted = total;
  }

  /**
   * The newest draw that nobody waits for: counted, acknowledged or given up.
   */
  get waitedUpTo(): number {
    return Math.max(this.#settledSeq, this.#counts.at(-2) ?? 0);
  }

  /** The newest draws up to one of them that add up to a number of likes. */
  *#drawsOf(seq: number, likes: number): Generator<number> {
    let left = likes;
    for (let draw = seq; left > 0; draw--) {
      const likesOfDraw = this.#likes[draw];
      if (likesOfDraw === undefined || likesOfDraw > left) return;
      yield draw;
      left -= likesOfDraw;
    }
  }

  /**
   * Draws up to a seq are settled: acknowledged or given up.
   *
   * @param upTo The seq.
   * @returns Likes of those that were not before.
   */
  settleSeq(upTo: number): number {
    const before = this.#settledTotal;
    while (this.#settledSeq < Math.min(upTo, this.#lastSeq)) this.#settleNext();
    return this.#settledTotal - before;
  }

  /**
   * Draws that add up to a number of likes are settled.
   *
   * @param likes The sum of draws from the first on.
   */
  settleTotal(likes: number): void {
    while (
      this.#settledSeq < this.#lastSeq &&
      this.#settledTotal + (this.#likes[this.#settledSeq + 1] ?? 0) <= likes
    ) this.#settleNext();
  }

  #settleNext(): void {
    this.#settledSeq++;
    this.#settledTotal += this.#likes[this.#settledSeq] ?? 0;
  }
}
