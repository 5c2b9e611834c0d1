import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  freshWithinVersions,
  spreadingTime,
} from "../../lib/verdict/replica_theory.ts";

const choose = (n: number, k: number): number =>
  k === 0 ? 1 : choose(n - 1, k - 1) * n / k;

const harmonic = (n: number): number => n === 0 ? 0 : 1 / n + harmonic(n - 1);

Deno.test("freshWithinVersions() is the closed form of PBS", () => {
  for (let n = 1; n <= 7; n++) {
    for (let r = 1; r <= n; r++) {
      for (let k = 1; k <= 4; k++) {
        const missed = r > n - 1 ? 0 : choose(n - 1, r) / choose(n, r);
        assertAlmostEquals(freshWithinVersions(n, r, k), 1 - missed ** k);
      }
    }
  }
  assertEquals(
    [1, 2, 3].map((k) => freshWithinVersions(3, 1, k).toFixed(4)),
    ["0.3333", "0.5556", "0.7037"],
  );
  assertThrows(() => freshWithinVersions(3, 4, 1), RangeError, "4 of 3");
  assertThrows(() => freshWithinVersions(3, 1, 0), RangeError, "0 versions");
});

Deno.test("spreadingTime() is the harmonic sum, by style and loss", () => {
  for (const n of [2, 3, 10, 1000]) {
    const mean = 2 * (n - 1) / n * harmonic(n - 1);
    const cases = [
      ["push", 0, mean],
      ["pull", 0, mean],
      ["push-pull", 0, mean / 2],
      ["push", 0.2, mean / 0.8],
      ["pull", 0.2, mean / 0.64],
      ["push-pull", 0.2, mean / 1.44],
    ] as const;
    for (const [style, loss, expected] of cases) {
      assertAlmostEquals(spreadingTime(n, style, loss).mean, expected, 1e-9);
    }
  }
  assertEquals(spreadingTime(1, "push"), { mean: 0, variance: 0 });
  // Two replicas: one exponential wait.
  assertEquals(spreadingTime(2, "pull"), { mean: 1, variance: 1 });
  assertThrows(() => spreadingTime(2, "pull", 1), RangeError, "loss 1");
});
