/**
 * The history of a live run, gathered from what likes servers print, from the
 * network and from who kills what.
 *
 * @module
 */

import type { Delivery } from "../../domain/delivery.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import { DELIVERY_TRAITS } from "../../rules/delivery_traits.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import { HistoryMeter } from "../../verdict/replay.ts";
import type { SentRead, SentReport } from "../network/sent_reports.ts";

/** An event without its time. */
export type HistoryEntry = Omit<HistoryEvent, "t">;

/** Settings of the history of a live run. */
export interface LiveHistoryOptions {
  /** The delivery mode of the run. */
  readonly delivery: Delivery;
  /** Called with each event, in order. */
  readonly onEvent: (event: HistoryEvent) => void;
  /**
   * Called when a likes server is about to send a report: with its id, the
   * replica that it sends to, the line without its LF, the report's number and
   * the newest draw that it carries.
   */
  readonly onSending: (
    server: number,
    replica: number,
    text: string,
    sent: SentReport,
  ) => void;
  /**
   * Called when a likes server is about to read its own likes, or to repair a
   * replica: with its id and what it sends.
   */
  readonly onReading: (server: number, line: SentRead) => void;
}

/**
 * Puts in order what is told from several sides, and measures it. Times are
 * ticks of 0.1 ms since the start of the run.
 */
export class LiveHistory {
  /** Measures so far, and the account of each draw. */
  readonly meter: HistoryMeter = new HistoryMeter();
  /** Takes the sending of a report. */
  readonly sending: LiveHistoryOptions["onSending"];
  /** Takes the sending of a read or of a repair. */
  readonly reading: LiveHistoryOptions["onReading"];
  readonly #options: LiveHistoryOptions;
  /** Likes up to each draw, by likes server; draw n at n. */
  readonly #totals = new Map<number, number[]>();
  /**
   * The newest draw of each likes server that it no longer wants to deliver.
   */
  readonly #settledSeq = new Map<number, number>();
  #lastTick = 0;

  /** @param options Delivery mode and listeners. */
  constructor(options: LiveHistoryOptions) {
    this.#options = options;
    this.sending = options.onSending;
    this.reading = options.onReading;
  }

  /**
   * Adds an event.
   *
   * Events come in the order in which this process learns of them, and what was
   * learned later is told as no earlier: the lines of several processes cross
   * by milliseconds.
   *
   * @param tick When.
   * @param entry What.
   */
  add(tick: number, entry: HistoryEntry): void {
    this.#lastTick = Math.max(this.#lastTick, tick);
    const event = { t: secondsFromTicks(this.#lastTick), ...entry };
    this.meter.add(event);
    this.#options.onEvent(event);
  }

  /**
   * The likes of a likes server's first draws.
   *
   * @param server Its id.
   * @param seq How many draws; if fewer are known, those.
   * @returns Their likes.
   */
  totalUpTo(server: number, seq: number): number {
    const totals = this.#totals.get(server) ?? [];
    return totals[Math.min(seq, totals.length - 1)] ?? 0;
  }

  /**
   * A likes server has drawn likes.
   *
   * @param tick When.
   * @param server Its id.
   * @param seq The number of the draw.
   * @param likes Likes of this draw.
   * @param total Likes of all its draws.
   */
  drawn(
    tick: number,
    server: number,
    seq: number,
    likes: number,
    total: number,
  ): void {
    const totals = this.#totals.get(server) ?? [0];
    this.#totals.set(server, totals);
    totals[seq] = total;
    this.add(tick, { kind: "draw", server, seq, likes, total });
  }

  /**
   * A likes server got an `ACK`.
   *
   * @param tick When.
   * @param server Its id.
   * @param attempt Which attempt was acknowledged.
   * @param seq The highest draw that is acknowledged now.
   * @param total Likes that are acknowledged now.
   */
  acknowledged(
    tick: number,
    server: number,
    attempt: number,
    seq: number,
    total: number,
  ): void {
    this.#settle(server, seq);
    this.add(tick, {
      kind: "ack",
      server,
      total,
      attempt,
      ...seq > 0 && { seq },
    });
  }

  /**
   * A likes server got a `NAK`.
   *
   * @param tick When.
   * @param server Its id.
   * @param attempt Which attempt was refused.
   * @param reason Why.
   * @param finalSeq The newest draw of a report that was refused for good, 0 if
   * it was not.
   */
  refused(
    tick: number,
    server: number,
    attempt: number,
    reason: string,
    finalSeq: number,
  ): void {
    this.add(tick, { kind: "nak", server, attempt, reason });
    const { refusal } = DELIVERY_TRAITS[this.#options.delivery];
    if (finalSeq > 0 && refusal === "give up") {
      this.givenUp(tick, server, finalSeq);
    }
  }

  /**
   * A likes server will not send draws again.
   *
   * @param tick When.
   * @param server Its id.
   * @param seq Up to which draw.
   */
  givenUp(tick: number, server: number, seq: number): void {
    if (!this.#settle(server, seq)) return;
    this.add(tick, { kind: "lose", server, seq });
  }

  #settle(server: number, seq: number): boolean {
    const isNews = seq > (this.#settledSeq.get(server) ?? 0);
    if (isNews) this.#settledSeq.set(server, seq);
    return isNews;
  }
}
