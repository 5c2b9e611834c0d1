/**
 * The connections of a primary that are open.
 *
 * @module
 */

/** What can be kept in a roster. */
export interface RosterEntry {
  /** Its place in the roster, for the roster to change. */
  place: number;
}

/**
 * What is there now, where much comes and goes. A `Set` would do the same, but
 * every few changes it takes a new table, and its dead tables keep each other,
 * and what was in them, in memory until the next full garbage collection: with
 * a connection for each report that was a twentieth of the time.
 */
export class Roster<T extends RosterEntry> {
  readonly #entries: T[] = [];

  /** How many there are. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Takes one in.
   *
   * @param entry One that is in no roster
   */
  add(entry: T): void {
    entry.place = this.#entries.push(entry) - 1;
  }

  /**
   * Lets one go.
   *
   * @param entry One that may be in this roster, and is in no other
   */
  delete(entry: T): void {
    const entries = this.#entries;
    const { place } = entry;
    if (entries[place] !== entry) return;
    const last = entries.pop();
    if (last === undefined || last === entry) return;
    entries[place] = last;
    last.place = place;
  }

  /**
   * @returns Those that are there now, in any order; what comes and goes
   * afterwards does not change it
   */
  all(): T[] {
    return [...this.#entries];
  }
}
