// Rates that can be calculated on paper. The seeds are fixed, so what is drawn
// is not left to chance; the bounds are four standard deviations of what is
// expected.

import { assert, assertEquals } from "@std/assert";
import type { Delivery } from "../../lib/domain/delivery.ts";
import type { FaultFlags } from "../../lib/faults/plan.ts";
import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { runOf } from "./runs_of_tests.ts";
import { simulate } from "../../lib/sim/run.ts";

/**
 * 200 likes servers for five minutes: 20,000 draws, of one like each, so that
 * likes are counted and not weighed.
 */
function countedPerLike(delivery: Delivery, faults: FaultFlags): number {
  const verdict = simulate(runOf({
    servers: 200,
    spawnIntervalTicks: 0,
    lifetimeTicks: 300 * TICKS_PER_SECOND,
    likesMin: 1,
    likesMax: 1,
    delivery,
    faults,
  }));
  return (verdict.counted ?? NaN) / verdict.generated;
}

function assertNear(actual: number, expected: number, variance: number) {
  const DRAWS = 19_000;
  const bound = 4 * Math.sqrt(variance / DRAWS);
  assert(
    Math.abs(actual - expected) < bound,
    `counted ${actual} times a like, expected ${expected} ± ${bound}`,
  );
}

for (const p of [0.05, 0.2, 0.4]) {
  Deno.test(`simulate() with reply loss ${p}: at-least-once counts each draw 1/(1-p) times`, () => {
    // The number of tries until the first reply comes through is geometric.
    assertNear(
      countedPerLike("at-least-once", { loss: "0", ackLoss: `${p}` }),
      1 / (1 - p),
      p / (1 - p) ** 2,
    );
  });

  Deno.test(`simulate() with report loss ${p}: at-most-once loses p of the draws`, () => {
    assertNear(
      countedPerLike("at-most-once", { loss: `${p}`, ackLoss: "0" }),
      1 - p,
      p * (1 - p),
    );
  });

  Deno.test(`simulate() with duplication ${p}: at-most-once counts each draw 1+p times`, () => {
    assertNear(
      countedPerLike("at-most-once", { duplicate: `${p}` }),
      1 + p,
      p * (1 - p),
    );
  });

  Deno.test(`simulate() with reply loss and duplication ${p}: at-least-once counts each draw (1+p)/(1-p) times`, () => {
    // For each try that arrives one count, and one more with probability p:
    // variance of a sum of geometrically many.
    const tries = 1 / (1 - p);
    const triesVariance = p / (1 - p) ** 2;
    assertNear(
      countedPerLike("at-least-once", {
        ...{ loss: "0", ackLoss: `${p}`, duplicate: `${p}` },
      }),
      (1 + p) / (1 - p),
      tries * p * (1 - p) + triesVariance * (1 + p) ** 2,
    );
  });

  Deno.test(`simulate() with loss ${p} both ways: dedup and crdt count each draw once`, () => {
    for (const delivery of ["dedup", "crdt"] as const) {
      assertEquals(countedPerLike(delivery, { loss: `${p}` }), 1);
    }
  });
}

Deno.test("simulate() with reply loss p: a report of mode original is counted once, then with the next sum", () => {
  // Each reply lost makes the next report carry its likes again: a draw is in
  // as many reports as it takes until a reply comes through, geometric as for
  // at-least-once, as long as no sum passes 42. With one like a draw that takes
  // 42 losses.
  const p = 0.2;
  assertNear(
    countedPerLike("original", { loss: "0", ackLoss: `${p}` }),
    1 / (1 - p),
    p * (1 + p) / (1 - p) ** 3,
  );
});

Deno.test("simulate() with latency exp:20ms: the mean staleness of one server is that of paper", () => {
  // Each draw of one like is outstanding for an exponential time L of mean 20
  // ms, every 3 s on average, practically never two at once: the age has the
  // mean of the integral of L²/2, E(L²)/2 = 0.02², for each 3 s.
  const verdict = simulate(runOf({
    servers: 1,
    lifetimeTicks: 100_000 * TICKS_PER_SECOND,
    likesMin: 1,
    likesMax: 1,
    faults: { latency: "exp:20ms" },
  }));
  const mean = verdict.stalenessSeconds?.mean ?? NaN;
  const draws = verdict.generated;
  const expected = 0.02 ** 2 / 3;
  // The variance of L²/2 is E(L⁴)/4 - (E(L²)/2)² = 6·0.02⁴ - 0.02⁴. A tick is
  // 0.1 ms, which rounds by a fraction of 1 %.
  const deviation = Math.sqrt(5 * 0.02 ** 4 / draws) / 3;
  assert(
    Math.abs(mean - expected) < 4 * deviation + 0.01 * expected,
    `${mean}`,
  );
  const divergence = verdict.divergence?.mean ?? NaN;
  assert(Math.abs(divergence - 0.02 / 3) < 0.03 * 0.02 / 3, `${divergence}`);
});
