import { assertEquals } from "@std/assert";
import { DELIVERIES, isMarked } from "../../lib/rules/mod.ts";

Deno.test("DELIVERIES holds the five modes once each", () => {
  assertEquals([...DELIVERIES].sort(), [
    "at-least-once",
    "at-most-once",
    "crdt",
    "dedup",
    "original",
  ]);
});

Deno.test("isMarked() is true of the two modes whose guarantee is exact", () => {
  assertEquals(DELIVERIES.filter(isMarked), ["dedup", "crdt"]);
});
