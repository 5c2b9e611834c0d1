import { assertEquals } from "@std/assert";
import { yieldToEventLoop } from "../../lib/platform/event_loop.ts";

Deno.test("yieldToEventLoop() gives timers that are due their turn", async () => {
  let hasFired = false;
  setTimeout(() => hasFired = true);
  let turns = 0;
  while (!hasFired) {
    await yieldToEventLoop();
    turns++;
  }
  assertEquals([hasFired, turns > 0], [true, true]);
});
