/**
 * The virtual run a second time, as plainly as it can be written: one likes
 * server at a time, objects and a list of events. Slow, and of no use but to
 * disagree with the real one.
 *
 * It shares with it what has tests of its own (random numbers, the plan of
 * draws, the faults message by message) and nothing of what it is there to
 * check: no rules, no ledger, no queue, no walk through scheduled faults.
 *
 * @module
 */

import { MessageKind } from "../../lib/domain/messages.ts";
import { PRIMARY } from "../../lib/domain/nodes.ts";
import { Faults } from "../../lib/faults/force.ts";

import { DrawPlan } from "../../lib/rules/draws.ts";
import { Family, Streams } from "../../lib/domain/random.ts";
import {
  deadlineTickOf,
  type RunOptions,
} from "../../lib/options/run_options.ts";

/** The fate of one likes server. */
export interface NaiveAccount {
  /** Likes drawn. */
  generated: number;
  /** Of these, of draws known to be acknowledged. */
  acknowledged: number;
  /** Likes that the primary counted of it. */
  counted: number;
  /** Of these, beyond the first time. */
  countedTwice: number;
  /** Reports that reached the primary. */
  reports: number;
  /** Messages sent by either, copies included. */
  messages: number;
}

interface Draw {
  readonly seq: number;
  readonly likes: number;
}

interface Report {
  readonly attempt: number;
  /** The draws whose likes are carried. */
  readonly draws: readonly Draw[];
  readonly isCopy: boolean;
}

interface Event {
  readonly tick: number;
  /**
   * Among events of one tick: first what is scheduled, then messages, then what
   * a likes server does of itself.
   */
  readonly rank: Rank;
  /** Among equals in both: when it would have been, had nobody stood still. */
  readonly plannedTick: number;
  readonly run: () => void;
}

type Rank = typeof CRASH | typeof MESSAGE | typeof OWN;
const CRASH = 0;
const MESSAGE = 1;
const OWN = 2;

/** Backoff as the README tells it. */
const BACKOFF_MIN_TICKS = 1_000;
const BACKOFF_MAX_TICKS = 50_000;

/**
 * Runs one likes server against a primary of its own. That is exact: likes
 * servers have nothing in common but the primary's outages, which are known
 * beforehand.
 *
 * @param options The run, with durability `write`.
 * @param server Which likes server.
 * @returns What became of it.
 */
export function naiveAccount(
  options: RunOptions,
  server: number,
): NaiveAccount {
  return new NaiveServer(options, server).run();
}

class NaiveServer {
  readonly #options: RunOptions;
  readonly #id: number;
  readonly #streams: Streams;
  readonly #faults: Faults;
  readonly #deadline: number;
  readonly #events: Event[] = [];
  readonly #account: NaiveAccount = {
    ...{ generated: 0, acknowledged: 0, counted: 0, countedTwice: 0 },
    ...{ reports: 0, messages: 0 },
  };
  #now = 0;
  // The likes server:
  #all: Draw[] = [];
  #pending: Draw[] = [];
  #acked = new Set<number>();
  #flight: Report | null = null;
  #flightEnds = 0;
  #retryAt: number | null = null;
  #owes = false;
  readonly #planned = new Set<number>();
  #isDown = false;
  #attempt = 0;
  #failures = 0;
  /** Grows with each crash, so that timers of an earlier life do nothing. */
  #life = 0;
  // The primary:
  readonly #seen = new Set<number>();
  #lastSeq = 0;

  constructor(options: RunOptions, id: number) {
    this.#options = options;
    this.#id = id;
    this.#streams = new Streams(options.seed);
    this.#faults = new Faults(options);
    this.#deadline = deadlineTickOf(options);
  }

  run(): NaiveAccount {
    this.#planDraws();
    this.#planCrashes();
    for (;;) {
      const event = this.#takeFirst();
      if (event === undefined) break;
      this.#now = event.tick;
      event.run();
    }
    for (const { seq, likes } of this.#all) {
      if (this.#acked.has(seq)) this.#account.acknowledged += likes;
    }
    return this.#account;
  }

  /** The earliest event; among equals the one that was added first. */
  #takeFirst(): Event | undefined {
    let best = 0;
    for (const [i, { tick, rank, plannedTick }] of this.#events.entries()) {
      const other = this.#events[best] as Event;
      const later = tick - other.tick || rank - other.rank ||
        plannedTick - other.plannedTick;
      if (later < 0) best = i;
    }
    return this.#events.splice(best, 1)[0];
  }

  #at(tick: number, rank: Rank, run: () => void, plannedTick = tick): void {
    this.#events.push({ tick, rank, plannedTick, run });
  }

  /** The first tick from one on at which a process does not stand still. */
  #awake(process: number, tick: number): number {
    let awake = tick;
    while (this.#faults.paused(process, awake)) awake++;
    return awake;
  }

  // --- what is planned

  #planDraws(): void {
    const { spawnIntervalTicks, lifetimeTicks } = this.#options;
    const plan = new DrawPlan(this.#streams, this.#options);
    const start = this.#id * spawnIntervalTicks;
    let tick = start;
    for (let k = 1;; k++) {
      tick += plan.pauseAfter(plan.draw(this.#id, k - 1));
      if (tick >= start + lifetimeTicks) break;
      const planned = tick;
      this.#planned.add(planned);
      const likes = plan.likes(plan.draw(this.#id, k));
      const at = this.#awake(this.#id, planned);
      this.#at(at, OWN, () => this.#draw(planned, likes), planned);
    }
  }

  #planCrashes(): void {
    for (const transition of this.#faults.transitions()) {
      if (!("process" in transition)) continue;
      const { process, kind, tick } = transition;
      if (process !== this.#id) continue;
      if (kind === "crash") this.#at(tick, CRASH, () => this.#crash());
      if (kind === "restart") this.#at(tick, CRASH, () => this.#restart());
    }
  }

  // --- the likes server

  #draw(planned: number, likes: number): void {
    this.#planned.delete(planned);
    if (this.#isDown) return;
    const draw = { seq: this.#all.length + 1, likes };
    this.#all.push(draw);
    this.#pending.push(draw);
    this.#account.generated += likes;
    this.#owes = true;
    if (this.#flight === null && this.#retryAt === null) this.#next();
  }

  #next(): void {
    const { delivery } = this.#options;
    const last = this.#all.at(-1);
    if (last === undefined) return;
    let draws: readonly Draw[];
    if (delivery === "original") {
      const sum = this.#pending.reduce((sum, { likes }) => sum + likes, 0);
      if (!this.#owes) return;
      this.#owes = false;
      if (sum > 42) return;
      draws = [...this.#pending];
    } else if (delivery === "crdt") {
      if (this.#pending.length === 0 && !this.#owes) return;
      draws = [...this.#all];
    } else {
      if (this.#pending.length === 0) return;
      draws = this.#pending.slice(0, 1);
    }
    this.#owes = false;
    this.#send(draws);
  }

  #send(draws: readonly Draw[]): void {
    const attempt = ++this.#attempt;
    const report = { attempt, draws, isCopy: false };
    this.#flight = report;
    this.#flightEnds = this.#now + this.#options.ackTimeoutTicks;
    const life = this.#life;
    const timeout = this.#awake(this.#id, this.#flightEnds);
    if (timeout <= this.#deadline) {
      this.#at(timeout, OWN, () => {
        if (this.#life === life && this.#flight === report) this.#fail();
      }, this.#flightEnds);
    }
    this.#transmit(MessageKind.REPORT, report);
  }

  #fail(): void {
    const { delivery } = this.#options;
    const failed = this.#flight as Report;
    this.#flight = null;
    if (delivery === "at-most-once") {
      this.#failures = 0;
      this.#drop(failed);
      this.#next();
      return;
    }
    const longest = Math.min(
      BACKOFF_MAX_TICKS,
      BACKOFF_MIN_TICKS * 2 ** this.#failures++,
    );
    if (delivery === "original" && this.#planned.size > 0) {
      this.#next();
      return;
    }
    const random =
      this.#streams.bits(Family.BACKOFF, this.#id, this.#attempt) >>> 0;
    const at = this.#now + 1 + Math.floor(random * longest / 2 ** 32);
    this.#owes = true;
    this.#retryAt = at;
    const life = this.#life;
    const awake = this.#awake(this.#id, at);
    if (awake > this.#deadline) return;
    this.#at(awake, OWN, () => {
      if (this.#life !== life || this.#retryAt !== at) return;
      this.#retryAt = null;
      this.#next();
    }, at);
  }

  #drop(report: Report): void {
    const seqs = new Set(report.draws.map(({ seq }) => seq));
    this.#pending = this.#pending.filter(({ seq }) => !seqs.has(seq));
  }

  #hear(report: Report): void {
    if (this.#now > this.#deadline) return;
    if (this.#flight?.attempt !== report.attempt) return;
    if (this.#now > this.#flightEnds) {
      this.#fail();
      return;
    }
    this.#flight = null;
    this.#failures = 0;
    for (const { seq } of report.draws) this.#acked.add(seq);
    this.#drop(report);
    this.#next();
  }

  #crash(): void {
    const isBusy = this.#planned.size > 0 || this.#flight !== null ||
      this.#retryAt !== null;
    const { spawnIntervalTicks, lifetimeTicks } = this.#options;
    const endTick = this.#id * spawnIntervalTicks + lifetimeTicks;
    if (this.#now >= endTick && !isBusy) return; // it has exited
    this.#isDown = true;
    this.#life++;
    this.#flight = null;
    this.#retryAt = null;
    this.#owes = false;
    this.#failures = 0;
  }

  #restart(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    const { delivery } = this.#options;
    if (delivery === "at-most-once") this.#pending = [];
    this.#owes = delivery === "crdt"
      ? this.#all.length > 0
      : this.#pending.some(({ likes }) => likes > 0);
    this.#next();
  }

  // --- the network

  #transmit(
    direction: typeof MessageKind.REPORT | typeof MessageKind.REPLY,
    report: Report,
  ) {
    const faults = this.#faults;
    const { attempt } = report;
    this.#account.messages++;
    const luck = faults.luck(direction, this.#id, attempt);
    if (faults.lost(direction, luck, this.#now)) return;
    const [sender, receiver] = direction === MessageKind.REPORT
      ? [this.#id, PRIMARY]
      : [PRIMARY, this.#id];
    const arriveAfter = (isCopy: boolean) => {
      const ticks = faults.latencyTicks(direction, luck, isCopy, this.#now);
      const arrived = { ...report, isCopy: report.isCopy || isCopy };
      this.#at(this.#now + ticks, MESSAGE, () => {
        // What is in flight is decided when it arrives; who stands still reads
        // it later.
        if (faults.cut(sender, receiver, this.#now)) return;
        const at = this.#awake(receiver, this.#now);
        const read = () => {
          if (faults.crashed(receiver, this.#now)) return;
          if (direction === MessageKind.REPORT) this.#receive(arrived);
          else this.#hear(report);
        };
        if (at === this.#now) read();
        else this.#at(at, MESSAGE, read);
      });
    };
    arriveAfter(false);
    if (!faults.copied(direction, luck, this.#now)) return;
    this.#account.messages++;
    arriveAfter(true);
  }

  // --- the primary

  #receive(report: Report): void {
    const { delivery } = this.#options;
    const account = this.#account;
    account.reports++;
    const lastSeq = report.draws.at(-1)?.seq ?? 0;
    const isMarked = delivery === "dedup" || delivery === "crdt";
    if (!isMarked || lastSeq > this.#lastSeq) {
      for (const { seq, likes } of report.draws) {
        if (this.#seen.has(seq)) {
          if (isMarked) continue; // a total supersedes, it does not add
          account.countedTwice += likes;
        }
        this.#seen.add(seq);
        account.counted += likes;
      }
      this.#lastSeq = Math.max(this.#lastSeq, lastSeq);
    }
    if (report.isCopy) this.#account.messages++;
    else this.#transmit(MessageKind.REPLY, report);
  }
}
