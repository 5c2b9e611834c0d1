/**
 * What the primary held before a run and after it.
 *
 * @module
 */

import { ask, NoAnswerError } from "./primary_client.ts";
import { sleep } from "../../platform/sleep.ts";
import { parseStats, type SessionStats, type Stats } from "../primary/stats.ts";

/** How long to try to reach a primary. */
const PATIENCE_MS = 5_000;

/** Between two tries. */
const RETRY_MS = 100;

/** Nothing accepts a connection on the primary's port. */
export class PrimaryAbsentError extends Error {
  /** The name that stack traces print. */
  override readonly name = "PrimaryAbsentError";
}

/**
 * Asks the primary for its statistics, patiently: it may be starting.
 *
 * @param port Its port, at 127.0.0.1.
 * @param signal Ends the patience.
 * @returns What it holds; null for a primary of the original kind, which
 * answers no such question.
 * @throws {PrimaryAbsentError} If nothing accepts a connection for 5 s.
 */
export async function statsOf(
  port: number,
  signal: AbortSignal,
): Promise<Stats | null> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (true) {
    try {
      return parseStats(await ask("STATS", { port }));
    } catch (error) {
      if (error instanceof NoAnswerError || error instanceof SyntaxError) {
        return null;
      }
      if (error instanceof Deno.errors.NotCapable) throw error;
      if (performance.now() >= deadlineMs || signal.aborted) {
        throw new PrimaryAbsentError(
          `Cannot start: nothing accepts a connection on 127.0.0.1:${port} (start a primary with "primary", ` +
            `or run "start", which brings its own)`,
          { cause: error },
        );
      }
    }
    await sleep(RETRY_MS, signal);
  }
}

/** What the primary counted between two looks at it. */
export class CountedBetween {
  readonly #before: Stats;
  readonly #after: Stats;
  readonly #wasRestarted: boolean;

  /**
   * @param before The first look.
   * @param after The second look.
   * @param secondsBetween Time between the two, in seconds.
   */
  constructor(before: Stats, after: Stats, secondsBetween: number) {
    this.#before = before;
    this.#after = after;
    this.#wasRestarted = after.uptimeSeconds < secondsBetween;
  }

  /**
   * Reports that reached the primary; undefined if it was restarted, because it
   * counts them anew then.
   */
  get reports(): number | undefined {
    if (this.#wasRestarted) return undefined;
    return this.#after.reports - this.#before.reports;
  }

  /**
   * Reports that the primary recognised as counted before; undefined if it was
   * restarted.
   */
  get duplicates(): number | undefined {
    if (this.#wasRestarted) return undefined;
    return this.#after.duplicates - this.#before.duplicates;
  }

  /**
   * Likes of one session.
   *
   * @param name The likes server's name.
   * @param session The session, 16 hex digits.
   * @returns Likes counted.
   */
  ofSession(name: string, session: string): number {
    return this.session(name, session).total;
  }

  /**
   * What the primary holds of one session.
   *
   * @param name The likes server's name.
   * @param session The session, 16 hex digits.
   * @returns Its highest seq and its likes, both 0 if nothing of it was
   * counted.
   */
  session(name: string, session: string): SessionStats {
    const server = this.#after.servers.find((one) => one.name === name);
    const found = server?.sessions.find((one) => one.session === session);
    return found ?? { session, seq: 0, total: 0 };
  }

  /**
   * Likes of reports without a mark.
   *
   * @param name The likes server's name.
   * @returns Likes counted since the first look. If the primary was restarted
   * empty in between: since then.
   */
  unmarked(name: string): number {
    const { resumedReports } = this.#after;
    const hasForgotten = this.#wasRestarted && resumedReports === 0;
    const before = hasForgotten ? 0 : unmarkedIn(this.#before, name);
    return Math.max(0, unmarkedIn(this.#after, name) - before);
  }
}

function unmarkedIn(stats: Stats, name: string): number {
  return stats.servers.find((one) => one.name === name)?.unmarked ?? 0;
}
