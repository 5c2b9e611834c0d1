import { assertAlmostEquals, assertEquals } from "@std/assert";
import { MessageKind } from "../../../lib/domain/messages.ts";
import { Hold } from "../../../lib/live/network/hold.ts";

function holdWithReplies(delayMs: number): Hold {
  const hold = new Hold();
  hold.replied(MessageKind.REPLY, delayMs);
  return hold;
}

Deno.test("Hold lets 99 of 100 requests be there when they are handed over", () => {
  const hold = holdWithReplies(30);
  let late = 0;
  for (let n = 0; n < 40_000; n++) {
    // From 45 ms early to 5 ms late, spread evenly.
    const lateMs = (n * 7919 % 5000) / 100 - 45;
    if (n >= 20_000 && lateMs > hold.ms) late++;
    hold.came(lateMs);
  }
  assertAlmostEquals(hold.ms, 4.5, 0.25);
  assertAlmostEquals(late / 20_000, 0.01, 0.002);
});

Deno.test("Hold is at most 10 ms and a quarter of the mean delay of the fastest kind of replies", () => {
  for (const [delayMs, mostMs] of [[1000, 10], [20, 5], [0, 0]] as const) {
    const hold = holdWithReplies(500);
    for (let n = 0; n < 10_000; n++) {
      hold.replied(MessageKind.READ_REPLY, delayMs);
      hold.came(500);
    }
    assertAlmostEquals(hold.ms, mostMs, 1e-6);
  }
});

Deno.test("Hold follows the mean of delays that differ", () => {
  const hold = holdWithReplies(0);
  for (let n = 0; n < 10_000; n++) {
    hold.replied(MessageKind.REPLY, n % 2 * 40);
    hold.came(500);
  }
  assertAlmostEquals(hold.ms, 20 / 4, 0.1);
});

Deno.test("Hold holds nothing before there is a reply that makes up for it", () => {
  const hold = new Hold();
  for (let n = 0; n < 100; n++) hold.came(500);
  assertEquals(hold.ms, 0);
});

Deno.test("Hold follows no standstill", () => {
  const hold = holdWithReplies(30);
  for (let n = 0; n < 1000; n++) hold.came(-1);
  hold.came(60_000);
  assertAlmostEquals(hold.ms, 0.1, 0.01);
  for (let n = 0; n < 200; n++) hold.came(-1);
  assertEquals(hold.ms, 0);
});
