/**
 * When each process is down or standing still, to keep faults of one process
 * from overlapping.
 *
 * @module
 */

/** Something that happens to a process for a while. */
export interface BusyTime {
  /** The first tick. */
  readonly fromTick: number;
  /** The first tick after it. */
  readonly untilTick: number;
  /** The words it came from, for errors. */
  readonly text: string;
}

/** The times at which processes are taken, for crashes and pauses alike. */
export class BusyTimes {
  readonly #times = new Map<number, BusyTime[]>();

  /**
   * Finds what is in the way.
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
  ): BusyTime | undefined {
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
  add(process: number, time: BusyTime): void {
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
  of(process: number): BusyTime[] {
    return (this.#times.get(process) ?? []).toSorted((a, b) =>
      a.fromTick - b.fromTick
    );
  }
}
