import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SessionIndex } from "../../lib/rules/mod.ts";

const half = fc.oneof(fc.nat(3), fc.integer(), fc.constant(-(2 ** 31)));
const key = fc.tuple(fc.nat(9), half, half);

Deno.test("SessionIndex agrees with a Map, through growth, limit and truncation", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, fc.nat(20)), { maxLength: 300, size: "max" }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer(),
      (steps, sizeMax, hashKey) => {
        const index = new SessionIndex(sizeMax, hashKey);
        const oracle = new Map<string, number>();
        for (const [[server, high, low], truncation] of steps) {
          const name = `${server} ${high} ${low}`;
          assertEquals(index.find(server, high, low), oracle.get(name) ?? -1);
          if (!oracle.has(name) && oracle.size < sizeMax) {
            oracle.set(name, oracle.size);
          }
          assertEquals(index.add(server, high, low), oracle.get(name) ?? -1);
          if (truncation === 0) {
            const size = Math.floor(oracle.size / 2);
            index.truncate(size);
            for (const [other, row] of oracle) {
              if (row >= size) oracle.delete(other);
            }
          }
          assertEquals(index.size, oracle.size);
        }
        for (let server = 0; server <= 9; server++) {
          const rows = [...oracle].filter(([name]) =>
            name.startsWith(`${server} `)
          );
          assertEquals(index.rowsOf(server), rows.map(([, row]) => row));
        }
        for (const [name, row] of oracle) {
          const [server = 0, high = 0, low = 0] = name.split(" ").map(Number);
          assertEquals(index.find(server, high, low), row);
          assertEquals(
            [index.serverOf(row), index.highOf(row), index.lowOf(row)],
            [server, high, low],
          );
        }
      },
    ),
  );
});

Deno.test("SessionIndex keeps 100,000 sessions apart that differ in one number", () => {
  const count = 100_000;
  const index = new SessionIndex(3 * count);
  for (let i = 0; i < count; i++) {
    assertEquals(index.add(i, 0, 0), 3 * i);
    assertEquals(index.add(0, i + 1, 0), 3 * i + 1);
    assertEquals(index.add(0, 0, -i - 1), 3 * i + 2);
  }
  assertEquals(index.size, 3 * count);
  assertEquals(index.add(1, 1, 1), -1);
  assertEquals(index.find(0, 0, -count), 3 * count - 1);
});

Deno.test("SessionIndex takes 32 bits with and without sign for the same", () => {
  const index = new SessionIndex(10);
  assertEquals(index.add(0, 0xffffffff, 0x80000000), 0);
  assertEquals(index.find(0, -1, -(2 ** 31)), 0);
  assertEquals(index.find(0, 0xffffffff, 0x80000000), 0);
  assertEquals(index.add(0, -1, -(2 ** 31)), 0);
});

Deno.test("SessionIndex.add() gives no row when full, but still finds those that are there", () => {
  const index = new SessionIndex(1);
  assertEquals([index.add(0, 0, 0), index.add(1, 0, 0)], [0, -1]);
  assertEquals([index.add(0, 0, 0), index.size], [0, 1]);
});

Deno.test("SessionIndex with a hash key gives out the same rows", () => {
  const plain = new SessionIndex(1_000);
  const keyed = new SessionIndex(1_000, 0x1234567);
  for (let i = 0; i < 1_000; i++) {
    assertEquals(plain.add(i % 10, i * i, i), keyed.add(i % 10, i * i, i));
  }
  assert(keyed.find(3, 9, 3) === 3);
});

Deno.test("SessionIndex() and truncate() throw a RangeError on a size that is not allowed", () => {
  for (const size of [0, 1.5, 2 ** 26 + 1, NaN]) {
    assertThrows(() => new SessionIndex(size), RangeError, `index ${size}`);
  }
  const index = new SessionIndex(10);
  for (const size of [-1, 1, 0.5, NaN]) {
    assertThrows(() => index.truncate(size), RangeError, `keep ${size} of 0`);
  }
});
