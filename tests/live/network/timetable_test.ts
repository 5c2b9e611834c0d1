import { assertEquals } from "@std/assert";
import { MessageKind } from "../../../lib/domain/messages.ts";
import { readerNode } from "../../../lib/domain/nodes.ts";
import type { Message } from "../../../lib/live/network/message.ts";
import { Timetable } from "../../../lib/live/network/timetable.ts";

function timetable(readAfterTicks: number | null = 0): Timetable {
  return new Timetable({ now: () => 0, readAfterTicks });
}

function readOf(item: number, from = item): Message {
  return {
    ...{ kind: MessageKind.READ_REQUEST, from, item, read: 1, n: 1 },
    ...{ replica: 0, luckNode: from, bytes: new Uint8Array() },
  };
}

Deno.test("requestMs() of an own read is when its acknowledgement was due, however late it was handed over", () => {
  const times = timetable();
  const dueMs = performance.now() - 4;
  times.acknowledged(3, dueMs);
  const cameMs = performance.now();
  assertEquals(times.requestMs(readOf(3), cameMs), dueMs);
  // Another likes server has no acknowledgement, and no reader has any.
  assertEquals(times.requestMs(readOf(4), cameMs), cameMs);
  const reader = readOf(3, readerNode(3));
  assertEquals(times.requestMs(reader, cameMs), cameMs);
});

Deno.test("requestMs() and replyMs() put no more than 20 ms down to the machine", () => {
  const times = timetable();
  const dueMs = performance.now() - 4_000;
  times.acknowledged(3, dueMs);
  const cameMs = performance.now();
  assertEquals(times.requestMs(readOf(3), cameMs), cameMs - 20);
  assertEquals(times.replyMs(dueMs) >= cameMs - 20, true);
  assertEquals(times.replyMs(cameMs + 1_000), cameMs + 1_000);
});

Deno.test("requestMs() of what answers nothing is when it was sent, by its line", () => {
  const times = new Timetable({ now: () => 1_000, readAfterTicks: null });
  times.acknowledged(3, 0);
  const cameMs = performance.now();
  assertEquals(times.requestMs(readOf(3), cameMs), cameMs);
  const sentMs = times.requestMs({ ...readOf(3), tick: 970 }, cameMs);
  assertEquals(sentMs <= performance.now() - 3, true);
  assertEquals(sentMs >= cameMs - 3, true);
});

Deno.test("schedule() hands a report over before the read that is due after it, though that came first", async () => {
  const times = timetable();
  const sentMs = performance.now() - 100;
  const handed: string[] = [];
  for (const [name, delayMs] of [["read", 50], ["report", 20]] as const) {
    const kind = name === "read"
      ? MessageKind.READ_REQUEST
      : MessageKind.REPORT;
    times.schedule({ kind, sentMs, delayMs }, ({ dueMs }) => {
      handed.push(`${name} ${dueMs === sentMs + delayMs}`);
    });
  }
  await Promise.resolve();
  assertEquals(handed, ["report true", "read true"]);
});
