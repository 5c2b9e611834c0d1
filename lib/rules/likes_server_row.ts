/**
 * The state of a likes server: columns of its row, by name.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import { ROW_BITS, type Rows } from "./rows.ts";

// Columns of a row (rows.ts). Sequence numbers and counts:
const K = 0;
const DRAW_AT = 1;
const ACT_AT = 2;
const SEQ = 3;
const SETTLED_SEQ = 4;
const ACKED_SEQ = 5;
const FLIGHT_SEQ = 6;
const FLIGHT_LIKES = 7;
const ATTEMPT = 8;
const STATE = 9;
const FAILURES = 10;
const LAST_LIKES = 11;
const RETRIES = 12;
const REJECTED = 13;
// … and likes, as pairs of columns that hold a number of 64 bits:
const TOTAL = 14 / 2;
const SETTLED = 16 / 2;
const ACKED = 18 / 2;
const FLIGHT_TOTAL = 20 / 2;

/** Flag: a report is on its way and unanswered. */
const IN_FLIGHT = 1;
/**
 * Flag: a report is due though its likes may be settled already (a sum: at each
 * draw; the newest draw: after a restart).
 */
const OWED = 2;

/**
 * A cursor over the state of likes servers: `at(i)`, then read it like an
 * object. Only the rules write.
 */
export class LikesServerRow {
  /** The columns, as whole numbers of 32 bits. */
  protected readonly ints: Int32Array;
  /** The columns, as numbers of 64 bits. */
  protected readonly floats: Float64Array;
  /** The likes server's row. */
  protected row = 0;
  /** The first column of that row. */
  protected base = 0;

  /**
   * Makes a cursor, on row 0.
   *
   * @param rows The state of all likes servers.
   */
  constructor(rows: Rows) {
    this.ints = rows.ints;
    this.floats = rows.floats;
  }

  /**
   * Moves the cursor.
   *
   * @param row The likes server's row.
   * @returns This cursor.
   */
  at(row: number): this {
    this.row = row;
    this.base = row << ROW_BITS;
    return this;
  }

  /** The row that the cursor is at. */
  get number(): number {
    return this.row;
  }

  /** Number of the next draw: 1, 2, 3 …; grows by skipped draws too. */
  get k(): number {
    return this.ints[this.base | K] as number;
  }

  protected set k(value: number) {
    this.ints[this.base | K] = value;
  }

  /** Planned tick of the next draw, NEVER when no more come. */
  get drawAt(): number {
    return this.ints[this.base | DRAW_AT] as number;
  }

  protected set drawAt(tick: number) {
    this.ints[this.base | DRAW_AT] = tick;
  }

  /**
   * The tick at which the likes server stops waiting for a reply or for its
   * next attempt; NEVER when it does neither.
   */
  get actAt(): number {
    return this.ints[this.base | ACT_AT] as number;
  }

  protected set actAt(tick: number) {
    this.ints[this.base | ACT_AT] = tick;
  }

  /**
   * The tick at which the shell must come back: to `draw` if `drawAt` is not
   * later than `actAt`, to `due` otherwise.
   */
  get wakeAt(): number {
    return Math.min(this.drawAt, this.actAt);
  }

  /**
   * True when no draw will come and nothing will be sent any more, delivered or
   * not. True between crash and resume, too.
   */
  get isIdle(): boolean {
    return this.wakeAt === NEVER;
  }

  /**
   * Whether the likes server exits: its lifetime is over, and nothing is left
   * that it could deliver. One that has something left may go on until the
   * drain ends.
   *
   * @param now The tick.
   * @param endTick When its lifetime ends.
   * @returns True from the later of the two moments on.
   */
  hasEnded(now: number, endTick: number): boolean {
    return now >= endTick && this.isIdle;
  }

  /** Number of the last draw in the session, 0 before the first. */
  get seq(): number {
    return this.ints[this.base | SEQ] as number;
  }

  protected set seq(value: number) {
    this.ints[this.base | SEQ] = value;
  }

  /** Likes generated in the session. */
  get total(): number {
    return this.floats[this.base >> 1 | TOTAL] as number;
  }

  protected set total(likes: number) {
    this.floats[this.base >> 1 | TOTAL] = likes;
  }

  /** Likes of the last draw. */
  get lastLikes(): number {
    return this.ints[this.base | LAST_LIKES] as number;
  }

  protected set lastLikes(likes: number) {
    this.ints[this.base | LAST_LIKES] = likes;
  }

  /** Highest draw that is known to be acknowledged, 0 when none is. */
  get acknowledgedSeq(): number {
    return this.ints[this.base | ACKED_SEQ] as number;
  }

  protected set acknowledgedSeq(seq: number) {
    this.ints[this.base | ACKED_SEQ] = seq;
  }

  /** Likes that are known to be acknowledged. */
  get acknowledged(): number {
    return this.floats[this.base >> 1 | ACKED] as number;
  }

  protected set acknowledged(likes: number) {
    this.floats[this.base >> 1 | ACKED] = likes;
  }

  /**
   * All draws up to this one need no more sending: acknowledged, forgotten or
   * given up.
   */
  get settledSeq(): number {
    return this.ints[this.base | SETTLED_SEQ] as number;
  }

  protected set settledSeq(seq: number) {
    this.ints[this.base | SETTLED_SEQ] = seq;
  }

  /** Likes that need no more sending. */
  protected get settled(): number {
    return this.floats[this.base >> 1 | SETTLED] as number;
  }

  protected set settled(likes: number) {
    this.floats[this.base >> 1 | SETTLED] = likes;
  }

  /** Likes that still want sending or an answer. */
  get pending(): number {
    return this.total - this.settled;
  }

  /** Number of the last report sent, 0 before the first. */
  get attempt(): number {
    return this.ints[this.base | ATTEMPT] as number;
  }

  protected set attempt(value: number) {
    this.ints[this.base | ATTEMPT] = value;
  }

  /** Likes that the report in flight carries. */
  get reportLikes(): number {
    return this.ints[this.base | FLIGHT_LIKES] as number;
  }

  protected set reportLikes(likes: number) {
    this.ints[this.base | FLIGHT_LIKES] = likes;
  }

  /**
   * The draw that the report in flight reaches up to: its seq where reports are
   * marked.
   */
  get reportSeq(): number {
    return this.ints[this.base | FLIGHT_SEQ] as number;
  }

  protected set reportSeq(seq: number) {
    this.ints[this.base | FLIGHT_SEQ] = seq;
  }

  /**
   * Likes generated up to the draw that the report in flight reaches; only kept
   * where reports carry a total.
   */
  protected get flightTotal(): number {
    return this.floats[this.base >> 1 | FLIGHT_TOTAL] as number;
  }

  protected set flightTotal(likes: number) {
    this.floats[this.base >> 1 | FLIGHT_TOTAL] = likes;
  }

  /** Failures in a row, for the backoff. */
  protected get failures(): number {
    return this.ints[this.base | FAILURES] as number;
  }

  protected set failures(count: number) {
    this.ints[this.base | FAILURES] = count;
  }

  /**
   * Reports sent after a failure, or again because the primary had forgotten
   * them.
   */
  get retries(): number {
    return this.ints[this.base | RETRIES] as number;
  }

  protected set retries(count: number) {
    this.ints[this.base | RETRIES] = count;
  }

  /**
   * Reports refused for good, by the primary or by the likes server's own
   * validator.
   */
  get rejected(): number {
    return this.ints[this.base | REJECTED] as number;
  }

  protected set rejected(count: number) {
    this.ints[this.base | REJECTED] = count;
  }

  /** True while a report is on its way and unanswered. */
  get inFlight(): boolean {
    return ((this.ints[this.base | STATE] as number) & IN_FLIGHT) !== 0;
  }

  /** Whether a report is due though its likes may be settled already. */
  protected get isOwed(): boolean {
    return ((this.ints[this.base | STATE] as number) & OWED) !== 0;
  }

  /** A report is due, whatever is settled. */
  protected owe(): void {
    this.ints[this.base | STATE] = this.ints[this.base | STATE]! | OWED;
  }

  /** A report leaves; none is owed any more. */
  protected takeOff(): void {
    this.ints[this.base | STATE] = IN_FLIGHT;
  }

  /** The report in flight is no longer waited for. */
  protected stopWaiting(): void {
    this.ints[this.base | STATE] = this.ints[this.base | STATE]! & ~IN_FLIGHT;
    this.actAt = NEVER;
  }

  /** Clears the state: nothing is in flight or owed. */
  protected clearState(): void {
    this.ints[this.base | STATE] = 0;
  }
}
