import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FaultPlan } from "../../lib/faults/plan.ts";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import type { RunOptions } from "../../lib/options/run_options.ts";
import { simulate } from "../../lib/sim/run.ts";
import type { ServerVerdict } from "../../lib/verdict/verdict.ts";
import { faultPlans } from "../faults/arbitrary.ts";
import { type NaiveAccount, naiveAccount } from "./naive_world.ts";
import { runOf } from "./runs_of_tests.ts";

/** The account of a likes server that both versions give. */
function likesOf(
  { generated, acknowledged, counted, countedTwice }:
    | NaiveAccount
    | ServerVerdict,
): unknown[] {
  return [generated, acknowledged, counted, countedTwice];
}

function assertSameAsNaive(options: RunOptions): void {
  const verdict = simulate(options, { check: true });
  const accounts = Array.from(
    { length: options.servers },
    (_, server) => naiveAccount(options, server),
  );
  assertEquals(verdict.servers?.map(likesOf), accounts.map(likesOf));
  const sum = (of: (account: NaiveAccount) => number) =>
    accounts.reduce((sum, account) => sum + of(account), 0);
  assertEquals(
    [verdict.reports, verdict.messages],
    [sum(({ reports }) => reports), sum(({ messages }) => messages)],
  );
}

const RUN = runOf();

interface Case {
  readonly seed: number;
  readonly faults: FaultPlan;
}

const cases: fc.Arbitrary<Case> = fc.record({
  seed: fc.nat(),
  faults: faultPlans(RUN, { neverRestarted: true }),
});

for (const delivery of DELIVERIES) {
  Deno.test(`simulate() with any faults comes to what a naive second version comes to: ${delivery}`, () => {
    fc.assert(
      fc.property(
        cases,
        ({ seed, faults }) =>
          assertSameAsNaive({ ...RUN, delivery, seed, faults }),
      ),
      { numRuns: 100 },
    );
  });
}

Deno.test("simulate() lets a partition stop what arrives in it, not what had arrived and was waiting to be read", () => {
  const pause = ["primary@10s+5s"];
  for (const delivery of DELIVERIES) {
    for (
      // In force when the reports arrive, and over when they could be read; and
      // the other way round.
      const partition of [["10s..14s:->primary"], ["14.9s..20s:->primary"]]
    ) {
      const faults = { latency: "20ms", pause, partition };
      assertSameAsNaive(runOf({ delivery, seed: 7, faults }));
    }
  }
});
