/**
 * The time by which messages are handed over ahead of their timers, so that a
 * network keeps the delays that it was told.
 *
 * @module
 */

/** Share of a lateness by which the lead follows it. */
const GAIN = 0.05;

/**
 * Milliseconds of a lateness beyond which it tells of the machine, not of us.
 */
const LATE_MS_MAX = 5;

/** Milliseconds of the greatest lead. */
const LEAD_MS_MAX = 5;

/**
 * The lead of one kind of way through a network. Timers fire late, by about a
 * millisecond, and then a connection is to be opened: every delay would be
 * longer than was drawn, and reads fresher than theory says. So the work begins
 * earlier by the lateness of what was handed over before: messages come as
 * often a little early as a little late, and on average when they should.
 *
 * @example Usage
 * ```ts
 * import { Lead } from "./lead.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const lead = new Lead();
 * for (let n = 0; n < 1000; n++) lead.handedOver(1.5 - lead.ms);
 * assertAlmostEquals(lead.ms, 1.5, 0.01);
 * ```
 */
export class Lead {
  #ms = 0;

  /** Milliseconds, 0 to 5. */
  get ms(): number {
    return this.#ms;
  }

  /**
   * A message was handed over that could have been on time.
   *
   * @param lateMs Milliseconds behind its time; negative: before.
   */
  handedOver(lateMs: number): void {
    const late = Math.max(-LATE_MS_MAX, Math.min(LATE_MS_MAX, lateMs));
    this.#ms = Math.max(0, Math.min(LEAD_MS_MAX, this.#ms + GAIN * late));
  }
}
