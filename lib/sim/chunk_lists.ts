/**
 * Many lists of numbers in one block of memory.
 *
 * @module
 */

/**
 * Numbers to a chunk, one cache line: the last links to the next chunk.
 */
const CHUNK = 16;
const CHUNK_LAST = CHUNK - 1;
/**
 * The end of a list without chunks: as if the first chunk, which is never given
 * out, was full.
 */
const EMPTY = CHUNK_LAST;
/**
 * Many lists of numbers, each a chain of chunks of one cache line, from one
 * block of memory.
 */
export class ChunkLists {
  /**
   * The chunks. The first is never given out, so that 0 is no place in a list.
   */
  cells: Int32Array;
  /**
   * The end of each list, behind its last number: at the link of its last chunk
   * if that is full, EMPTY if it has none.
   */
  readonly #end: Int32Array;
  /** The beginning of each list that is not empty. */
  readonly #first: Int32Array;
  #free = 0;
  #used = CHUNK;

  /**
   * Makes empty lists.
   *
   * @param lists How many.
   * @param numbers For how many numbers in all there shall be room at first.
   */
  constructor(lists: number, numbers: number) {
    // A list's last chunk is half full on average.
    const chunks = Math.ceil(numbers / CHUNK_LAST + lists / 2);
    this.cells = new Int32Array(Math.max(16, chunks) * CHUNK);
    this.#end = new Int32Array(lists).fill(EMPTY);
    this.#first = new Int32Array(lists);
  }

  /** The number of lists. */
  get size(): number {
    return this.#end.length;
  }

  /** Whether a list has no number. */
  isEmpty(list: number): boolean {
    return this.#end[list] === EMPTY;
  }

  /** The place of the first number of a list that has one. */
  first(list: number): number {
    return this.#first[list] as number;
  }

  /** The place behind the last number of a list. */
  end(list: number): number {
    return this.#end[list] as number;
  }

  /** The place of the number behind another; the list's end behind the last. */
  after(at: number, end: number): number {
    at++;
    return (at & CHUNK_LAST) === CHUNK_LAST && at !== end
      ? this.cells[at] as number
      : at;
  }

  /** Adds a number to the end of a list. */
  append(list: number, number: number): void {
    let at = this.#end[list] as number;
    if ((at & CHUNK_LAST) === CHUNK_LAST) at = this.#extend(list, at);
    this.cells[at] = number;
    this.#end[list] = at + 1;
  }

  /** Puts a number in the place of another one, which the list has. */
  replace(list: number, number: number, by: number): void {
    const end = this.end(list);
    let at = this.first(list);
    while (this.cells[at] !== number) at = this.after(at, end);
    this.cells[at] = by;
  }

  /** Empties a list and keeps its chunks for others. */
  clear(list: number): void {
    // The chunks are linked already; only the last one, where the list ends,
    // has to be linked to the free ones.
    const lastChunk = this.end(list) & ~CHUNK_LAST;
    this.cells[lastChunk + CHUNK_LAST] = this.#free;
    this.#free = this.first(list);
    this.#end[list] = EMPTY;
  }

  /** Goes on in a new chunk, behind a full one or as a list's first. */
  #extend(list: number, at: number): number {
    const chunk = this.#takeChunk();
    if (at === EMPTY) this.#first[list] = chunk;
    else this.cells[at] = chunk;
    return chunk;
  }

  #takeChunk(): number {
    const chunk = this.#free;
    if (chunk !== 0) {
      this.#free = this.cells[chunk + CHUNK_LAST] as number;
      return chunk;
    }
    if (this.#used === this.cells.length) this.#grow();
    this.#used += CHUNK;
    return this.#used - CHUNK;
  }

  #grow(): void {
    const cells = new Int32Array(2 * this.cells.length);
    cells.set(this.cells);
    this.cells = cells;
  }
}
