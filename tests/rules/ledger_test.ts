import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  Ledger,
  LEDGER_COLUMN,
  makeLedgerStorage,
  makeRows,
  ROW_COLUMNS,
} from "../../lib/rules/mod.ts";
import {
  DUPLICATE,
  GAP,
  REFUSED_CONTENT,
  REFUSED_GROWTH_ABOVE,
  REFUSED_GROWTH_BELOW,
  REFUSED_OVERFLOW,
  REFUSED_TOTAL_MISSING,
  REFUSED_TOTAL_UNEXPECTED,
  SEQ_MAX,
  TOTAL_MAX,
} from "../../lib/protocol/validator.ts";
import { sum } from "./tiny_world.ts";

const NONE = -1;

function makeLedger(rows = 1): Ledger {
  return new Ledger(makeLedgerStorage(rows));
}

/**
 * A session's draws, and the order in which its reports arrive: any subset, any
 * repetition.
 */
const arrivals = fc.array(fc.nat(42), { minLength: 1, maxLength: 30 }).chain((
  draws,
) =>
  fc.tuple(
    fc.constant(draws),
    fc.array(fc.integer({ min: 1, max: draws.length }), { maxLength: 60 }),
  )
);

Deno.test("Ledger.receive() with totals: any order, repetition and loss, then the last report, give the exact total", () => {
  fc.assert(
    fc.property(arrivals, ([draws, seqs]) => {
      const ledger = makeLedger();
      let highest = 0;
      for (const seq of [...seqs, draws.length]) {
        const total = sum(draws.slice(0, seq));
        const before = ledger.total;
        const outcome = ledger.receive(0, draws[seq - 1] ?? NaN, seq, total);
        if (seq <= highest) assertEquals(outcome, -DUPLICATE);
        else assertEquals(outcome, total - before);
        highest = Math.max(highest, seq);
        assertEquals(ledger.total, sum(draws.slice(0, highest)));
        assertEquals(ledger.lastSeqOf(0), highest);
      }
      assertEquals(ledger.totalOf(0), sum(draws));
    }),
  );
});

Deno.test("Ledger.receive() with totals: two orders of the same reports end in the same state", () => {
  fc.assert(
    fc.property(arrivals, fc.nat(), ([draws, seqs], turn) => {
      const turned = seqs.map((_, i) => seqs[(i + turn) % seqs.length] ?? 1);
      const [a, b] = [seqs, turned.reverse()].map((order) => {
        const ledger = makeLedger();
        for (const seq of order) {
          const total = sum(draws.slice(0, seq));
          ledger.receive(0, draws[seq - 1] ?? NaN, seq, total);
        }
        return [ledger.total, ledger.lastSeqOf(0)];
      });
      assertEquals(a, b);
    }),
  );
});

Deno.test("Ledger.receive() without totals: each draw counts once and in order, whatever is repeated", () => {
  fc.assert(
    fc.property(arrivals, ([draws, seqs]) => {
      const ledger = makeLedger();
      const inOrder = draws.map((_, i) => i + 1);
      let last = 0;
      for (const seq of [...seqs, ...inOrder, ...seqs]) {
        const likes = draws[seq - 1] ?? NaN;
        const outcome = ledger.receive(0, likes, seq, NONE);
        if (seq === last + 1) assertEquals(outcome, likes);
        else assertEquals(outcome, seq <= last ? -DUPLICATE : -GAP);
        if (outcome >= 0) last = seq;
        assertEquals(ledger.total, sum(draws.slice(0, last)));
      }
      assertEquals(ledger.total, sum(draws));
    }),
  );
});

Deno.test("Ledger.receive() without mark counts every report, and how many there were", () => {
  const ledger = makeLedger(2);
  for (let i = 0; i < 3; i++) assertEquals(ledger.receive(1, 14, 0, NONE), 14);
  assertEquals(ledger.receive(1, 0, 0, NONE), 0);
  assertEquals([ledger.total, ledger.totalOf(1), ledger.lastSeqOf(1)], [
    42,
    42,
    4,
  ]);
  assertEquals([ledger.totalOf(0), ledger.lastSeqOf(0)], [0, 0]);
});

Deno.test("Ledger.receive() without mark stops counting reports at 2^31 - 1, likes go on", () => {
  const storage = makeLedgerStorage(1);
  storage.ints[0] = SEQ_MAX;
  const ledger = new Ledger(storage);
  assertEquals(ledger.receive(0, 5, 0, NONE), 5);
  assertEquals([ledger.lastSeqOf(0), ledger.total], [SEQ_MAX, 5]);
});

Deno.test("Ledger.receive() refuses what contradicts the session, and counts nothing", () => {
  const withTotals = makeLedger();
  withTotals.receive(0, 10, 3, 50);
  const without = makeLedger();
  without.receive(0, 10, 1, NONE);
  const cases: [Ledger, number, number, number, number][] = [
    [withTotals, 11, 3, 50, REFUSED_CONTENT],
    [withTotals, 10, 3, 51, REFUSED_CONTENT],
    [withTotals, 10, 4, 59, REFUSED_GROWTH_BELOW],
    [withTotals, 10, 4, 61, REFUSED_GROWTH_ABOVE],
    [withTotals, 10, 5, 103, REFUSED_GROWTH_ABOVE],
    [withTotals, 10, 4, NONE, REFUSED_TOTAL_MISSING],
    [without, 9, 1, NONE, REFUSED_CONTENT],
    [without, 10, 2, 20, REFUSED_TOTAL_UNEXPECTED],
    [without, 10, 3, NONE, GAP],
  ];
  for (const [ledger, likes, seq, total, code] of cases) {
    const before = [ledger.total, ledger.totalOf(0), ledger.lastSeqOf(0)];
    assertEquals(ledger.receive(0, likes, seq, total), -code);
    assertEquals(
      [ledger.total, ledger.totalOf(0), ledger.lastSeqOf(0)],
      before,
    );
  }
});

Deno.test("Ledger.receive() knows a session with totals even where its likes are 0", () => {
  const ledger = makeLedger();
  assertEquals(ledger.receive(0, 0, 1, 0), 0);
  assertEquals(ledger.receive(0, 0, 1, NONE), -REFUSED_TOTAL_MISSING);
  assertEquals(ledger.receive(0, 0, 1, 0), -DUPLICATE);
});

Deno.test("Ledger.receive() accepts the last seq there is", () => {
  const ledger = makeLedger();
  assertEquals(ledger.receive(0, 1, SEQ_MAX, 100), 100);
  assertEquals(ledger.receive(0, 1, SEQ_MAX, 100), -DUPLICATE);
  assertEquals(ledger.lastSeqOf(0), SEQ_MAX);
});

Deno.test("Ledger.receive() fills up to 2^53 - 1 and refuses what would pass it", () => {
  // The highest total of one session is 42 * (2^31 - 1), so it takes many.
  const most = 42 * SEQ_MAX;
  const sessions = Math.floor(TOTAL_MAX / most);
  const ledger = makeLedger(sessions + 2);
  for (let row = 0; row < sessions; row++) {
    ledger.receive(row, 42, SEQ_MAX, most);
  }
  assertEquals(ledger.total, sessions * most);
  const left = TOTAL_MAX - ledger.total;
  const seq = Math.ceil((left + 1) / 42) + 1;
  const refused = ledger.receive(sessions, 1, seq, left + 1);
  assertEquals(refused, -REFUSED_OVERFLOW);
  assertEquals([ledger.total, ledger.lastSeqOf(sessions)], [
    sessions * most,
    0,
  ]);
  assertEquals(ledger.receive(sessions, 1, seq, left), left);
  assertEquals(ledger.total, TOTAL_MAX);
  assertEquals(ledger.receive(sessions + 1, 1, 0, NONE), -REFUSED_OVERFLOW);
  assertEquals(ledger.receive(sessions + 1, 0, 0, NONE), 0);
});

Deno.test("Ledger.rollback() restores exactly what was before begin(), as a model of Maps says", () => {
  const rows = 5;
  const report = fc.record({
    row: fc.nat(rows - 1),
    likes: fc.nat(42),
    seq: fc.nat(6),
    hasTotal: fc.boolean(),
    extra: fc.nat(100),
  });
  const step = fc.oneof(
    { weight: 8, arbitrary: report },
    { weight: 1, arbitrary: fc.constantFrom("begin", "commit", "rollback") },
  );
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 150, size: "max" }),
      (steps) => {
        const ledger = makeLedger(rows);
        let model = new Map<number, readonly [number, number]>();
        let saved: typeof model | undefined;
        for (const one of steps) {
          if (one === "begin") {
            saved ??= new Map(model);
            ledger.begin();
          } else if (one === "commit") {
            saved = undefined;
            ledger.commit();
          } else if (one === "rollback") {
            model = saved ?? model;
            saved = undefined;
            ledger.rollback();
          } else {
            const { row, likes, seq, hasTotal, extra } = one;
            const [lastSeq, total] = model.get(row) ?? [0, 0];
            const news = ledger.receive(
              row,
              likes,
              seq,
              hasTotal && seq > 0 ? total + likes + extra : NONE,
            );
            if (news >= 0) {
              model.set(row, [seq === 0 ? lastSeq + 1 : seq, total + news]);
            }
          }
          let grandTotal = 0;
          const { ints, rowBits, column } = ledger.lastSeqs;
          for (let row = 0; row < rows; row++) {
            const [lastSeq, total] = model.get(row) ?? [0, 0];
            assertEquals(
              [
                ledger.lastSeqOf(row),
                ints[row << rowBits | column],
                ledger.totalOf(row),
              ],
              [lastSeq, lastSeq, total],
            );
            grandTotal += total;
          }
          assertEquals(ledger.total, grandTotal);
        }
      },
    ),
  );
});

Deno.test("Ledger.rollback() restores what kind of session it was, and its last likes", () => {
  const ledger = makeLedger();
  ledger.receive(0, 10, 1, NONE);
  ledger.begin();
  ledger.receive(0, 20, 2, NONE);
  ledger.rollback();
  assertEquals(ledger.receive(0, 10, 1, NONE), -DUPLICATE);
  assertEquals(ledger.receive(0, 20, 2, 30), -REFUSED_TOTAL_UNEXPECTED);
  const fresh = makeLedger();
  fresh.begin();
  fresh.receive(0, 10, 1, NONE);
  fresh.rollback();
  assertEquals(fresh.receive(0, 20, 2, 30), 30);
});

Deno.test("Ledger.rollback() undoes thousands of changes, of one row too", () => {
  const ledger = makeLedger(2);
  ledger.receive(0, 1, 0, NONE);
  ledger.begin();
  for (let i = 0; i < 5_000; i++) ledger.receive(i % 2, 42, 0, NONE);
  ledger.rollback();
  assertEquals([ledger.total, ledger.totalOf(0), ledger.totalOf(1)], [1, 1, 0]);
  ledger.begin();
  ledger.rollback();
  assertEquals(ledger.total, 1);
});

Deno.test("Ledger.clear() forgets everything, also what could have been undone", () => {
  const ledger = makeLedger(2);
  ledger.receive(0, 14, 1, 14);
  ledger.begin();
  ledger.receive(0, 14, 2, 28);
  ledger.receive(1, 14, 0, NONE);
  ledger.clear();
  ledger.rollback();
  assertEquals([ledger.total, ledger.totalOf(0), ledger.totalOf(1)], [0, 0, 0]);
  assertEquals(ledger.receive(0, 5, 9, 100), 100);
});

Deno.test("Ledger.grow() keeps what is there", () => {
  const ledger = makeLedger(1);
  ledger.receive(0, 14, 1, 14);
  ledger.grow(100);
  assertEquals([ledger.capacity, ledger.total, ledger.totalOf(0)], [
    100,
    14,
    14,
  ]);
  assertEquals(ledger.receive(0, 14, 1, 14), -DUPLICATE);
  assertEquals(ledger.receive(99, 3, 0, NONE), 3);
});

Deno.test("Ledger in shared rows touches its own columns only", () => {
  const rows = makeRows(3);
  rows.ints.fill(-1);
  const ledger = new Ledger({
    ...rows,
    columns: ROW_COLUMNS,
    firstColumn: LEDGER_COLUMN,
  });
  ledger.clear();
  ledger.receive(1, 14, 2, 30);
  for (let i = 0; i < rows.ints.length; i++) {
    const column = i % ROW_COLUMNS;
    const isLedgers = column >= LEDGER_COLUMN && column < LEDGER_COLUMN + 4;
    if (!isLedgers) assertEquals(rows.ints[i], -1);
  }
  assertEquals([ledger.capacity, ledger.total, ledger.totalOf(1)], [3, 30, 30]);
  const { ints, rowBits, column } = ledger.lastSeqs;
  assertEquals(
    [0, 1, 2].map((row) => ints[row << rowBits | column]),
    [0, 2, 0],
  );
  assertThrows(() => ledger.grow(10), TypeError, "shares its rows");
});

Deno.test("Ledger throws a RangeError on columns that it cannot be at", () => {
  const rows = makeRows(3);
  for (
    const [columns, firstColumn] of [
      [24, 0],
      [2, 0],
      [0, 0],
      [NaN, 0],
      [32, 22],
      [32, 32],
      [32, -4],
      [32, NaN],
    ] as const
  ) {
    assertThrows(
      () => new Ledger({ ...rows, columns, firstColumn }),
      RangeError,
      "Cannot keep a ledger",
    );
  }
});

Deno.test("Ledger.begin() twice: all since the first time can be undone", () => {
  const ledger = new Ledger(makeLedgerStorage(2));
  ledger.receive(0, 5, 1, 5);
  ledger.begin();
  ledger.receive(0, 6, 2, 11);
  ledger.begin();
  ledger.receive(0, 7, 3, 18);
  ledger.receive(1, 9, 1, 9);
  ledger.rollback();
  assertEquals(
    [ledger.total, ledger.lastSeqOf(0), ledger.lastSeqOf(1)],
    [5, 1, 0],
  );
});

Deno.test("Ledger.grow() and makeLedgerStorage() throw a RangeError on sizes that are not allowed", () => {
  for (const rows of [0, 1.5, NaN, 2 ** 28]) {
    assertThrows(() => makeLedgerStorage(rows), RangeError, `of ${rows} rows`);
  }
  const ledger = makeLedger(10);
  for (const rows of [9, 10.5, NaN]) {
    assertThrows(() => ledger.grow(rows), RangeError, `to ${rows} rows`);
  }
});

Deno.test("Ledger.rollback() undoes each group by itself, also of the same row again", () => {
  const ledger = new Ledger(makeLedgerStorage(2));
  ledger.begin();
  ledger.receive(1, 14, 1, 14);
  ledger.commit();
  for (const total of [20, 30]) {
    ledger.begin();
    ledger.receive(1, total - 14, 2, total);
    ledger.receive(1, 1, 3, total + 1);
    ledger.rollback();
    assertEquals([ledger.total, ledger.lastSeqOf(1)], [14, 1]);
  }
});
