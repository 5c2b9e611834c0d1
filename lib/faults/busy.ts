/**
 * Times in which processes are down or stand still, to keep faults of one
 * process from overlapping.
 *
 * @module
 */

/** A time in which a process is down or stands still. */
export interface BusyTime {
  /** The first tick. */
  readonly fromTick: number;
  /** The first tick after it. */
  readonly untilTick: number;
}

/** The times at which processes are taken, for crashes and pauses alike. */
export class BusyTimes<T extends BusyTime = BusyTime> {
  readonly #times = new Map<number, T[]>();

  /**
   * Finds a time that is taken already.
   *
   * @param process The process.
   * @param fromTick The first tick.
   * @param untilTick The first tick after it.
   * @returns A time of that process that overlaps, if there is one.
   */
  overlapping(
    process: number,
    fromTick: number,
    untilTick: number,
  ): T | undefined {
    return this.#times.get(process)?.find((time) =>
      fromTick < time.untilTick && time.fromTick < untilTick
    );
  }

  /**
   * Marks a time as taken.
   *
   * @param process The process.
   * @param time The time.
   */
  add(process: number, time: T): void {
    const times = this.#times.get(process);
    if (times === undefined) this.#times.set(process, [time]);
    else times.push(time);
  }

  /**
   * The taken times of a process.
   *
   * @param process The process.
   * @returns In order of time.
   */
  of(process: number): T[] {
    return (this.#times.get(process) ?? []).toSorted((a, b) =>
      a.fromTick - b.fromTick
    );
  }
}
