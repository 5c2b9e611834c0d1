/**
 * The state of a primary before a run, with which it is compared in the course
 * of the run and after it.
 *
 * @module
 */

import {
  InterruptedError,
  type Interruption,
} from "../../platform/interruption.ts";
import { sleep } from "../../platform/sleep.ts";
import { StartError } from "../../platform/start_error.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import type { Delivery } from "../../domain/delivery.ts";
import type { RunPrimary } from "./primaries.ts";
import type { Stats } from "../primary/stats.ts";
import { CountedBetween } from "./counted_between.ts";
import {
  type AskedServer,
  askPatiently,
  PrimaryAbsentError,
} from "./primary_holdings.ts";

/** The verdict's words for a primary that is down for good. */
const PRIMARY_GONE =
  "the primary is gone: nothing accepts a connection on its port";

/** The verdict's words for a primary that answers no more. */
export const PRIMARY_SILENT = "the primary does not answer any more";

/** The verdict's words for a primary of the original kind. */
const PRIMARY_ORIGINAL =
  "the primary answers no STATS: it is of the original kind";

/** Most questions to a primary that has stopped to answer them. */
const TRIES_MAX = 5;

/** Between two of these tries, in milliseconds. */
const RETRY_MS = 500;

/** Options of {@linkcode PrimaryBaseline.take}. */
export interface BaselineOptions {
  /** The primary's port at the time of a question, at 127.0.0.1. */
  readonly port: () => number;
  /**
   * The likes servers of the run; null: all, by replica and incarnation that
   * counted.
   */
  readonly servers: readonly AskedServer[] | null;
  /** Ends the wait for the primary. */
  readonly interruption: Interruption;
  /** Milliseconds in which to reach it. @default {5000} */
  readonly patienceMs?: number;
}

/** The state of a primary before a run. */
export class PrimaryBaseline {
  /**
   * The state; null for a primary of the original kind, which does not tell.
   */
  readonly before: Stats | null;
  readonly #takenMs = performance.now();
  readonly #options: BaselineOptions;

  private constructor(before: Stats | null, options: BaselineOptions) {
    this.before = before;
    this.#options = options;
  }

  /**
   * Asks a primary before a run.
   *
   * @param options Which primary, and about what.
   * @returns What it held.
   * @throws {PrimaryAbsentError} If no primary answers for 5 s, or another
   * server does.
   * @throws {InterruptedError} If somebody lost patience.
   */
  static async take(options: BaselineOptions): Promise<PrimaryBaseline> {
    const { stop } = options.interruption;
    try {
      const before = await ask(options, stop);
      if (!stop.aborted) return new PrimaryBaseline(before, options);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
    throw new InterruptedError("Stopped before the run began");
  }

  /**
   * Asks the primary again.
   *
   * @returns What it has counted since the baseline, or a text that says why
   * that is not known.
   */
  async countedSince(): Promise<CountedBetween | string> {
    if (this.before === null) return PRIMARY_ORIGINAL;
    // Taken before the question: an answer that is long on its way must not
    // make the primary look young.
    const seconds = (performance.now() - this.#takenMs) / 1000;
    try {
      const after = await this.#askAgain();
      if (after === null) return PRIMARY_SILENT;
      return new CountedBetween(this.before, after, seconds);
    } catch (error) {
      if (!(error instanceof PrimaryAbsentError)) throw error;
      return error.isAccepting ? PRIMARY_SILENT : PRIMARY_GONE;
    }
  }

  /**
   * Asks again, some times. A primary that answered before and closes the
   * connection now was killed over this question.
   */
  async #askAgain(): Promise<Stats | null> {
    const { kill } = this.#options.interruption;
    for (let tries = 1;; tries++) {
      const stats = await ask(this.#options, kill);
      if (stats !== null || tries === TRIES_MAX || kill.aborted) return stats;
      await sleep(RETRY_MS, kill);
    }
  }
}

function ask(
  { port, servers, patienceMs }: BaselineOptions,
  signal: AbortSignal,
): Promise<Stats | null> {
  return askPatiently(port(), servers, { signal, patienceMs });
}

/**
 * Asks the primaries of a run what they hold before it begins.
 *
 * @param primaries The primary, or the replicas.
 * @param delivery The delivery mode of the run.
 * @param servers The likes servers with their sessions.
 * @param interruption Ends the wait for them.
 * @returns What each held.
 * @throws {PrimaryAbsentError} If one does not answer for 5 s.
 * @throws {InterruptedError} If the run was stopped meanwhile.
 * @throws {StartError} If one of several is no replica, or another one than its
 * place says.
 */
export function takeBaselines(
  primaries: readonly RunPrimary[],
  delivery: Delivery,
  servers: readonly AskedServer[],
  interruption: Interruption,
): Promise<PrimaryBaseline[]> {
  const areMany = primaries.length > 1;
  return Promise.all(primaries.map(async (primary, number) => {
    const baseline = await PrimaryBaseline.take({
      port: () => primary.port,
      // Without marks, what several replicas hold of one likes server can only
      // be put together by who counted it.
      servers: areMany && !isMarked(delivery) ? null : servers,
      interruption,
    });
    if (areMany) checkReplica(baseline.before, number, primary.port);
    return baseline;
  }));
}

/** A replica is one, and the one that its place says. */
function checkReplica(
  stats: Stats | null,
  number: number,
  port: number,
): void {
  const place = `127.0.0.1:${port}`;
  if (stats === null) {
    throw new StartError(
      `Cannot start: the primary on ${place} is of the original kind, which cannot be a replica`,
    );
  }
  if (stats.replica === undefined) {
    throw new StartError(
      `Cannot start: the primary on ${place} is no replica, start it with --replica ${number} and the ports of the others as --peer`,
    );
  }
  const { name } = stats.replica;
  if (name !== `primary${number}`) {
    throw new StartError(
      `Cannot start: ${name} is on ${place}, where primary${number} should be: give --port in the order of the replicas' numbers`,
    );
  }
}
