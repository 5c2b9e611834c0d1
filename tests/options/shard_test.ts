import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  formatShard,
  partOf,
  readShard,
  shardOf,
} from "../../lib/options/shard.ts";

Deno.test("partOf() parts are disjoint, together all, and differ by at most one run", () => {
  const runs = fc.oneof(fc.nat(50), fc.nat(1_000_000_000));
  const count = fc.integer({ min: 1, max: 60 });
  fc.assert(fc.property(runs, count, (runs, count) => {
    const parts = Array.from(
      { length: count },
      (_, index) => partOf({ index, count }, runs),
    );
    let next = 0;
    for (const part of parts) {
      assertEquals(part.first, next);
      next += part.runs;
    }
    assertEquals(next, runs);
    const sizes = parts.map((part) => part.runs);
    assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true);
    for (const [index, part] of parts.entries()) {
      if (part.runs === 0) continue;
      for (const run of [part.first, part.first + part.runs - 1]) {
        assertEquals(shardOf(run, count, runs), { index, count });
      }
    }
  }));
});

Deno.test("readShard() reads what formatShard() writes, and says what is wrong", () => {
  const shard = { index: 7, count: 8 };
  assertEquals(readShard(formatShard(shard), "--shard"), shard);
  for (
    const text of ["", "1", "1/", "/8", "-1/8", "01/8", "1/0", "a/b", "1/8 "]
  ) {
    assertThrows(() => readShard(text, "--shard"), SyntaxError, "--shard");
  }
  for (const text of ["8/8", "9/8", "0/1000001"]) {
    assertThrows(() => readShard(text, "--shard"), RangeError, "--shard");
  }
});
