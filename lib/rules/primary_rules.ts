/**
 * The primary of a live run as a rule: a valid report in, what to answer out.
 * The journal, read again, goes through the same function, so a resumed primary
 * is in the state that it was killed in.
 *
 * @module
 */

import {
  type ReportFields,
  VALID,
  validateAddition,
  validateSuccession,
} from "../protocol/validator.ts";
import { Ledger, makeLedgerStorage } from "./ledger.ts";
import { SessionIndex } from "./session_index.ts";

/**
 * The answer of {@linkcode PrimaryRules.receive} when there is no place for
 * another session: a temporary refusal.
 */
export const FULL = 3;

const FIRST_ROWS = 16;

/** The bounds of a primary. */
export interface PrimaryRulesOptions {
  /** The most sessions to hold, 1 to 2^26. */
  readonly sessionsMax: number;
  /** The highest id of a likes server, 0 to 2^26. */
  readonly serverMax: number;
  /**
   * 32 random bits, so that nobody can choose sessions that slow the look-up
   * down; see {@linkcode SessionIndex}.
   *
   * @default {0}
   */
  readonly hashKey?: number;
}

/**
 * The ledger of a live primary, which meets servers and sessions as they come.
 *
 * Reports without a mark are counted in a row per server, reports with one in a
 * row per server and session.
 *
 * @example Two likes servers of the same name do not disturb each other
 * ```ts
 * import { PrimaryRules } from "./primary_rules.ts";
 * import { ReportFields } from "../protocol/validator.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const rules = new PrimaryRules({ sessionsMax: 1_000_000, serverMax: 9999 });
 * const report = Object.assign(new ReportFields(), { server: 0, likes: 14, seq: 1, total: 14 });
 * assertEquals(rules.receive(report), 14);
 * report.sessionLow = 1;
 * assertEquals(rules.receive(report), 14);
 * assertEquals(rules.ledger.total, 28);
 * ```
 */
export class PrimaryRules {
  /**
   * The totals. Row s holds server s's unmarked reports, the rows after the
   * last server's hold the sessions.
   */
  readonly ledger: Ledger;
  /**
   * The sessions, whose row 0 is row {@linkcode firstSessionRow} of the ledger.
   */
  readonly sessions: SessionIndex;
  /** The ledger's row of the first session. */
  readonly firstSessionRow: number;
  #expectedSeq = 0;
  /** Sessions to go back to; -1 while nothing can be undone. */
  #sessionsBefore = -1;

  /**
   * Makes an empty ledger.
   *
   * @param options How much to hold.
   * @throws {RangeError} If `sessionsMax` is not from 1 to 2^26 or `serverMax`
   * not from 0 to 2^26.
   */
  constructor(options: PrimaryRulesOptions) {
    const { sessionsMax, serverMax, hashKey = 0 } = options;
    if (!Number.isInteger(serverMax) || serverMax < 0 || serverMax > 2 ** 26) {
      throw new RangeError(
        `Cannot hold likes servers up to ${serverMax}: allowed are whole numbers from 0 to ${
          2 ** 26
        }`,
      );
    }
    this.sessions = new SessionIndex(sessionsMax, hashKey);
    this.firstSessionRow = serverMax + 1;
    this.ledger = new Ledger(
      makeLedgerStorage(this.firstSessionRow + FIRST_ROWS),
    );
  }

  /**
   * The seq that `NAK gap` asks for, after {@linkcode receive} answered `-GAP`.
   */
  get expectedSeq(): number {
    return this.#expectedSeq;
  }

  /**
   * Likes of a likes server that were counted from reports without a mark.
   *
   * @param server Its id.
   * @returns Likes.
   */
  unmarkedOf(server: number): number {
    return this.ledger.totalOf(server);
  }

  /**
   * Receives a report that the validator found valid.
   *
   * @param report The report.
   * @returns The likes newly counted, 0 or more; or `-DUPLICATE` (ACK it),
   *   `-GAP`, `-FULL`, or the negative of a final refusal's code. Nothing was
   *   counted then.
   */
  receive(report: ReportFields): number {
    const { server, likes, seq, total } = report;
    if (seq === 0) return this.ledger.receive(server, likes, 0, -1);
    let session = this.sessions.find(
      server,
      report.sessionHigh,
      report.sessionLow,
    );
    if (session < 0) {
      // A session takes a row with its first report that counts, so that
      // refused ones cannot fill the table.
      this.#expectedSeq = 1;
      let code = validateSuccession(0, 0, -1, seq, likes, total);
      if (code === VALID) {
        code = validateAddition(this.ledger.total, Math.max(likes, total));
      }
      if (code !== VALID) return -code;
      session = this.sessions.add(
        server,
        report.sessionHigh,
        report.sessionLow,
      );
      if (session < 0) return -FULL;
    }
    const row = this.rowOf(session);
    this.#expectedSeq = this.ledger.lastSeqOf(row) + 1;
    return this.ledger.receive(row, likes, seq, total);
  }

  /**
   * The ledger's row of a session, for which place is made where there is none
   * yet.
   *
   * @param session The session's row in the index.
   * @returns The row.
   */
  protected rowOf(session: number): number {
    const row = this.firstSessionRow + session;
    if (row >= this.ledger.capacity) {
      const rowsMax = this.firstSessionRow + this.sessions.sizeMax;
      this.ledger.grow(Math.min(2 * row, rowsMax));
    }
    return row;
  }

  /**
   * From here on what is received can be undone: its journal lines are not
   * written yet.
   */
  begin(): void {
    if (this.#sessionsBefore < 0) this.#sessionsBefore = this.sessions.size;
    this.ledger.begin();
  }

  /** The journal holds what was received since {@linkcode begin}. */
  commit(): void {
    this.#sessionsBefore = -1;
    this.ledger.commit();
  }

  /**
   * The journal could not be written: what was received since {@linkcode begin}
   * was never counted, its new sessions never seen.
   */
  rollback(): void {
    this.ledger.rollback();
    if (this.#sessionsBefore < 0) return;
    this.sessions.truncate(this.#sessionsBefore);
    this.#sessionsBefore = -1;
  }
}
