/**
 * From a history to its meter and its verdict: for a live run as it goes, and for a history file.
 *
 * @module
 */
import type { HistoryEvent } from "./history.ts";
import { tickOf } from "./history.ts";
import { Meter } from "./meter.ts";
import {
  judge,
  type RunFacts,
  type ServerAccount,
  type Verdict,
} from "./verdict.ts";
import { TICKS_PER_SECOND } from "./ticks.ts";

/** What is known of one likes server from the events so far. */
class Account {
  generated = 0;
  acknowledged = 0;
  givenUp = 0;
  counted = 0;
  crashed = false;
  /** Draws neither acknowledged nor given up: their seq and the sum of draws up to them, alternating. */
  draws: number[] = [];
  /** Seq and sum of the newest draw that is. */
  settledSeq = 0;
  settledTotal = 0;

  /** The newest draw whose sum is within an amount of likes. */
  settleAmount(likes: number): number {
    return this.#settle((_seq, total) => total <= likes);
  }

  /** Settles draws up to a seq and returns the likes they bring. */
  settleSeq(upTo: number): number {
    const before = this.settledTotal;
    this.#settle((seq) => seq <= upTo);
    return this.settledTotal - before;
  }

  #settle(within: (seq: number, total: number) => boolean): number {
    let at = 0;
    while (at < this.draws.length) {
      const seq = this.draws[at] ?? 0;
      const total = this.draws[at + 1] ?? 0;
      if (!within(seq, total)) break;
      this.settledSeq = seq;
      this.settledTotal = total;
      at += 2;
    }
    if (at > 0) this.draws.splice(0, at);
    return this.settledSeq;
  }
}

/**
 * Follows a history event by event.
 *
 * What is counted it takes from the `count` events. A live run without proxy has none; then an `ack` tells
 * that its likes were counted at the latest by then, so divergence and staleness are upper bounds, and likes
 * counted twice stay unseen until the primary is asked ({@linkcode HistoryMeter.observe}).
 *
 * A primary's `restart` with a `total` of 0 is taken as one that forgot everything. With less than was
 * counted, but more than 0, what it forgot is not known: the total is taken over, and staleness goes on as
 * if the draws were still there.
 *
 * @example
 * ```ts
 * import { HistoryMeter } from "./replay.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const history = new HistoryMeter();
 * history.add({ t: 1, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 });
 * history.add({ t: 1.02, kind: "ack", server: 0, seq: 1, total: 14 });
 * assertEquals(history.meter.likesCounted, 14);
 * assertEquals([...history.accounts()], [
 *   { name: "LikesServer0", generated: 14, acknowledged: 14, counted: 14, pending: 0, crashed: false },
 * ]);
 * ```
 */
export class HistoryMeter {
  /** What is measured so far. */
  readonly meter: Meter = new Meter({ mayForget: true });
  readonly #accounts = new Map<number, Account>();
  #sawCount = false;
  #liftedTick = 0;

  /** The tick of the last `heal`, `resume` or `restart`: when the faults that a history shows were lifted. */
  get liftedTick(): number {
    return this.#liftedTick;
  }

  /**
   * Takes the next event in.
   *
   * @param event The event; one earlier than the last counts as at the same time.
   */
  add(event: HistoryEvent): void {
    const tick = tickOf(event);
    const { kind, server } = event;
    if (kind === "heal" || kind === "resume" || kind === "restart") {
      this.#liftedTick = Math.max(this.#liftedTick, tick);
    }
    this.meter.end(tick);
    if (server !== undefined) this.#addOfServer(event, tick, server);
    else if (kind === "restart" && event.total !== undefined) {
      this.#restartedPrimary(tick, event.total);
    }
  }

  /**
   * The primary told its total.
   *
   * @param seconds When, since the start.
   * @param likes The likes of this run that it holds.
   */
  observe(seconds: number, likes: number): void {
    this.meter.observed(Math.round(seconds * TICKS_PER_SECOND), likes);
  }

  /**
   * What is known of each likes server, in the order of their ids. A server whose last crash was followed by
   * no restart is told as crashed.
   *
   * @returns One account each, for {@linkcode judge}.
   */
  *accounts(): Generator<ServerAccount> {
    const byId = [...this.#accounts].sort(([one], [other]) => one - other);
    for (const [server, account] of byId) {
      const { generated, acknowledged, givenUp, counted, crashed } = account;
      yield {
        name: `LikesServer${server}`,
        generated,
        acknowledged,
        counted: this.#sawCount ? counted : acknowledged,
        pending: Math.max(0, generated - acknowledged - givenUp),
        crashed,
      };
    }
  }

  #addOfServer(event: HistoryEvent, tick: number, server: number): void {
    const { kind, seq = 0, likes = 0, total, attempt } = event;
    const account = this.#account(server);
    switch (kind) {
      case "draw":
        account.generated += likes;
        account.draws.push(seq, account.generated);
        this.meter.drawn(tick, server, seq, likes);
        break;
      case "count":
        this.#sawCount = true;
        account.counted += likes;
        this.meter.counted(tick, server, seq, likes);
        break;
      case "ack":
        this.#acknowledged(account, tick, server, seq, total);
        break;
      case "lose":
        // With an attempt it is a message, which may be sent again.
        if (attempt === undefined) {
          account.givenUp += account.settleSeq(seq);
          this.meter.givenUp(tick, server, seq);
        }
        break;
      case "crash":
        account.crashed = true;
        break;
      case "restart":
        account.crashed = false;
        break;
    }
  }

  #acknowledged(
    account: Account,
    tick: number,
    server: number,
    seq: number,
    total: number | undefined,
  ): void {
    const before = account.acknowledged;
    if (total === undefined) account.acknowledged += account.settleSeq(seq);
    else account.acknowledged = Math.max(before, total);
    const settled = account.settleAmount(
      account.acknowledged + account.givenUp,
    );
    if (this.#sawCount) return;
    this.meter.counted(tick, server, settled, account.acknowledged - before);
  }

  #restartedPrimary(tick: number, total: number): void {
    if (total >= this.meter.likesCounted) return;
    if (total > 0) {
      this.meter.observed(tick, total);
      return;
    }
    for (const account of this.#accounts.values()) account.counted = 0;
    this.meter.forgotten(tick, 0);
  }

  #account(server: number): Account {
    let account = this.#accounts.get(server);
    if (account === undefined) {
      account = new Account();
      this.#accounts.set(server, account);
    }
    return account;
  }
}

/**
 * Measures a whole history.
 *
 * @param events Its events, in order.
 * @param endSeconds When the run ended; left out, or earlier: with its last event.
 * @returns The history's meter and accounts.
 *
 * @example
 * ```ts
 * import { parseEvent } from "./history.ts";
 * import { meterFromHistory } from "./replay.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const file = `{"t":0,"kind":"draw","server":0,"seq":1,"likes":14,"total":14}
 * {"t":0.5,"kind":"count","server":0,"seq":1,"likes":14,"total":14}`;
 * const { meter } = meterFromHistory(file.split("\n").map(parseEvent), 1);
 * assertEquals(meter.measures().divergence.mean, 7);
 * ```
 */
export function meterFromHistory(
  events: Iterable<HistoryEvent>,
  endSeconds = 0,
): HistoryMeter {
  const history = new HistoryMeter();
  for (const event of events) history.add(event);
  history.meter.end(Math.round(endSeconds * TICKS_PER_SECOND));
  return history;
}

/**
 * Judges a run from its history alone.
 *
 * @param events Its events, in order.
 * @param facts What the history does not tell; what is measured from it is added.
 * @param endSeconds When the run ended; left out, or earlier: with its last event.
 * @returns The verdict.
 *
 * @example
 * ```ts
 * import { judgeHistory } from "./replay.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const verdict = judgeHistory([
 *   { t: 0, kind: "draw", server: 0, seq: 1, likes: 14, total: 14 },
 *   { t: 0.5, kind: "count", server: 0, seq: 1, likes: 14 },
 *   { t: 2.5, kind: "count", server: 0, seq: 1, likes: 14 }, // sent again, for its answer got lost
 * ], { delivery: "at-least-once", seed: 7 });
 * assertEquals(verdict.countedTwice, 14);
 * assertEquals(verdict.converged, false);
 * ```
 */
export function judgeHistory(
  events: Iterable<HistoryEvent>,
  facts: RunFacts,
  endSeconds = 0,
): Verdict {
  const history = meterFromHistory(events, endSeconds);
  const measures = history.meter.measures(history.liftedTick);
  return judge({
    ...facts,
    divergence: measures.divergence,
    stalenessSeconds: measures.stalenessSeconds,
    convergenceSeconds: measures.convergenceSeconds,
  }, history.accounts());
}
