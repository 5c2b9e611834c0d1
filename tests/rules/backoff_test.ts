import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoffTicks, NEVER } from "../../lib/rules/mod.ts";

const HIGHEST = 2 ** 32 - 1;

Deno.test("backoffTicks() lies between 1 tick and the doubled wait, whole, never above the longest", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.integer({ min: 1, max: NEVER - 1 }),
      fc.integer({ min: 1, max: NEVER - 1 }),
      fc.integer({ min: -(2 ** 31), max: HIGHEST }),
      (failures, min, max, random) => {
        const ticks = backoffTicks(failures, min, max, random);
        assert(Number.isInteger(ticks) && ticks >= 1 && ticks <= max);
        assert(ticks <= min * 2 ** failures);
      },
    ),
  );
  assertEquals(backoffTicks(0, 1, NEVER - 1, HIGHEST), 1);
  assertEquals(backoffTicks(30, 1, NEVER - 1, HIGHEST), 2 ** 30);
  assertEquals(backoffTicks(10_000, 1, NEVER - 1, HIGHEST), NEVER - 1);
  assertEquals(backoffTicks(3, NEVER - 1, NEVER - 1, HIGHEST), NEVER - 1);
});

Deno.test("backoffTicks() is uniform: every wait from 1 to the longest is as likely", () => {
  const longest = 8;
  const seen = new Array<number>(longest).fill(0);
  const steps = 4_096;
  for (let i = 0; i < steps; i++) {
    const ticks = backoffTicks(3, 1, 100, i * (2 ** 32 / steps));
    seen[ticks - 1] = (seen[ticks - 1] ?? NaN) + 1;
  }
  assertEquals(seen, new Array<number>(longest).fill(steps / longest));
});
