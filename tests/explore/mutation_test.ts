// Proof that violations are found: each test breaks one rule, and a shortest
// story of what goes wrong is told.

import { assert, assertEquals } from "@std/assert";
import type { Bounds } from "../../lib/explore/model/bounds.ts";
import { parseEvents } from "../../lib/explore/model/events.ts";
import { LikesModel } from "../../lib/explore/model/likes_model.ts";
import { RULES, type Rules } from "../../lib/explore/model/rules.ts";
import { tellStory } from "../../lib/explore/story/tell.ts";
import { DUPLICATE, REFUSED_CONTENT } from "../../lib/protocol/validator.ts";
import type { SyncFields } from "../../lib/protocol/sync.ts";
import { Exchanges } from "../../lib/rules/exchange/exchange.ts";
import { NO_SOURCE } from "../../lib/rules/exchange/feed.ts";
import { Ledger } from "../../lib/rules/ledger.ts";
import { LikesServer } from "../../lib/rules/likes_server.ts";
import { NOBODY, QuorumRead } from "../../lib/rules/read_quorum.ts";
import { type Action, NOTHING } from "../../lib/rules/report_sender.ts";
import { WriteQuorum } from "../../lib/rules/write_quorum.ts";
import { boundsOf, explore, onlyOf } from "./bounds_of_tests.ts";

/** Counts what it has counted before. */
class ForgetfulLedger extends Ledger {
  override receive(row: number, likes: number): number {
    return super.receive(row, likes, 0, -1);
  }
}

/** Counts the likes of every report but the first once more. */
class DoublingLedger extends Ledger {
  override receive(row: number, likes: number, seq: number, total: number) {
    const times = this.lastSeqOf(row) > 0 ? 2 : 1;
    return super.receive(row, times * likes, seq, total);
  }
}

/** Acknowledges what it does not count. */
class EagerLedger extends Ledger {
  override receive(): number {
    return 0;
  }
}

/** Refuses every report for good. */
class ClosedLedger extends Ledger {
  override receive(): number {
    return -REFUSED_CONTENT;
  }
}

/** Takes an old report for news. */
class BackwardLedger extends Ledger {
  override receive(row: number, likes: number, seq: number, total: number) {
    if (seq >= this.lastSeqOf(row)) {
      return super.receive(row, likes, seq, total);
    }
    this.clear();
    return super.receive(row, likes, seq, total);
  }
}

/** Adds up what others tell. */
class AddingLedger extends Ledger {
  override merge(row: number, seq: number, report: number, total: number) {
    return super.merge(
      row,
      Math.max(seq, this.lastSeqOf(row) + 1),
      report,
      total + this.totalOf(row),
    );
  }
}

/** Takes nothing from others that it has something of. */
class StubbornLedger extends Ledger {
  override merge(row: number, seq: number, report: number, total: number) {
    if (this.lastSeqOf(row) > 0) return DUPLICATE;
    return super.merge(row, seq, report, total);
  }
}

/** Takes all that it drew for acknowledged. */
class ContentLikesServer extends LikesServer {
  protected override withReport(): number {
    return this.total;
  }
}

/** Takes silence for an acknowledgement. */
class GullibleLikesServer extends LikesServer {
  override fail(now: number, attempt: number, sent: boolean, bits: number) {
    return sent
      ? this.acknowledge(now, attempt)
      : super.fail(now, attempt, sent, bits);
  }
}

/** Takes any answer for that of its last attempt. */
class HastyLikesServer extends LikesServer {
  override acknowledge(now: number): Action {
    return super.acknowledge(now, this.attempt);
  }
}

/** Forgets what it has not delivered when it is started again. */
class ForgetfulLikesServer extends LikesServer {
  override resume(now: number, k: number, nextDrawAt: number): Action {
    super.resume(now, k, nextDrawAt);
    this.settle(this.seq, this.total);
    this.clearState();
    this.stopWaiting();
    return NOTHING;
  }
}

/** Goes on where it is, whatever a primary asks for. */
class ProudLikesServer extends LikesServer {
  override gap(now: number, attempt: number, _: number, bits: number) {
    return super.gap(now, attempt, this.reportSeq, bits);
  }
}

/** Sends a report that is refused for good again at once. */
class TirelessLikesServer extends LikesServer {
  override refuse(now: number, attempt: number): Action {
    if (!this.isAwaited(now, attempt)) return NOTHING;
    this.stopWaiting();
    return this.next(now);
  }
}

/** Never tries again. */
class IdleLikesServer extends LikesServer {
  override due(now: number, bits: number): Action {
    return this.inFlight ? super.due(now, bits) : NOTHING;
  }
}

/** Is content with one acknowledgement less. */
class SloppyWriteQuorum extends WriteQuorum {
  override acknowledged(server: number, replica: number, seq: number) {
    const isMore = super.acknowledged(server, replica, seq);
    if (!isMore && seq > this.seqOf(server)) this.restore(server, seq);
    return isMore;
  }
}

/** Knows no second acknowledgement of a draw. */
class DeafWriteQuorum extends WriteQuorum {
  override acknowledged(server: number, replica: number, seq: number) {
    return replica === 0 && super.acknowledged(server, replica, seq);
  }
}

/** Draws other likes than it logs. */
class LyingLikesServer extends LikesServer {
  override draw(now: number, likes: number, nextDrawAt: number): Action {
    return super.draw(now, likes + this.seq, nextDrawAt);
  }
}

/** Takes the first answer, not the newest. */
class FirstAnswer extends QuorumRead {
  protected override isNewer(): boolean {
    return this.entries === 0;
  }
}

/** Takes the oldest answer. */
class OldestAnswer extends QuorumRead {
  override seqOf(entry: number): number {
    return Math.max(0, super.seqOf(entry) - 1);
  }
}

/** Waits until replicas are repaired, and repairs none. */
class IdleRepair extends QuorumRead {
  override nextRepair(): number {
    return NOBODY;
  }
}

/** Repairs with less than it has seen. */
class OldRepair extends QuorumRead {
  override repairSeqOf(): number {
    return 0;
  }
  override repairTotalOf(): number {
    return 0;
  }
}

/** Adds what the last draw brought, though it has not what was before. */
class IncrementalLedger extends Ledger {
  override receive(row: number, likes: number, seq: number) {
    return super.receive(row, likes, seq, this.totalOf(row) + likes);
  }
}

/** Says that it tells something, and tells nothing. */
class SilentExchanges extends Exchanges {
  override reply(
    replica: number,
    request: SyncFields,
    into: SyncFields,
  ): void {
    super.reply(replica, request, into, { add: () => {} });
  }
}

const DEDUP_OR_CRDT = ["dedup", "crdt"] as const;

const SINGLE = { servers: 1, draws: 2 } as const;
/** A primary that is killed starts again empty. */
const FORGETTING = { crashes: 1, forgets: true } as const;
const PAIR = onlyOf({ servers: 1, replicas: 2, exchanges: 1, crashes: 1 });
const QUORUM = onlyOf({
  ...{ servers: 1, draws: 1, replicas: 3, writeTo: "all", writeQuorum: 2 },
  ...{ readFrom: "all", readQuorum: 2, reads: 1 },
});

interface Mutant {
  readonly name: string;
  readonly bounds: Bounds;
  readonly rules: Partial<Rules>;
  /** The events of a shortest story, or their number. */
  readonly story: string | number;
}

const MUTANTS: readonly Mutant[] = [
  ...DEDUP_OR_CRDT.map((delivery) => ({
    name: `${delivery}: a primary counts repeats`,
    bounds: boundsOf({ ...SINGLE, delivery }),
    rules: { makeLedger: (storage) => new ForgetfulLedger(storage) },
    story: "draw0,repeat0,deliver0,deliver0.1",
  } satisfies Mutant)),
  {
    name: "crdt: a primary acknowledges what it does not count",
    bounds: boundsOf(SINGLE),
    rules: { makeLedger: (storage) => new EagerLedger(storage) },
    story: "draw0,deliver0,deliver0",
  },
  {
    name: "crdt: a primary takes an old report for news",
    bounds: boundsOf(SINGLE),
    rules: { makeLedger: (storage) => new BackwardLedger(storage) },
    story: 6,
  },
  {
    name: "at-least-once: a likes server takes silence for an acknowledgement",
    bounds: boundsOf({ ...SINGLE, delivery: "at-least-once", late: 0 }),
    rules: { makeLikesServer: (...args) => new GullibleLikesServer(...args) },
    story: "draw0,lose0,timeout0",
  },
  {
    name:
      "crdt: a likes server takes a late answer for that of its last report",
    bounds: boundsOf(SINGLE),
    rules: { makeLikesServer: (...args) => new HastyLikesServer(...args) },
    story: 6,
  },
  {
    name: "dedup: a likes server forgets what it has not delivered",
    bounds: boundsOf({ ...SINGLE, delivery: "dedup" }),
    rules: { makeLikesServer: (...args) => new ForgetfulLikesServer(...args) },
    story: "draw0,crash0,restart0",
  },
  {
    name: "dedup: a likes server does not go back for a primary that forgot",
    bounds: onlyOf({ ...SINGLE, ...FORGETTING, delivery: "dedup" }),
    rules: { makeLikesServer: (...args) => new ProudLikesServer(...args) },
    story: 10,
  },
  {
    name: "crdt: a primary adds what a report's last draw brought",
    bounds: boundsOf(SINGLE),
    rules: { makeLedger: (storage) => new IncrementalLedger(storage) },
    story: 5,
  },
  {
    name: "crdt: a likes server takes more than it reported for acknowledged",
    bounds: onlyOf(SINGLE),
    rules: { makeLikesServer: (...args) => new ContentLikesServer(...args) },
    story: "draw0,draw0,deliver0,deliver0",
  },
  {
    name:
      "at-least-once: a likes server takes likes for settled as with a total",
    bounds: onlyOf({ ...SINGLE, delivery: "at-least-once" }),
    rules: { makeLikesServer: (...args) => new ContentLikesServer(...args) },
    story: "draw0,draw0,deliver0,deliver0",
  },
  {
    name: "crdt: a replica tells nobody what it was told",
    rules: {
      makeExchanges: (feeds, ...others) => {
        const touch = feeds.touch.bind(feeds);
        feeds.touch = (replica, row, source) => {
          if (source === NO_SOURCE) touch(replica, row, source);
        };
        return new Exchanges(feeds, ...others);
      },
    },
    // The replica that told it has forgotten it.
    bounds: { ...PAIR, forgets: true },
    story: 7,
  },
  {
    name: "crdt: a likes server never tries again",
    bounds: onlyOf({ ...SINGLE, losses: 1 }),
    rules: { makeLikesServer: (...args) => new IdleLikesServer(...args) },
    story: 5,
  },
  {
    // In a fair round the reports to both replicas are delivered.
    name: "crdt: a likes server sends for ever what all replicas refuse",
    bounds: onlyOf({ servers: 1, draws: 1, replicas: 2, writeTo: "all" }),
    rules: {
      makeLedger: (storage) => new ClosedLedger(storage),
      makeLikesServer: (...args) => new TirelessLikesServer(...args),
    },
    story: "draw0,end,deliver0,deliver0.1,deliver0.1,deliver0.1",
  },
  {
    name: "crdt: a replica adds up what others tell",
    bounds: PAIR,
    rules: { makeLedger: (storage) => new AddingLedger(storage) },
    story: 6,
  },
  {
    name: "crdt: a replica takes nothing of what it has something of",
    bounds: PAIR,
    rules: { makeLedger: (storage) => new StubbornLedger(storage) },
    story: 8,
  },
  {
    name: "crdt: a replica says that it tells something, and tells nothing",
    bounds: PAIR,
    rules: { makeExchanges: (...args) => new SilentExchanges(...args) },
    story: 4,
  },
  {
    name: "a likes server is content with one acknowledgement less",
    bounds: { ...QUORUM, reads: 0 },
    rules: { makeWriteQuorum: (options) => new SloppyWriteQuorum(options) },
    story: "draw0,deliver0,deliver0.2",
  },
  {
    name: "a likes server does not hear of a second acknowledgement",
    bounds: { ...QUORUM, reads: 0 },
    rules: { makeWriteQuorum: (options) => new DeafWriteQuorum(options) },
    story: "draw0,deliver0,deliver0,deliver0.1,deliver0.1",
  },
  {
    name: "at-least-once: a primary counts more than a report brings",
    bounds: boundsOf({ ...SINGLE, delivery: "at-least-once" }),
    rules: { makeLedger: (storage) => new DoublingLedger(storage) },
    story: "draw0,repeat0,deliver0,deliver0.1",
  },
  {
    name: "original: a primary counts more than a report brings",
    bounds: boundsOf({ ...SINGLE, delivery: "original" }),
    rules: { makeLedger: (storage) => new DoublingLedger(storage) },
    story: "draw0,repeat0,deliver0,deliver0.1",
  },
  {
    name: "at-least-once: a likes server reports other likes than it drew",
    bounds: onlyOf({ ...SINGLE, delivery: "at-least-once" }),
    rules: { makeLikesServer: (...args) => new LyingLikesServer(...args) },
    story: "draw0,draw0",
  },
  {
    name: "a reader takes the first of two answers",
    bounds: QUORUM,
    rules: { makeQuorumRead: (options) => new FirstAnswer(options) },
    story: 10,
  },
  {
    name: "a reader takes less than the newest of two answers",
    bounds: QUORUM,
    rules: { makeQuorumRead: (options) => new OldestAnswer(options) },
    story: 10,
  },
  {
    name: "a reader waits for repairs that it does not send",
    bounds: { ...QUORUM, readRepair: "before" },
    rules: { makeQuorumRead: (options) => new IdleRepair(options) },
    story: 10,
  },
  {
    name: "a reader repairs with less than it has seen",
    bounds: { ...QUORUM, reads: 2, readRepair: "before" },
    rules: { makeQuorumRead: (options) => new OldRepair(options) },
    story: 14,
  },
];

for (const { name, bounds, rules, story } of MUTANTS) {
  Deno.test(`Exploration finds what is wrong: ${name}`, () => {
    const right = explore(bounds);
    assert(right.holds, `the right rules: ${right.story?.violation}`);
    const { holds, events = "", story: told } = explore(bounds, rules);
    assertEquals(holds, false);
    if (typeof story === "string") assertEquals(events, story);
    else assertEquals(parseEvents(events).length, story, events);
    // Told again, the story ends as it did.
    const model = new LikesModel(bounds, { ...RULES, ...rules });
    assertEquals(
      tellStory(model, parseEvents(events)).violation,
      told?.violation,
    );
    assert(told?.violation !== undefined);
  });
}
