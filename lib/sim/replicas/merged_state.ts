/**
 * Merged state of the replicas of a virtual run.
 *
 * @module
 */

import { VALID } from "../../protocol/validator.ts";
import {
  Ledger,
  type LedgerStorage,
  makeLedgerStorage,
} from "../../rules/ledger.ts";
import type { Draws } from "../../rules/report_sender.ts";
import type { Components, CountedOfServer } from "./components.ts";

/** Options of a merged state. */
export interface MergedStateOptions {
  /** Number of likes servers. */
  readonly servers: number;
  /**
   * The rows of the sessions, in modes with a mark; null in those without, in
   * which rows come as they are used.
   */
  readonly sessions: LedgerStorage | null;
  /**
   * Rows that there is place for at first, where they come as they are used.
   */
  readonly rows: number;
  /** The components, in modes without a mark. */
  readonly components: Components;
  /** The likes of past draws. */
  readonly draws: Draws;
}

/**
 * The maximum, entry by entry, of what replicas hold: what a run counts.
 */
export class MergedState {
  readonly #ledger: Ledger;
  readonly #isMarked: boolean;
  readonly #components: Components;
  readonly #draws: Draws;
  /** Likes of each likes server, in modes without a mark. */
  readonly #totals: Float64Array;
  #changes = 0;
  #lastCounted: {
    readonly server: number;
    readonly changes: number;
    readonly counted: CountedOfServer;
  } = { server: -1, changes: 0, counted: { times: [], twice: 0, twiceAt: [] } };

  /**
   * Nothing is held.
   *
   * @param options Its parts.
   */
  constructor(options: MergedStateOptions) {
    const { servers, sessions, rows, components, draws } = options;
    this.#isMarked = sessions !== null;
    this.#ledger = new Ledger(sessions ?? makeLedgerStorage(rows));
    this.#components = components;
    this.#draws = draws;
    this.#totals = new Float64Array(sessions === null ? servers : 0);
  }

  /** Likes held. */
  get total(): number {
    return this.#ledger.total;
  }

  /** The highest seq of a row. */
  seqOf(row: number): number {
    return this.#ledger.lastSeqOf(row);
  }

  /** Likes of a likes server. */
  totalOf(server: number): number {
    return this.#isMarked
      ? this.#ledger.totalOf(server)
      : this.#totals[server] as number;
  }

  /** Likes of a likes server that were counted beyond their first time. */
  countedTwiceOf(server: number): number {
    return this.#isMarked ? 0 : this.#countOf(server).twice;
  }

  /** The replicas that counted draws of a likes server more than once. */
  countedTwiceAt(server: number): readonly number[] {
    return this.#isMarked ? [] : this.#countOf(server).twiceAt;
  }

  /** Whether a draw is counted. */
  has(server: number, seq: number): boolean {
    return this.#isMarked
      ? seq <= this.#ledger.lastSeqOf(server)
      : (this.#countOf(server).times[seq] ?? 0) > 0;
  }

  /** Draw by draw; asked for the same likes server many times in turn. */
  #countOf(server: number): CountedOfServer {
    const { server: known, changes, counted } = this.#lastCounted;
    if (server === known && changes === this.#changes) return counted;
    const anew = this.#components.countOf(
      server,
      (row) => this.#ledger.lastSeqOf(row),
      this.#draws,
    );
    this.#lastCounted = { server, changes: this.#changes, counted: anew };
    return anew;
  }

  /**
   * Merges an entry.
   *
   * @param ledger The ledger of a replica.
   * @param row The entry's row.
   * @returns Likes that were not held before.
   */
  take(ledger: Ledger, row: number): number {
    const own = this.#ledger;
    const before = own.total;
    const answer = own.merge(
      row,
      ledger.lastSeqOf(row),
      ledger.lastReportOf(row),
      ledger.totalOf(row),
    );
    if (answer !== VALID) return 0;
    this.#changes++;
    const growth = own.total - before;
    if (!this.#isMarked) {
      this.#totals[this.#components.serverOf(row)]! += growth;
    }
    return growth;
  }

  /** Nothing is held any more. */
  clear(): void {
    this.#changes++;
    this.#ledger.clear();
    this.#totals.fill(0);
  }

  /** Makes place for more rows, where they come as they are used. */
  grow(rows: number): void {
    this.#ledger.grow(rows);
  }
}
