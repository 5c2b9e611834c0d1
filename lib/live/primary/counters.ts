/**
 * Counters of a primary: reports by outcome, connections, bytes.
 *
 * @module
 */

import { DUPLICATE, GAP, isRefused, VALID } from "../../protocol/validator.ts";
import { FULL } from "../../rules/primary_rules.ts";

/** More than the highest code of the validator. */
const CODES = 64;

/**
 * Counters. Outcomes of reports are counted per group, as their journal lines
 * are written per group: those of a group that could not be logged count as
 * refused for a full disk.
 */
export class PrimaryCounters {
  /** Connections that are open. */
  connectionsOpen = 0;
  /** Connections that were accepted. */
  connectionsTotal = 0;
  /** Connections that were turned away with `NAK busy`. */
  busy = 0;
  /** Reports that were turned away with `NAK closing`. */
  closing = 0;
  /**
   * Connections that were closed because a line was not completed, or replies
   * not read, in time.
   */
  cutOff = 0;
  /** Bytes received. */
  bytesReceived = 0;
  /** Bytes sent. */
  bytesSent = 0;
  /** Reports that were counted by earlier runs and found in the journal. */
  resumedReports = 0;

  readonly #settled = new Float64Array(CODES);
  readonly #group = new Int32Array(CODES);
  /** Valid reports of the group: nearly always all of its reports. */
  #groupValid = 0;
  #hasOthers = false;

  /**
   * A report was judged.
   *
   * @param code What the validator or the rules said
   */
  judged(code: number): void {
    if (code === VALID) {
      this.#groupValid++;
      return;
    }
    this.#group[code] = (this.#group[code] ?? 0) + 1;
    this.#hasOthers = true;
  }

  /** The reports judged since the last call are logged. */
  settleGroup(): void {
    this.#add(VALID, this.#groupValid);
    this.#groupValid = 0;
    if (!this.#hasOthers) return;
    this.#group.forEach((count, code) => this.#add(code, count));
    this.#clearOthers();
  }

  /**
   * The reports judged since the last call could not be logged, and were
   * refused.
   */
  refuseGroup(): void {
    this.#add(FULL, this.#group.reduce((sum, n) => sum + n, this.#groupValid));
    this.#groupValid = 0;
    this.#clearOthers();
  }

  #add(code: number, count: number): void {
    this.#settled[code] = this.of(code) + count;
  }

  #clearOthers(): void {
    this.#group.fill(0);
    this.#hasOthers = false;
  }

  /**
   * Reports with an outcome.
   *
   * @param code A code of the validator or the rules
   * @returns Their number
   */
  of(code: number): number {
    return this.#settled[code] ?? 0;
  }

  /** Reports that were judged or turned away, first copies and repeats. */
  get reports(): number {
    return this.#settled.reduce((sum, count) => sum + count, this.closing);
  }

  /** Reports that were answered `ACK`. */
  get acks(): number {
    return this.of(VALID) + this.of(DUPLICATE);
  }

  /** Reports that were answered `NAK gap`. */
  get gaps(): number {
    return this.of(GAP);
  }

  /** Codes of the final refusals that happened. */
  get refusals(): number[] {
    return [...this.#settled.keys()].filter((code) =>
      isRefused(code) && this.of(code) > 0
    );
  }
}
