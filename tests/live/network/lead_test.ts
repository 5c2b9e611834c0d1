import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Lead } from "../../../lib/live/network/lead.ts";

Deno.test("Lead makes up for the lateness of timers on average, however it varies", () => {
  const lead = new Lead();
  const LATE = [0.2, 2.8, 1.1, 1.9];
  let sum = 0;
  for (let n = 0; n < 4000; n++) {
    const late = LATE[n % 4]! - lead.ms;
    lead.handedOver(late);
    if (n >= 2000) sum += late;
  }
  assertAlmostEquals(lead.ms, 1.5, 0.1);
  assertAlmostEquals(sum / 2000, 0, 0.01);
});

Deno.test("Lead follows no standstill, and never lags", () => {
  const lead = new Lead();
  lead.handedOver(60_000);
  assertAlmostEquals(lead.ms, 0.25, 1e-9);
  for (let n = 0; n < 1000; n++) lead.handedOver(60_000);
  assertEquals(lead.ms, 5);
  for (let n = 0; n < 1000; n++) lead.handedOver(-60_000);
  assertEquals(lead.ms, 0);
});
