import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type Action,
  DEFAULT_TIMING,
  DELIVERIES,
  type Delivery,
  LikesServer,
  makeRows,
  NEVER,
  NOTHING,
  REFUSED,
  SEND,
} from "../../lib/rules/mod.ts";

const { ackTimeoutTicks, backoffMinTicks, backoffMaxTicks } = DEFAULT_TIMING;
const HIGHEST = 2 ** 32 - 1;
const LATER = 1_000_000;
const MODES_THAT_SEND_AGAIN = ["at-least-once", "dedup", "crdt"] as const;

/**
 * A likes server with its log. `draw` is the shell's part: log first, then
 * tell.
 */
class Subject {
  readonly server: LikesServer;
  readonly log: number[] = [];

  constructor(delivery: Delivery, ...draws: number[]) {
    this.server = new LikesServer(
      makeRows(1),
      { likes: (_, seq) => this.log[seq - 1] ?? NaN },
      { delivery, ...DEFAULT_TIMING },
    ).at(0);
    this.server.start(10);
    for (const likes of draws) this.draw(likes);
  }

  draw(likes: number, now = 10, next = LATER): Action {
    this.log.push(likes);
    return this.server.draw(now, likes, next);
  }

  acknowledge(now = 20): Action {
    return this.server.acknowledge(now, this.server.attempt);
  }

  /**
   * Times out what is in flight, then waits out the backoff, if there is one.
   */
  timeOut(): Action {
    const s = this.server;
    const action = s.due(s.actAt, 0);
    return action !== NOTHING || s.actAt === NEVER ? action : s.due(s.actAt, 0);
  }

  get report(): [likes: number, seq: number, total: number] {
    const { reportLikes, reportSeq, reportTotal } = this.server;
    return [reportLikes, reportSeq, reportTotal];
  }
}

// --- what all modes have in common

for (const delivery of DELIVERIES) {
  Deno.test(`LikesServer in ${delivery} sends a draw at once and is idle with its ACK`, () => {
    const subject = new Subject(delivery);
    const { server } = subject;
    assertEquals([server.wakeAt, server.k, server.isIdle], [10, 1, false]);
    assertEquals(subject.draw(14, 10, NEVER), SEND);
    assertEquals([server.reportLikes, server.attempt, server.k], [14, 1, 2]);
    assertEquals([server.inFlight, server.pending], [true, 14]);
    assertEquals(server.wakeAt, 10 + ackTimeoutTicks);
    assertEquals(server.acknowledge(20, 1), NOTHING);
    assertEquals([server.acknowledged, server.acknowledgedSeq], [14, 1]);
    assertEquals([server.pending, server.settledSeq], [0, 1]);
    assertEquals([server.inFlight, server.isIdle], [false, true]);
    assertEquals([server.retries, server.rejected], [0, 0]);
  });

  Deno.test(`LikesServer in ${delivery} has one report in flight and lets draws queue`, () => {
    const subject = new Subject(delivery, 1);
    assertEquals(subject.draw(2, 11), NOTHING);
    assertEquals(subject.draw(3, 12), NOTHING);
    assertEquals([subject.server.attempt, subject.server.pending], [1, 6]);
    assertEquals(subject.server.actAt, 10 + ackTimeoutTicks);
    assertEquals(subject.acknowledge(), SEND);
    assertEquals(subject.server.attempt, 2);
  });

  Deno.test(`LikesServer in ${delivery} ignores answers to another attempt`, () => {
    const { server } = new Subject(delivery, 14);
    const before = [server.actAt, server.attempt, server.pending];
    for (const attempt of [0, 2]) {
      assertEquals(server.acknowledge(11, attempt), NOTHING);
      assertEquals(server.refuse(11, attempt, false, 0), NOTHING);
      assertEquals(server.refuse(11, attempt, true, 0), NOTHING);
      assertEquals(server.gap(11, attempt, 1, 0), NOTHING);
      assertEquals(server.fail(11, attempt, true, 0), NOTHING);
      assertEquals(server.fail(11, attempt, false, 0), NOTHING);
    }
    assertEquals([server.actAt, server.attempt, server.pending], before);
    assertEquals([server.acknowledged, server.rejected], [0, 0]);
  });

  Deno.test(`LikesServer in ${delivery} takes a reply at the timeout, not one after it`, () => {
    const intime = new Subject(delivery, 14).server;
    intime.acknowledge(intime.actAt, 1);
    assertEquals(intime.acknowledged, 14);
    const late = new Subject(delivery, 14).server;
    const after = late.actAt + 1;
    assertEquals(late.acknowledge(after, 1), NOTHING);
    assertEquals(late.refuse(after, 1, false, 0), NOTHING);
    assertEquals(late.gap(after, 1, 1, 0), NOTHING);
    assertEquals([late.acknowledged, late.rejected], [0, 0]);
    late.due(after, 0);
    assertEquals(late.inFlight, false);
    assertEquals(late.acknowledge(after, 1), NOTHING);
    assertEquals(late.acknowledged, 0);
  });

  Deno.test(`LikesServer in ${delivery} is not due early`, () => {
    const { server } = new Subject(delivery, 14);
    assertEquals(server.due(server.actAt - 1, 0), NOTHING);
    assert(server.inFlight);
    server.acknowledge(11, 1);
    assertEquals([server.due(LATER, 0), server.actAt], [NOTHING, NEVER]);
  });

  Deno.test(`LikesServer in ${delivery} counts a skipped draw in k, not in seq`, () => {
    const subject = new Subject(delivery);
    assertEquals(subject.server.skip(10, 20), NOTHING);
    assertEquals([subject.server.k, subject.server.seq], [2, 0]);
    assertEquals([subject.server.drawAt, subject.server.total], [20, 0]);
    subject.draw(14);
    assertEquals([subject.server.k, subject.server.seq], [3, 1]);
    assertEquals(subject.server.skip(10, NEVER), NOTHING);
    assertEquals(subject.acknowledge(), NOTHING);
  });

  Deno.test(`LikesServer in ${delivery} ends with its lifetime when nothing is left to deliver, else when nothing is`, () => {
    const { server } = new Subject(delivery);
    server.start(NEVER);
    assertEquals(server.hasEnded(99, 100), false);
    assertEquals(server.hasEnded(100, 100), true);
    server.start(10);
    assertEquals(server.hasEnded(100, 100), false);
    assertEquals(server.endLifetime(5), NOTHING);
    assertEquals(server.endLifetime(6), NOTHING);
    assertEquals([server.hasEnded(6, 6), server.hasEnded(6, 7)], [true, false]);

    const late = new Subject(delivery);
    late.draw(14, 90, NEVER);
    assertEquals(late.server.hasEnded(100, 100), false);
    late.acknowledge(110);
    assertEquals(late.server.hasEnded(110, 100), true);
  });

  Deno.test(`LikesServer in ${delivery} whose lifetime is cut short delivers what is left`, () => {
    const subject = new Subject(delivery, 1, 2);
    assertEquals(subject.server.endLifetime(15), NOTHING);
    assertEquals(subject.server.drawAt, NEVER);
    assertEquals(subject.acknowledge(), SEND);
    assertEquals(subject.acknowledge(), NOTHING);
    assertEquals([subject.server.acknowledged, subject.server.pending], [3, 0]);
  });

  Deno.test(`LikesServer in ${delivery} that was refused a connection backs off and tries again`, () => {
    const subject = new Subject(delivery);
    const { server } = subject;
    subject.draw(14, 10, NEVER);
    assertEquals(server.fail(11, 1, false, HIGHEST), NOTHING);
    assertEquals([server.actAt, server.inFlight], [
      11 + backoffMinTicks,
      false,
    ]);
    assertEquals(server.pending, 14);
    assertEquals(server.due(server.actAt, 0), SEND);
    assertEquals([server.attempt, server.reportLikes], [2, 14]);
    assertEquals(server.retries, 1);
    assertEquals(server.refuse(server.actAt - 1, 2, true, HIGHEST), NOTHING);
    assertEquals(server.inFlight, false);
    assertEquals(server.due(server.actAt, 0), SEND);
    assertEquals(server.acknowledge(server.actAt, 3), NOTHING);
    assertEquals([server.acknowledged, server.retries], [14, 2]);
  });

  Deno.test(`LikesServer in ${delivery} that crashed waits for nothing and hears nothing`, () => {
    const { server } = new Subject(delivery, 14);
    server.crash();
    assertEquals([server.wakeAt, server.inFlight], [NEVER, false]);
    assertEquals(server.acknowledge(11, 1), NOTHING);
    assertEquals([server.acknowledged, server.seq, server.total], [0, 1, 14]);
  });

  Deno.test(`LikesServer in ${delivery} resumed after its lifetime ends when all was acknowledged`, () => {
    const subject = new Subject(delivery, 14);
    subject.acknowledge();
    subject.server.crash();
    const action = subject.server.resume(30, 5, NEVER);
    // A grow-only counter is sent again in any case: the primary may have
    // forgotten it.
    assertEquals(action, delivery === "crdt" ? SEND : NOTHING);
    if (action === SEND) assertEquals(subject.acknowledge(31), NOTHING);
    assertEquals(subject.server.acknowledged, 14);
  });

  Deno.test(`LikesServer in ${delivery} waits no further than time goes`, () => {
    const log = [14];
    const server = new LikesServer(makeRows(1), {
      likes: (_, i) => log[i] ?? 0,
    }, {
      delivery,
      ackTimeoutTicks: NEVER - 1,
      backoffMinTicks: NEVER - 1,
      backoffMaxTicks: NEVER - 1,
    });
    server.at(0).start(10);
    server.draw(10, 14, NEVER);
    assertEquals(server.actAt, NEVER - 1);
    server.fail(11, 1, false, HIGHEST);
    assertEquals([server.actAt, server.isIdle], [NEVER - 1, false]);
  });

  Deno.test(`LikesServer in ${delivery} keeps the rows of other servers as they are`, () => {
    const rows = makeRows(3);
    rows.ints.fill(7);
    rows.ints.fill(0, 32, 54); // the middle row's columns 0 to 21
    const server = new LikesServer(rows, { likes: () => 9 }, {
      delivery,
      ...DEFAULT_TIMING,
    }).at(1);
    server.start(1);
    server.draw(1, 9, 2);
    server.draw(2, 9, 3);
    server.fail(3, 1, true, 0);
    server.crash();
    server.resume(5, 3, 6);
    server.acknowledge(6, server.attempt);
    server.endLifetime(7);
    const others = [...rows.ints.slice(0, 32), ...rows.ints.slice(54)];
    assertEquals(new Set(others), new Set([7]));
  });
}

// --- mode by mode

Deno.test("LikesServer in at-most-once forgets a report that got no answer, and goes on", () => {
  for (const how of ["timeout", "reset"] as const) {
    const subject = new Subject("at-most-once", 1, 2);
    const { server } = subject;
    const action = how === "timeout"
      ? server.due(server.actAt, 0)
      : server.fail(11, 1, true, 0);
    assertEquals([action, ...subject.report], [SEND, 2, 2, -1]);
    assertEquals([server.pending, server.acknowledged], [2, 0]);
    assertEquals(server.retries, 0);
    subject.acknowledge();
    assertEquals([server.acknowledged, server.acknowledgedSeq], [2, 2]);
  }
});

Deno.test("LikesServer in at-most-once sends nothing of its past after a crash", () => {
  const subject = new Subject("at-most-once", 1, 2, 3);
  subject.server.crash();
  assertEquals(subject.server.resume(30, 7, LATER), NOTHING);
  assertEquals([subject.server.k, subject.server.pending], [7, 0]);
  assertEquals(subject.draw(4, 40), SEND);
  assertEquals(subject.report, [4, 4, -1]);
});

Deno.test("LikesServer in original keeps the sum for the next draw, without a retry before it", () => {
  const subject = new Subject("original", 10);
  const { server } = subject;
  assertEquals(server.due(server.actAt, 0), NOTHING);
  assertEquals([server.actAt, server.wakeAt], [NEVER, LATER]);
  assertEquals(subject.draw(5, 30_000), SEND);
  assertEquals(subject.report, [15, 2, -1]);
  subject.acknowledge(30_001);
  assertEquals([server.acknowledged, server.pending], [15, 0]);
});

Deno.test("LikesServer in original sends at once what was drawn during a report that failed", () => {
  const subject = new Subject("original", 10, 5);
  assertEquals(subject.server.due(subject.server.actAt, 0), SEND);
  assertEquals(subject.report, [15, 2, -1]);
});

Deno.test("LikesServer in original tries again by itself when no draw will come", () => {
  const subject = new Subject("original");
  subject.draw(10, 10, NEVER);
  assertEquals(subject.timeOut(), SEND);
  assertEquals(subject.report, [10, 1, -1]);

  const cutShort = new Subject("original", 10);
  cutShort.server.due(cutShort.server.actAt, 0);
  assertEquals(cutShort.server.endLifetime(30_000), SEND);
  assertEquals(cutShort.report, [10, 1, -1]);

  const skipped = new Subject("original", 10);
  skipped.server.due(skipped.server.actAt, 0);
  assertEquals(skipped.server.skip(30_000, NEVER), SEND);
});

Deno.test("LikesServer in original sends a sum of 42, is stuck at 43, and says so at each draw", () => {
  const subject = new Subject("original", 42);
  subject.timeOut();
  assertEquals(subject.draw(0, 30_000), SEND);
  assertEquals(subject.report, [42, 2, -1]);
  subject.timeOut();
  assertEquals(subject.draw(1, 60_000), REFUSED);
  assertEquals(subject.server.inFlight, false);
  assertEquals(subject.draw(0, 90_000), REFUSED);
  assertEquals([subject.server.rejected, subject.server.pending], [2, 43]);
  assertEquals(subject.server.endLifetime(100_000), NOTHING);
  assertEquals(subject.server.pending, 43);
});

Deno.test("LikesServer in original that is stuck with its last draw is idle", () => {
  const subject = new Subject("original", 42);
  subject.timeOut();
  assertEquals(subject.draw(42, 30_000, NEVER), REFUSED);
  assertEquals(subject.server.isIdle, true);
});

Deno.test("LikesServer in original keeps its sum through a final refusal", () => {
  const subject = new Subject("original", 10);
  assertEquals(subject.server.refuse(11, 1, false, 0), NOTHING);
  assertEquals([subject.server.rejected, subject.server.pending], [1, 10]);
  subject.draw(5, 30_000);
  assertEquals(subject.report, [15, 2, -1]);
});

Deno.test("LikesServer in original resumes with the sum of what was not acknowledged", () => {
  const subject = new Subject("original", 10);
  subject.acknowledge();
  subject.draw(7);
  subject.draw(8);
  subject.server.crash();
  assertEquals(subject.server.resume(30, 9, LATER), SEND);
  assertEquals(subject.report, [15, 3, -1]);

  const stuck = new Subject("original", 40, 40);
  stuck.server.crash();
  assertEquals(stuck.server.resume(30, 9, NEVER), REFUSED);
  assertEquals(stuck.server.isIdle, true);
});

for (const delivery of ["at-least-once", "dedup"] as const) {
  Deno.test(`LikesServer in ${delivery} sends the same report again, the queue behind it`, () => {
    const subject = new Subject(delivery, 1, 2, 3);
    for (let attempt = 2; attempt <= 4; attempt++) {
      assertEquals(subject.timeOut(), SEND);
      assertEquals([...subject.report, subject.server.attempt], [
        1,
        1,
        -1,
        attempt,
      ]);
    }
    assertEquals(subject.server.retries, 3);
    for (const seq of [2, 3]) {
      assertEquals(subject.acknowledge(subject.server.actAt), SEND);
      assertEquals(subject.report, [seq, seq, -1]);
    }
    assertEquals(subject.acknowledge(subject.server.actAt), NOTHING);
    assertEquals(subject.server.acknowledged, 6);
    assertEquals(subject.server.retries, 3);
  });

  Deno.test(`LikesServer in ${delivery} resumes with the first draw not known to be acknowledged`, () => {
    const subject = new Subject(delivery, 1, 2, 3);
    subject.acknowledge();
    subject.server.crash();
    assertEquals(subject.server.resume(30, 4, LATER), SEND);
    assertEquals([...subject.report, subject.server.pending], [2, 2, -1, 5]);
  });

  Deno.test(`LikesServer in ${delivery} gives a report up that was refused for good`, () => {
    const subject = new Subject(delivery, 1, 2);
    assertEquals(subject.server.refuse(11, 1, false, 0), SEND);
    assertEquals(subject.report, [2, 2, -1]);
    subject.acknowledge();
    const { rejected, pending, acknowledged } = subject.server;
    assertEquals([rejected, pending, acknowledged], [1, 0, 2]);
  });
}

Deno.test("LikesServer in crdt sends the newest draw, which stands for those before", () => {
  const subject = new Subject("crdt", 1, 2, 3);
  assertEquals(subject.report, [1, 1, 1]);
  assertEquals(subject.timeOut(), SEND);
  assertEquals(subject.report, [3, 3, 6]);
  subject.draw(4, 25_000);
  assertEquals(subject.report, [3, 3, 6]);
  assertEquals(subject.acknowledge(subject.server.actAt), SEND);
  const { acknowledged, acknowledgedSeq, pending } = subject.server;
  assertEquals([acknowledged, acknowledgedSeq, pending], [6, 3, 4]);
  assertEquals(subject.report, [4, 4, 10]);
});

Deno.test("LikesServer in crdt sends a draw of no likes too", () => {
  const subject = new Subject("crdt");
  assertEquals(subject.draw(0), SEND);
  assertEquals(subject.report, [0, 1, 0]);
});

Deno.test("LikesServer in crdt resumes with its last draw, acknowledged or not", () => {
  const subject = new Subject("crdt", 1, 2);
  subject.acknowledge();
  subject.acknowledge();
  subject.server.crash();
  assertEquals(subject.server.resume(30, 4, LATER), SEND);
  assertEquals([...subject.report, subject.server.acknowledged], [2, 2, 3, 3]);
  // … until it is answered, draw or no draw
  assertEquals(subject.timeOut(), SEND);
  assertEquals(subject.report, [2, 2, 3]);
  assertEquals(subject.acknowledge(subject.server.actAt), NOTHING);

  const fresh = new Subject("crdt");
  fresh.server.crash();
  assertEquals(fresh.server.resume(30, 4, LATER), NOTHING);
});

Deno.test("LikesServer in crdt supersedes a report that was refused for good", () => {
  const subject = new Subject("crdt", 1);
  assertEquals(subject.server.refuse(11, 1, false, 0), NOTHING);
  assertEquals([subject.server.rejected, subject.server.pending], [1, 0]);
  subject.draw(2);
  assertEquals(subject.report, [2, 2, 3]);
  subject.acknowledge();
  assertEquals(subject.server.acknowledged, 3);
});

Deno.test("LikesServer in dedup goes back to the draw that the primary asks for", () => {
  const subject = new Subject("dedup", 1, 2, 3);
  const { server } = subject;
  for (let i = 0; i < 3; i++) subject.acknowledge();
  subject.draw(4);
  assertEquals(server.gap(30, server.attempt, 2, 0), SEND);
  assertEquals([...subject.report, server.pending], [2, 2, -1, 9]);
  for (const seq of [3, 4]) {
    assertEquals(subject.acknowledge(31), SEND);
    assertEquals(subject.report, [seq, seq, -1]);
    // acknowledged once is enough
    assertEquals([server.acknowledged, server.acknowledgedSeq], [6, 3]);
  }
  assertEquals(subject.acknowledge(32), NOTHING);
  assertEquals([server.acknowledged, server.pending], [10, 0]);
});

Deno.test("LikesServer in dedup takes a gap that can not be for a temporary refusal", () => {
  for (const expected of [0, 3, 4, -1, 2 ** 31 - 1]) {
    const subject = new Subject("dedup", 1, 2);
    subject.acknowledge();
    subject.draw(3);
    subject.acknowledge();
    assertEquals(subject.report, [3, 3, -1]);
    assertEquals(subject.server.gap(30, 3, expected, 0), NOTHING);
    assertEquals(subject.server.actAt, 31);
    assertEquals(subject.server.due(31, 0), SEND);
    assertEquals(subject.report, [3, 3, -1]);
  }
});

for (const delivery of DELIVERIES) {
  if (delivery === "dedup" || delivery === "original") continue;
  Deno.test(`LikesServer in ${delivery} takes a gap for a temporary refusal`, () => {
    const subject = new Subject(delivery, 1, 2);
    subject.acknowledge();
    assertEquals(subject.server.gap(30, 2, 1, 0), NOTHING);
    assertEquals(subject.server.due(subject.server.actAt, 0), SEND);
    assertEquals(subject.server.reportLikes, 2);
  });
}

Deno.test("LikesServer is not kept spinning by a primary that talks nonsense", () => {
  // Each answers at once, a thousand times, with time standing still.
  const nonsense: Record<string, (s: LikesServer) => Action> = {
    "forgets at once": (s) =>
      s.reportSeq === 1
        ? s.acknowledge(50, s.attempt)
        : s.gap(50, s.attempt, 1, 0),
    "refuses what it asks for": (s) =>
      s.reportSeq === 1
        ? s.refuse(50, s.attempt, false, 0)
        : s.gap(50, s.attempt, 1, 0),
    "asks for another one": (s) =>
      s.gap(50, s.attempt, Math.max(1, s.reportSeq - 1), 0),
    "is always busy": (s) => s.refuse(50, s.attempt, true, 0),
    "refuses everything": (s) => s.refuse(50, s.attempt, false, 0),
    "hangs up": (s) => s.fail(50, s.attempt, true, 0),
    "is not there": (s) => s.fail(50, s.attempt, false, 0),
  };
  for (const delivery of DELIVERIES) {
    for (const [name, answer] of Object.entries(nonsense)) {
      const { server } = new Subject(delivery, 1, 2, 3);
      let answers = 0;
      while (server.inFlight && answers < 1_000) {
        answer(server);
        answers++;
      }
      assert(answers < 10, `A primary that ${name}, mode ${delivery}`);
    }
  }
});

// --- backing off

for (const delivery of MODES_THAT_SEND_AGAIN) {
  Deno.test(`LikesServer in ${delivery} backs off longer with each failure in a row, up to the longest wait`, () => {
    const { server } = new Subject(delivery, 14);
    const waits: number[] = [];
    let now = 20;
    for (let i = 0; i < 8; i++) {
      server.fail(now, server.attempt, true, HIGHEST);
      waits.push(server.actAt - now);
      now = server.actAt;
      assertEquals(server.due(now, 0), SEND);
    }
    assertEquals(waits, [
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      32_000,
      50_000,
      50_000,
    ]);
    server.acknowledge(now, server.attempt);
    server.draw(now, 1, LATER);
    server.fail(now, server.attempt, true, HIGHEST);
    assertEquals(server.actAt - now, backoffMinTicks);
  });

  Deno.test(`LikesServer in ${delivery} lets a draw wait that comes while it backs off`, () => {
    const subject = new Subject(delivery, 14);
    const { server } = subject;
    server.fail(20, 1, true, HIGHEST);
    const { actAt } = server;
    assertEquals(subject.draw(5, 30), NOTHING);
    assertEquals([server.actAt, server.attempt], [actAt, 1]);
    assertEquals(server.endLifetime(40), NOTHING);
    assertEquals([server.wakeAt, server.isIdle], [actAt, false]);
    assertEquals(server.due(actAt, 0), SEND);
  });

  Deno.test(`LikesServer in ${delivery} starts its waits over after a crash`, () => {
    const { server } = new Subject(delivery, 14);
    for (let i = 0; i < 5; i++) {
      server.fail(20, server.attempt, true, HIGHEST);
      server.due(server.actAt, 0);
    }
    server.crash();
    server.resume(30, 2, LATER);
    server.fail(40, server.attempt, true, HIGHEST);
    assertEquals(server.actAt, 40 + backoffMinTicks);
  });
}

// --- a process that starts again

for (const delivery of ["dedup", "crdt"] as const) {
  Deno.test(`LikesServer.resumeUnknown() in ${delivery} sends the last draw to a replica that may have any, or none`, () => {
    const subject = new Subject(delivery, 14, 9);
    const { server } = subject;
    subject.acknowledge();
    subject.draw(5);
    server.crash();
    assertEquals(server.resumeUnknown(30, 9, LATER), SEND);
    assertEquals([server.reportLikes, server.reportSeq], [5, 3]);
    assertEquals([server.acknowledgedSeq, server.acknowledged], [0, 0]);
    assertEquals([server.settledSeq, server.pending], [2, 5]);
    assertEquals([server.k, server.drawAt], [9, LATER]);
    assertEquals(subject.acknowledge(40), NOTHING);
    assertEquals([server.acknowledgedSeq, server.pending], [3, 0]);
    const empty = new Subject(delivery);
    empty.server.crash();
    assertEquals(empty.server.resumeUnknown(30, 1, LATER), NOTHING);
  });
}

Deno.test("LikesServer.restore() takes up where a process left off", () => {
  const log = [1, 2, 3, 4];
  const expected: Record<Delivery, [Action, number, number, number]> = {
    "at-most-once": [NOTHING, 0, 0, -1],
    "original": [SEND, 7, 4, -1],
    "at-least-once": [SEND, 3, 3, -1],
    "dedup": [SEND, 3, 3, -1],
    "crdt": [SEND, 4, 4, 10],
  };
  for (const delivery of DELIVERIES) {
    const server = new LikesServer(makeRows(1), {
      likes: (_, seq) => log[seq - 1] ?? NaN,
    }, { delivery, ...DEFAULT_TIMING }).at(0);
    server.restore(4, 10, 2, 3, 17);
    assertEquals([server.seq, server.total, server.lastLikes], [4, 10, 4]);
    const action = server.resume(100, 6, LATER);
    const { reportLikes, reportSeq, reportTotal } = server;
    assertEquals(
      [action, reportLikes, reportSeq, reportTotal],
      expected[delivery],
    );
    assertEquals(server.attempt, action === SEND ? 18 : 17);
    assertEquals([server.k, server.acknowledged], [6, 3]);
    assertEquals(server.retries, 0);
  }
});

Deno.test("LikesServer.restore() of a session without draws begins it", () => {
  const { server } = new Subject("crdt");
  server.restore(0, 0, 0, 0, 0);
  assertEquals(server.resume(5, 1, 10), NOTHING);
  assertEquals(server.draw(10, 14, LATER), SEND);
});

Deno.test("LikesServer.restore() throws a RangeError on what can not be", () => {
  const wrong: [number, number, number, number, number][] = [
    [2, 10, 3, 5, 1],
    [2, 10, 1, 11, 1],
    [2, 85, 1, 5, 1],
    [-1, 0, 0, 0, 0],
    [2, 10, -1, 0, 0],
    [2, 10, 0, -1, 0],
    [2, 10, 0, 0, -1],
    [1.5, 10, 0, 0, 0],
    [2, NaN, 0, 0, 0],
    [2 ** 31, 10, 0, 0, 0],
  ];
  for (const [seq, total, acknowledgedSeq, acknowledged, attempt] of wrong) {
    const { server } = new Subject("crdt");
    assertThrows(
      () => server.restore(seq, total, acknowledgedSeq, acknowledged, attempt),
      RangeError,
      "Cannot go on",
    );
    assertEquals(server.seq, 0);
  }
});

Deno.test("LikesServer() throws a RangeError on a mode or a time that is not allowed", () => {
  const draws = { likes: () => 0 };
  assertThrows(
    () =>
      new LikesServer(makeRows(1), draws, {
        delivery: "twice" as Delivery,
        ...DEFAULT_TIMING,
      }),
    RangeError,
    'Cannot deliver "twice": allowed are at-most-once,',
  );
  for (const name of Object.keys(DEFAULT_TIMING)) {
    for (const ticks of [0, -1, 1.5, NEVER, NaN]) {
      assertThrows(
        () =>
          new LikesServer(makeRows(1), draws, {
            delivery: "crdt",
            ...DEFAULT_TIMING,
            [name]: ticks,
          }),
        RangeError,
        `Cannot wait ${name} ${ticks}`,
      );
    }
  }
  assertEquals(backoffMaxTicks, 50_000);
});
