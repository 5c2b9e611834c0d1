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
import type { RecordListener } from "./server_record.ts";

/** An event without its time. */
export type HistoryEntry = Omit<HistoryEvent, "t">;

/** Settings of the history of a live run. */
export interface LiveHistoryOptions {
  /** The delivery mode of the run. */
  readonly delivery: Delivery;
  /** Called with each event, in order. */
  readonly onEvent: (event: HistoryEvent) => void;
  /** Called with each report that is about to be sent. */
  readonly onSending: RecordListener["sending"];
  /** Called with each read of a likes server that is about to be made. */
  readonly onReading: RecordListener["reading"];
}

/** Puts in order what is told from several sides, and measures it. */
export class LiveHistory implements RecordListener {
  /** Measures so far, and the account of each draw. */
  readonly meter: HistoryMeter = new HistoryMeter();
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

  /** @inheritdoc */
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

  /** @inheritdoc */
  sending(
    server: number,
    replica: number,
    text: string,
    sent: SentReport,
  ): void {
    this.#options.onSending(server, replica, text, sent);
  }

  /** @inheritdoc */
  reading(server: number, line: SentRead): void {
    this.#options.onReading(server, line);
  }

  /** @inheritdoc */
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

  /** @inheritdoc */
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

  /** @inheritdoc */
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
