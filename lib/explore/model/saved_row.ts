/**
 * A likes server's row, as it stands in a state.
 *
 * @module
 */

import { NEVER } from "../../domain/ticks.ts";
import { LikesServerRow } from "../../rules/likes_server_row.ts";

// Bits of the sixth byte:
const IN_FLIGHT = 1;
const OWED = 2;
const ACTING = 4;
const DRAWING = 8;
const FAILED = 16;

/** The tick at which everything is due: no time passes in a state. */
export const DUE_TICK = 1;

/** The planned tick of a draw that may come: later than all that is due. */
export const DRAW_TICK = 2 ** 30;

/** The attempt whose answer is awaited: which one it is makes no difference. */
export const ATTEMPT = 1;

/** Any attempt before it. */
export const PAST_ATTEMPT = 0;

/**
 * A second cursor over the one row that the rules work on, which puts into it
 * what a state says, and takes out what is possible: whether a report is in
 * flight, a wait is on, a draw may come; no times, no number of an attempt, no
 * count of retries, and of failures only whether there were any, where the mode
 * asks for that.
 *
 * ```text
 * 0 seq   1 settled   2 acknowledged   3 in flight, up to seq
 * 4 likes in flight   5 likes of the last draw   6 bits   7 `excused.ts`
 * 8 total   10 likes settled   12 likes acknowledged   14 total in flight
 * ```
 */
export class SavedRow extends LikesServerRow {
  /** Whether failures in a row make a difference besides how long is waited. */
  countsFailures = false;

  /**
   * Puts a row into the memory of the rules.
   *
   * @param bytes The state.
   * @param at Where the row begins.
   */
  load(bytes: Uint8Array, at: number): void {
    const bits = bytes[at + 6] as number;
    this.seq = bytes[at] as number;
    this.settledSeq = bytes[at + 1] as number;
    this.acknowledgedSeq = bytes[at + 2] as number;
    this.reportSeq = bytes[at + 3] as number;
    this.reportLikes = bytes[at + 4] as number;
    this.lastLikes = bytes[at + 5] as number;
    this.total = wideAt(bytes, at + 8);
    this.settled = wideAt(bytes, at + 10);
    this.acknowledged = wideAt(bytes, at + 12);
    this.flightTotal = wideAt(bytes, at + 14);
    this.clearState();
    if ((bits & IN_FLIGHT) !== 0) this.takeOff();
    if ((bits & OWED) !== 0) this.owe();
    this.actAt = (bits & ACTING) !== 0 ? DUE_TICK : NEVER;
    this.drawAt = (bits & DRAWING) !== 0 ? DRAW_TICK : NEVER;
    this.failures = (bits & FAILED) !== 0 ? 1 : 0;
    this.k = this.seq + 1;
    this.attempt = ATTEMPT;
    this.retries = 0;
    this.rejected = 0;
  }

  /**
   * Takes a row out of the memory of the rules.
   *
   * @param bytes The state.
   * @param at Where the row begins.
   */
  save(bytes: Uint8Array, at: number): void {
    const { inFlight } = this;
    let bits = 0;
    if (inFlight) bits |= IN_FLIGHT;
    if (this.isOwed) bits |= OWED;
    if (this.actAt !== NEVER) bits |= ACTING;
    if (this.drawAt !== NEVER) bits |= DRAWING;
    if (this.countsFailures && this.failures > 0) bits |= FAILED;
    bytes[at] = this.seq;
    bytes[at + 1] = this.settledSeq;
    bytes[at + 2] = this.acknowledgedSeq;
    // What was in flight is read only while it is.
    bytes[at + 3] = inFlight ? this.reportSeq : 0;
    bytes[at + 4] = inFlight ? this.reportLikes : 0;
    bytes[at + 5] = this.lastLikes;
    bytes[at + 6] = bits;
    setWide(bytes, at + 8, this.total);
    setWide(bytes, at + 10, this.settled);
    setWide(bytes, at + 12, this.acknowledged);
    setWide(bytes, at + 14, inFlight ? this.flightTotal : 0);
  }
}

/**
 * Tells whether a report of a row is on its way and unanswered.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns True until it is answered or given up.
 */
export function isInFlight(bytes: Uint8Array, row: number): boolean {
  return (bytes[row + 6]! & IN_FLIGHT) !== 0;
}

/**
 * Tells whether a row waits, for a reply or for its next attempt.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns True while the wait is on.
 */
export function isActing(bytes: Uint8Array, row: number): boolean {
  return (bytes[row + 6]! & ACTING) !== 0;
}

/**
 * Tells whether a draw may come.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns False after the last draw and the end of the lifetime.
 */
export function isDrawing(bytes: Uint8Array, row: number): boolean {
  return (bytes[row + 6]! & DRAWING) !== 0;
}

/**
 * Reads how many draws were made.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns The seq of the last, 0 if there was none.
 */
export function seqAt(bytes: Uint8Array, row: number): number {
  return bytes[row] as number;
}

/**
 * Reads up to which draw all are settled.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns Its seq, 0 if none is.
 */
export function settledSeqAt(bytes: Uint8Array, row: number): number {
  return bytes[row + 1] as number;
}

/**
 * Reads the highest draw that is known to be acknowledged.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns Its seq, 0 if none is.
 */
export function acknowledgedSeqAt(bytes: Uint8Array, row: number): number {
  return bytes[row + 2] as number;
}

/**
 * Reads the likes generated.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns Likes, 0 to 65,535.
 */
export function totalAt(bytes: Uint8Array, row: number): number {
  return wideAt(bytes, row + 8);
}

/**
 * Reads the likes settled.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns Likes, 0 to 65,535.
 */
export function settledAt(bytes: Uint8Array, row: number): number {
  return wideAt(bytes, row + 10);
}

/**
 * Reads the likes acknowledged.
 *
 * @param bytes The state.
 * @param row The place of the row in it.
 * @returns Likes, 0 to 65,535.
 */
export function acknowledgedAt(bytes: Uint8Array, row: number): number {
  return wideAt(bytes, row + 12);
}

/**
 * Reads a number of two bytes.
 *
 * @param bytes The state.
 * @param at Its place, the higher byte first.
 * @returns The number, 0 to 65,535.
 */
export function wideAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! << 8 | bytes[at + 1]!;
}

/**
 * Writes a number of two bytes.
 *
 * @param bytes The state.
 * @param at Its place, the higher byte first.
 * @param value The number, 0 to 65,535.
 */
export function setWide(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}
