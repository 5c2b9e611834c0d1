import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  formatWorkerLine,
  parseWorkerLine,
  type WorkerLine,
} from "../../../lib/live/worker/lines.ts";

const tick = fc.integer({ min: 0, max: 2 ** 31 - 2 });
const seq = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const likes = fc.integer({ min: 0, max: 42 });
const total = fc.maxSafeNat();
const attempt = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const text = fc.string({ unit: "grapheme-ascii" });

const anyLine: fc.Arbitrary<WorkerLine> = fc.oneof(
  fc.record({ kind: fc.constant("started" as const), tick, seq, total }),
  fc.record({ kind: fc.constant("draw" as const), tick, seq, likes, total }),
  fc.record({
    kind: fc.constant("discarded" as const),
    tick,
    likes,
    reason: text,
  }),
  fc.record({
    kind: fc.constant("report" as const),
    tick,
    attempt,
    seq,
    retries: seq,
    text,
  }),
  fc.record({
    kind: fc.constant("nak" as const),
    tick,
    attempt,
    seq,
    acknowledged: total,
    reason: text,
  }),
  fc.record({
    kind: fc.constant("failed" as const),
    tick,
    attempt,
    seq,
    acknowledged: total,
    settledSeq: seq,
    reason: text,
  }),
  fc.record({
    kind: fc.constant("ack" as const),
    tick,
    attempt,
    seq,
    acknowledged: total,
    reason: fc.constant(""),
  }),
  fc.record({
    kind: fc.constant("stalled" as const),
    tick,
    ms: total,
    untilMs: total,
  }),
  fc.record({
    kind: fc.constantFrom("refused" as const, "drain" as const),
    tick,
    pending: total,
  }),
  fc.record({
    kind: fc.constant("ended" as const),
    tick,
    seq,
    generated: total,
    acknowledged: total,
    pending: total,
    rejected: seq,
    retries: seq,
  }),
);

Deno.test("parseWorkerLine() reads what formatWorkerLine() wrote", () => {
  fc.assert(fc.property(anyLine, (line) => {
    assertEquals(parseWorkerLine(formatWorkerLine(line)), line);
  }));
});

Deno.test("formatWorkerLine() keeps line breaks and escapes of a reason off the terminal", () => {
  const line = formatWorkerLine({
    kind: "failed",
    tick: 10_000,
    attempt: 1,
    seq: 0,
    acknowledged: 0,
    settledSeq: 0,
    reason: "nonsense: \x1b[2J\r\nACK \u202e",
  });
  assertEquals(
    line,
    "1.0000 no answer attempt=1 seq=0 acknowledged=0 settled=0 nonsense: ?[2J?ACK ?",
  );
});

Deno.test("parseWorkerLine() refuses everything else", () => {
  for (
    const text of [
      "",
      "draw",
      "1.0000 draw",
      "1.0000 draw seq=1",
      "1.0000 draw seq=1 likes=-1 total=1",
      "1 draw seq=1 likes=1 total=1",
      "999999999.0000 draw seq=1 likes=1 total=1",
      "1.0000 ate seq=1 likes=1 total=1",
      "\x1b[2J",
    ]
  ) {
    assertThrows(() => parseWorkerLine(text), SyntaxError, "Cannot read");
  }
});
