import { assert } from "@std/assert";
import { sleep } from "../../lib/platform/sleep.ts";

Deno.test("sleep() ends when the time is over", async () => {
  const began = performance.now();
  await sleep(20, new AbortController().signal);
  assert(performance.now() - began >= 19);
});

Deno.test("sleep() ends at once when it is cut short, and leaves no timer behind", async () => {
  const controller = new AbortController();
  const asleep = sleep(1_000_000, controller.signal);
  controller.abort();
  await asleep;
  await sleep(1_000_000, controller.signal);
});

Deno.test("sleep() does not wait for what has passed", async () => {
  await sleep(-5, new AbortController().signal);
});
