/**
 * The state of one of several primaries that hold the same data: its ledger,
 * what it was told by others, and the feed of what it has to tell them.
 *
 * @module
 */

import { type EntryFields, LIKES_UNKNOWN } from "../protocol/entries.ts";
import { DUPLICATE, VALID, validateAddition } from "../protocol/validator.ts";
import { confirmSame } from "./exchange/entry_batch.ts";
import { Feeds, NO_SOURCE } from "./exchange/feed.ts";
import { HAS_TOTALS, packReport, REPORT_UNKNOWN } from "./ledger.ts";
import {
  FULL,
  PrimaryRules,
  type PrimaryRulesOptions,
} from "./primary_rules.ts";

/** Options of a replica's rules. */
export interface ReplicaRulesOptions extends PrimaryRulesOptions {
  /**
   * Name of the counts that it is to begin without a mark: high and low half of
   * 64 random bits. A journal can say otherwise, see
   * {@linkcode ReplicaRules.resumeIncarnation}.
   */
  readonly incarnation: readonly [high: number, low: number];
}

/**
 * The ledger of a replica, which also takes over what others have counted.
 *
 * Reports without a mark carry nothing by which two replicas could tell whether
 * they counted the same one. So each replica counts them by itself, in an entry
 * for each likes server, its *component*, that nobody else adds to: a component
 * is named by the replica's *incarnation*, and what is counted of a likes
 * server is the sum of its components. An incarnation goes on as long as
 * nothing that it has told others is forgotten. Source: the G-Counter of
 * Shapiro, Preguiça, Baquero, Zawirski, "A comprehensive study of Convergent
 * and Commutative Replicated Data Types", INRIA RR-7506, 2011, whose replica
 * number the incarnation stands for.
 *
 * Row s of the ledger is the own component of server s. A component of another
 * incarnation has a row among the sessions; its key is that of a server whose
 * id is negative, which no session has.
 *
 * @example What another replica counted is taken over once
 * ```ts
 * import { ReplicaRules } from "./replica_rules.ts";
 * import { EntryFields } from "../protocol/entries.ts";
 * import { DUPLICATE, VALID } from "../protocol/validator.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const rules = new ReplicaRules({ sessionsMax: 10, serverMax: 9999, incarnation: [1, 2] });
 * const entry = Object.assign(new EntryFields(), { likes: 14, seq: 3, total: 40, hasTotals: true });
 * assertEquals([rules.merge(entry), rules.merge(entry)], [VALID, DUPLICATE]);
 * assertEquals(rules.ledger.total, 40);
 * ```
 */
export class ReplicaRules extends PrimaryRules {
  /** The changes, by row of the ledger: those of replica 0. */
  readonly feeds: Feeds;
  #incarnation: readonly [high: number, low: number];
  /** Whether the journal tells the incarnation. */
  #isNamed = false;
  /** The answer to that at {@linkcode begin}; undefined without one. */
  #wasNamed: boolean | undefined = undefined;
  /** Source of the entries that are being merged. */
  #source = NO_SOURCE;

  /**
   * Makes an empty replica.
   *
   * @param options How much to hold; components of others count as sessions.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(options: ReplicaRulesOptions) {
    super(options);
    this.#incarnation = options.incarnation;
    this.feeds = new Feeds(1, this.ledger.capacity);
  }

  /** The incarnation: high and low half of its 64 bits. */
  get incarnation(): readonly [high: number, low: number] {
    return this.#incarnation;
  }

  /**
   * Whether the journal has to tell the incarnation before the next count
   * without a mark.
   */
  get isNameless(): boolean {
    return !this.#isNamed;
  }

  /** The journal tells the incarnation. */
  named(): void {
    this.#isNamed = true;
  }

  /**
   * Goes on with an incarnation that a journal told.
   *
   * @param incarnation High and low half of its 64 bits.
   */
  resumeIncarnation(incarnation: readonly [high: number, low: number]): void {
    this.#incarnation = incarnation;
    this.#isNamed = true;
  }

  /**
   * Likes of a likes server that were counted from reports without a mark, at
   * any replica.
   *
   * @param server Its id.
   * @returns Likes.
   */
  override unmarkedOf(server: number): number {
    let likes = this.ledger.totalOf(server);
    for (const session of this.componentsOf(server)) {
      likes += this.ledger.totalOf(this.firstSessionRow + session);
    }
    return likes;
  }

  /**
   * The components of a likes server that other incarnations counted.
   *
   * @param server Its id.
   * @returns Their rows in the index of sessions, in the order in which they
   * came.
   */
  componentsOf(server: number): readonly number[] {
    return this.sessions.rowsOf(~server);
  }

  /**
   * Takes over an entry of another replica, if it is more than what is held. If
   * it is the same, the source of the merge is not told of it.
   *
   * @param entry A valid entry.
   * @returns `VALID` if it was taken over; `DUPLICATE` if it is not more, or if
   * it is this incarnation's own; `REFUSED_OVERFLOW` or `FULL` if it is
   * refused.
   */
  merge(entry: EntryFields): number {
    const { server, sessionHigh, sessionLow, isComponent, total } = entry;
    if (isComponent && this.#isOwn(sessionHigh, sessionLow)) return DUPLICATE;
    const key = isComponent ? ~server : server;
    let session = this.sessions.find(key, sessionHigh, sessionLow);
    if (session < 0) {
      const code = validateAddition(this.ledger.total, total);
      if (code !== VALID) return code;
      session = this.sessions.add(key, sessionHigh, sessionLow);
      if (session < 0) return FULL;
    }
    const report = packReport(entry.likes, entry.hasTotals);
    const row = this.rowOf(session);
    const { ledger, feeds } = this;
    const { seq } = entry;
    const code = ledger.merge(row, seq, report, total);
    if (code === DUPLICATE) {
      confirmSame(ledger, feeds, 0, row, seq, report, total, this.#source);
    }
    return code;
  }

  #isOwn(high: number, low: number): boolean {
    const [ownHigh, ownLow] = this.#incarnation;
    return (high | 0) === (ownHigh | 0) && (low | 0) === (ownLow | 0);
  }

  /**
   * Reads an entry.
   *
   * @param row A row of the ledger that something was counted in.
   * @param into Where to put it.
   */
  read(row: number, into: EntryFields): void {
    const { ledger, sessions } = this;
    const session = row - this.firstSessionRow;
    const key = session < 0 ? ~row : sessions.serverOf(session);
    const report = ledger.lastReportOf(row);
    const isUnknown = report === REPORT_UNKNOWN;
    into.isComponent = key < 0;
    into.server = key < 0 ? ~key : key;
    into.sessionHigh = session < 0
      ? this.#incarnation[0]
      : sessions.highOf(session);
    into.sessionLow = session < 0
      ? this.#incarnation[1]
      : sessions.lowOf(session);
    into.seq = ledger.lastSeqOf(row);
    into.total = ledger.totalOf(row);
    into.likes = isUnknown ? LIKES_UNKNOWN : report & ~HAS_TOTALS;
    into.hasTotals = !isUnknown && (report & HAS_TOTALS) !== 0;
  }

  /**
   * Notes that everything that is held is to be told to others: after a journal
   * was read.
   */
  touchAll(): void {
    const rows = this.firstSessionRow + this.sessions.size;
    this.#makeFeedPlace();
    for (let row = 0; row < rows; row++) {
      if (this.ledger.lastSeqOf(row) > 0) this.feeds.touch(0, row, NO_SOURCE);
    }
  }

  /**
   * From here on what is received and merged can be undone: its journal lines
   * are not written yet.
   */
  override begin(): void {
    this.#wasNamed ??= this.#isNamed;
    super.begin();
  }

  /**
   * The entries merged from here on, up to the next {@linkcode commit} or
   * {@linkcode rollback}, are those of another replica.
   *
   * @param source Its number, or `NO_SOURCE`; see `Exchanges.sourceOf`.
   */
  beginMerge(source: number): void {
    this.begin();
    this.#source = source;
  }

  /**
   * The journal holds what was received and merged since {@linkcode begin}:
   * from now on others are told of it.
   */
  override commit(): void {
    const { ledger, feeds } = this;
    const { changes } = ledger;
    if (changes > 0) this.#makeFeedPlace();
    for (let change = 0; change < changes; change++) {
      feeds.touch(0, ledger.changedRow(change), this.#source);
    }
    this.#source = NO_SOURCE;
    this.#wasNamed = undefined;
    super.commit();
  }

  /**
   * The journal could not be written: what was received and merged since
   * {@linkcode begin} was never counted, its new sessions and components never
   * seen.
   */
  override rollback(): void {
    this.#source = NO_SOURCE;
    if (this.#wasNamed !== undefined) {
      this.#isNamed = this.#wasNamed;
      this.#wasNamed = undefined;
    }
    super.rollback();
  }

  #makeFeedPlace(): void {
    const { capacity } = this.ledger;
    if (capacity > this.feeds.capacity) this.feeds.grow(capacity);
  }
}
