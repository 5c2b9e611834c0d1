// Proof that the checks can fail: each test breaks one rule and shows that the
// simulator notices, within a number of seeds.

import { assert, assertEquals } from "@std/assert";
import type { FaultFlags } from "../../lib/faults/plan.ts";
import type { Delivery } from "../../lib/domain/delivery.ts";
import { Ledger } from "../../lib/rules/ledger.ts";
import { LikesServer } from "../../lib/rules/likes_server.ts";
import type { Action } from "../../lib/rules/report_sender.ts";
import { InvariantViolation, simulate } from "../../lib/sim/run.ts";
import { RULES, type Rules } from "../../lib/sim/rules.ts";
import { VirtualPrimary } from "../../lib/sim/virtual_primary.ts";
import { type RunChanges, runOf } from "./runs_of_tests.ts";

/** A plan with every kind of fault at once. */
const STORM: FaultFlags = {
  latency: "exp:50ms",
  loss: "1/10",
  duplicate: "1/10",
  crash: ["primary@12s+2s", "random:5"],
};

/**
 * The first seed with which a violation is found, -1 if none of the first ones.
 */
function firstSeedFound(
  seedsMax: number,
  rules: Rules,
  changes: RunChanges,
): number {
  for (let seed = 0; seed < seedsMax; seed++) {
    try {
      simulate(runOf({ faults: STORM, ...changes, seed }), {
        check: true,
        rules,
      });
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error;
      assertEquals(error.seed, seed);
      return seed;
    }
  }
  return -1;
}

function assertFound(
  seedsMax: number,
  rules: Partial<Rules>,
  changes: RunChanges,
): void {
  assertEquals(
    firstSeedFound(10, RULES, changes),
    -1,
    "the right rules are taken for wrong",
  );
  const seed = firstSeedFound(seedsMax, { ...RULES, ...rules }, changes);
  assert(seed >= 0, `not found within ${seedsMax} seeds`);
}

/** Forgets to deduplicate: takes no notice of the mark. */
class ForgetfulLedger extends Ledger {
  override receive(row: number, likes: number): number {
    return super.receive(row, likes, 0, -1);
  }
}

/**
 * Resumes one seq too early: the last draw is not in its log, because it was
 * sent before it was logged.
 */
class EarlyLikesServer extends LikesServer {
  override resume(now: number, k: number, nextDrawAt: number): Action {
    if (this.seq > 0) {
      const total = this.total - this.lastLikes;
      this.restore(
        this.seq - 1,
        total,
        Math.min(this.acknowledgedSeq, this.seq - 1),
        Math.min(this.acknowledged, total),
        this.attempt,
      );
    }
    return super.resume(now, k, nextDrawAt);
  }
}

/** Takes silence for an ACK. */
class GullibleLikesServer extends LikesServer {
  override due(now: number, randomBits: number): Action {
    return this.inFlight
      ? this.acknowledge(now, this.attempt)
      : super.due(now, randomBits);
  }
}

const EXACT: readonly Delivery[] = ["dedup", "crdt"];

for (const delivery of EXACT) {
  Deno.test(`Invariants find a primary that forgets to deduplicate, within 1 seed: ${delivery}`, () => {
    assertFound(1, { makeLedger: (storage) => new ForgetfulLedger(storage) }, {
      delivery,
    });
  });

  Deno.test(`Invariants find a primary that sends ACK before it has logged, within 20 seeds: ${delivery}`, () => {
    assertFound(
      20,
      {
        makePrimary: (options) =>
          new VirtualPrimary({ ...options, durability: "none" }),
      },
      { delivery, servers: 20 },
    );
  });

  Deno.test(`Invariants find a likes server that resumes one seq too early, within 3 seeds: ${delivery}`, () => {
    assertFound(
      3,
      {
        makeLikesServer: (rows, draws, options) =>
          new EarlyLikesServer(rows, draws, options),
      },
      { delivery },
    );
  });

  Deno.test(`Invariants find a likes server that takes silence for an ACK, within 1 seed: ${delivery}`, () => {
    assertFound(
      1,
      {
        makeLikesServer: (rows, draws, options) =>
          new GullibleLikesServer(rows, draws, options),
      },
      { delivery },
    );
  });
}

Deno.test("InvariantViolation names seed, time, event and what does not hold", () => {
  const rules = {
    ...RULES,
    makeLedger: (storage: ConstructorParameters<typeof Ledger>[0]) =>
      new ForgetfulLedger(storage),
  };
  try {
    simulate(runOf({ faults: { duplicate: "1" }, seed: 7 }), {
      check: true,
      rules,
    });
  } catch (error) {
    assert(error instanceof InvariantViolation);
    assertEquals([error.seed, error.tick > 0], [7, true]);
    assert(
      /^Invariant violated with seed 7 at [\d.]+ s, after \{"t":.*\}: the primary counted \d+ likes of LikesServer\d, which generated \d+$/
        .test(error.message),
      error.message,
    );
    return;
  }
  throw new Error("no violation");
});
