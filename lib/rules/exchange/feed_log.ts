/**
 * Log of the changes of one replica: what its feed is made of.
 *
 * @module
 */

/** Source of a change that came from a client, not from another replica. */
export const NO_SOURCE: number = -1;

// The replicas that are known to hold a row at least as a change left it, in 32
// bits: in the low half the source, in the high half the one that confirmed it
// last.
const SOURCE_MASK = 0xffff;
const CONFIRMER_SHIFT = 16;
/** The high half of a change that nobody has confirmed, and -1 in it. */
const UNCONFIRMED = -1 << CONFIRMER_SHIFT;

const PORTION_BITS = 8;
/**
 * Changes that are looked at together, and places that are dropped together.
 */
export const PORTION: number = 1 << PORTION_BITS;

/**
 * Changes of rows, oldest first, in a ring: change i is at place
 * `(first + i) & mask`. A row that changed again stands in it more than once;
 * only its last change counts, the others are *superseded*.
 *
 * The caller knows the place of each row's last change, which is told by
 * {@linkcode append} and {@linkcode makeRoom}.
 */
export class FeedLog {
  /** The place of the oldest change. */
  first = 0;
  /** Number of changes. */
  length = 0;
  /** By place: the row. */
  rows: Int32Array<ArrayBuffer>;
  /** The version of the last change. */
  last = 0;
  #holders: Int32Array<ArrayBuffer>;
  /** By portion of places: how many are superseded. */
  #superseded: Int16Array<ArrayBuffer>;
  /** Rows that have changed. */
  #changed = 0;
  // Versions rise one by one up to the last, but among the oldest changes, of
  // which others between them were dropped: they are told, from an index on.
  #told = 0;
  #toldFrom = 0;
  #toldVersions = new Float64Array(0);

  /**
   * Makes an empty log.
   *
   * @param rows Rows that are expected to change, from 1 on: so many can change
   * for ever without more places.
   */
  constructor(rows: number) {
    const places = placesFor(2 * rows);
    this.rows = new Int32Array(places);
    this.#holders = new Int32Array(places);
    this.#superseded = new Int16Array(Math.ceil(places / PORTION));
  }

  /** Number of places, a power of two, less one. */
  get mask(): number {
    return this.rows.length - 1;
  }

  /** Number of changes for which there is room. */
  get room(): number {
    return this.rows.length - this.length;
  }

  /** Takes all changes out: versions begin anew. */
  clear(): void {
    this.first = 0;
    this.length = 0;
    this.last = 0;
    this.#told = 0;
    this.#changed = 0;
    this.#superseded.fill(0);
  }

  /**
   * Appends a change, for which there is {@linkcode room}.
   *
   * @param row The row.
   * @param source The replica that it came from, or {@linkcode NO_SOURCE}.
   * @param before The place of the row's last change; below 0: there is none.
   * @returns The place of the change.
   */
  append(row: number, source: number, before: number): number {
    if (before < 0) this.#changed++;
    else this.#superseded[before >> PORTION_BITS]!++;
    const place = (this.first + this.length++) & this.mask;
    this.rows[place] = row;
    this.#holders[place] = source | UNCONFIRMED;
    this.last++;
    return place;
  }

  /** The number of the change at a place: 0 for the oldest. */
  numberAt(place: number): number {
    return (place - this.first) & this.mask;
  }

  /** The version of the change at a place. */
  versionAt(place: number): number {
    return this.#versionOf(this.numberAt(place));
  }

  #versionOf(i: number): number {
    return i < this.#told
      ? this.#toldVersions[this.#toldFrom + i]!
      : this.last + 1 - this.length + i;
  }

  /**
   * Gives all changes other versions.
   *
   * @param versionOf The version of a row's change, which rise.
   * @param last The version of the last change, at least that of the last row.
   */
  renumber(versionOf: (row: number) => number, last: number): void {
    const versions = this.#placeForVersions(this.length);
    for (let i = 0; i < this.length; i++) {
      versions[i] = versionOf(this.rows[(this.first + i) & this.mask]!);
    }
    this.#told = this.length;
    this.#toldFrom = 0;
    this.last = last;
  }

  #placeForVersions(count: number): Float64Array {
    if (this.#toldVersions.length < count) {
      this.#toldVersions = new Float64Array(2 * count);
    }
    return this.#toldVersions;
  }

  /** The replica that the change at a place came from. */
  sourceAt(place: number): number {
    return this.#holders[place]! << 16 >> 16;
  }

  /**
   * The replica beside the source that confirmed the change at a place last.
   */
  confirmerAt(place: number): number {
    return this.#holders[place]! >> CONFIRMER_SHIFT;
  }

  /** A replica is known to hold the row at least as the change left it. */
  confirm(place: number, peer: number): void {
    const source = this.#holders[place]! & SOURCE_MASK;
    if (source === peer) return;
    this.#holders[place] = source | peer << CONFIRMER_SHIFT;
  }

  /** A replica is not known to hold anything any more. */
  forget(peer: number): void {
    const holders = this.#holders;
    for (let place = 0; place < holders.length; place++) {
      const holder = holders[place] as number;
      if ((holder & SOURCE_MASK) === peer) holders[place]! |= SOURCE_MASK;
      if (holder >>> CONFIRMER_SHIFT === peer) holders[place]! |= UNCONFIRMED;
    }
  }

  /**
   * The first change after a version.
   *
   * @param version From 0 on.
   * @returns Its number in the log, which is {@linkcode length} if there is
   * none.
   */
  after(version: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#versionOf(middle) > version) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * Finds the changes that a replica is not known to hold.
   *
   * @param peer The replica.
   * @param from The number of the first change to look at.
   * @param to The number behind the last.
   * @param places Where to put the places of those that are found.
   * @returns How many there are.
   */
  unknownTo(
    peer: number,
    from: number,
    to: number,
    places: Int32Array,
  ): number {
    const holders = this.#holders;
    const { first, mask } = this;
    let count = 0;
    for (let i = from; i < to; i++) {
      const place = (first + i) & mask;
      const holder = holders[place] as number;
      places[count] = place;
      if (
        (holder & SOURCE_MASK) !== peer && holder >>> CONFIRMER_SHIFT !== peer
      ) count++;
    }
    return count;
  }

  /**
   * Makes room: drops the oldest portions, of which all is superseded, as in a
   * steady run; or else everything that is, and makes more places if those that
   * count would fill more than half.
   *
   * @param count The number of changes for which there shall be room.
   * @param move Is told that the change of a row goes from a place to another,
   * and says whether it is the row's last: others are dropped.
   */
  makeRoom(
    count: number,
    move: (row: number, from: number, to: number) => boolean,
  ): void {
    if (this.room < count) this.#dropSuperseded();
    if (this.room >= count) return;
    const { rows, first, length, mask } = this;
    const holders = this.#holders;
    const told = this.#told;
    const toldFrom = this.#toldFrom;
    const toldVersions = this.#toldVersions;
    const behind = this.last + 1 - length;
    this.#empty(this.#changed + Math.max(this.#changed, count));
    const versions = this.#placeForVersions(this.#changed);
    for (let i = 0; i < length; i++) {
      const from = (first + i) & mask;
      const to = (this.first + this.length) & this.mask;
      const row = rows[from] as number;
      if (!move(row, from, to)) continue;
      this.rows[to] = row;
      this.#holders[to] = holders[from] as number;
      // Written where it was read already, if not elsewhere.
      versions[this.length++] = i < told
        ? toldVersions[toldFrom + i]!
        : behind + i;
    }
    this.#told = this.length;
    this.#toldFrom = 0;
  }

  #dropSuperseded(): void {
    const superseded = this.#superseded;
    let portion = this.first >> PORTION_BITS;
    while (this.length > 0 && superseded[portion]! >= PORTION) {
      superseded[portion] = 0;
      this.first = (this.first + PORTION) & this.mask;
      this.length -= PORTION;
      this.#told = Math.max(0, this.#told - PORTION);
      this.#toldFrom += PORTION;
      portion = this.first >> PORTION_BITS;
    }
  }

  /** Takes all changes out; there are at least so many places afterwards. */
  #empty(places: number): void {
    this.length = 0;
    this.#superseded.fill(0);
    if (places <= this.rows.length) return;
    const enough = placesFor(places);
    this.rows = new Int32Array(enough);
    this.#holders = new Int32Array(enough);
    this.#superseded = new Int16Array(Math.ceil(enough / PORTION));
  }
}

/** The least power of two that is not below a number of places. */
function placesFor(places: number): number {
  return 2 ** Math.ceil(Math.log2(places));
}
