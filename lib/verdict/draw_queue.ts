/**
 * The draws that are not yet settled, in the order of time.
 *
 * @module
 */

const INTS_PER_DRAW = 3; // tick, server, seq
/**
 * 1024 draws, 12 KiB: little enough for a thousand small runs, much enough to
 * be rarely left.
 */
const CHUNK_INTS = 1024 * INTS_PER_DRAW;
/** Below this many chunks nothing is worth compacting. */
const COMPACT_CHUNKS_MIN = 8;
/** At least so many emptied chunks are kept for reuse. */
const FREE_CHUNKS_MIN = 16;

/**
 * The place that tells how far the draws of each likes server are settled: in a
 * column of somebody's rows, so that a simulator can keep the number in its
 * own.
 *
 * A place and not a function, as a million likes servers' numbers are each a
 * wait for memory: the fewer instructions lie between two reads, the more of
 * them the processor has under way at a time.
 */
export interface Watermarks {
  /**
   * The rows. At `server << rowBits | column` is the highest seq up to which
   * every draw of that likes server is counted or given up; 0 if none. There is
   * a row for every likes server that drew: a missing one would pass for
   * settled. Looked up at each use, so that a longer array can take its place.
   */
  readonly ints: Int32Array;
  /** A row has 2^rowBits columns. */
  readonly rowBits: number;
  /** The column. */
  readonly column: number;
}

/**
 * A queue of draws whose front is the oldest that is not settled.
 *
 * Kept in chunks, so that it never has to be copied to grow and gives memory
 * back after a peak. A draw that stays unsettled keeps the front where it is;
 * the settled ones behind it are dropped whenever the queue has doubled, so
 * they are at most as many as those outstanding, and a push costs constant time
 * on average.
 */
export class DrawQueue {
  readonly #watermarks: Watermarks;
  readonly #keeps: boolean;
  #chunks: Int32Array[] = [new Int32Array(CHUNK_INTS)];
  readonly #free: Int32Array[] = [];
  /** Place of the front in its chunk. */
  #headChunk = 0;
  #head = 0;
  /** Place of the next draw, always in the last chunk. */
  #tailChunk: Int32Array;
  #tail = 0;
  #compactAt = COMPACT_CHUNKS_MIN;

  /** Server of the oldest unsettled draw; -1 if there is none. */
  frontServer: number = -1;
  /** The seq of the front. */
  frontSeq: number = 0;
  /** The tick of the front. */
  frontTick: number = 0;

  /**
   * An empty queue.
   *
   * @param watermarks What is settled.
   * @param keeps Whether settled draws are kept for {@linkcode rewind}.
   */
  constructor(watermarks: Watermarks, keeps: boolean) {
    this.#watermarks = watermarks;
    this.#keeps = keeps;
    this.#tailChunk = this.#chunks[0]!;
  }

  /**
   * Room in draws, emptied chunks included: what its memory is made of, 12
   * bytes each.
   */
  get capacity(): number {
    let ints = this.#free.length * CHUNK_INTS;
    for (const chunk of this.#chunks) ints += chunk.length;
    return ints / INTS_PER_DRAW;
  }

  /**
   * Puts a draw at the end.
   *
   * @param tick When it was drawn, not before the last one pushed.
   * @param server Whose it is.
   * @param seq Its number, not settled yet.
   */
  push(tick: number, server: number, seq: number): void {
    if (this.#tail === CHUNK_INTS) this.#addChunk();
    const chunk = this.#tailChunk;
    const tail = this.#tail;
    chunk[tail] = tick;
    chunk[tail + 1] = server;
    chunk[tail + 2] = seq;
    this.#tail = tail + INTS_PER_DRAW;
    if (this.frontServer < 0) this.findFront();
  }

  /**
   * Goes on to the oldest draw that is not settled; to be called when the front
   * has been.
   */
  findFront(): void {
    const { ints, rowBits, column } = this.#watermarks;
    let head = this.#head;
    for (;;) {
      const chunk = this.#chunks[this.#headChunk]!;
      const isLast = chunk === this.#tailChunk;
      const end = isLast ? this.#tail : CHUNK_INTS;
      for (; head < end; head += INTS_PER_DRAW) {
        const server = chunk[head + 1]!;
        const seq = chunk[head + 2]!;
        if (ints[server << rowBits | column]! < seq) {
          this.#head = head;
          this.frontServer = server;
          this.frontSeq = seq;
          this.frontTick = chunk[head]!;
          return;
        }
      }
      if (isLast) {
        if (!this.#keeps) head = this.#tail = 0;
        this.#head = head;
        this.frontServer = -1;
        return;
      }
      if (!this.#keeps) this.#release(this.#headChunk);
      this.#headChunk++;
      head = 0;
    }
  }

  /**
   * Starts again at the first draw of all, where settled ones are kept:
   * watermarks have fallen.
   */
  rewind(): void {
    this.#headChunk = 0;
    this.#head = 0;
    this.findFront();
  }

  #addChunk(): void {
    if (!this.#keeps) {
      if (this.#chunks.length - this.#headChunk >= this.#compactAt) {
        this.#compact();
        if (this.#tail < CHUNK_INTS) return;
      }
      // The places of chunks left behind are cleared in one go once they are
      // most of the list.
      if (this.#headChunk * 2 > this.#chunks.length) {
        this.#chunks = this.#chunks.slice(this.#headChunk);
        this.#headChunk = 0;
      }
    }
    this.#tailChunk = this.#free.pop() ?? new Int32Array(CHUNK_INTS);
    this.#chunks.push(this.#tailChunk);
    this.#tail = 0;
  }

  /**
   * Drops the settled draws between front and end; all chunks are full.
   */
  #compact(): void {
    const { ints, rowBits, column } = this.#watermarks;
    const chunks = this.#chunks.slice(this.#headChunk);
    let toChunk = 0;
    let to = 0;
    for (const source of chunks) {
      for (let i = 0; i < CHUNK_INTS; i += INTS_PER_DRAW) {
        const server = source[i + 1]!;
        const seq = source[i + 2]!;
        if (ints[server << rowBits | column]! >= seq) continue;
        if (to === CHUNK_INTS) {
          toChunk++;
          to = 0;
        }
        const target = chunks[toChunk]!; // never past the source: nothing is overwritten unread
        target[to] = source[i]!;
        target[to + 1] = server;
        target[to + 2] = seq;
        to += INTS_PER_DRAW;
      }
    }
    this.#chunks = chunks;
    this.#headChunk = 0;
    this.#head = 0;
    for (const emptied of chunks.splice(toChunk + 1)) this.#keep(emptied);
    this.#tailChunk = chunks[toChunk]!;
    this.#tail = to;
    this.#compactAt = Math.max(COMPACT_CHUNKS_MIN, 2 * chunks.length);
  }

  #release(index: number): void {
    this.#keep(this.#chunks[index]!);
    this.#chunks[index] = NO_CHUNK;
  }

  /**
   * Keeps an emptied chunk for reuse, but no more than are in use: a garbage
   * collector with little to do comes late.
   */
  #keep(chunk: Int32Array): void {
    const free = this.#free;
    free.push(chunk);
    const used = this.#chunks.length - this.#headChunk;
    free.length = Math.min(free.length, Math.max(FREE_CHUNKS_MIN, used));
  }
}

/** Stands where a chunk was, so that its memory is free. */
const NO_CHUNK = new Int32Array(0);
