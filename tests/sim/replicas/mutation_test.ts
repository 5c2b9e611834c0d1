// Proof that the checks of replicas can fail: each test breaks one rule and
// shows that the simulator notices, within a number of seeds.

import { assert, assertEquals } from "@std/assert";
import type { SyncFields } from "../../../lib/protocol/sync.ts";
import { VALID } from "../../../lib/protocol/validator.ts";
import {
  type EntrySink,
  Exchanges,
} from "../../../lib/rules/exchange/exchange.ts";

import { Ledger } from "../../../lib/rules/ledger.ts";
import { LikesServer } from "../../../lib/rules/likes_server.ts";
import type { Action } from "../../../lib/rules/report_sender.ts";
import { ReplicaSet } from "../../../lib/sim/replicas/replica_set.ts";
import type { Rules } from "../../../lib/sim/rules.ts";
import { firstViolation } from "./broken_rules.ts";
import type { RunChanges } from "../runs_of_tests.ts";

const STORM: RunChanges = {
  replicas: 3,
  gossip: { kind: "exponential", ticks: 2000 },
  faults: {
    latency: "exp:50ms",
    loss: "1/10",
    duplicate: "1/10",
    crash: ["primary0@12s+2s", "random:3"],
  },
};

function assertFound(
  seedsMax: number,
  rules: Partial<Rules>,
  changes: RunChanges,
  invariant: RegExp,
): void {
  assertEquals(
    firstViolation(10, {}, { ...STORM, ...changes }),
    null,
    "the right rules are taken for wrong",
  );
  const violation = firstViolation(seedsMax, rules, { ...STORM, ...changes });
  assert(violation !== null, `not found within ${seedsMax} seeds`);
  assert(invariant.test(violation), violation);
}

/** Merges by adding. */
class AddingLedger extends Ledger {
  override merge(row: number, seq: number, report: number, total: number) {
    const held = this.totalOf(row);
    const answer = super.merge(row, seq, report, total);
    return answer === VALID && held > 0
      ? super.merge(row, seq, report, total + held)
      : answer;
  }
}

/** Merges by taking what came last, be it more or less. */
class LastWriterLedger extends Ledger {
  override merge(row: number, seq: number, report: number, total: number) {
    const answer = super.merge(row, seq, report, total);
    if (answer === VALID || seq === this.lastSeqOf(row)) return answer;
    const held: [number, number, number, number][] = [];
    for (let other = 0; other < this.capacity; other++) {
      if (other === row || this.lastSeqOf(other) === 0) continue;
      const [last, sum] = [this.lastReportOf(other), this.totalOf(other)];
      held.push([other, this.lastSeqOf(other), last, sum]);
    }
    this.clear();
    for (const entry of held) super.merge(...entry);
    return super.merge(row, seq, report, total);
  }
}

/** Takes every tenth report for counted without counting it. */
class InattentiveLedger extends Ledger {
  #reports = 0;

  override receive(row: number, likes: number, seq: number, total: number) {
    return ++this.#reports % 10 === 0
      ? likes
      : super.receive(row, likes, seq, total);
  }
}

/** Keeps the epoch of a replica's first life. */
class TimelessExchanges extends Exchanges {
  override start(replica: number, _epoch: number): void {
    super.start(replica, replica + 1);
  }
}

/** Advances the asker's position as if each reply arrived. */
class HopefulExchanges extends Exchanges {
  override reply(
    replica: number,
    request: SyncFields,
    into: SyncFields,
    sink: EntrySink,
  ): void {
    super.reply(replica, request, into, sink);
    this.receive(request.sender, into);
    this.received(request.sender, into);
  }
}

/** Forgets the draw in flight when it leaves its home. */
class ForgetfulLikesServer extends LikesServer {
  override fail(
    now: number,
    attempt: number,
    sent: boolean,
    randomBits: number,
  ): Action {
    if (!sent || this.failures === 0 || attempt !== this.attempt) {
      return super.fail(now, attempt, sent, randomBits);
    }
    this.failures = 0;
    this.settleReport();
    return this.next(now);
  }
}

/** Resumes without what it had merged. */
class OwnReplicaSet extends ReplicaSet {
  override restart(replica: number, tick: number): void {
    this.ledgerOf(replica).clear();
    super.restart(replica, tick);
  }
}

/** Counts on in its old components, though it has forgotten a part of them. */
class OldReplicaSet extends ReplicaSet {
  protected override reincarnate(): void {}
}

/** Answers every tenth read with a draw less than it has. */
class ForgetfulReplicaSet extends ReplicaSet {
  #reads = 0;

  override versionOf(replica: number, server: number): number {
    const seq = super.versionOf(replica, server);
    return ++this.#reads % 10 === 0 ? Math.max(0, seq - 1) : seq;
  }
}

for (const delivery of ["at-least-once", "dedup", "crdt"] as const) {
  Deno.test(`Invariants find replicas that merge by adding, within 1 seed: ${delivery}`, () => {
    assertFound(
      1,
      { makeLedger: (storage) => new AddingLedger(storage) },
      { delivery },
      /^primary\d's entry of LikesServer\d holds \d+ likes of/,
    );
  });

  Deno.test(`Invariants find replicas that merge by taking the last, within 2 seeds: ${delivery}`, () => {
    assertFound(
      2,
      { makeLedger: (storage) => new LastWriterLedger(storage) },
      { delivery, faults: { latency: "exp:500ms", duplicate: "1/3" } },
      /^primary\d's entry of LikesServer\d fell from \d+ likes of \d+ to \d+ of/,
    );
  });

  Deno.test(`Invariants find replicas that acknowledge what they have not counted, within 1 seed: ${delivery}`, () => {
    assertFound(
      1,
      { makeLedger: (storage) => new InattentiveLedger(storage) },
      { delivery },
      /^primary\d has acknowledged draw \d+ of LikesServer\d and does not have it/,
    );
  });

  Deno.test(`Invariants find replicas that keep their epoch at a restart, within 20 seeds: ${delivery}`, () => {
    assertFound(
      20,
      {
        makeExchanges: (feeds, options) =>
          new TimelessExchanges(feeds, options),
      },
      // Nothing changes afterwards that would hide it.
      {
        ...{ delivery, servers: 20, durability: "none" },
        faults: { latency: "exp:50ms", crash: ["primary0@29s+0.5s"] },
      },
      /^the replicas that live do not agree at the end/,
    );
  });

  Deno.test(`Invariants find a position that advances though the reply was lost, within 5 seeds: ${delivery}`, () => {
    assertFound(
      5,
      {
        makeExchanges: (feeds, options) => new HopefulExchanges(feeds, options),
      },
      { delivery, servers: 20, faults: { loss: "1/3" } },
      /^the replicas that live do not agree at the end/,
    );
  });

  Deno.test(`Invariants find a replica that resumes without what it had merged, within 1 seed: ${delivery}`, () => {
    assertFound(
      1,
      { makeReplicas: (options) => new OwnReplicaSet(options) },
      { delivery },
      /^primary\d's entry of LikesServer\d had \d+ draws or reports, and 0 after a restart/,
    );
  });
}

Deno.test("Invariants find a failover that forgets the draw in flight, within 1 seed: at-least-once", () => {
  assertFound(
    1,
    {
      makeLikesServer: (rows, draws, options) =>
        new ForgetfulLikesServer(rows, draws, options),
    },
    { delivery: "at-least-once", faults: { crash: ["primary0@12s+8s"] } },
    /^LikesServer\d generated \d+ likes and has \d+ pending; the primary counted \d+ of them/,
  );
});

Deno.test("Invariants find a component that goes on with its old incarnation after an empty start, within 20 seeds", () => {
  assertFound(
    20,
    { makeReplicas: (options) => new OldReplicaSet(options) },
    { delivery: "at-least-once", durability: "none" },
    /^primary\d's entry of LikesServer\d|do not agree/,
  );
});

Deno.test("Invariants find a replica that answers a reader with less than before, within 1 seed", () => {
  assertFound(
    1,
    { makeReplicas: (options) => new ForgetfulReplicaSet(options) },
    { readers: 5, faults: { latency: "exp:5ms" } },
    /^Reader\d's read \d+ of LikesServer\d at primary\d is answered with draw \d+, \d+ was seen there before/,
  );
});
