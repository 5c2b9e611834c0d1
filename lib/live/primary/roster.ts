/**
 * The connections of a primary that are open.
 *
 * @module
 */

/** An object that knows its place in a roster. */
export interface RosterEntry {
  /** Place in the roster, for the roster to change. */
  place: number;
}

/**
 * A set of objects that come and go often. A `Set` would do the same, but
 * every few changes it takes a new table, and its dead tables keep each other,
 * and what was in them, in memory until the next full garbage collection: with
 * a connection for each report that was a twentieth of the time.
 */
export class Roster<T extends RosterEntry> {
  readonly #entries: T[] = [];

  /** Number of entries. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Adds an entry.
   *
   * @param entry An entry of no roster
   */
  add(entry: T): void {
    entry.place = this.#entries.push(entry) - 1;
  }

  /**
   * Removes an entry.
   *
   * @param entry An entry of this roster or of none
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
   * Lists the entries.
   *
   * @returns A copy, in any order
   */
  all(): T[] {
    return [...this.#entries];
  }
}
