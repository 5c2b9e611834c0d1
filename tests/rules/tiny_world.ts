/**
 * A few likes servers, a primary and a network that loses, repeats and
 * reorders: everything naive, nothing timed, one event at a time as a property
 * test chooses. It checks what must hold after every event.
 *
 * It is no second simulator: it knows no latency and no schedule, and so
 * reaches orders that no latency would produce.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  type Action,
  DEFAULT_TIMING,
  type Delivery,
  isMarked,
  LikesServer,
  makeRows,
  NEVER,
  PrimaryRules,
  REFUSED,
  ReportFields,
  SEND,
} from "../../lib/rules/mod.ts";
import {
  DUPLICATE,
  GAP,
  VALID,
  validateFields,
} from "../../lib/protocol/validator.ts";

/**
 * The events that can happen. Which server or message it happens to is picked
 * by a number.
 */
export const EVENTS = [
  "draw",
  "skip",
  "deliver report",
  "lose report",
  "repeat report",
  "deliver reply",
  "lose reply",
  "time out or back off",
  "refuse connection",
  "reset connection",
  "answer busy",
  "ask for another draw",
  "refuse for good",
  "crash",
  "resume",
  "restart from the log",
  "fill the disk",
  "empty the disk",
  "primary forgets",
] as const;

/** One of the {@linkcode EVENTS}. */
export type Event = typeof EVENTS[number];

interface Message {
  readonly server: number;
  readonly attempt: number;
  readonly report: ReportFields;
}

interface Reply {
  readonly server: number;
  readonly attempt: number;
  readonly outcome: number;
  readonly expectedSeq: number;
}

/** The parent's knowledge of a likes server. */
interface Known {
  seq: number;
  acknowledged: number;
}

const FULL_DISK = 1_000;
const SOME_DAY = 1_000_000_000;
const ROUNDS_MAX = 5_000;
const SERVERS = 2;

/** See the module. */
export class TinyWorld {
  readonly delivery: Delivery;
  readonly server: LikesServer;
  primary: PrimaryRules;
  /** Whether the primary has lost its state since the run began. */
  hasForgotten = false;

  readonly #rows = makeRows(SERVERS);
  readonly #logs: number[][] = [];
  readonly #known: Known[] = [];
  readonly #isDown: boolean[] = [];
  readonly #lastAttempt: number[] = [];
  #reports: Message[] = [];
  #replies: Reply[] = [];
  #isDiskFull = false;
  #now = 0;

  constructor(delivery: Delivery) {
    this.delivery = delivery;
    this.primary = new PrimaryRules({ sessionsMax: 100, serverMax: SERVERS });
    this.server = new LikesServer(this.#rows, {
      likes: (row, seq) => this.#logs[row]?.[seq - 1] ?? NaN,
    }, { delivery, ...DEFAULT_TIMING });
    for (let i = 0; i < SERVERS; i++) {
      this.#logs.push([]);
      this.#known.push({ seq: 0, acknowledged: 0 });
      this.#isDown.push(false);
      this.#lastAttempt.push(0);
      this.server.at(i).start(SOME_DAY);
    }
  }

  /** Likes drawn by a server, from its log. */
  generated(server: number): number {
    return sum(this.#logs[server] ?? []);
  }

  /** Likes of a server at the primary. */
  counted(server: number): number {
    const row = this.#ledgerRow(server);
    return row < 0 ? 0 : this.primary.ledger.totalOf(row);
  }

  /** Lets one event happen, if it can, and checks the invariants. */
  step(event: Event, pick: number): void {
    this.#now += 1;
    const i = pick % SERVERS;
    const s = this.server.at(i);
    const bits = Math.imul(pick, 0x9e3779b1) >>> 0;
    switch (event) {
      case "draw":
        if (!this.#isDown[i]) this.#draw(i, pick % 43);
        break;
      case "skip":
        if (!this.#isDown[i]) this.#act(i, s.skip(this.#now, SOME_DAY));
        break;
      case "deliver report":
        this.#deliver(take(this.#reports, pick));
        break;
      case "lose report":
        take(this.#reports, pick);
        break;
      case "repeat report": {
        const message = this.#reports[pick % this.#reports.length];
        if (message) this.#reports.push(message);
        break;
      }
      case "deliver reply":
        this.#answer(take(this.#replies, pick), bits);
        break;
      case "lose reply":
        take(this.#replies, pick);
        break;
      case "time out or back off":
        this.#due(i, bits);
        break;
      case "refuse connection":
        if (this.#unsend(i)) {
          this.#act(i, s.fail(this.#now, s.attempt, false, bits));
        }
        break;
      case "answer busy":
        if (this.#unsend(i)) {
          this.#act(i, s.refuse(this.#now, s.attempt, true, bits));
        }
        break;
      case "ask for another draw":
        if (this.#unsend(i)) {
          this.#act(i, s.gap(this.#now, s.attempt, pick % 12, bits));
        }
        break;
      case "refuse for good":
        if (this.#unsend(i)) {
          this.#act(i, s.refuse(this.#now, s.attempt, false, bits));
        }
        break;
      case "reset connection":
        this.#act(i, s.fail(this.#now, s.attempt, true, bits));
        break;
      case "crash":
        if (!this.#isDown[i]) s.crash();
        this.#isDown[i] = true;
        break;
      case "resume":
        this.#resume(i, SOME_DAY);
        break;
      case "restart from the log":
        this.#restart(i, pick % 2 === 0);
        break;
      case "fill the disk":
        this.#isDiskFull = true;
        break;
      case "empty the disk":
        this.#isDiskFull = false;
        break;
      case "primary forgets":
        this.primary = new PrimaryRules({
          sessionsMax: 100,
          serverMax: SERVERS,
        });
        this.hasForgotten = true;
        break;
    }
    this.check();
  }

  /**
   * The faults end: what is on its way arrives, newest first, every process is
   * back, every server delivers what is left.
   */
  heal(): void {
    this.#isDiskFull = false;
    for (let i = 0; i < SERVERS; i++) this.#resume(i, SOME_DAY);
    while (this.#reports.length > 0) this.#deliver(this.#reports.pop());
    while (this.#replies.length > 0) this.#answer(this.#replies.pop(), 0);
    for (let i = 0; i < SERVERS; i++) {
      if (this.hasForgotten) this.#draw(i, 7);
      this.#act(i, this.server.at(i).endLifetime(this.#now));
      for (let round = 0; !this.server.at(i).isIdle; round++) {
        assert(round < ROUNDS_MAX, "A likes server does not come to an end");
        this.#now += 1;
        if (this.#reports.length > 0) {
          this.#deliver(this.#reports.pop());
          this.#answer(this.#replies.pop(), 0);
        } else {
          this.#due(i, 0);
        }
        this.check();
      }
    }
  }

  /** Asserts that the invariants hold, as they must at every moment. */
  check(): void {
    for (let i = 0; i < SERVERS; i++) {
      const s = this.server.at(i);
      const log = this.#logs[i] ?? [];
      const known = this.#known[i] as Known;
      const generated = sum(log);
      // 1. One report in flight, and then actAt is its timeout.
      if (s.inFlight) {
        assert(
          s.actAt > this.#now - DEFAULT_TIMING.ackTimeoutTicks &&
            s.actAt <= this.#now + DEFAULT_TIMING.ackTimeoutTicks,
          `Report in flight with timeout at ${s.actAt}, now ${this.#now}`,
        );
      }
      // 2. Nothing is settled or acknowledged that was not drawn, and nothing
      //    is unacknowledged again.
      assertEquals([s.seq, s.total], [log.length, generated]);
      assert(s.pending >= 0 && s.pending <= s.total);
      assert(s.acknowledged >= known.acknowledged && s.acknowledged <= s.total);
      assert(
        s.acknowledgedSeq >= known.seq && s.acknowledgedSeq <= s.seq,
      );
      known.acknowledged = s.acknowledged;
      known.seq = s.acknowledgedSeq;
      // 3. Attempts only grow.
      assert(s.attempt >= (this.#lastAttempt[i] ?? 0));
      this.#lastAttempt[i] = s.attempt;
      // An idle server has nothing left to deliver, unless it said so.
      if (s.isIdle && !this.#isDown[i]) {
        assert(s.pending === 0 || s.rejected > 0, "Idle with likes pending");
      }
      this.#checkPrimary(i, log);
    }
  }

  #checkPrimary(i: number, log: readonly number[]): void {
    const s = this.server.at(i);
    const counted = this.counted(i);
    if (isMarked(this.delivery)) {
      const row = this.#ledgerRow(i);
      const lastSeq = row < 0 ? 0 : this.primary.ledger.lastSeqOf(row);
      assertEquals(counted, sum(log.slice(0, lastSeq)), "Counted by seq");
      if (!this.hasForgotten) {
        assert(lastSeq >= s.acknowledgedSeq, "An acknowledged draw is missing");
      }
    } else if (!this.hasForgotten) {
      assert(counted >= s.acknowledged, "Acknowledged likes are missing");
    }
  }

  #draw(i: number, likes: number): void {
    this.#logs[i]?.push(likes); // logged first, as the shell does
    this.#act(i, this.server.at(i).draw(this.#now, likes, SOME_DAY));
  }

  #act(i: number, action: Action): void {
    const s = this.server.at(i);
    if (action === REFUSED) assertEquals(this.delivery, "original");
    if (action !== SEND) return;
    const report = Object.assign(new ReportFields(), {
      server: i,
      likes: s.reportLikes,
      seq: isMarked(this.delivery) ? s.reportSeq : 0,
      total: s.reportTotal,
    });
    assertEquals(validateFields(report), VALID);
    this.#reports.push({ server: i, attempt: s.attempt, report });
  }

  #deliver(message: Message | undefined): void {
    if (message === undefined) return;
    this.primary.begin();
    let outcome = this.primary.receive(message.report);
    const { expectedSeq } = this.primary;
    if (outcome >= 0 && this.#isDiskFull) {
      this.primary.rollback();
      outcome = -FULL_DISK;
    } else {
      this.primary.commit();
    }
    const { server, attempt } = message;
    this.#replies.push({ server, attempt, outcome, expectedSeq });
  }

  #answer(reply: Reply | undefined, bits: number): void {
    if (reply === undefined) return;
    const { server, attempt, outcome, expectedSeq } = reply;
    const s = this.server.at(server);
    if (outcome >= 0 || outcome === -DUPLICATE) {
      const wasLast = s.reportSeq === s.seq;
      const action = s.acknowledge(this.#now, attempt);
      assert(!wasLast || action !== SEND, "Sends what is acknowledged");
      this.#act(server, action);
    } else if (outcome === -GAP) {
      this.#act(server, s.gap(this.#now, attempt, expectedSeq, bits));
    } else {
      assertEquals(outcome, -FULL_DISK, "A valid report is never refused");
      this.#act(server, s.refuse(this.#now, attempt, true, bits));
    }
  }

  #due(i: number, bits: number): void {
    const s = this.server.at(i);
    if (s.actAt === NEVER) return;
    this.#now = Math.max(this.#now, s.actAt);
    // Whoever is due by then is told, as a clock would.
    for (let other = 0; other < SERVERS; other++) {
      const o = this.server.at(other);
      if (o.actAt <= this.#now) this.#act(other, o.due(this.#now, bits));
    }
  }

  /**
   * Takes the report in flight off the network, if it has not arrived and was
   * not repeated.
   */
  #unsend(i: number): boolean {
    const s = this.server.at(i);
    const isIt = (m: { server: number; attempt: number }) =>
      m.server === i && m.attempt === s.attempt;
    const copies = this.#reports.filter(isIt);
    if (!s.inFlight || copies.length !== 1 || this.#replies.some(isIt)) {
      return false;
    }
    this.#reports = this.#reports.filter((m) => !isIt(m));
    return true;
  }

  #resume(i: number, nextDrawAt: number): void {
    if (!this.#isDown[i]) return;
    this.#isDown[i] = false;
    const s = this.server.at(i);
    this.#act(i, s.resume(this.#now, s.k + 2, nextDrawAt));
  }

  /**
   * A restart as in a live run: a new process, its log, and what its parent
   * saw, which may be less than the truth.
   */
  #restart(i: number, sawNothing: boolean): void {
    if (!this.#isDown[i]) return;
    const s = this.server.at(i);
    const { seq, total, attempt, acknowledgedSeq, acknowledged } = s;
    const width = this.#rows.ints.length / SERVERS;
    this.#rows.ints.fill(0, i * width, (i + 1) * width);
    if (sawNothing) {
      s.restore(seq, total, 0, 0, attempt);
      this.#known[i] = { seq: 0, acknowledged: 0 };
    } else {
      s.restore(seq, total, acknowledgedSeq, acknowledged, attempt);
    }
    this.#resume(i, SOME_DAY);
  }

  #ledgerRow(server: number): number {
    if (!isMarked(this.delivery)) return server;
    const session = this.primary.sessions.find(server, 0, 0);
    return session < 0 ? -1 : this.primary.firstSessionRow + session;
  }
}

/** The sum of some likes. */
export function sum(likes: readonly number[]): number {
  return likes.reduce((total, one) => total + one, 0);
}

function take<T>(from: T[], pick: number): T | undefined {
  return from.splice(pick % Math.max(from.length, 1), 1)[0];
}
