/**
 * From a history to its meter and its verdict: for a live run as it goes, and
 * for a history file.
 *
 * @module
 */
import { TICKS_PER_SECOND } from "../domain/ticks.ts";
import { serverName } from "../protocol/report.ts";
import { isStuck } from "../rules/delivery_traits.ts";
import { HistoryAccount } from "./history_account.ts";
import { type HistoryEvent, tickOf } from "./history.ts";
import { Meter } from "./meter.ts";
import {
  judge,
  type RunFacts,
  type ServerAccount,
  type Verdict,
} from "./verdict.ts";

/**
 * Follows a history event by event.
 *
 * Counts come from the `count` events. A live run without proxy has none; then
 * an `ack` tells that its likes were counted at the latest by then, so
 * divergence and staleness are upper bounds, and likes counted twice stay
 * unseen until the primary is asked ({@linkcode HistoryMeter.observe}).
 *
 * A primary's `restart` with a `total` of 0 is taken as one that forgot
 * everything. With less than was counted, but more than 0, whose likes it
 * forgot shows with the next `count` of each likes server, whose `total` is
 * what the primary holds of it; until then staleness goes on as if the draws
 * were still there.
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
 * assertEquals([...history.accounts("crdt")], [
 *   { name: "LikesServer0", draws: 1, generated: 14, acknowledged: 14, givenUp: 0, counted: 14, pending: 0 },
 * ]);
 * ```
 */
export class HistoryMeter {
  /** Measures so far. */
  readonly meter: Meter = new Meter({ mayForget: true });
  readonly #accounts = new Map<number, HistoryAccount>();
  #sawCount = false;
  #liftedTick = 0;
  /** Likes that the primary has forgotten, as far as it is not known whose. */
  #forgotten = 0;

  /**
   * The tick of the last `heal`, `resume` or `restart`: when the faults that a
   * history shows were lifted.
   */
  get liftedTick(): number {
    return this.#liftedTick;
  }

  /**
   * Takes the next event in.
   *
   * @param event The event; one earlier than the last counts as at the same
   * time.
   */
  add(event: HistoryEvent): void {
    const tick = tickOf(event);
    const { kind, server } = event;
    if (kind === "heal" || kind === "resume" || kind === "restart") {
      this.#liftedTick = Math.max(this.#liftedTick, tick);
    }
    this.meter.end(tick);
    if (server !== undefined) this.#addOfServer(event, tick, server);
    else if (
      kind === "restart" && event.total !== undefined &&
      event.replica === undefined
    ) {
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
   * Accounts of all likes servers, in the order of their ids. A server
   * whose last crash was followed by no restart is told as crashed; one of mode
   * `original` with more than 42 likes pending as stuck.
   *
   * @param delivery The mode.
   * @returns One account each, for `judge`.
   */
  *accounts(delivery: string): Generator<ServerAccount> {
    const byId = [...this.#accounts].sort(([one], [other]) => one - other);
    for (const [server, account] of byId) {
      const { draws, generated, acknowledged, givenUp, counted, countedTwice } =
        account;
      const stuck = isStuck(delivery, account.pending);
      yield {
        name: serverName(server),
        draws,
        generated,
        acknowledged,
        givenUp,
        ...this.#sawCount
          ? { counted, countedTwice, pending: account.pendingUncounted }
          : { counted: acknowledged, pending: account.pending },
        ...account.isCrashed && { crashed: true },
        ...stuck && { stuck },
      };
    }
  }

  #addOfServer(event: HistoryEvent, tick: number, server: number): void {
    const { kind, seq = 0, likes = 0, total, attempt } = event;
    const account = this.#account(server);
    switch (kind) {
      case "draw":
        account.draw(seq, likes);
        this.meter.drawn(tick, server, seq, likes);
        break;
      case "count":
        this.#sawCount = true;
        if (
          total !== undefined && event.replica === undefined &&
          total - likes !== account.counted
        ) {
          this.#held(tick, account, total - likes);
        }
        account.count(seq, likes);
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
        account.isCrashed = true;
        break;
      case "restart":
        account.isCrashed = false;
        break;
    }
  }

  #acknowledged(
    account: HistoryAccount,
    tick: number,
    server: number,
    seq: number,
    total: number | undefined,
  ): void {
    const before = account.acknowledged;
    if (total === undefined) account.acknowledged += account.settleSeq(seq);
    else account.acknowledged = Math.max(before, total);
    account.settleTotal(account.acknowledged + account.givenUp);
    if (this.#sawCount) return;
    const newly = account.acknowledged - before;
    this.meter.counted(tick, server, account.settledSeq, newly);
  }

  #restartedPrimary(tick: number, total: number): void {
    const forgotten = this.meter.likesCounted - total;
    if (forgotten <= 0) return;
    if (total > 0) {
      // Whose they were will show when more of that likes server is counted.
      this.#forgotten += forgotten;
      this.meter.observed(tick, total);
      return;
    }
    for (const account of this.#accounts.values()) account.holds(0);
    this.#forgotten = 0;
    this.meter.forgotten(tick, 0);
  }

  /**
   * The primary holds another number of a server's likes than was seen to be
   * counted.
   */
  #held(tick: number, account: HistoryAccount, total: number): void {
    const forgotten = account.counted - total;
    account.holds(total);
    const known = Math.max(0, Math.min(forgotten, this.#forgotten));
    this.#forgotten -= known;
    this.meter.forgotten(
      tick,
      this.meter.likesCounted - (forgotten - known),
      (server) => this.#accounts.get(server)?.waitedUpTo ?? 0,
    );
  }

  #account(server: number): HistoryAccount {
    const account = this.#accounts.get(server) ?? new HistoryAccount();
    this.#accounts.set(server, account);
    return account;
  }
}

/**
 * Measures a whole history.
 *
 * @param events Its events, in order.
 * @param endSeconds When the run ended; left out, or earlier: with its last
 * event.
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
 * @param facts What the history does not tell; what is measured from it is
 * added.
 * @param endSeconds When the run ended; left out, or earlier: with its last
 * event.
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
  const { generated: _generated, counted: _counted, ...measured } = history
    .meter.measures(history.liftedTick);
  return judge({ ...facts, ...measured }, history.accounts(facts.delivery));
}
