/**
 * The likes of each likes server at the primary, while a run goes on.
 *
 * @module
 */

import { isMarked } from "../../rules/delivery_traits.ts";
import type { Delivery } from "../../domain/delivery.ts";
import { CountedBetween, heldOf } from "./counted_between.ts";
import { askHoldings } from "./primary_holdings.ts";
import type { ServerRecord } from "./server_record.ts";
import { poll } from "./poll_pause.ts";
import type { Stats } from "../primary/stats.ts";

/** Milliseconds for an answer: a primary that stands still answers nobody. */
const TIMEOUT_MS = 1_000;

/** A total of the primary. */
export interface KnownTotal {
  /** Likes that it counted in this run. */
  readonly counted: number;
  /** Likes that were acknowledged when it was asked. */
  readonly acknowledged: number;
}

/**
 * Likes at the primary some time after it was asked: those that were
 * acknowledged since are there as well. A primary that has forgotten likes that
 * it acknowledged is behind all the same.
 *
 * @param last The last total that is known.
 * @param acknowledged Likes that are acknowledged now.
 * @returns Likes, no fewer than are known to be there.
 *
 * @example
 * ```ts
 * import { likesAtPrimary } from "./counted_poll.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(likesAtPrimary({ counted: 60, acknowledged: 50 }, 80), 80);
 * assertEquals(likesAtPrimary({ counted: 40, acknowledged: 50 }, 80), 70);
 * ```
 */
export function likesAtPrimary(last: KnownTotal, acknowledged: number): number {
  const since = acknowledged - last.acknowledged;
  return Math.max(
    last.counted,
    Math.min(acknowledged, last.counted + since),
  );
}

/** The part of a likes server's account that a poll needs. */
export type PolledServer = Pick<
  ServerRecord,
  "id" | "name" | "sessionText" | "acknowledged"
>;

/** Options of a {@linkcode CountedPoll}. */
export interface CountedPollOptions {
  /**
   * The primary: its port at 127.0.0.1, which may be another after a restart,
   * and what it held when the run began.
   */
  readonly primary: { readonly port: number; readonly before: Stats };
  /** The delivery mode. */
  readonly delivery: Delivery;
  /** Accounts of the likes servers. */
  readonly records: readonly PolledServer[];
}

/**
 * Asks the primary again and again. Between two answers, what was acknowledged
 * since is counted, too; that a primary has forgotten what it had acknowledged
 * shows with the next answer.
 */
export class CountedPoll {
  readonly #options: CountedPollOptions;
  readonly #stop = new AbortController();
  readonly #polling: Promise<void>;
  /** The last answer about each server. */
  readonly #last: KnownTotal[] = [];

  /**
   * Begins to ask.
   *
   * @param options Whom, and about whom.
   */
  constructor(options: CountedPollOptions) {
    this.#options = options;
    this.#polling = poll(() => this.#look(), this.#stop.signal);
  }

  /**
   * Likes of one likes server at the primary.
   *
   * @param record Its account.
   * @returns Likes of this run.
   */
  countedOf(record: PolledServer): number {
    const { id, acknowledged } = record;
    const last = this.#last[id] ?? { counted: 0, acknowledged: 0 };
    return likesAtPrimary(last, acknowledged);
  }

  /**
   * Asks no more.
   *
   * @returns Fulfils when nothing is under way.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#polling;
  }

  async #look(): Promise<void> {
    const { primary: { port }, records } = this.#options;
    const acknowledged = records.map((record) => record.acknowledged);
    try {
      const stats = await askHoldings(records, { port, timeoutMs: TIMEOUT_MS });
      if (stats !== null) this.#take(stats, acknowledged);
    } catch {
      // A primary that is down, or stands still, holds what it held.
    }
  }

  #take(stats: Stats, acknowledgedThen: readonly number[]): void {
    const { delivery, primary, records } = this.#options;
    const held = new CountedBetween(primary.before, stats, 0);
    records.forEach((record, id) => {
      const counted = heldOf(held, record, isMarked(delivery)).total;
      this.#last[id] = { counted, acknowledged: acknowledgedThen[id] ?? 0 };
    });
  }
}
