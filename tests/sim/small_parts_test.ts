import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NEVER, TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { encodeReport } from "../../lib/protocol/report.ts";
import { formatGap, formatRefusal } from "../../lib/protocol/replies.ts";
import { REFUSED_CONTENT } from "../../lib/protocol/validator.ts";
import { DEFAULT_TIMING } from "../../lib/rules/backoff.ts";
import { LikesServer } from "../../lib/rules/likes_server.ts";
import { makeRows } from "../../lib/rules/rows.ts";
import { gapBytes, refusalBytes, ReportBytes } from "../../lib/sim/bytes.ts";
import { CountedDraws } from "../../lib/sim/counted_draws.ts";
import { Due, Mailbox } from "../../lib/sim/mailbox.ts";
import { Recorder } from "../../lib/sim/recorder.ts";
import { SessionDraws } from "../../lib/sim/session_draws.ts";
import type { HistoryEvent } from "../../lib/verdict/history.ts";

Deno.test("ReportBytes.of() is the length of the encoded report with its LF", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 9999 }),
    fc.integer({ min: 0, max: 42 }),
    fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (server, likes, seq, share) => {
      const session = "0123456789abcdef";
      const total = likes + Math.floor(share * 42 * (seq - 1));
      const plain = encodeReport({ server, likes });
      const marked = encodeReport({ server, likes, mark: { session, seq } });
      const summed = encodeReport({
        server,
        likes,
        mark: { session, seq, total },
      });
      assertEquals(
        [
          new ReportBytes("original").of(server, likes, seq, -1),
          new ReportBytes("dedup").of(server, likes, seq, -1),
          new ReportBytes("crdt").of(server, likes, seq, total),
        ],
        [plain.length + 1, marked.length + 1, summed.length + 1],
      );
    },
  ));
});

Deno.test("ReportBytes.of() counts the digits of numbers at the ends of its table, and beyond", () => {
  const bytes = new ReportBytes("crdt");
  const words = bytes.of(0, 0, 1, 0) - 4;
  for (const number of [9_999, 10_000, 99_999, 1_000_000]) {
    const more = String(number).length - 1;
    assertEquals(bytes.of(number, 0, 1, 0), words + 4 + more);
    assertEquals(bytes.of(0, 0, number, 0), words + 4 + more);
    assertEquals(bytes.of(0, 0, 1, number), words + 4 + more);
  }
  assertEquals(bytes.of(0, 0, 1, 2 ** 53 - 1), words + 3 + 16);
});

Deno.test("gapBytes() and refusalBytes() are the lengths of the replies with their LF", () => {
  assertEquals(gapBytes(1234), formatGap(1234).length + 1);
  assertEquals(
    refusalBytes(REFUSED_CONTENT),
    formatRefusal(REFUSED_CONTENT).length + 1,
  );
});

Deno.test("CountedDraws.add() tells the first time of each draw of each server", () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 70 }),
      fc.boolean(),
    )),
    (steps) => {
      const counted = new CountedDraws(4, 70);
      const seen = new Set<string>();
      for (const [server, seq, isAdded] of steps) {
        const key = `${server} ${seq}`;
        assertEquals(counted.has(server, seq), seen.has(key));
        if (isAdded) {
          assertEquals(counted.add(server, seq), !seen.has(key));
          seen.add(key);
        } else {
          counted.remove(server, seq);
          seen.delete(key);
        }
      }
    },
  ));
});

Deno.test("CountedDraws refuses more draws than memory holds, and names both numbers", () => {
  assertThrows(
    () => new CountedDraws(10_000_000, 1_000_000),
    RangeError,
    "Cannot follow 1000000 draws of each of 10000000 likes servers",
  );
});

Deno.test("Mailbox opens messages by arrival, and those of one tick by sending", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 })), (arrivals) => {
      const rows = makeRows(2);
      const mailbox = new Mailbox(rows);
      const likesServer = new LikesServer(rows, { likes: () => 0 }, {
        delivery: "dedup",
        ...DEFAULT_TIMING,
      }).at(1);
      mailbox.clear(1);
      const sent = arrivals.map((arrival, index) => ({
        arrival,
        attempt: index,
        likes: 2,
        fromSeq: 3,
        seq: 4,
        total: 5,
        value: 6,
      }));
      for (const { arrival, value, ...report } of sent) {
        Object.assign(mailbox, report);
        mailbox.sendReply(1, Due.ACK, value, arrival, true);
      }
      sent.sort((one, other) => one.arrival - other.arrival);
      for (const { arrival, ...contents } of sent) {
        assertEquals(mailbox.nextArrival(1), arrival);
        assertEquals(mailbox.due(1, arrival), Due.ACK);
        mailbox.open(likesServer, 1);
        const { attempt, likes, fromSeq, seq, total, value } = mailbox;
        assertEquals({ attempt, likes, fromSeq, seq, total, value }, contents);
      }
      assertEquals(mailbox.nextArrival(1), NEVER);
      assertEquals(mailbox.due(1, 9), Due.WAKE);
    }),
  );
});

Deno.test("SessionDraws.likes() counts on behind every crash", () => {
  const draws = new SessionDraws({
    draw: (server, k) => 100 * server + k,
    likes: (draw) => draw,
  });
  draws.skipped(1, 0, 2);
  draws.skipped(1, 3, 0);
  draws.skipped(1, 3, 5);
  draws.skipped(1, 3, 1);
  assertEquals(
    [1, 2, 3, 4, 5].map((seq) => draws.likes(1, seq)),
    [103, 104, 105, 112, 113],
  );
  assertEquals(draws.likes(2, 1), 201);
});

Deno.test("Recorder tells of acknowledgements when their time has come, as a sorted list would", () => {
  // Below 0 the time of a draw, else that of an acknowledgement to come.
  fc.assert(fc.property(fc.array(fc.integer({ min: -9, max: 9 })), (steps) => {
    const told: HistoryEvent[] = [];
    const recorder = new Recorder((event) => told.push(event), false);
    let model: HistoryEvent[] = [];
    const expected: string[] = [];
    const expectUntil = (t: number) => {
      const due = model.filter((event) => event.t <= t);
      model = model.filter((event) => event.t > t);
      due.sort((one, other) => one.t - other.t);
      expected.push(...due.map(({ t, server }) => `ack ${t} ${server}`));
    };
    steps.forEach((step, server) => {
      const t = Math.abs(step);
      if (step >= 0) {
        recorder.ack(t * TICKS_PER_SECOND, server, 1, 1, 1);
        model.push({ t, kind: "ack", server });
        return;
      }
      recorder.draw(t * TICKS_PER_SECOND, server, 1, 1, 1);
      expectUntil(t);
      expected.push(`draw ${t} ${server}`);
    });
    recorder.end();
    expectUntil(Infinity);
    assertEquals(
      told.map(({ kind, t, server }) => `${kind} ${t} ${server}`),
      expected,
    );
  }));
});
