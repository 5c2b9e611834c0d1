import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Feeds, NO_ROW, NO_SOURCE } from "../../../lib/rules/exchange/feed.ts";

const ROWS = 6;

function rowsAfter(feeds: Feeds, replica: number, version: number): number[] {
  const rows: number[] = [];
  let row = feeds.after(replica, version);
  for (; row !== NO_ROW; row = feeds.next(replica, row)) rows.push(row);
  return rows;
}

const touches = fc.array(
  fc.record({
    replica: fc.nat(1),
    row: fc.nat(ROWS - 1),
    source: fc.integer({ min: NO_SOURCE, max: 3 }),
    clears: fc.nat(9).map((n) => n === 0),
    grows: fc.nat(30).map((n) => n === 0),
  }),
  { maxLength: 60 },
);

Deno.test("Feeds.after() tells the rows in the order of their last changes, from any version on", () => {
  fc.assert(fc.property(touches, (steps) => {
    const feeds = new Feeds(2, ROWS);
    const changes: { row: number; source: number }[][] = [[], []];
    for (const { replica, row, source, clears, grows } of steps) {
      if (clears) {
        feeds.clear(replica);
        changes[replica] = [];
      }
      if (grows) feeds.grow(feeds.capacity + 1);
      feeds.touch(replica, row, source);
      changes[replica]!.push({ row, source });
      for (const each of [0, 1]) {
        const made = changes[each]!;
        assertEquals(feeds.last(each), made.length);
        for (let version = 0; version <= made.length + 1; version++) {
          const last = made.map(({ row }, i) => ({ row, version: i + 1 }))
            .filter(({ row }, i) =>
              !made.slice(i + 1).some((later) => later.row === row)
            );
          assertEquals(
            rowsAfter(feeds, each, version),
            last.filter((change) => change.version > version)
              .map((change) => change.row),
          );
          for (const { row, version } of last) {
            assertEquals(feeds.versionOf(each, row), version);
            assertEquals(feeds.sourceOf(each, row), made[version - 1]!.source);
          }
        }
      }
    }
  }));
});

const PEERS = 4;

/** What happens to a feed, and to what is known of who holds its rows. */
const knowledge = fc.array(
  fc.record({
    kind: fc.constantFrom("touch", "touch", "confirm", "confirm", "forget"),
    row: fc.nat(ROWS - 1),
    peer: fc.integer({ min: NO_SOURCE, max: PEERS - 1 }),
  }),
  { maxLength: 60 },
);

Deno.test("Feeds.tell() leaves out what the peer is known to hold: it is the source, or confirmed it last, and has not forgotten since", () => {
  fc.assert(fc.property(knowledge, fc.nat(8), (steps, rowsMax) => {
    const feeds = new Feeds(2, ROWS);
    // By row in the order of last changes: its version, who holds it.
    const known = new Map<number, [version: number, ...holders: number[]]>();
    let last = 0;
    for (const { kind, row, peer } of steps) {
      const of = known.get(row);
      if (kind === "touch") {
        feeds.touch(1, row, peer);
        known.delete(row);
        known.set(row, [++last, peer, NO_SOURCE]);
      } else if (kind === "confirm") {
        feeds.confirm(1, row, peer);
        if (peer !== NO_SOURCE && of && of[1] !== peer) of[2] = peer;
      } else if (peer !== NO_SOURCE) {
        feeds.forget(1, peer);
        for (const of of known.values()) {
          for (const i of [1, 2]) if (of[i] === peer) of[i] = NO_SOURCE;
        }
      }
    }
    for (const [row, [, source, confirmer]] of known) {
      assertEquals(feeds.sourceOf(1, row), source);
      assertEquals(feeds.confirmerOf(1, row), confirmer);
    }
    for (let peer = 0; peer < PEERS; peer++) {
      for (let version = 0; version <= last; version++) {
        const untold = [...known].filter(([, [at, ...holders]]) =>
          at > version && !holders.includes(peer)
        );
        const rows: number[] = [];
        const sink = { add: (_: number, row: number) => rows.push(row) };
        const upTo = feeds.tell(1, version, 1 + rowsMax, peer, sink);
        const told = untold.slice(0, 1 + rowsMax);
        assertEquals(rows, told.map(([row]) => row));
        assertEquals(feeds.toldCount, told.length);
        assertEquals(feeds.hasMore, told.length < untold.length);
        const next = untold[told.length]?.[1][0];
        assertEquals(upTo, next === undefined ? last : next - 1);
      }
    }
  }));
});

/** The rows that a feed tells a stranger, and up to which version. */
function told(feeds: Feeds, version: number, rowsMax: number) {
  const rows: number[] = [];
  const sink = { add: (_: number, row: number) => rows.push(row) };
  const upTo = feeds.tell(0, version, rowsMax, PEERS, sink);
  return { rows, upTo };
}

Deno.test("Feeds.touchAll() is touch() of each, also of a feed that changes for long, in which some rows change no more", () => {
  const rows = 3000;
  const batches = fc.array(
    fc.record({
      from: fc.nat(rows - 1),
      step: fc.constantFrom(1, 7, 11),
      count: fc.integer({ min: 1, max: 2000 }),
      // Rows below do not change any more: their changes stay where they are.
      lowest: fc.constantFrom(0, 0, 0, 1, 2500),
      source: fc.integer({ min: NO_SOURCE, max: PEERS - 1 }),
      version: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { minLength: 1, maxLength: 40, size: "max" },
  );
  fc.assert(
    fc.property(batches, (batches) => {
      const feeds = new Feeds(1, rows);
      const single = new Feeds(1, rows);
      // By row in the order of last changes: its version and its source.
      const known = new Map<number, [version: number, source: number]>();
      let last = 0;
      for (const { from, step, count, lowest, source, version } of batches) {
        const changed = Int32Array.from(
          { length: count },
          (_, i) => lowest + (from + i * step) % (rows - lowest),
        );
        feeds.touchAll(0, changed, count, source);
        for (const row of changed) {
          single.touch(0, row, source);
          known.delete(row);
          known.set(row, [++last, source]);
        }
        for (const each of [feeds, single]) {
          assertEquals(each.last(0), last);
          const after = Math.floor(version * last);
          const untold = [...known].filter(([, [at]]) => at > after);
          assertEquals(told(each, after, rows), {
            rows: untold.map(([row]) => row),
            upTo: last,
          });
          const next = untold[10]?.[1][0] ?? last + 1;
          assertEquals(told(each, after, 10), {
            rows: untold.slice(0, 10).map(([row]) => row),
            upTo: next - 1,
          });
          for (const [row, [version, source]] of untold.slice(0, 10)) {
            assertEquals(each.versionOf(0, row), version);
            assertEquals(each.sourceOf(0, row), source);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("Feeds keep what changes in turn, round by round, in each life", () => {
  const rows = 512; // two portions, of which the log holds twice as many
  const feeds = new Feeds(1, rows);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  for (let life = 1; life <= 2; life++) {
    for (let round = 0; round < 9; round++) {
      feeds.touch(0, 0, NO_SOURCE);
      const first = told(feeds, 0, rows).rows;
      assertEquals(first, round === 0 ? [0] : [...all.subarray(1), 0]);
      feeds.touchAll(0, all.subarray(1), rows - 1, NO_SOURCE);
      const upTo = (round + 1) * rows;
      assertEquals(told(feeds, 0, rows), { rows: [...all], upTo });
    }
    feeds.clear(0);
  }
});

Deno.test("Feeds.restore() puts a told feed in place of a long one", () => {
  const feeds = new Feeds(1, 512);
  const all = Int32Array.from({ length: 512 }, (_, row) => row);
  for (let i = 0; i < 5; i++) feeds.touchAll(0, all, all.length, NO_SOURCE);
  const versionOf = (row: number) => row === 3 ? 40 : 70;
  feeds.restore(0, [3, 1], 90, versionOf, (row) => row, () => NO_SOURCE);
  assertEquals([3, 1].map((row) => feeds.versionOf(0, row)), [40, 70]);
  assertEquals([3, 1].map((row) => feeds.sourceOf(0, row)), [3, 1]);
  assertEquals(told(feeds, 40, 9), { rows: [1], upTo: 90 });
  assertEquals(told(feeds, 0, 1), { rows: [3], upTo: 69 });
  feeds.touch(0, 3, NO_SOURCE);
  assertEquals(told(feeds, 69, 9), { rows: [1, 3], upTo: 91 });
});

Deno.test("Feeds refuses numbers of replicas and rows that it cannot keep", () => {
  assertThrows(() => new Feeds(0, 1), RangeError, "0 replicas");
  assertThrows(() => new Feeds(1, 1.5), RangeError, "1.5 rows");
  assertThrows(() => new Feeds(2 ** 14, 2 ** 14), RangeError, "134217728");
  assertThrows(() => new Feeds(1, 4).grow(3), RangeError, "from 4");
});
