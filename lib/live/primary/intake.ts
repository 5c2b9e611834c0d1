/**
 * The fast path of the primary, which every report takes, millions of times a
 * second.
 *
 * A read of a connection brings many lines. Each is judged where it lies in
 * the connection's buffer: the validator parses it into one and the same object
 * of numbers, the rules look up its session in typed arrays and count it, its
 * bytes are copied to the journal's buffer behind the time, and `ACK` is put
 * behind the replies before. So a report makes no string, no object and no
 * promise, and costs no system call: the journal's buffer is written once for
 * all connections that had something to say in the same turn of the event loop
 * (`group_commit.ts`), and then the replies of each connection with one write
 * (`connection.ts`).
 *
 * The rules themselves are in `lib/rules/`: `tests/live/primary/intake_test.ts`
 * compares this path with them on random input.
 *
 * @module
 */

import { type LineFramer, NO_LINE } from "../../protocol/framing.ts";
import {
  isExchange,
  isRepair,
  parseQuery,
  type Query,
} from "../../protocol/queries.ts";
import {
  formatGap,
  formatRefusal,
  NAK_CLOSING,
  NAK_FULL,
} from "../../protocol/replies.ts";
import {
  DUPLICATE,
  GAP,
  isRefused,
  LIVE_SERVER_MAX,
  reasonOf,
  REFUSED_HTTP,
  ReportFields,
  VALID,
} from "../../protocol/validator.ts";
import { formatSession } from "../../protocol/report.ts";
import { FULL, type PrimaryRules } from "../../rules/primary_rules.ts";
import { ReplicaRules } from "../../rules/replica_rules.ts";
import type { Journal } from "./journal.ts";
import type { PrimaryCounters } from "./counters.ts";
import type { Replies } from "./replies.ts";

/** `take()` stopped as every whole line was taken. */
export const ALL_TAKEN = 0;
/** `take()` stopped as the replies have no room for another. */
export const REPLIES_FULL = 1;
/** `take()` stopped as the journal's buffer has no room for another line. */
export const JOURNAL_FULL = 2;
/**
 * `take()` stopped at a line that is a query, whose answer has to wait until
 * the group is settled.
 */
export const AT_QUERY = 3;
/**
 * `take()` stopped behind a line that no client of this protocol sends: nothing
 * after it on this connection counts.
 */
export const AT_STRANGER = 4;
/**
 * `take()` stopped at the first line of a request of another replica, which is
 * still to be judged.
 */
export const AT_EXCHANGE = 5;
/** `take()` stopped at a repair, which is still to be judged. */
export const AT_REPAIR = 6;

const encoder = new TextEncoder();

function line(text: string): Uint8Array {
  return encoder.encode(`${text}\n`);
}

const NAK_CLOSING_LINE = line(NAK_CLOSING);
const NAK_FULL_LINE = line(NAK_FULL);

/** Whether replicas send such lines to each other. */
function isMessage({ bytes, start, end }: LineFramer): boolean {
  return isExchange(bytes, start, end);
}

/** Judges reports, puts down their journal lines and their replies. */
export class Intake {
  readonly #rules: PrimaryRules;
  /** The rules of a replica, where it is one. */
  readonly #replica: ReplicaRules | undefined;
  readonly #journal: Journal;
  readonly #counters: PrimaryCounters;
  readonly #fields = new ReportFields();
  readonly #refusals: Uint8Array[] = [];
  #query: Query | undefined;

  /**
   * @param rules The ledger
   * @param journal The log's lines
   * @param counters Counters of outcomes
   */
  constructor(
    rules: PrimaryRules,
    journal: Journal,
    counters: PrimaryCounters,
  ) {
    this.#rules = rules;
    this.#replica = rules instanceof ReplicaRules ? rules : undefined;
    this.#journal = journal;
    this.#counters = counters;
  }

  /** The query at which `take()` or `turnAway()` stopped last. */
  get query(): Query | undefined {
    return this.#query;
  }

  #isQuery({ bytes, start, end }: LineFramer): boolean {
    this.#query = parseQuery(bytes, start, end);
    return this.#query !== undefined;
  }

  #isExchange(framer: LineFramer): boolean {
    return this.#replica !== undefined && isMessage(framer);
  }

  #isRepair({ bytes, start, end }: LineFramer): boolean {
    return this.#replica !== undefined && isRepair(bytes, start, end);
  }

  /**
   * Puts down the name under which a replica counts what has no mark, before
   * the first such report.
   */
  #nameCounter(replica: ReplicaRules): void {
    if (!replica.isNameless) return;
    this.#journal.incarnation(formatSession(...replica.incarnation));
    replica.named();
  }

  /**
   * Takes the whole lines of a framer, up to the first that is a query, or,
   * where this is a replica, the request of another one or a repair.
   *
   * @param framer The lines
   * @param replies Where the replies go
   * @returns `ALL_TAKEN` or another reason why it stopped
   */
  take(framer: LineFramer, replies: Replies): number {
    const fields = this.#fields;
    const journal = this.#journal;
    const rules = this.#rules;
    const replica = this.#replica;
    const ledger = rules.ledger;
    for (;;) {
      if (!replies.hasRoom) return REPLIES_FULL;
      if (!journal.hasRoom) return JOURNAL_FULL;
      let code = framer.nextReport(fields, LIVE_SERVER_MAX);
      if (code === NO_LINE) return ALL_TAKEN;
      if (code === VALID) {
        const news = rules.receive(fields);
        if (news >= 0) {
          if (fields.seq === 0 && replica !== undefined) {
            this.#nameCounter(replica);
          }
          const { start, end } = framer;
          journal.counted(framer.view, start, end, ledger.total);
          replies.ack();
          this.#counters.judged(VALID);
          continue;
        }
        code = -news;
      } else if (this.#isQuery(framer)) {
        return AT_QUERY;
      } else if (this.#isExchange(framer)) {
        return AT_EXCHANGE;
      } else if (this.#isRepair(framer)) {
        return AT_REPAIR;
      }
      this.#answerUncounted(code, framer, replies);
      if (code === REFUSED_HTTP || isMessage(framer)) return AT_STRANGER;
    }
  }

  /**
   * Whether a framer holds, whole, the report of an original client, which
   * `takeOneShot()` takes.
   *
   * @param framer What the first read has brought
   * @returns False also after any other read
   */
  isOneShot(framer: LineFramer): boolean {
    return framer.isOneShot(this.#fields, LIVE_SERVER_MAX);
  }

  /**
   * Takes the report of an original client, right after `isOneShot()` has found
   * it.
   *
   * @param framer The report, without LF
   * @param replies Where the reply goes
   * @returns Whether it was taken; if not, the journal's buffer has no room for
   * another line
   */
  takeOneShot(framer: LineFramer, replies: Replies): boolean {
    if (!this.#journal.hasRoom) return false;
    const news = this.#rules.receive(this.#fields);
    if (news < 0) {
      this.#answerUncounted(-news, framer, replies);
      return true;
    }
    if (this.#replica !== undefined) this.#nameCounter(this.#replica);
    const { view, start, end } = framer;
    this.#journal.counted(view, start, end, this.#rules.ledger.total);
    replies.ack();
    this.#counters.judged(VALID);
    return true;
  }

  /**
   * Turns the whole lines of a framer away, because the primary is stopping.
   *
   * @param framer The lines
   * @param replies Where the replies go
   * @returns `ALL_TAKEN` or another reason why it stopped
   */
  turnAway(framer: LineFramer, replies: Replies): number {
    for (;;) {
      if (!replies.hasRoom) return REPLIES_FULL;
      if (!framer.next()) return ALL_TAKEN;
      if (this.#isQuery(framer)) return AT_QUERY;
      if (this.#isExchange(framer)) return AT_EXCHANGE;
      replies.nak(NAK_CLOSING_LINE);
      if (!this.#isRepair(framer)) this.#counters.closing++;
    }
  }

  /**
   * Turns the report of an original client away, because the primary is
   * stopping.
   *
   * @param replies Where the reply goes
   */
  turnAwayOneShot(replies: Replies): void {
    replies.nak(NAK_CLOSING_LINE);
    this.#counters.closing++;
  }

  #answerUncounted(
    code: number,
    { bytes, view, start, end }: LineFramer,
    replies: Replies,
  ): void {
    this.#counters.judged(code);
    if (code === DUPLICATE) {
      this.#journal.duplicate(view, start, end, this.#rules.ledger.total);
      replies.ack();
    } else if (code === GAP) {
      replies.nak(line(formatGap(this.#rules.expectedSeq)));
    } else if (code === FULL) {
      replies.nak(NAK_FULL_LINE);
    } else if (isRefused(code)) {
      this.#journal.rejected(bytes, start, end, reasonOf(code));
      replies.nak(this.#refusals[code] ??= line(formatRefusal(code)));
    }
  }
}
