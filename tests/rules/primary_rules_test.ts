import { assertEquals, assertThrows } from "@std/assert";
import { FULL, PrimaryRules, ReportFields } from "../../lib/rules/mod.ts";
import {
  DUPLICATE,
  GAP,
  isRefused,
  REFUSED_GROWTH_ABOVE,
  REFUSED_OVERFLOW,
} from "../../lib/protocol/validator.ts";

const OPTIONS = { sessionsMax: 100, serverMax: 9 };

function report(fields: Partial<ReportFields>): ReportFields {
  return Object.assign(new ReportFields(), fields);
}

Deno.test("PrimaryRules counts unmarked reports by server, marked ones by server and session", () => {
  const rules = new PrimaryRules(OPTIONS);
  assertEquals(rules.receive(report({ server: 3, likes: 14 })), 14);
  assertEquals(rules.receive(report({ server: 3, likes: 14 })), 14);
  const marked = report({ server: 3, likes: 5, seq: 1, total: 5 });
  assertEquals(rules.receive(marked), 5);
  assertEquals(rules.receive(marked), -DUPLICATE);
  marked.sessionHigh = 1;
  assertEquals(rules.receive(marked), 5);
  marked.server = 4;
  assertEquals(rules.receive(marked), 5);
  assertEquals(rules.ledger.totalOf(3), 28);
  assertEquals([rules.sessions.size, rules.ledger.total], [3, 43]);
});

Deno.test("PrimaryRules restarted empty accepts a later total, and asks a session without totals for its first draw", () => {
  const rules = new PrimaryRules(OPTIONS);
  assertEquals(rules.receive(report({ likes: 5, seq: 7, total: 100 })), 100);
  const dedup = report({ server: 1, likes: 5, seq: 7 });
  assertEquals(rules.receive(dedup), -GAP);
  assertEquals(rules.expectedSeq, 1);
  assertEquals(rules.sessions.size, 1);
  for (let seq = 1; seq <= 3; seq++) {
    assertEquals(rules.receive(report({ server: 1, likes: 5, seq })), 5);
  }
  assertEquals(rules.receive(dedup), -GAP);
  assertEquals(rules.expectedSeq, 4);
  dedup.server = 2;
  assertEquals(rules.receive(dedup), -GAP);
  assertEquals(rules.expectedSeq, 1);
});

Deno.test("PrimaryRules gives a session no row before a report of it counts", () => {
  const rules = new PrimaryRules({ ...OPTIONS, sessionsMax: 1 });
  for (let sessionLow = 0; sessionLow < 1_000; sessionLow++) {
    const refused = report({ sessionLow, likes: 5, seq: 2, total: 48 });
    assertEquals(rules.receive(refused), -REFUSED_GROWTH_ABOVE);
    assertEquals(rules.receive(report({ sessionLow, likes: 5, seq: 2 })), -GAP);
  }
  // What would pass the largest total is refused, too.
  rules.ledger.merge(0, 1, 0, 2 ** 53 - 2);
  const most = report({ likes: 5, seq: 1, total: 5 });
  assertEquals(rules.receive(most), -REFUSED_OVERFLOW);
  assertEquals(rules.sessions.size, 0);
});

Deno.test("PrimaryRules answers FULL to one session too many, and counts the others on", () => {
  const rules = new PrimaryRules({ ...OPTIONS, sessionsMax: 2 });
  for (let sessionLow = 0; sessionLow < 4; sessionLow++) {
    const outcome = rules.receive(report({ sessionLow, likes: 5, seq: 1 }));
    assertEquals(outcome, sessionLow < 2 ? 5 : -FULL);
  }
  assertEquals(rules.receive(report({ sessionLow: 1, likes: 6, seq: 2 })), 6);
  assertEquals(rules.receive(report({ likes: 7 })), 7);
  assertEquals(rules.ledger.total, 23);
  // one code space with the validator: neither another outcome nor final
  assertEquals(new Set<number>([FULL, DUPLICATE, GAP]).size, 3);
  assertEquals(isRefused(FULL), false);
});

Deno.test("PrimaryRules grows to as many sessions as it may hold", () => {
  const sessionsMax = 1_000;
  const rules = new PrimaryRules({ serverMax: 0, sessionsMax });
  for (let i = 0; i < sessionsMax; i++) {
    const one = report({
      sessionHigh: i,
      likes: i % 43,
      seq: 1,
      total: i % 43,
    });
    assertEquals(rules.receive(one), i % 43);
  }
  for (let i = 0; i < sessionsMax; i++) {
    const row = rules.firstSessionRow + rules.sessions.find(0, i, 0);
    assertEquals(rules.ledger.totalOf(row), i % 43);
  }
  assertEquals(rules.ledger.capacity, 1 + sessionsMax);
});

Deno.test("PrimaryRules.rollback() takes back counts and new sessions, commit() keeps them", () => {
  const rules = new PrimaryRules({ ...OPTIONS, sessionsMax: 3 });
  const old = report({ likes: 5, seq: 1, total: 5 });
  rules.begin();
  rules.receive(old);
  rules.commit();
  for (let sessionLow = 1; sessionLow < 50; sessionLow++) {
    rules.begin();
    assertEquals(rules.receive(report({ likes: 5, seq: 2, total: 10 })), 5);
    assertEquals(rules.receive(report({ sessionLow, likes: 5, seq: 1 })), 5);
    assertEquals(rules.receive(report({ server: 2, likes: 1 })), 1);
    rules.rollback();
    assertEquals([rules.ledger.total, rules.sessions.size], [5, 1]);
    assertEquals(rules.sessions.find(0, 0, sessionLow), -1);
  }
  assertEquals(rules.receive(old), -DUPLICATE);
  // begun twice, undone once, to where it began first; undone once more, it
  // stays there
  rules.begin();
  rules.receive(report({ sessionLow: 60, likes: 5, seq: 1 }));
  rules.begin();
  rules.receive(report({ sessionLow: 61, likes: 5, seq: 1 }));
  rules.rollback();
  rules.rollback();
  assertEquals([rules.ledger.total, rules.sessions.size], [5, 1]);
  // the row that was taken back is empty for its next session
  const next = report({ sessionLow: 99, likes: 8, seq: 3, total: 20 });
  assertEquals(rules.receive(next), 20);
});

Deno.test("PrimaryRules.rollback() takes back the very first sessions", () => {
  const rules = new PrimaryRules(OPTIONS);
  for (const sessionLow of [1, 2]) {
    rules.begin();
    assertEquals(rules.receive(report({ sessionLow, likes: 5, seq: 1 })), 5);
  }
  rules.rollback();
  assertEquals([rules.ledger.total, rules.sessions.size], [0, 0]);
});

Deno.test("PrimaryRules() throws a RangeError on bounds that are not allowed", () => {
  for (const serverMax of [-1, 0.5, NaN, 2 ** 26 + 1]) {
    assertThrows(
      () => new PrimaryRules({ ...OPTIONS, serverMax }),
      RangeError,
      `up to ${serverMax}`,
    );
  }
  assertThrows(
    () => new PrimaryRules({ ...OPTIONS, sessionsMax: 0 }),
    RangeError,
    "index 0",
  );
});
