import { assertEquals } from "@std/assert";
import { ReadCauses } from "../../../lib/live/network/read_causes.ts";

Deno.test("ReadCauses takes the acknowledgement that was handed over last before a read", () => {
  const causes = new ReadCauses(0);
  causes.acknowledged(3, { dueMs: 100, atMs: 103 });
  causes.acknowledged(3, { dueMs: 110, atMs: 111 });
  causes.acknowledged(3, { dueMs: 120, atMs: 121 });
  assertEquals(causes.dueMs(3, 102), undefined);
  assertEquals(causes.dueMs(3, 104), 100);
  assertEquals(causes.dueMs(3, 112), 110);
  // All requests of a read have the same cause.
  assertEquals(causes.dueMs(3, 112), 110);
  assertEquals(causes.dueMs(3, 150), 120);
});

Deno.test("ReadCauses knows a read that begins in the tick of its acknowledgement", () => {
  const causes = new ReadCauses(0);
  causes.acknowledged(3, { dueMs: 100, atMs: 100.05 });
  assertEquals(causes.dueMs(3, 100), 100);
});

Deno.test("ReadCauses counts the wait after an acknowledgement, and each likes server by itself", () => {
  const causes = new ReadCauses(50);
  causes.acknowledged(0, { dueMs: 100, atMs: 101 });
  causes.acknowledged(0, { dueMs: 120, atMs: 122 });
  causes.acknowledged(1, { dueMs: 300, atMs: 300 });
  assertEquals(causes.dueMs(0, 152), 150);
  assertEquals(causes.dueMs(0, 173), 170);
  assertEquals(causes.dueMs(1, 173), undefined);
});
