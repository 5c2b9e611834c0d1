import { assert, assertEquals } from "@std/assert";
import { AwakeCountdown, sleep, sleepAwake } from "../../lib/platform/sleep.ts";

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

Deno.test("sleepAwake() waits in pieces, so that a standstill counts as no more than one of them", async () => {
  const pieces: number[] = [];
  const { setTimeout } = globalThis;
  // Each piece takes as long as it likes: here, no time at all.
  const immediate = (end: () => void, ms = 0) => {
    pieces.push(ms);
    queueMicrotask(end);
    return 0;
  };
  globalThis.setTimeout = Object.assign(immediate, setTimeout);
  try {
    await sleepAwake(1_100, new AbortController().signal);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assertEquals(pieces, [250, 250, 250, 250, 100]);
});

Deno.test("sleepAwake() ends at once when it is cut short", async () => {
  const controller = new AbortController();
  const asleep = sleepAwake(1_000_000, controller.signal);
  controller.abort();
  await asleep;
  await sleepAwake(1_000_000, controller.signal);
});

Deno.test("AwakeCountdown counts a standstill as no more than a moment", () => {
  const { now } = performance;
  let nowMs = 0;
  performance.now = () => nowMs;
  try {
    using countdown = new AwakeCountdown(5_000);
    for (nowMs = 200; nowMs < 1_000; nowMs += 200) {
      assertEquals(countdown.leftMs, 5_000 - nowMs);
    }
    nowMs = 60_800;
    assertEquals(countdown.leftMs, 3_950);
  } finally {
    performance.now = now;
  }
});
