import { assertEquals } from "@std/assert";
import { SenderClock } from "../../../lib/live/network/sender_clock.ts";

Deno.test("SenderClock takes no line for printed later than it came", () => {
  const clock = new SenderClock();
  for (const [tick, now] of [[100, 90], [200, 250], [300, 270]] as const) {
    const printed = clock.ticksOf(tick, now);
    assertEquals(printed <= now, true, `${printed} ${now}`);
  }
});

Deno.test("SenderClock knows a clock that is ahead, and one that is behind, by its fastest line", () => {
  for (const error of [-120, 120]) {
    const clock = new SenderClock();
    for (const lag of [50, 3, 40]) {
      clock.ticksOf(1000 + error, 1000 + lag);
    }
    assertEquals(clock.ticksOf(5000 + error, 5090), 5003);
  }
});

Deno.test("SenderClock forgets the clock of a process that was replaced", () => {
  const clock = new SenderClock();
  clock.ticksOf(1000, 1001);
  let last = 0;
  for (let line = 0; line < 70; line++) last = clock.ticksOf(2000, 2400);
  assertEquals(last, 2400);
});
