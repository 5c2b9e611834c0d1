import { assertEquals, assertThrows } from "@std/assert";
import { NEVER, secondsFromTicks, ticksFromMs } from "../../lib/rules/mod.ts";

Deno.test("ticksFromMs() rounds to the nearest tick of 0.1 ms", () => {
  assertEquals(ticksFromMs(0), 0);
  assertEquals(ticksFromMs(0.04), 0);
  assertEquals(ticksFromMs(0.06), 1);
  assertEquals(ticksFromMs(1_500), 15_000);
  assertEquals(ticksFromMs(214_748_364.6), NEVER - 1);
});

Deno.test("ticksFromMs() throws a RangeError on what 32 bits do not hold", () => {
  for (const ms of [-1, -0.01, 214_748_364.7, Infinity, -Infinity, NaN]) {
    assertThrows(() => ticksFromMs(ms), RangeError, `Cannot count ${ms} ms`);
  }
});

Deno.test("secondsFromTicks() prints with at most four decimals", () => {
  assertEquals(secondsFromTicks(0), 0);
  for (const ticks of [1, 3, 7, 12_345, 2_999_999, NEVER - 1]) {
    const [, decimals = ""] = String(secondsFromTicks(ticks)).split(".");
    assertEquals(decimals.length <= 4, true);
    assertEquals(Math.round(secondsFromTicks(ticks) * 10_000), ticks);
  }
});
