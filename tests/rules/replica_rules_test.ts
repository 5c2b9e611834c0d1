import { assertEquals } from "@std/assert";
import { EntryFields, LIKES_UNKNOWN } from "../../lib/protocol/entries.ts";
import {
  DUPLICATE,
  REFUSED_OVERFLOW,
  ReportFields,
  VALID,
} from "../../lib/protocol/validator.ts";
import { NO_ROW, NO_SOURCE } from "../../lib/rules/exchange/feed.ts";
import { FULL } from "../../lib/rules/primary_rules.ts";
import { ReplicaRules } from "../../lib/rules/replica_rules.ts";

const INCARNATION = [1, -2] as const;

function empty(sessionsMax = 100): ReplicaRules {
  return new ReplicaRules({
    sessionsMax,
    serverMax: 9,
    incarnation: INCARNATION,
  });
}

function entry(values: Partial<EntryFields>): EntryFields {
  return Object.assign(
    new EntryFields(),
    { likes: 1, seq: 1, total: 1 },
    values,
  );
}

function report(values: Partial<ReportFields>): ReportFields {
  return Object.assign(new ReportFields(), { likes: 1 }, values);
}

/** The rows of the feed in order, each with whose it is. */
function feedOf({ feeds }: ReplicaRules): [row: number, source: number][] {
  const rows: [number, number][] = [];
  let row = feeds.after(0, 0);
  for (; row !== NO_ROW; row = feeds.next(0, row)) {
    rows.push([row, feeds.sourceOf(0, row)]);
  }
  return rows;
}

Deno.test("ReplicaRules.merge() takes what is more, and nothing of its own incarnation", () => {
  const rules = empty();
  const session = entry({ server: 3, sessionLow: 7, seq: 2, total: 30 });
  assertEquals(rules.merge(session), VALID);
  assertEquals(rules.merge(session), DUPLICATE);
  assertEquals(
    rules.merge(entry({ ...session, seq: 1, total: 40 })),
    DUPLICATE,
  );
  const [sessionHigh, sessionLow] = INCARNATION;
  const own = { server: 3, sessionHigh, sessionLow, isComponent: true };
  assertEquals(rules.merge(entry(own)), DUPLICATE);
  assertEquals(rules.merge(entry({ ...own, isComponent: false })), VALID);
  assertEquals(rules.merge(entry({ ...own, sessionHigh: 7 })), VALID);
  assertEquals(rules.merge(entry({ ...own, sessionLow: 7 })), VALID);
  assertEquals(rules.ledger.total, 33);
});

Deno.test("ReplicaRules.merge() confirms what is held, and neither more nor less", () => {
  const rules = empty();
  const first = entry({ server: 3, sessionLow: 7, seq: 2, total: 30 });
  rules.beginMerge(1);
  rules.merge(first);
  rules.commit();
  const row = rules.feeds.after(0, 0);
  const confirmers = [];
  for (
    const values of [
      {},
      { seq: 1 },
      { total: 29 },
      { likes: 0 },
      { hasTotals: true, likes: LIKES_UNKNOWN },
    ]
  ) {
    rules.feeds.forget(0, 2);
    rules.beginMerge(2);
    rules.merge(entry({ ...first, ...values }));
    rules.commit();
    confirmers.push(rules.feeds.confirmerOf(0, row));
  }
  assertEquals(confirmers, [2, ...Array(4).fill(NO_SOURCE)]);
  // A repair, and what is not in the journal yet, confirms nothing.
  rules.merge(first);
  rules.beginMerge(2);
  rules.merge(entry({ server: 4 }));
  rules.merge(entry({ server: 4 }));
  rules.rollback();
  assertEquals(feedOf(rules), [[row, 1]]);
  assertEquals(rules.feeds.confirmerOf(0, row), NO_SOURCE);
});

Deno.test("ReplicaRules.merge() refuses what it has no place for, and what would pass the largest total", () => {
  const rules = empty(1);
  const most = entry({ server: 1, total: 2 ** 53 - 2 });
  assertEquals(rules.merge(most), VALID);
  assertEquals(rules.merge(entry({ server: 2, total: 2 })), REFUSED_OVERFLOW);
  assertEquals(rules.merge(entry({ server: 2 })), FULL);
  assertEquals(rules.merge(entry({ ...most, seq: 2, total: 5 })), VALID);
  assertEquals(rules.ledger.total, 5);
});

Deno.test("ReplicaRules.unmarkedOf() adds up the components of all incarnations", () => {
  const rules = empty();
  rules.receive(report({ server: 3, likes: 14 }));
  for (const sessionLow of [5, 6]) {
    rules.merge(entry({ server: 3, sessionLow, isComponent: true, total: 9 }));
    rules.merge(entry({ server: 3, sessionLow, total: 9 }));
  }
  rules.merge(entry({ server: 4, sessionLow: 5, isComponent: true, total: 2 }));
  assertEquals([3, 4, 5].map((server) => rules.unmarkedOf(server)), [32, 2, 0]);
  assertEquals(rules.ledger.total, 14 + 4 * 9 + 2);
});

Deno.test("ReplicaRules.read() gives back each kind of entry", () => {
  const rules = empty();
  const kinds = [
    entry({ server: 3, sessionHigh: -9, sessionLow: 7, hasTotals: true }),
    entry({ server: 3, sessionHigh: -9, sessionLow: 8 }),
    entry({ server: 3, sessionHigh: -9, sessionLow: 8, isComponent: true }),
    entry({ server: 4, sessionHigh: 1, likes: LIKES_UNKNOWN, total: 40 }),
  ];
  for (const kind of kinds) assertEquals(rules.merge(kind), VALID);
  kinds.forEach((kind, i) => {
    const into = new EntryFields();
    rules.read(rules.firstSessionRow + i, into);
    assertEquals(into, kind);
  });
  rules.receive(report({ server: 3, likes: 14 }));
  rules.receive(report({ server: 3, likes: 5 }));
  const into = new EntryFields();
  rules.read(3, into);
  const [sessionHigh, sessionLow] = INCARNATION;
  const own = { server: 3, likes: 5, seq: 2, total: 19, isComponent: true };
  assertEquals(into, entry({ ...own, sessionHigh, sessionLow }));
});

Deno.test("ReplicaRules.commit() puts into the feed what changed, and whose it is", () => {
  const rules = empty();
  rules.begin();
  rules.receive(report({ server: 3 }));
  rules.receive(report({ server: 3, sessionLow: 1, seq: 1 }));
  assertEquals(feedOf(rules), []);
  rules.commit();
  const session = rules.firstSessionRow;
  assertEquals(feedOf(rules), [[3, NO_SOURCE], [session, NO_SOURCE]]);
  rules.beginMerge(2);
  rules.merge(entry({ server: 3, sessionLow: 1, seq: 2, total: 2 }));
  rules.merge(entry({ server: 3, sessionLow: 2 }));
  rules.commit();
  assertEquals(feedOf(rules), [[3, NO_SOURCE], [session, 2], [session + 1, 2]]);
  rules.begin();
  rules.receive(report({ server: 3, sessionLow: 1, seq: 3 }));
  rules.commit();
  assertEquals(feedOf(rules), [
    [3, NO_SOURCE],
    [session + 1, 2],
    [session, NO_SOURCE],
  ]);
});

Deno.test("ReplicaRules.resumeIncarnation() goes on under the name that a journal told", () => {
  const rules = empty();
  assertEquals(rules.isNameless, true);
  rules.resumeIncarnation([5, 6]);
  assertEquals([rules.isNameless, ...rules.incarnation], [false, 5, 6]);
  const own = { server: 3, sessionHigh: 5, sessionLow: 6, isComponent: true };
  assertEquals(rules.merge(entry(own)), DUPLICATE);
});

Deno.test("ReplicaRules.touchAll() puts into the feed all that a journal told, and nothing else", () => {
  const rules = empty();
  rules.receive(report({ server: 3 }));
  rules.receive(report({ server: 9 }));
  rules.merge(entry({ server: 4, sessionLow: 7 }));
  assertEquals(feedOf(rules), []);
  rules.touchAll();
  assertEquals(
    feedOf(rules),
    [3, 9, rules.firstSessionRow].map((row) => [row, NO_SOURCE]),
  );
});

Deno.test("ReplicaRules.rollback() forgets new components and that its name was told", () => {
  const rules = empty();
  const component = entry({ server: 3, sessionLow: 5, isComponent: true });
  rules.begin();
  rules.merge(component);
  rules.commit();
  rules.beginMerge(1);
  rules.named();
  rules.merge(entry({ ...component, sessionLow: 6 }));
  rules.merge(entry({ ...component, seq: 2, total: 2 }));
  rules.rollback();
  assertEquals(rules.isNameless, true);
  assertEquals(rules.componentsOf(3), [0]);
  assertEquals([rules.unmarkedOf(3), rules.ledger.total], [1, 1]);
  assertEquals(feedOf(rules).length, 1);
  rules.begin();
  rules.named();
  rules.merge(entry({ ...component, sessionLow: 7 }));
  rules.commit();
  rules.begin();
  rules.rollback();
  assertEquals(rules.isNameless, false);
  assertEquals([rules.unmarkedOf(3), rules.ledger.total], [2, 2]);
  assertEquals(feedOf(rules).map(([, source]) => source), [
    NO_SOURCE,
    NO_SOURCE,
  ]);
});

Deno.test("ReplicaRules makes place in its feed as sessions come", () => {
  const rules = new ReplicaRules({
    sessionsMax: 20_000,
    serverMax: 9,
    incarnation: INCARNATION,
  });
  rules.begin();
  for (let i = 0; i < 20_000; i++) rules.merge(entry({ sessionLow: i }));
  rules.commit();
  assertEquals(rules.feeds.last(0), 20_000);
});
