/**
 * A process that is down because the fault plan says so.
 *
 * @module
 */

/** The time from a planned kill to the planned restart. */
export class Outage {
  /** Whether the process is never restarted. */
  readonly isForGood: boolean;
  /** Fulfils when the process may come back. */
  readonly over: Promise<void>;
  readonly #end = Promise.withResolvers<void>();

  /** @param isForGood Whether the process is never restarted. */
  constructor(isForGood: boolean) {
    this.isForGood = isForGood;
    this.over = this.#end.promise;
  }

  /** The process may come back. */
  end(): void {
    this.#end.resolve();
  }
}
