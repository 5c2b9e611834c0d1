import { assertEquals } from "@std/assert";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import { parseWorkerLine } from "../../../lib/live/worker/lines.ts";
import type { Delivery } from "../../../lib/domain/delivery.ts";
import type { Meter } from "../../../lib/verdict/meter.ts";

function recordOf(
  delivery: Delivery,
  lines: readonly string[],
): { record: ServerRecord; meter: Meter } {
  const history = new LiveHistory({
    delivery,
    onEvent: () => {},
    onSending: () => {},
    onReading: () => {},
  });
  const record = new ServerRecord(3, [0, 7], delivery, history);
  for (const line of lines) record.take(parseWorkerLine(line));
  return { record, meter: history.meter.meter };
}

const BEGIN = [
  "0.0100 started seq=0 total=0",
  "1.0000 draw seq=1 likes=14 total=14",
  "1.0000 report attempt=1 seq=1 retries=0 LikesServer3 14",
  "1.0100 ACK attempt=1 seq=1 acknowledged=14",
  "2.0000 draw seq=2 likes=9 total=23",
  "2.0000 report attempt=2 seq=2 retries=0 LikesServer3 9",
];

Deno.test("take() adds up what a likes server prints", () => {
  const { record, meter } = recordOf("at-least-once", [
    ...BEGIN,
    "4.0000 no answer attempt=2 seq=1 acknowledged=14 settled=1 none within 2 s",
    "4.1000 report attempt=3 seq=2 retries=1 LikesServer3 9",
    "4.1100 NAK attempt=3 seq=1 acknowledged=14 busy",
    "4.2000 report attempt=4 seq=2 retries=2 LikesServer3 9",
    "4.2100 ACK attempt=4 seq=2 acknowledged=23",
    "5.0000 ended seq=2 generated=23 acknowledged=23 pending=0 rejected=0 retries=2",
  ]);
  assertEquals(record.sessionText, "0000000000000007");
  assertEquals(record.generated, 23);
  assertEquals(record.acknowledged, 23);
  assertEquals(record.pending, 0);
  assertEquals(record.reports, 4);
  assertEquals(record.answers, 3);
  assertEquals(record.retries, 2);
  assertEquals(record.rejected, 0);
  assertEquals(record.hasEnded, true);
  // Reports with their LF, then ACK, NAK busy, ACK with theirs.
  assertEquals(record.bytes, 16 + 3 * 15 + 4 + 9 + 4);
  const { generated, counted } = meter.measures();
  assertEquals([generated, counted], [23, 23]);
});

Deno.test("take() tells a process that takes over what was seen", () => {
  const { record, meter } = recordOf("dedup", BEGIN);
  assertEquals(record.seen, {
    seq: 2,
    total: 23,
    acknowledgedSeq: 1,
    acknowledged: 14,
    attempt: 2,
    read: 0,
  });
  assertEquals(record.pending, 9);
  // Its log holds a draw that it had no time to tell.
  record.take(parseWorkerLine("7.0000 started seq=3 total=30"));
  assertEquals(record.generated, 30);
  assertEquals(meter.measures().generated, 30);
  assertEquals(record.pending, 16);
});

Deno.test("take() counts retries over all processes of a likes server", () => {
  const { record } = recordOf("crdt", [
    "0.0100 started seq=0 total=0",
    "1.0000 draw seq=1 likes=1 total=1",
    "1.5000 report attempt=4 seq=1 retries=3 LikesServer3 1",
    "3.0000 started seq=1 total=1",
    "3.5000 report attempt=6 seq=1 retries=2 LikesServer3 1",
  ]);
  assertEquals(record.retries, 5);
});

Deno.test("take() counts final refusals as rejected, also a likes server's own", () => {
  const { record } = recordOf("original", [
    ...BEGIN,
    "2.1000 NAK attempt=2 seq=1 acknowledged=14 closing",
    "2.2000 NAK attempt=3 seq=1 acknowledged=14 gap 7",
    "2.3000 NAK attempt=4 seq=1 acknowledged=14 likes out of range 0..42",
    "2.4000 refused pending=57 more than 42 likes fit in no report",
  ]);
  assertEquals(record.rejected, 2);
  assertEquals(record.isStuck, true);
});

Deno.test("take() waits no longer for a report that at-most-once has forgotten, from the end of its attempt on", () => {
  const { meter } = recordOf("at-most-once", [
    ...BEGIN,
    // Not sent yet, so it is tried again; then nobody answers it.
    "2.0010 no answer attempt=2 seq=1 acknowledged=14 settled=1 Connection refused",
    "2.1000 report attempt=3 seq=2 retries=1 LikesServer3 9",
    "4.1000 no answer attempt=3 seq=1 acknowledged=14 settled=2 none within 2 s",
    "5.0000 draw seq=3 likes=1 total=24",
    "5.0000 report attempt=4 seq=3 retries=1 LikesServer3 1",
    "5.0000 ACK attempt=4 seq=3 acknowledged=15",
  ]);
  meter.end(100_000);
  // From 2 s, when it was drawn, to 4.1 s, when it was forgotten.
  const { stalenessSeconds, generated, counted } = meter.measures();
  assertEquals(stalenessSeconds.max, 2.0999);
  assertEquals(generated - counted, 9);
});

Deno.test("take() waits no longer for what an at-most-once process had left when it was killed, once another is there", () => {
  const { meter } = recordOf("at-most-once", [
    ...BEGIN,
    "3.5000 started seq=2 total=23",
  ]);
  meter.end(100_000);
  assertEquals(meter.measures().stalenessSeconds.max, 1.4999);
});
