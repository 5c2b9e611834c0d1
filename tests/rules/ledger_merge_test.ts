import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  HAS_TOTALS,
  Ledger,
  makeLedgerStorage,
  packReport,
  REPORT_UNKNOWN,
} from "../../lib/rules/mod.ts";
import {
  DUPLICATE,
  GAP,
  REFUSED_CONTENT,
  REFUSED_OVERFLOW,
  SEQ_MAX,
  TOTAL_MAX,
  VALID,
} from "../../lib/protocol/validator.ts";

const ROWS = 3;
const NONE = -1;

type Entry = [row: number, seq: number, report: number, total: number];

/** Few different ones, so that they often meet in seq, total and likes. */
const entries: fc.Arbitrary<Entry[]> = fc.array(
  fc.tuple(
    fc.nat(ROWS - 1),
    fc.constantFrom(1, 2, 3, SEQ_MAX),
    fc.oneof(
      fc.constant(REPORT_UNKNOWN),
      fc.tuple(fc.constantFrom(0, 1, 42), fc.boolean()).map(([likes, has]) =>
        packReport(likes, has)
      ),
    ),
    fc.constantFrom(0, 1, 42, 90),
  ),
  { maxLength: 12 },
);

function merged(...parts: Entry[][]): Ledger {
  const ledger = new Ledger(makeLedgerStorage(ROWS));
  for (const entry of parts.flat()) ledger.merge(...entry);
  return ledger;
}

function stateOf(ledger: Ledger): Entry[] {
  return Array.from({ length: ROWS }, (_, row): Entry => [
    row,
    ledger.lastSeqOf(row),
    ledger.lastReportOf(row),
    ledger.totalOf(row),
  ]);
}

function entriesOf(ledger: Ledger): Entry[] {
  return stateOf(ledger).filter(([, seq]) => seq > 0);
}

/** Seq, total, likes, having totals: what decides, in this order. */
function isLess(a: Entry, b: Entry): boolean {
  const key = ([, seq, report, total]: Entry) =>
    report === REPORT_UNKNOWN
      ? [seq, total, -1, 0]
      : [seq, total, report & ~HAS_TOTALS, report & HAS_TOTALS];
  const [ofA, ofB] = [key(a), key(b)];
  const i = ofA.findIndex((part, i) => part !== ofB[i]);
  return i >= 0 && ofA[i]! < ofB[i]!;
}

Deno.test("Ledger.merge() keeps the greatest of each row, whatever is merged", () => {
  fc.assert(fc.property(entries, (entries) => {
    const ledger = new Ledger(makeLedgerStorage(ROWS));
    for (const entry of entries) {
      const before = stateOf(ledger)[entry[0]]!;
      const isNews = isLess(before, entry);
      assertEquals(ledger.merge(...entry), isNews ? VALID : DUPLICATE);
      assertEquals(stateOf(ledger)[entry[0]], isNews ? entry : before);
    }
    const totals = stateOf(ledger).map(([, , , total]) => total);
    assertEquals(ledger.total, totals.reduce((a, b) => a + b));
  }));
});

Deno.test("Ledger.merge() is idempotent", () => {
  fc.assert(fc.property(entries, (a) => {
    assertEquals(stateOf(merged(a, a)), stateOf(merged(a)));
  }));
});

Deno.test("Ledger.merge() is commutative, in any order and with any repetition", () => {
  fc.assert(
    fc.property(
      entries,
      entries,
      fc.infiniteStream(fc.nat()),
      (a, b, picks) => {
        assertEquals(stateOf(merged(a, b)), stateOf(merged(b, a)));
        const shuffled = [...a, ...a, ...b];
        for (let i = shuffled.length - 1; i > 0; i--) {
          const j = picks.next().value! % (i + 1);
          [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
        }
        assertEquals(stateOf(merged(shuffled)), stateOf(merged(a, b)));
      },
    ),
  );
});

Deno.test("Ledger.merge() is associative", () => {
  fc.assert(fc.property(entries, entries, entries, (a, b, c) => {
    const left = merged(entriesOf(merged(a, b)), c);
    const right = merged(a, entriesOf(merged(b, c)));
    assertEquals(stateOf(left), stateOf(right));
  }));
});

Deno.test("Ledger.merge() is monotone: more in, no less out", () => {
  fc.assert(fc.property(entries, entries, (a, b) => {
    const less = stateOf(merged(a));
    stateOf(merged(a, b)).forEach((entry, row) =>
      assert(!isLess(entry, less[row]!))
    );
  }));
});

Deno.test("Ledger.rollback() undoes merges and reports alike", () => {
  fc.assert(fc.property(entries, entries, (a, b) => {
    const ledger = merged(a);
    const before = stateOf(ledger);
    ledger.begin();
    for (const entry of b) ledger.merge(...entry);
    ledger.receive(0, 5, 0, NONE);
    ledger.rollback();
    assertEquals(stateOf(ledger), before);
    assertEquals(ledger.total, merged(a).total);
  }));
});

Deno.test("Ledger.merge() refuses what would take the total past 2^53 - 1", () => {
  const ledger = new Ledger(makeLedgerStorage(2));
  assertEquals(ledger.merge(0, SEQ_MAX, 0, TOTAL_MAX - 41), VALID);
  assertEquals(ledger.merge(1, 1, 42, 42), REFUSED_OVERFLOW);
  assertEquals([ledger.total, ledger.lastSeqOf(1)], [TOTAL_MAX - 41, 0]);
  assertEquals(ledger.merge(1, 1, 41, 41), VALID);
});

Deno.test("Ledger.receive() goes on from what was merged, in both marked modes", () => {
  const ledger = new Ledger(makeLedgerStorage(2));
  ledger.merge(0, 3, packReport(5, true), 60);
  assertEquals(ledger.receive(0, 5, 3, 60), -DUPLICATE);
  assertEquals(ledger.receive(0, 6, 3, 60), -REFUSED_CONTENT);
  assertEquals(ledger.receive(0, 7, 5, 90), 30);
  ledger.merge(1, 3, packReport(5, false), 60);
  assertEquals(ledger.receive(1, 5, 5, NONE), -GAP);
  assertEquals(ledger.receive(1, 7, 4, NONE), 7);
});

Deno.test("Ledger.receive() takes what a repaired row cannot contradict", () => {
  const repaired = () => {
    const ledger = new Ledger(makeLedgerStorage(1));
    ledger.merge(0, 3, REPORT_UNKNOWN, 60);
    return ledger;
  };
  const cases: [likes: number, seq: number, total: number, outcome: number][] =
    [
      [5, 3, 60, -DUPLICATE],
      [5, 3, 61, -REFUSED_CONTENT],
      [5, 3, NONE, -DUPLICATE],
      [5, 2, 50, -DUPLICATE],
      [7, 4, 67, 7],
      [7, 4, NONE, 7],
      [7, 5, NONE, -GAP],
    ];
  for (const [likes, seq, total, outcome] of cases) {
    assertEquals(repaired().receive(0, likes, seq, total), outcome);
  }
  const ledger = repaired();
  ledger.receive(0, 7, 4, 67);
  assertEquals(ledger.lastReportOf(0), packReport(7, true));
});
