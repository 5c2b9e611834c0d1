import { assertEquals } from "@std/assert";
import { DeliveryQueue } from "../../../lib/live/network/delivery_queue.ts";

Deno.test("DeliveryQueue delivers what is due in the order of its times, whoever came first", async () => {
  const queue = new DeliveryQueue();
  const delivered: string[] = [];
  const pushed = [["late", 9], ["first", 3], ["second", 3], ["early", 1]];
  for (const [name, atMs] of pushed as [string, number][]) {
    queue.push(atMs, () => delivered.push(name));
  }
  assertEquals(delivered, []);
  await Promise.resolve();
  assertEquals(delivered, ["early", "first", "second", "late"]);
});

Deno.test("DeliveryQueue waits for what is due first, though others came before", async () => {
  const queue = new DeliveryQueue();
  const delivered: number[] = [];
  const last = Promise.withResolvers<void>();
  const startMs = performance.now();
  for (const afterMs of [30, 10, 20, 5]) {
    const atMs = startMs + afterMs;
    queue.push(atMs, () => {
      delivered.push(afterMs);
      if (delivered.length === 4) last.resolve();
    });
  }
  await last.promise;
  assertEquals(delivered, [5, 10, 20, 30]);
});

Deno.test("DeliveryQueue takes what a delivery brings, and delivers nothing after clear()", async () => {
  const queue = new DeliveryQueue();
  const delivered: string[] = [];
  queue.push(1, () => {
    delivered.push("request");
    queue.push(0, () => delivered.push("reply"));
  });
  await Promise.resolve();
  assertEquals(delivered, ["request", "reply"]);
  queue.push(2, () => delivered.push("never"));
  queue.push(performance.now() + 3_600_000, () => delivered.push("never"));
  queue.clear();
  await Promise.resolve();
  assertEquals(delivered, ["request", "reply"]);
  queue.push(3, () => delivered.push("later"));
  await Promise.resolve();
  assertEquals(delivered, ["request", "reply", "later"]);
});
