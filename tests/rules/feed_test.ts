import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Feeds, NO_ROW, NO_SOURCE } from "../../lib/rules/feed.ts";

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
    clears: fc.nat(30).map((n) => n === 0),
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

Deno.test("Feeds refuses numbers of replicas and rows that it cannot keep", () => {
  assertThrows(() => new Feeds(0, 1), RangeError, "0 replicas");
  assertThrows(() => new Feeds(1, 1.5), RangeError, "1.5 rows");
  assertThrows(() => new Feeds(2 ** 14, 2 ** 14), RangeError, "134217728");
  assertThrows(() => new Feeds(1, 4).grow(3), RangeError, "from 4");
});
