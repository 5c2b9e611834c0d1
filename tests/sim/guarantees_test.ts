import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FaultPlan } from "../../lib/faults/plan.ts";
import { RATIO_NONE } from "../../lib/faults/notation.ts";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import type { RunOptions } from "../../lib/options/run_options.ts";
import { simulate } from "../../lib/sim/run.ts";
import { HistoryDigest } from "../../lib/verdict/digest.ts";
import { isWithin, predict } from "../../lib/verdict/theory.ts";
import type { Verdict } from "../../lib/verdict/verdict.ts";
import { faultPlans } from "../faults/arbitrary.ts";
import { historyOf, runOf } from "./runs_of_tests.ts";

const RUN = runOf({ drainTicks: 60 * TICKS_PER_SECOND });

interface Case {
  readonly seed: number;
  readonly faults: FaultPlan;
}

function cases(neverRestarted = false): fc.Arbitrary<Case> {
  return fc.record({
    seed: fc.nat(),
    faults: faultPlans(RUN, { neverRestarted }),
  });
}

/** Runs with all invariants checked, and that the verdict's numbers sum up. */
function verdictOn(options: RunOptions): Verdict {
  const verdict = simulate(options, { check: true });
  for (const one of [verdict, ...verdict.servers ?? []]) {
    const { generated, counted, countedTwice, lost, undelivered } = one;
    assertEquals(
      generated,
      (counted ?? 0) - (countedTwice ?? 0) + (lost ?? 0) + undelivered,
    );
  }
  return verdict;
}

// With a pause that is always the same, and divides the time between two
// starts, many likes servers draw at the same tick.
const ALWAYS_TICKS = RUN.spawnIntervalTicks;

Deno.test("simulate() gives the same verdict whether or not somebody watches the history, which is in order and has its digest", () => {
  fc.assert(
    fc.property(
      cases(true),
      fc.record({
        delivery: fc.constantFrom(...DELIVERIES),
        durability: fc.constantFrom("write", "none"),
        drainTicks: fc.constantFrom(RUN.drainTicks, 0),
      }),
      fc.constantFrom({}, {
        intervalMinTicks: ALWAYS_TICKS,
        intervalMaxTicks: ALWAYS_TICKS,
      }),
      (one, changes, pauses) => {
        const options: RunOptions = { ...RUN, ...one, ...changes, ...pauses };
        const digest = new HistoryDigest();
        let t = 0;
        const verdict = simulate(options, {
          onEvent(event) {
            assert(t <= event.t);
            t = event.t;
            digest.addEvent(event);
          },
        });
        assertEquals(simulate(options), verdict);
        assertEquals(digest.value(), verdict.digest);
      },
    ),
    { numRuns: 400 },
  );
});

for (const delivery of ["dedup", "crdt"] as const) {
  Deno.test(`simulate() with any faults: ${delivery} converges after healing`, () => {
    fc.assert(
      fc.property(cases(), ({ seed, faults }) => {
        const verdict = verdictOn({ ...RUN, delivery, seed, faults });
        assertEquals(verdict.converged, true);
        assertEquals(verdict.acknowledged, verdict.generated);
      }),
      { numRuns: 300 },
    );
  });
}

Deno.test("simulate() with any faults: at-least-once loses nothing and delivers everything", () => {
  fc.assert(
    fc.property(cases(), ({ seed, faults }) => {
      const verdict = verdictOn({
        ...RUN,
        delivery: "at-least-once",
        seed,
        faults,
      });
      assertEquals([verdict.lost, verdict.undelivered], [0, 0]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("simulate() without duplication: at-most-once counts nothing twice and leaves nothing pending", () => {
  fc.assert(
    fc.property(cases(), ({ seed, faults }) => {
      const verdict = verdictOn({
        ...RUN,
        delivery: "at-most-once",
        seed,
        faults: { ...faults, duplicate: RATIO_NONE },
      });
      assertEquals([verdict.countedTwice, verdict.undelivered], [0, 0]);
    }),
    { numRuns: 300 },
  );
});

Deno.test("simulate() with any faults, servers dead for good too: every mode fails only as theory says", () => {
  fc.assert(
    fc.property(
      cases(true),
      fc.constantFrom(...DELIVERIES),
      ({ seed, faults }, delivery) => {
        const verdict = verdictOn({ ...RUN, delivery, seed, faults });
        assert(
          isWithin(predict(delivery), verdict),
          JSON.stringify(verdict.findings),
        );
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("simulate() with durability none: what a killed primary forgets is lost where nothing heals it, and crdt heals", () => {
  let forgotten = 0;
  for (let seed = 0; seed < 50; seed++) {
    const faults = { crash: ["primary@10s+1s"], latency: "5ms" };
    const options = runOf({
      ...RUN,
      servers: 30,
      seed,
      faults,
      durability: "none",
    });
    const once = verdictOn({ ...options, delivery: "at-least-once" });
    forgotten += once.lost ?? 0;
    assertEquals(verdictOn({ ...options, delivery: "crdt" }).converged, true);
    assertEquals(verdictOn({ ...options, delivery: "dedup" }).converged, true);
  }
  assert(forgotten > 0, "no run lost anything");
});

Deno.test("simulate() with a likes server dead for good: its pending likes are undelivered, not lost", () => {
  const { verdict } = historyOf({
    delivery: "dedup",
    faults: {
      partition: ["0s..30s:LikesServer3"],
      crash: ["LikesServer3@20s"],
    },
  });
  const three = verdict.servers?.[3];
  assert(three !== undefined && three.generated > 0);
  assertEquals(three.counted, 0);
  assertEquals(three.undelivered, three.generated);
  assertEquals([verdict.lost, verdict.converged], [0, false]);
});
