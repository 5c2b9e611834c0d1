import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Hold } from "../../../lib/live/network/hold.ts";

Deno.test("Hold lets 95 of 100 requests be there by their time", () => {
  const hold = new Hold();
  let late = 0;
  for (let n = 0; n < 40_000; n++) {
    // 0 to 5 ms, spread evenly.
    const afterMs = (n * 7919 % 5000) / 1000;
    if (n >= 20_000 && afterMs > hold.ms) late++;
    hold.came(afterMs, 30);
  }
  assertAlmostEquals(hold.ms, 4.75, 0.25);
  assertAlmostEquals(late / 20_000, 0.05, 0.01);
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
  for (let n = 0; n < 1000; n++) hold.came(0, 30);
  hold.came(60_000, 30);
  assertAlmostEquals(hold.ms, 0.05, 0.01);
  for (let n = 0; n < 100; n++) hold.came(0, 30);
  assertEquals(hold.ms, 0);
});
