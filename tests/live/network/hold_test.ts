import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Hold } from "../../../lib/live/network/hold.ts";

Deno.test("Hold lets 99 of 100 requests be there when they are handed over", () => {
  const hold = new Hold();
  let late = 0;
  for (let n = 0; n < 40_000; n++) {
    // From 45 ms early to 5 ms late, spread evenly.
    const lateMs = (n * 7919 % 5000) / 100 - 45;
    if (n >= 20_000 && lateMs > hold.ms) late++;
    hold.came(lateMs, 30);
  }
  assertAlmostEquals(hold.ms, 4.5, 0.25);
  assertAlmostEquals(late / 20_000, 0.01, 0.002);
});

Deno.test("Hold is at most 10 ms and a quarter of the mean delay, and nothing where delays are nothing", () => {
  for (const [delayMs, mostMs] of [[1000, 10], [20, 5], [0, 0]] as const) {
    const hold = new Hold();
    for (let n = 0; n < 10_000; n++) hold.came(500, delayMs);
    assertAlmostEquals(hold.ms, mostMs, 1e-6);
  }
});

Deno.test("Hold follows no standstill", () => {
  const hold = new Hold();
  for (let n = 0; n < 1000; n++) hold.came(-1, 30);
  hold.came(60_000, 30);
  assertAlmostEquals(hold.ms, 0.1, 0.01);
  for (let n = 0; n < 200; n++) hold.came(-1, 30);
  assertEquals(hold.ms, 0);
});
