import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  DrawPlan,
  type DrawPlanOptions,
  NEVER,
  nextDrawAt,
  skipDraws,
  Streams,
} from "../../lib/rules/mod.ts";

const USUAL: DrawPlanOptions = {
  intervalMinTicks: 10_000,
  intervalMaxTicks: 50_000,
  likesMin: 0,
  likesMax: 42,
};

Deno.test("DrawPlan stays within its ranges, for every server and draw", () => {
  const ranges = fc.record({
    seed: fc.nat(Number.MAX_SAFE_INTEGER),
    shortest: fc.integer({ min: 1, max: 100_000 }),
    more: fc.nat(2 ** 30),
    likes: fc.tuple(fc.nat(42), fc.nat(42)),
    server: fc.nat(999_999),
    k: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  });
  fc.assert(
    fc.property(ranges, ({ seed, shortest, more, likes, server, k }) => {
      const options = {
        intervalMinTicks: shortest,
        intervalMaxTicks: shortest + more,
        likesMin: Math.min(...likes),
        likesMax: Math.max(...likes),
      };
      const plan = new DrawPlan(new Streams(seed), options);
      const draw = plan.draw(server, k);
      const drawn = plan.likes(draw);
      const pause = plan.pauseAfter(draw);
      assert(drawn >= options.likesMin && drawn <= options.likesMax);
      assert(
        pause >= options.intervalMinTicks && pause <= options.intervalMaxTicks,
      );
      assert(Number.isInteger(drawn) && Number.isInteger(pause));
    }),
  );
});

Deno.test("DrawPlan reaches both ends of the likes and comes near those of the pauses", () => {
  const plan = new DrawPlan(new Streams(1), USUAL);
  const likes = new Set<number>();
  let shortest = Infinity;
  let longest = 0;
  for (let k = 1; k <= 2_000; k++) {
    const draw = plan.draw(0, k);
    likes.add(plan.likes(draw));
    shortest = Math.min(shortest, plan.pauseAfter(draw));
    longest = Math.max(longest, plan.pauseAfter(draw));
  }
  assertEquals(likes.size, 43);
  assert(shortest < 10_200 && longest > 49_800);
});

Deno.test("DrawPlan gives the draws that every machine and every version gives", () => {
  const plan = new DrawPlan(new Streams(7), USUAL);
  const draws = [0, 1, 2, 3].map((k) => plan.draw(3, k));
  // worked out by a program in another language
  assertEquals(draws.slice(1).map((draw) => plan.likes(draw)), [23, 4, 30]);
  assertEquals(
    draws.slice(0, 3).map((draw) => plan.pauseAfter(draw)),
    [23283, 44696, 47936],
  );
});

Deno.test("DrawPlan draws pauses and likes independently of each other's range", () => {
  const wide = new DrawPlan(new Streams(5), USUAL);
  const narrow = new DrawPlan(new Streams(5), { ...USUAL, likesMax: 0 });
  const draw = wide.draw(2, 9);
  assertEquals(narrow.draw(2, 9), draw);
  assertEquals(wide.pauseAfter(draw), narrow.pauseAfter(draw));
  const rare = new DrawPlan(new Streams(5), {
    ...USUAL,
    intervalMinTicks: 1_000_000,
    intervalMaxTicks: 2_000_000,
  });
  assertEquals(wide.likes(draw), rare.likes(draw));
});

Deno.test("DrawPlan draws likes and the pauses before and after them independently", () => {
  const plan = new DrawPlan(new Streams(3), USUAL);
  const DRAWS = 20_000;
  for (const other of [-1, 0, 1]) {
    let covariance = 0;
    for (let k = 1; k <= DRAWS; k++) {
      covariance += (plan.likes(plan.draw(8, k)) - 21) *
        (plan.pauseAfter(plan.draw(8, k + other)) - 30_000);
    }
    // The variance of 0 to n is (n^2 + 2 n) / 12.
    const likesVariance = (42 ** 2 + 2 * 42) / 12;
    const pauseVariance = (40_000 ** 2 + 2 * 40_000) / 12;
    const correlation = covariance / DRAWS /
      Math.sqrt(likesVariance * pauseVariance);
    // five standard deviations
    assert(Math.abs(correlation) < 5 / Math.sqrt(DRAWS));
  }
});

Deno.test("DrawPlan() throws a RangeError on a range that is empty, out of bounds or not whole", () => {
  const wrong: Partial<DrawPlanOptions>[] = [
    { intervalMinTicks: 0 },
    { intervalMinTicks: 50_001 },
    { intervalMaxTicks: NEVER },
    { intervalMinTicks: 1.5 },
    { likesMin: -1 },
    { likesMax: 43 },
    { likesMin: 5, likesMax: 4 },
    { likesMax: NaN },
  ];
  for (const range of wrong) {
    assertThrows(
      () => new DrawPlan(new Streams(0), { ...USUAL, ...range }),
      RangeError,
      "Cannot draw with",
    );
  }
});

Deno.test("skipDraws() goes on with the first draw that is not over, the one of that very tick included", () => {
  const plan = new DrawPlan(new Streams(7), USUAL);
  const planned = [0];
  for (let k = 0; k < 20; k++) {
    const draw = plan.draw(3, k);
    planned.push((planned[k] ?? NaN) + plan.pauseAfter(draw));
  }
  const at = (k: number) => planned[k] ?? NaN;
  const first = { k: 1, at: at(1) };
  const endTicks = at(15) + 1;
  for (let k = 1; k <= 15; k++) {
    const now = at(k);
    assertEquals(skipDraws(plan, 3, first, now, endTicks), { k, at: now });
    const next = k < 15 ? at(k + 1) : NEVER;
    assertEquals(
      skipDraws(plan, 3, first, now + 1, endTicks),
      { k: k + 1, at: next },
    );
  }
  // Nothing was due, or nothing is to come: it stays as it is.
  assertEquals(skipDraws(plan, 3, first, 0, endTicks), first);
  const over = { k: 16, at: NEVER };
  assertEquals(skipDraws(plan, 3, over, 1e9, endTicks), over);
});

Deno.test("nextDrawAt() is the plan plus the pause, never at or after the end", () => {
  assertEquals(nextDrawAt(100, 50, 151), 150);
  assertEquals(nextDrawAt(100, 50, 150), NEVER);
  assertEquals(nextDrawAt(100, NEVER - 1, NEVER - 1), NEVER);
});
